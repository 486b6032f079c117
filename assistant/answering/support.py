"""How much of a sentence its source carries, as one calibrated number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from assistant.answering.alignment import Aligned, Rarity, SourceUnits
from assistant.answering.segments import Unit

MIN_COVERAGE = 0.4
WEAKEST = 0.2


class Covered(NamedTuple):
    """Shares of a claim's words that stand where its clauses come from."""

    whole: float
    weakest: float  # of its clauses of three words or more


def cover_claim(aligned: Sequence[Aligned], source: SourceUnits, context: frozenset[str], rarity: Rarity) -> Covered:
    """Measure how much of a claim stands in the sentences that its clauses come from, and in their headings."""
    matched = total = 0.0
    weakest = 1.0
    for pair in aligned:
        index = source.units.index(pair.unit)
        near = source.units[max(0, index - 1) : index + 2]
        known = frozenset(term for unit in near for term in unit.term_set) | context
        own = frozenset(pair.segment.terms)
        if not own:
            continue
        weights = [(rarity(term), credit(term, known)) for term in own]
        mass = sum(weight for weight, _ in weights)
        found = sum(weight * share for weight, share in weights)
        matched, total = matched + found, total + mass
        if len(own) >= 3 and mass:
            weakest = min(weakest, found / mass)
    return Covered(matched / total if total else 1.0, weakest)


def credit(term: str, known: frozenset[str]) -> float:
    """Give 1 for a known term, part for one that shares its beginning or all its characters with some."""
    if term in known:
        return 1.0
    if term.startswith("="):
        return 0.0
    if term.isascii():
        return 0.7 if len(term) >= 5 and any(other.startswith(term[:5]) for other in known) else 0.0
    if len(term) == 2:
        return 0.25 * sum(any(char in other for other in known if not other.isascii()) for char in term)
    return 0.0


def score_support(covered: Covered) -> float:
    """Placeholder"""
    return 0.5 * (covered.whole + covered.weakest)
