"""Does the evidence answer at all? A calibrated probability with its reasons, before anything is composed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import Field

from assistant.types import Language, Record

Grade = Literal["answered", "partial", "no_evidence"]


class Signals(NamedTuple):
    """What is known about a question and its best evidence."""

    cosine: float  # of the best passage, as if it were in the question's language
    fused: float  # score of the best passage
    margin: float  # its distance to the twentieth
    words: float  # share of the question's rare words that the evidence holds, 0 to 1


class Grades(Record):
    """A logistic model over the signals of one language, and two thresholds on its probability."""

    weights: tuple[float, ...] = Field(min_length=len(Signals._fields), max_length=len(Signals._fields))
    bias: float
    answer_from: float = Field(ge=0, le=1, description="probability from which evidence answers")
    refuse_below: float = Field(ge=0, le=1, description="probability below which nothing is shown")


class Judgement(NamedTuple):
    """Probability that the evidence answers, its grade, and why."""

    probability: float
    grade: Grade
    reasons: tuple[str, ...]

    def refused(self, reason: str) -> Judgement:
        """Give the same judgement turned into a refusal, with the reason first."""
        return Judgement(min(self.probability, 0.05), "no_evidence", (reason, *self.reasons))


GRADES: Mapping[Language, Grades] = {
    "en": Grades(
        weights=(26.48, 0.02496, 0.07671, 2.132), bias=-24.24, answer_from=0.367, refuse_below=0.213
    ),
    "zh": Grades(weights=(32.99, 0.0, 0.6423, 0.9659), bias=-31.21, answer_from=0.342, refuse_below=0.282),
}
"""Fitted by `python -m evals.fit_grades` on the dev half of the cases, which prints these lines."""


def judge_answerable(signals: Signals, grades: Grades) -> Judgement:
    """Give the probability that the evidence answers the question, and the grade of the reply."""
    logit = grades.bias + sum(w * s for w, s in zip(grades.weights, signals, strict=True))
    probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
    grade: Grade = "no_evidence"
    if any(signals) and probability >= grades.answer_from:
        grade = "answered"
    elif any(signals) and probability >= grades.refuse_below:
        grade = "partial"
    reasons = tuple(f"{name} {value:.2f}" for name, value in signals._asdict().items())
    return Judgement(round(probability, 4), grade, reasons)
