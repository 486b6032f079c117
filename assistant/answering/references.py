"""Which article a text says it rests on: "Basis: IP Policy v2.0, Articles 17 and 18", 依据：《章程》第3条."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from assistant.types import Passage
from assistant.verification.numerals import fold_numerals

MAX_RANGE = 30
"""Articles 3 to 40 is read as far as this many; a slip of the pen must not name a whole law."""

_BASIS = re.compile(r"(?:Basis|依据)\s*[:：]\s*(?P<rest>[^\n]+)")
_NAMED = re.compile(
    r"(?P<title>[A-Z][\w&'’ ]*?)(?: v(?P<version>\d+(?:\.\d+)*))?, Articles? (?P<numbers>\d[\d., ]*(?:(?:and|to) [\d., ]+)*)"
    r"|《(?P<zh_title>[^》]+)》(?: ?v(?P<zh_version>\d+(?:\.\d+)*))? ?(?P<zh_numbers>第[\d.]+条(?:[、和至]*第[\d.]+条)*)"
)
_NUMBERS = re.compile(r"(\d+)(?:\.\d+)*条?(?:\s*(?:to|至)\s*第?(\d+))?")
_HEADING = re.compile(r"(?:articles?|section) (\d+)|第(\d+)条")


_TITLE_VERSION = re.compile(r"\s*v(\d+(?:\.\d+)*)$")


class Reference(NamedTuple):
    """A document by title, the version if one is named, and the articles of it that are named."""

    title: str
    version: str | None
    articles: frozenset[int]

    def names(self, title: str) -> bool:
        """Tell whether a document of this title is meant: IP Policy v2.0 is Intellectual Property Policy v2.0."""
        match = _TITLE_VERSION.search(title)
        if self.version and match and match[1] != self.version:
            return False
        return self.title in _short_forms(_TITLE_VERSION.sub("", title))


def find_basis(text: str) -> tuple[Reference, ...]:
    """List what a text names as its basis, in order."""
    return tuple(
        Reference(
            (named["title"] or named["zh_title"]).strip(),
            named["version"] or named["zh_version"],
            _articles(named["numbers"] or named["zh_numbers"]),
        )
        for basis in _BASIS.finditer(text)
        for named in _NAMED.finditer(basis["rest"])
    )


def is_basis(text: str) -> bool:
    """Tell whether a sentence only says what the others rest on: it answers nothing itself."""
    return bool(_BASIS.match(text.strip()))


def article_of(passage: Passage) -> int | None:
    """Give the number of the article that a passage stands under, by its innermost numbered heading."""
    for heading in reversed(passage.headings):
        if match := _HEADING.match(fold_numerals(heading)):
            return int(match[1] or match[2])
    return None


def find_referenced(passages: Iterable[Passage], *, sources: int = 8) -> dict[str, int]:
    """Map passages that the first ones rest on to the place (from 0) of the first that says so.

    Args:
        sources: Passages whose basis is read; the rest are only looked up.
    """
    listed = list(passages)
    articles = {passage.id: article_of(passage) for passage in listed}
    found: dict[str, int] = {}
    for place, source in enumerate(listed[:sources]):
        for reference in find_basis(source.text):
            for passage in listed:
                if articles[passage.id] in reference.articles and reference.names(passage.title):
                    found.setdefault(passage.id, place)
    return found


def find_outdated(passages: Iterable[Passage]) -> frozenset[str]:
    """List the passages whose basis is a version that is not among them, while another version of it is."""
    listed = list(passages)
    titles = {passage.title for passage in listed}
    return frozenset(
        passage.id
        for passage in listed
        for reference in find_basis(passage.text)
        if reference.version
        and not any(reference.names(title) for title in titles)
        and any(reference._replace(version=None).names(title) for title in titles)
    )


def _short_forms(title: str) -> set[str]:
    """Give a title and what it is called with its first words as initials."""
    words = title.split()
    initials = ("".join(word[0] for word in words[:n]) for n in range(2, len(words)))
    return {title, *(f"{short} {' '.join(words[n:])}" for n, short in enumerate(initials, start=2))}


def _articles(numbers: str) -> frozenset[int]:
    named: set[int] = set()
    for match in _NUMBERS.finditer(numbers):
        first = int(match[1])
        named.update(range(first, min(int(match[2] or first), first + MAX_RANGE) + 1))
    return frozenset(named)
