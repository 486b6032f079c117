"""Fitting the grades of answerability to a library with questions made from its own text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.retrieval.answerable import Grades
from assistant.types import Language

if TYPE_CHECKING:
    from assistant.library import Library

GRADES_KEY = "grades"


def read_grades(library: Library) -> dict[Language, Grades]:
    """Give the library's own calibration by language; empty before the first."""
    stored = library.read_value(GRADES_KEY) or {}
    return {language: Grades.model_validate(value) for language, value in stored.items()}
