"""The texts that answers are checked against: every live document, its standing, and who may read it."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.types import AUDIENCES, Audience, Provenance
from assistant.validity import judge_validity, successors

LEAK_CHARS = 24
"""Length of a verbatim piece, white space aside, that no reader writes by chance."""

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class SourceText:
    """One live document as the library holds it."""

    provenance: Provenance
    revision: str
    text: str


def squeeze(text: str) -> str:
    """Give the text without white space."""
    return _SPACE.sub("", text)


def pieces(text: str, length: int = LEAK_CHARS) -> set[str]:
    """List all pieces of a length of the squeezed, lower-cased text."""
    compact = squeeze(text).lower()
    return {compact[i : i + length] for i in range(len(compact) - length + 1)}


class Corpus:
    """All live documents by id; answers questions about standing and access."""

    def __init__(self, texts: Iterable[SourceText], *, today: dt.date | None = None) -> None:
        self.texts = {text.provenance.id: text for text in texts}
        self.today = today or dt.date.today()
        self._successors = successors(text.provenance for text in self.texts.values())
        self._hidden: dict[Audience, frozenset[str]] = {}
        self._titles: dict[Audience, frozenset[str]] = {}

    @property
    def digest(self) -> str:
        """Twelve hex digits over the ids and revisions of all documents."""
        lines = sorted(f"{name}@{text.revision}" for name, text in self.texts.items())
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    def in_force(self, document: str, on: dt.date | None = None) -> bool:
        """Tell whether a document speaks for a date (default today); an unknown one does not."""
        source = self.texts.get(document)
        if source is None:
            return False
        validity = judge_validity(source.provenance, self._successors, on or self.today, today=self.today)
        return validity.standing == "in_force"

    def may_read(self, document: str, role: Audience) -> bool:
        """Tell whether a role may read a document; an unknown one may not be read."""
        source = self.texts.get(document)
        return source is not None and AUDIENCES.index(source.provenance.audience) <= AUDIENCES.index(role)

    @functools.cached_property
    def _pieces_by_document(self) -> dict[str, set[str]]:
        return {name: pieces(source.text) for name, source in self.texts.items()}

    def hidden_pieces(self, role: Audience) -> frozenset[str]:
        """List the verbatim pieces that stand only in documents above a role."""
        if role not in self._hidden:
            seen: set[str] = set()
            hidden: set[str] = set()
            for name, found in self._pieces_by_document.items():
                (seen if self.may_read(name, role) else hidden).update(found)
            self._hidden[role] = frozenset(hidden - seen)
        return self._hidden[role]

    def hidden_titles(self, role: Audience) -> frozenset[str]:
        """List the titles of documents above a role that no document below it bears or mentions."""
        if role not in self._titles:
            readable = [source for name, source in self.texts.items() if self.may_read(name, role)]
            titles = {s.provenance.title for name, s in self.texts.items() if not self.may_read(name, role)}
            seen = "\n".join(part for source in readable for part in (source.provenance.title, source.text))
            self._titles[role] = frozenset(title for title in titles if title not in seen)
        return self._titles[role]
