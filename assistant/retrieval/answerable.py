"""Does the evidence answer at all? A calibrated probability with its reasons, before anything is composed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import Field

from assistant.types import Language, Record


class Signals(NamedTuple):
    """What is known about a question and its best evidence; higher means answerable."""

    passage: float  # best passage's closeness, in deviations above the language's mean
    span: float  # best span's closeness, likewise
    words: float  # share of the question's rare words in the best span and its headings, 0 to 1
    lexical: float  # best BM25 divided by the question's rarity mass


SIGNAL_NAMES = Signals._fields


class Grades(Record):
    """The calibration of one library and language: a logistic model and two thresholds on it."""

    weights: tuple[float, ...] = Field(min_length=len(SIGNAL_NAMES), max_length=len(SIGNAL_NAMES))
    bias: float
    answer_from: float = Field(ge=0, le=1, description="probability from which evidence answers")
    refuse_below: float = Field(ge=0, le=1, description="probability below which nothing is shown")
    questions: int = Field(default=0, ge=0, description="how many it was fitted on")


class Judgement(NamedTuple):
    """Probability that the evidence answers, its grade, and why."""

    probability: float
    grade: str  # answered, partial, no_evidence
    reasons: tuple[str, ...]


DEFAULT_GRADES = Grades(weights=(0.55, 0.55, 3.0, 2.0), bias=-5.2, answer_from=0.5, refuse_below=0.25)
"""Used until a library has calibrated itself, and for libraries too small to do so."""


def judge_answerable(signals: Signals, grades: Grades) -> Judgement:
    """Give the probability that the evidence answers the question, and the grade of the reply."""
    logit = grades.bias + sum(w * s for w, s in zip(grades.weights, signals, strict=True))
    probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
    if probability >= grades.answer_from:
        grade = "answered"
    elif probability >= grades.refuse_below:
        grade = "partial"
    else:
        grade = "no_evidence"
    reasons = tuple(f"{name} {value:.2f}" for name, value in zip(SIGNAL_NAMES, signals, strict=True))
    return Judgement(round(probability, 4), grade, reasons)


def pick_grades(
    calibrated: Mapping[Language, Grades], language: Language, fallback: Sequence[Grades] = (DEFAULT_GRADES,)
) -> Grades:
    """Give the library's own calibration for a language, or the default."""
    return calibrated.get(language, fallback[0])
