"""A question as retrieval sees it: its own words, and weighted texts that carry the conversation."""

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
    """What is searched: `text` with weight 1, and what earlier turns add to each kind of search."""

    text: str
    language: Language
    meaning_context: tuple[WeightedText, ...] = ()
    word_context: tuple[WeightedText, ...] = ()

    @property
    def meaning_parts(self) -> tuple[WeightedText, ...]:
        """Texts whose vectors are summed."""
        return (WeightedText(self.text, 1.0), *self.meaning_context)

    @property
    def word_parts(self) -> tuple[WeightedText, ...]:
        """Texts whose word scores are summed."""
        return (WeightedText(self.text, 1.0), *self.word_context)


def plain_query(text: str) -> Query:
    """Make a query without context."""
    return Query(text, detect_language(text))
