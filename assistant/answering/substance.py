"""Whether two versions of a rule differ in substance: who, may or must, on what condition, by when; wording aside.

Figures that both versions give are compared in `changes.py`. Knows nothing of documents.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from assistant.answering.clauses import find_measures, likeness
from assistant.verification.lexicon import find_terms
from assistant.verification.polarity import Stance
from assistant.verification.segments import Segment, Unit, read_units

Kind = Literal["stance", "party", "condition", "limit"]

LEAST_ALIKE = 0.35
"""Share of concepts that two sentences on one question have in common, from which they are the same rule."""
LEAST_SHARED = 2
"""Concepts that the clauses compared, or a condition, must have."""
SAME_CONDITION = 0.34
"""Share of a condition's concepts in the other version, from which it is there in other words."""
MAX_CHARS = 400
"""A longer sentence is no one rule."""

_DENIES: frozenset[Stance] = frozenset({"must_not", "denies"})
_DEMANDS: frozenset[Stance] = frozenset({"must", "needs"})
_LEAVES: frozenset[Stance] = frozenset({"may", "need_not"})


def tell_difference(shown: str, other: str, around: Iterable[str] = ()) -> Kind | None:
    """Name what two sentences that answer one question differ in; `None` for wording alone, or unlike sentences.

    Args:
        around: Other sentences of the other version, which may hold a condition or a limit by themselves.
    """
    if max(len(shown), len(other)) > MAX_CHARS or likeness(shown, other) < LEAST_ALIKE:
        return None
    pair = _align(shown, other)
    if pair is None:
        return None
    (unit, segment), (other_unit, other_segment) = pair
    shared = frozenset(segment.terms) & frozenset(other_segment.terms)
    if _differ(_stance_of(segment, shared), _stance_of(other_segment, shared)):
        return "stance"
    ours, theirs = frozenset(segment.parties), frozenset(other_segment.parties)
    if ours and theirs and not (ours <= theirs or theirs <= ours):
        return "party"
    known = [other, *around]
    if _adds_condition(unit, known) or _adds_condition(other_unit, [shown]):
        return "condition"
    near = [text for text in known if len(shared & frozenset(find_terms(text))) >= LEAST_SHARED]
    limits = _limits(shown)
    if limits and not _limits(other) and not any(limits & _limits(text) for text in near):
        return "limit"
    return None


def _limits(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(measure for measure in find_measures(text) if measure[0] != "number")


def _align(one: str, other: str) -> tuple[tuple[Unit, Segment], tuple[Unit, Segment]] | None:
    """Give the statements of two sentences that have most in common."""
    pairs = [
        (len(shared), len(shared) / max(1, len(ours | theirs)), first, second)
        for first in _statements(one)
        for second in _statements(other)
        for ours, theirs in [(frozenset(first[1].terms), frozenset(second[1].terms))]
        if len(shared := ours & theirs) >= LEAST_SHARED
    ]
    if not pairs:
        return None
    *_, first, second = max(pairs, key=lambda pair: pair[:2])
    return first, second


def _statements(text: str) -> list[tuple[Unit, Segment]]:
    return [
        (unit, segment) for unit in read_units(text) for segment in unit.segments if not segment.is_condition
    ]


def _stance_of(segment: Segment, shared: frozenset[str]) -> Stance:
    """Give the stance of a clause towards what both say; "pays and owes no other fee" pays."""
    marker = segment.marker
    behind = frozenset(find_terms(segment.text[max(0, marker.end) :]))
    return marker.stance if marker.start < 0 or behind & shared else "affirms"


def _differ(one: Stance, other: Stance) -> bool:
    """Tell whether one denies what the other does not, or demands what the other leaves open; plain words are both."""
    if (one in _DENIES) != (other in _DENIES):
        return True
    return (one in _DEMANDS and other in _LEAVES) or (one in _LEAVES and other in _DEMANDS)


def _adds_condition(unit: Unit, other: Iterable[str]) -> bool:
    """Tell whether a sentence makes a condition of which the other version says nothing."""
    known = [frozenset(find_terms(text)) for text in other]
    return any(
        len(terms) >= LEAST_SHARED
        and max((len(terms & theirs) for theirs in known), default=0) < SAME_CONDITION * len(terms)
        for segment in unit.segments
        if segment.is_condition
        for terms in [frozenset(segment.terms)]
    )
