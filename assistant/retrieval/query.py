"""A question as retrieval sees it: its own words, and weighted texts that carry the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from assistant.everyday import reword
from assistant.retrieval.versions import NOT_NAMED, Named, read_named
from assistant.types import Language
from assistant.words import detect_language

REWORDED_WEIGHT = 1.0
"""A question in the words of rules and records beside itself."""


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
    named: Named = NOT_NAMED  # versions asked for; those of the topic's documents may answer
    topic: str = ""  # the turn that opened the conversation, which says what it is about
    formal: str = ""  # what a turn of few words asks in the words of its subject's rules

    @property
    def asked(self) -> str:
        """What is asked, readable without the turns before where its subject tells."""
        return self.formal or self.text

    @property
    def meaning_parts(self) -> tuple[WeightedText, ...]:
        """Texts whose vectors are summed."""
        return (*self._own, *self.meaning_context)

    @property
    def word_parts(self) -> tuple[WeightedText, ...]:
        """Texts whose word scores are summed."""
        return (*self._own, *self.word_context)

    @property
    def _own(self) -> tuple[WeightedText, ...]:
        reworded = reword(self.asked)
        own = WeightedText(self.text, 1.0)
        return (own,) if reworded == self.text else (own, WeightedText(reworded, REWORDED_WEIGHT))


def plain_query(text: str) -> Query:
    """Make a query without context."""
    return Query(text, detect_language(text), named=read_named(text))
