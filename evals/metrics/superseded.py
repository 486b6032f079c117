"""Whether an answer about today rests only on documents in force."""

from __future__ import annotations

from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.score import Metric, Outcome, Score


def score_superseded(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give 1 when every cited document is in force today; asking about old rules does not count."""
    answer = outcome.answer
    if answer is None or not answer.citations:
        return Score(value=None, reason="nothing is cited")
    right = [place.document for gold in case.expected.gold for place in (gold, *gold.also)]
    if any(not corpus.in_force(document) for document in right):
        return Score(value=None, reason="the question is about a document out of force")
    old = sorted({c.document for c in answer.citations if not corpus.in_force(c.document)})
    return Score(value=float(not old), reason=f"cites {', '.join(old)}" if old else "all in force")


SUPERSEDED = Metric(
    name="none_superseded",
    title="Nothing out of force cited",
    meaning="Share of answers about today that cite no superseded, expired, future or draft document.",
    score=score_superseded,
    summary="rate",
    applies=lambda case: f"asked as of {case.as_of}" if case.as_of else "",
)
