"""A case's result under one metric, and what an asked case holds; knows nothing of means or tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from assistant.types import Answer, Hit, Record
from evals.cases import EvalCase
from evals.corpus import Corpus


class Score(Record):
    """One value with its reason; `None` means that the metric does not apply, which is not zero."""

    value: float | None
    reason: str = ""
    failed: bool = Field(default=False, description="the case crashed; counted as the worst value")


class FoundPlace(Record):
    """A passage that search returned, by place."""

    document: str
    revision: str
    start: int
    end: int
    rank: int
    score: float


class Outcome(Record):
    """What came back for one case: an answer and the ranking behind it, or the crash."""

    case: EvalCase
    answer: Answer | None = None
    found: tuple[FoundPlace, ...] = ()
    seconds: float | None = Field(default=None, ge=0, description="wall time of ask()")
    error: str | None = None
    scores: dict[str, Score] = Field(default_factory=dict)


Scorer = Callable[[EvalCase, Outcome, Corpus], Score]
Summary = Literal["mean", "rate", "f1", "p50", "p95"]
"""How scores become one number: `rate` is a mean of 0/1 (Wilson interval), the others bootstrap."""


@dataclass(frozen=True)
class Metric:
    """A question asked of every case; `score` reads one case, never several."""

    name: str
    title: str
    meaning: str
    score: Scorer
    summary: Summary = "mean"
    better: Literal["higher", "lower", "neither"] = "higher"
    unit: Literal["share", "seconds"] = "share"
    applies: Callable[[EvalCase], str] = lambda case: ""  # the reason why not; empty when it applies


def score_outcome(metric: Metric, outcome: Outcome, corpus: Corpus) -> Score:
    """Judge one outcome; a crashed case has the worst score wherever the metric applies to its case.

    A crash has no duration, so metrics in seconds leave it out and count it as failed.
    """
    if reason := metric.applies(outcome.case):
        return Score(value=None, reason=reason)
    if outcome.answer is None:
        worst = float(metric.better == "lower") if metric.unit == "share" else None
        return Score(value=worst, reason=f"the case failed: {outcome.error}", failed=True)
    return metric.score(outcome.case, outcome, corpus)


def score_all(metrics: Sequence[Metric], outcome: Outcome, corpus: Corpus) -> Outcome:
    """Give the outcome with the scores of all metrics."""
    scores = {metric.name: score_outcome(metric, outcome, corpus) for metric in metrics}
    return outcome.model_copy(update={"scores": scores})


def keep_places(hits: Sequence[Hit]) -> tuple[FoundPlace, ...]:
    """Reduce hits to what ranking measures need."""
    return tuple(
        FoundPlace(
            document=hit.passage.document,
            revision=hit.passage.revision,
            start=hit.passage.start,
            end=hit.passage.end,
            rank=hit.rank,
            score=hit.score,
        )
        for hit in hits
    )
