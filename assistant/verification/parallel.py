"""Enumerations: a claim that takes its subject from one item and what is said of it from the next."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.types import Reason
from assistant.verification.alignment import Aligned
from assistant.verification.facts import Fact
from assistant.verification.lexicon import find_terms
from assistant.verification.reasons import because
from assistant.verification.segments import Unit
from assistant.words import CJK

ALIKE = 0.4
"""Share of the shorter item's words that two items of an enumeration have in common."""

KNOWN = 0.85
"""Share of a clause's words that two neighbouring clauses of the source must have together."""
PARALLEL = 0.1
"""Share of the shorter one's words that two clauses between semicolons have in common to be parallel."""
_LABELS = ("version", "year", "article")

_ITEM = re.compile(rf"[，；：。,;](?=[\s{CJK}]|$)|[，；。]|\s+(?=(?:and|but|while|whereas)\b)|而(?=\w)")


@functools.lru_cache(maxsize=1_024)
def read_items(text: str) -> tuple[frozenset[str], ...]:
    """Give the words of each item of a sentence, items without words left out."""
    found = (frozenset(find_terms(piece)) for piece in _ITEM.split(text) if piece)
    return tuple(words for words in found if words)


def compare_items(aligned: Sequence[Aligned]) -> list[Reason]:
    """List the items of a source whose words a single item of the claim mixes."""
    found = []
    for pair in aligned:
        items = read_items(pair.unit.text)
        for own in read_items(pair.segment.text):
            if len(items) > 1 and (mixed := _mixed(own, items)):
                found.append(because("mixed", mixed))
    return list(dict.fromkeys(found))


def _mixed(own: frozenset[str], items: Sequence[frozenset[str]]) -> str | None:
    """Give a word that the claim took from a second item like the one it fits best."""
    best = max(items, key=lambda item: (len(own & item), -len(item)))
    for other in items:
        common = best & other
        if items.index(other) < items.index(best):
            continue  # a later item may leave out the verb of an earlier one
        if other is best or not own & common or len(common) < max(2, ALIKE * min(len(best), len(other))):
            continue
        taken, left = own & other - best, own & best - other
        if taken and left and len(own & (best | other)) == len(own):
            return sorted(taken)[0].lstrip("=")
    return None


def compare_clauses(claim: Sequence[Unit], source: Sequence[Unit]) -> list[Reason]:
    """List the words that a statement took from the clause behind a semicolon beside the one it is about.

    Only clauses between semicolons are compared: sentences apart share their topic too often.
    """
    found = []
    for first, second in pairwise(source):
        if first.text[-1:] not in (";", "；"):
            continue
        for one, other in ((first, second), (second, first)):
            for unit in claim:
                if mixed := _crossed(unit, _words(one), _words(other)):
                    found.append(because("mixed", mixed))
    return list(dict.fromkeys(found))


@functools.lru_cache(maxsize=1_024)
def _words(unit: Unit) -> frozenset[str | Fact]:
    return _own(unit.terms, unit.parties, unit.facts)


def _own(terms: Sequence[str], parties: Sequence[str], facts: Sequence[Fact]) -> frozenset[str | Fact]:
    named = (f"@{party}" for party in parties)
    return frozenset((*terms, *named, *(fact._replace(bound="") for fact in facts)))


def _crossed(claim: Unit, one: frozenset[str | Fact], other: frozenset[str | Fact]) -> str | None:
    """Give a word that a statement has from the second clause though it speaks of the first."""
    common = one & other
    if len(common) < max(1.0, PARALLEL * min(len(one), len(other))):
        return None
    segments = [(s, _own(s.terms, s.parties, s.facts)) for s in claim.segments]
    whole = frozenset(word for _, words in segments for word in words)
    shared = frozenset(word for s, words in segments if s.is_condition for word in words)
    for segment, words in segments:
        own = words | shared
        taken, left = _telling(own & other - one), _telling(own & one - other)
        if segment.is_condition or not taken or not left or not own & common:
            continue
        if len(own & (one | other)) >= KNOWN * len(own) and one - other - whole and other - one - whole:
            return sorted(map(_show, taken))[0]
    return None


def _telling(words: frozenset[str | Fact]) -> list[str | Fact]:
    return [word for word in words if isinstance(word, str) or word.kind not in _LABELS]


def _show(word: str | Fact) -> str:
    return word.lstrip("=@") if isinstance(word, str) else word.value
