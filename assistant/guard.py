"""Screening a question before anything is searched, stored or sent; what is held back goes nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.guarding.categories import Category, classify
from assistant.guarding.replies import reply_for
from assistant.types import Language, Turn
from assistant.words import detect_language


@dataclass(frozen=True)
class Screened:
    """Why a question is not answered, the reply, and the question whose answer shows the right path."""

    category: Category
    language: Language
    reply: str
    path_question: str
    may_echo: bool


def screen(text: str, history: Sequence[Turn] = ()) -> Screened | None:
    """Give `None` for an ordinary question, else the category and the reply.

    Args:
        text: The turn as typed.
        history: Earlier turns; text that was held back before is expected to be absent.
    """
    del history  # each turn is screened on its own: what it contains is what would leak
    category = classify(text)
    if category is None:
        return None
    language = detect_language(text)
    reply = reply_for(category, language)
    return Screened(
        category=category,
        language=language,
        reply=reply.text,
        path_question=reply.path_question,
        may_echo=category not in ("disclosure", "patient_data"),
    )
