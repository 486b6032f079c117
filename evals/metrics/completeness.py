"""Whether an answer says the facts it must say."""

from __future__ import annotations

from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.metrics.matching import says
from evals.score import Metric, Outcome, Score


def answer_text(outcome: Outcome) -> str:
    """Give the sentences that the reader sees without opening "more", one a line."""
    return "\n".join(sentence.text for sentence in outcome.answer.sentences) if outcome.answer else ""


def score_completeness(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give the share of required facts of which one wording occurs in the answer."""
    text = answer_text(outcome)
    missing = [words for words in case.expected.facts if not any(says(text, word) for word in words)]
    total = len(case.expected.facts)
    reason = f"missing: {'; '.join(words[0] for words in missing)}" if missing else "all facts said"
    return Score(value=(total - len(missing)) / total, reason=reason)


COMPLETENESS = Metric(
    name="completeness",
    title="Required facts said",
    meaning="Share of the facts a right answer needs that the shown sentences hold, in any listed wording.",
    score=score_completeness,
    applies=lambda case: "" if case.expected.facts else "no facts are required",
)
