"""A question as retrieval sees it: the stand-alone text and weighted context of earlier turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from assistant.types import Language
from assistant.words import detect_language


class WeightedText(NamedTuple):
    """A text that joins a search with a weight; the question itself has weight 1."""

    text: str
    weight: float


@dataclass(frozen=True)
class Query:
    """What is searched: `text` with weight 1, `context` with less."""

    text: str
    language: Language
    context: tuple[WeightedText, ...] = ()

    @property
    def parts(self) -> tuple[WeightedText, ...]:
        """The question first, then its context."""
        return (WeightedText(self.text, 1.0), *self.context)


def plain_query(text: str) -> Query:
    """Make a query without context."""
    return Query(text, detect_language(text))
