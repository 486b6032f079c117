"""Whether the assistant says "the library does not say" when, and only when, it does not.

`no_evidence` is a refusal. "partial" is neither an answer nor a refusal and has a number of its own.
"""

from __future__ import annotations

from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.score import Metric, Outcome, Score


def _applies(case: EvalCase) -> str:
    if case.expected.status in ("partial", "declined"):
        return f"status {case.expected.status!r} is neither to answer nor to refuse"
    return ""


def _pair(case: EvalCase, outcome: Outcome) -> tuple[bool, bool]:
    refused = outcome.answer is not None and outcome.answer.status == "no_evidence"
    return case.expected.status == "no_evidence", refused


def score_precision(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give for a refusal whether it was right."""
    wanted, refused = _pair(case, outcome)
    if not refused:
        return Score(value=None, reason="not refused")
    return Score(
        value=float(wanted), reason="rightly refused" if wanted else "refused though it is answerable"
    )


def score_recall(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give for an unanswerable case whether it was refused."""
    _, refused = _pair(case, outcome)
    status = outcome.answer.status if outcome.answer else "failed"
    return Score(value=float(refused), reason=f"status {status}")


def score_f1(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give 1 for a right refusal, 0 for a wrong or missing one; a right answer does not enter F1."""
    wanted, refused = _pair(case, outcome)
    if not wanted and not refused:
        return Score(value=None, reason="rightly not refused")
    return Score(value=float(wanted and refused), reason="right" if wanted and refused else "wrong")


def score_answered(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give for an answerable case whether it was answered; "partial" is not."""
    status = outcome.answer.status if outcome.answer else "failed"
    return Score(value=float(status == "answered"), reason=f"status {status}")


def score_refused(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give 1 for an answerable case that was refused outright; one that failed was not answered either."""
    status = outcome.answer.status if outcome.answer else "failed"
    return Score(value=float(status in ("no_evidence", "failed")), reason=f"status {status}")


def score_held(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give for an unanswerable case whether nothing was passed off as its answer."""
    status = outcome.answer.status if outcome.answer else "failed"
    return Score(value=float(status not in ("answered", "failed")), reason=f"status {status}")


def score_partial(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give 1 when the answer only shows the closest passages."""
    status = outcome.answer.status if outcome.answer else "failed"
    return Score(value=float(status == "partial"), reason=f"status {status}")


def _needs_refusal(case: EvalCase) -> str:
    return "" if case.expected.status == "no_evidence" else "the case is not to be refused"


def _needs_answer(case: EvalCase) -> str:
    return "" if case.expected.status == "answered" else "the case is not to be answered in full"


ANSWERED = Metric(
    name="answered",
    title="Answerable questions answered",
    meaning="Share of answerable cases with status “answered”, right or wrong in content.",
    score=score_answered,
    summary="rate",
    applies=_needs_answer,
)
REFUSAL_PRECISION = Metric(
    name="refusal_precision",
    title="Refusal precision",
    meaning="Of the refusals, the share that was right.",
    score=score_precision,
    summary="rate",
    applies=_applies,
)
REFUSAL_RECALL = Metric(
    name="refusal_recall",
    title="Refusal recall",
    meaning="Of the questions the library does not answer, the share that was refused.",
    score=score_recall,
    summary="rate",
    applies=_needs_refusal,
)
REFUSAL_F1 = Metric(
    name="refusal_f1",
    title="Refusal F1",
    meaning="Harmonic mean of refusal precision and recall.",
    score=score_f1,
    summary="f1",
    applies=_applies,
)
FALSE_REFUSALS = Metric(
    name="false_refusals",
    title="Answerable questions refused outright",
    meaning="Share of answerable cases with status “no_evidence”.",
    score=score_refused,
    summary="rate",
    better="lower",
    applies=_needs_answer,
)
HELD = Metric(
    name="unanswerable_held",
    title="Unanswerable questions not answered",
    meaning="Of the questions the library does not answer, the share that was refused, declined or shown as closest passages only.",
    score=score_held,
    summary="rate",
    applies=_needs_refusal,
)
PARTIAL = Metric(
    name="partial_share",
    title="Answers that only show the closest passages",
    meaning="Share of all unguarded cases with status “partial”; neither good nor bad by itself.",
    score=score_partial,
    summary="rate",
    better="neither",
    applies=lambda case: "a guard must stop the case" if case.expected.status == "declined" else "",
)
