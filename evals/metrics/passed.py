"""Whether a case is right in every part; the number to look at first."""

from __future__ import annotations

from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.metrics.citations import CITATION_RECALL
from evals.metrics.completeness import COMPLETENESS
from evals.metrics.forbidden import FORBIDDEN
from evals.metrics.language import LANGUAGE
from evals.metrics.leaks import LEAKS
from evals.metrics.superseded import SUPERSEDED
from evals.metrics.support import SUPPORT
from evals.score import Metric, Outcome, Score, score_outcome

PARTS = (COMPLETENESS, FORBIDDEN, SUPPORT, LEAKS, SUPERSEDED, LANGUAGE)
"""Metrics that must be 1 where they apply."""


def score_passed(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give 1 when the status is the expected one and every part is perfect; without facts, some gold is cited."""
    wrong = []
    status = outcome.answer.status if outcome.answer else "failed"
    if status != case.expected.status:
        wrong.append(f"status {status}, expected {case.expected.status}")
    for metric in PARTS:
        score = score_outcome(metric, outcome, corpus)
        if score.value is not None and score.value < 1:
            wrong.append(f"{metric.title.lower()}: {score.reason}")
    # With the facts said and carried, another document that says them (the FAQ) will do.
    if not case.expected.facts and score_outcome(CITATION_RECALL, outcome, corpus).value == 0:
        wrong.append("no gold place cited")
    return Score(value=float(not wrong), reason="; ".join(wrong) or "right in every part")


PASSED = Metric(
    name="passed",
    title="Cases right in every part",
    meaning=(
        "Status as expected, all facts said (or, where none are listed, a gold place cited), nothing forbidden, "
        "every sentence carried, nothing leaked or out of force, language right."
    ),
    score=score_passed,
    summary="rate",
)
