"""Does a claim turn round what its source demands, allows or denies?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from assistant.answering.alignment import Aligned, SourceUnits
from assistant.answering.antonyms import both_end
from assistant.answering.facts import family
from assistant.answering.lexicon import find_terms
from assistant.answering.parties import strike_parties
from assistant.answering.polarity import NEGATIVE, Stance, clashes, find_stance, opposes
from assistant.answering.segments import Segment, Unit

_ITEM = re.compile(r"\s+(?:and|or)\s+|,\s+|、|和|以及|或者?|并(?!非)")
LEAST = 0.15
"""Least weight of words that a judgement may rest on."""
_CAPPED = ("money", "percent", "number")
TURNED = 0.5
"""Share of a clause's words that must stand under the opposite sign for the clause to count as turned."""

_WORDS: dict[Stance, str] = {
    "affirms": "states", "denies": "denies", "must": "demands", "may": "allows", "must_not": "forbids",
    "need_not": "leaves open", "needs": "makes depend on something",
}  # fmt: skip


class Turned(NamedTuple):
    """What one clause of a claim does to the source's stance."""

    is_condition: bool
    flips: bool  # opposite sign
    reason: str


def compare_stances(aligned: Sequence[Aligned], source: SourceUnits) -> list[Turned]:
    """List the clauses whose words stand under another stance in the source.

    A main clause and its condition that are both turned say the same again ("no X without Y" is
    "X only with Y"); the caller weighs that.
    """
    return [turned for pair in aligned if (turned := _compare(pair, source))]


def _compare(pair: Aligned, source: SourceUnits) -> Turned | None:
    """Compare a clause, then each item of a list in it by itself: "must A and B" demands both."""
    if not pair.is_close or _speaks_of_exception(pair):
        return None
    spoken = _spoken(pair.segment)
    items = [frozenset(find_terms(strike_parties(item))) & spoken for item in _ITEM.split(pair.segment.text)]
    head = frozenset(find_terms(strike_parties(pair.segment.text[max(0, pair.segment.marker.end) :]))[:1])
    for words in (
        spoken,
        *(item for item in items if len(items) > 1),
        head if pair.segment.marker.end > 0 else (),
    ):
        if words and (turned := _compare_words(words, pair, source)):
            return turned
    return None


def _compare_words(words: Collection[str], pair: Aligned, source: SourceUnits) -> Turned | None:
    votes: dict[str, list[tuple[float, Stance]]] = {"flip": [], "clash": [], "agree": []}
    claim = pair.segment.stance
    for term in words:
        home = pair.unit if term in pair.unit.term_set else source.home(term)
        stances = _stances_of(term, home, among_exceptions=pair.segment.is_condition) if home else []
        if not stances:
            continue
        weight = source.weigh([term])
        kind, stance = _vote(claim, stances)
        kind = "agree" if kind == "clash" and pair.segment.is_condition else kind
        votes[kind].append((weight, stance))
    totals = {kind: sum(weight for weight, _ in found) for kind, found in votes.items()}
    total = sum(totals.values())
    if total < LEAST:
        return None
    if claim == "may" and any(
        fact.bound == "at_most" and family(fact) in _CAPPED for fact in pair.segment.facts
    ):
        votes["clash"], totals["clash"] = [], 0.0  # "may receive up to" is a cap
    for kind in ("flip", "clash"):
        if totals[kind] >= TURNED * total:
            theirs = max(votes[kind])[1]
            reason = f"the source {_WORDS[theirs]} what the sentence {_WORDS[claim]}"
            if not (kind == "flip" and _end_alike(pair)):
                return Turned(pair.segment.is_condition, kind == "flip", reason)
    return None


def _end_alike(pair: Aligned) -> bool:
    """Tell whether "loses" stands for "is closed": both end, and the one that denies denies by that word."""
    if not both_end(pair.segment.text, pair.unit.text):
        return False
    segments = [pair.segment] if pair.segment.stance in NEGATIVE else pair.unit.segments
    markers = [
        (segment.text, find_stance(segment.text)) for segment in segments if segment.stance in NEGATIVE
    ]
    denying = [text[marker.start : marker.end] for text, marker in markers if marker.end > 0]
    return bool(denying) and all(both_end(word, word) for word in denying)


def _speaks_of_exception(pair: Aligned) -> bool:
    """Tell whether a main clause is about what the source makes an exception for: there it is possible."""
    own = frozenset(pair.segment.terms)
    return not pair.segment.is_condition and any(
        segment.excepts and 2 * len(own & frozenset(segment.terms)) >= len(own) > 0
        for segment in pair.unit.segments
    )


def _spoken(segment: Segment) -> frozenset[str]:
    """Give the words a stance is about: those behind its marker, or all."""
    return frozenset(segment.terms) - segment.subject or frozenset(segment.terms)


def _stances_of(term: str, unit: Unit, *, among_exceptions: bool) -> list[Stance]:
    """List the stances a term stands under in a sentence; its subject stands under all of them."""
    segments = [segment for segment in unit.segments if among_exceptions or not segment.excepts]
    if segments and term in segments[0].subject and segments[0].stance != "needs":
        return []
    return [
        segment.stance for segment in segments if term in segment.terms and term not in segment.subject
    ] or [segment.stance for segment in segments if term in segment.terms]


def _vote(claim: Stance, stances: Iterable[Stance]) -> tuple[str, Stance]:
    found = list(stances)
    for stance in found:
        if not opposes(claim, stance) and not clashes(claim, stance):
            return "agree", stance
    for stance in found:
        if not opposes(claim, stance):
            return "clash", stance
    return "flip", found[0]
