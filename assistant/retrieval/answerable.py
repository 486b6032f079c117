"""Does the evidence answer at all? A calibrated probability with its reasons, before anything is composed."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from pydantic import Field

from assistant.types import Record

Grade = Literal["answered", "partial", "no_evidence"]


class Signals(NamedTuple):
    """What is known about a question and the passages found for it; higher speaks for an answer."""

    nearness: float  # cosine of the best passage of the search, as if it were in the question's language
    agreement: float  # -ln(1 + rank that the search by meaning gives to the best passage by words), at most 0
    span: float  # nearest single sentence or clause, in deviations above the language's mean
    wording: float  # how well that passage meets the words of the question; nearness where that is not known


class Scale(Record):
    """Mean and spread of each signal when the answer is not there, for one language of one library."""

    mean: tuple[float, ...] = Field(min_length=len(Signals._fields), max_length=len(Signals._fields))
    deviation: tuple[float, ...] = Field(min_length=len(Signals._fields), max_length=len(Signals._fields))

    def apply(self, signals: Signals) -> Signals:
        """Give the signals as distances from what this library shows for questions it does not answer."""
        rows = zip(signals, self.mean, self.deviation, strict=True)
        return Signals(*((value - mean) / deviation for value, mean, deviation in rows))


class Grades(Record):
    """A logistic model over the scaled signals, and two thresholds on its probability."""

    weights: tuple[float, ...] = Field(min_length=len(Signals._fields), max_length=len(Signals._fields))
    bias: float
    answer_from: float = Field(ge=0, le=1, description="probability from which evidence answers")
    refuse_below: float = Field(ge=0, le=1, description="probability below which nothing is shown")
    likeness: float = Field(default=0.0, description="weight of the likeness to questions that are answered")
    with_likeness: Grades | None = Field(default=None, description="for a library that keeps near misses")

    def beside(self, likeness: float | None) -> Grades:
        """Give the grades for a question whose likeness is known, or is not."""
        return self.with_likeness if likeness is not None and self.with_likeness else self


class Judgement(NamedTuple):
    """Probability that the evidence answers, its grade, and why."""

    probability: float
    grade: Grade
    reasons: tuple[str, ...]

    def refused(self, reason: str, grades: Grades) -> Judgement:
        """Give the same judgement turned into a refusal, with the reason first.

        The probability is at most that of any refusal; how far below, a rule cannot tell.
        """
        return Judgement(min(self.probability, grades.refuse_below), "no_evidence", (reason, *self.reasons))


WITH_LIKENESS = Grades(
    weights=(0.3572, 0.246, 0.09886, 0.4816),
    bias=1.062,
    answer_from=0.766,
    refuse_below=0.684,
    likeness=0.5957,
)
GRADES = Grades(
    weights=(0.3308, 0.2438, 0.08175, 0.563),
    bias=1.363,
    answer_from=0.741,
    refuse_below=0.691,
    with_likeness=WITH_LIKENESS,
)
"""Fitted by `python -m evals.fit_grades` on the dev half of the cases, which prints these lines."""


def judge_answerable(
    scaled: Signals | None, grades: Grades, lean: float | None = None, likeness: float | None = None
) -> Judgement:
    """Give the probability that the evidence answers the question, and the grade of the reply.

    Args:
        scaled: Distances from what this library shows without an answer (`Scale.apply`); `None` when
            nothing was found, which is never an answer.
        lean: What a configured reranker adds to the log-odds; `None` when there is none, or it has no say.
        likeness: To questions that the library answers (`ExpectedQuestions.liken`); `None` when it keeps no near misses.
    """
    if scaled is None:
        return Judgement(0.0, "no_evidence", ("nothing was found",))
    grades = grades.beside(likeness)
    logit = grades.bias + sum(w * s for w, s in zip(grades.weights, scaled, strict=True))
    logit += (lean or 0.0) + grades.likeness * (likeness or 0.0)
    probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
    grade: Grade = "no_evidence"
    if probability >= grades.answer_from:
        grade = "answered"
    elif probability >= grades.refuse_below:
        grade = "partial"
    reasons = [f"{name} {value:+.2f}" for name, value in scaled._asdict().items()]
    if likeness is not None:
        reasons.append(f"likeness {likeness:+.2f}")
    if lean is not None:
        reasons.append(f"reranker {lean:+.2f}")
    return Judgement(round(probability, 4), grade, tuple(reasons))
