"""Does a claim turn round what its source demands, allows or denies?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from assistant.types import Reason
from assistant.verification.alignment import Aligned, SourceUnits
from assistant.verification.antonyms import both_end
from assistant.verification.facts import family
from assistant.verification.lexicon import find_terms
from assistant.verification.parties import find_parties, strike_parties
from assistant.verification.polarity import NEGATIVE, Stance, clashes, find_markers, find_stance, opposes
from assistant.verification.reasons import because
from assistant.verification.segments import Segment, Unit

_ITEM = re.compile(r"\s+(?:and|or)\s+|,\s+|、|和|以及|或者?|并(?!非)")
LEAST = 0.15
"""Least weight of words that a judgement may rest on."""
_CAPS = re.compile(r"\b(?:no|not) (?:more|longer) than\b|\bat most\b|不超过|至多|最多|最长", re.IGNORECASE)
_CAPPED = ("money", "percent", "number")
ELSEWHERE = 0.4
"""Weight of a word that stands in another sentence than the one the clause comes from."""
OPENS = 12
"""Characters in which a clause that has its own subject names it."""
SAID = 0.75
"""Share of a clause's known words that another clause must have, under the same stance, to say so."""
TURNED = 0.5
"""Share of a clause's words that must stand under the opposite sign for the clause to count as turned."""


class Turned(NamedTuple):
    """What one clause of a claim does to the source's stance."""

    is_condition: bool
    flips: bool  # opposite sign
    reason: Reason


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
    here = spoken & pair.unit.term_set
    items = [frozenset(find_terms(strike_parties(item))) & here for item in _ITEM.split(pair.segment.text)]
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
    spoken = _spoken_after(pair.segment)
    for term in words:
        home = pair.unit if term in pair.unit.term_set else source.home(term)
        stances = _stances_of(term, home, among_exceptions=pair.segment.is_condition) if home else []
        if not stances:
            continue
        weight = source.weigh([term]) * (1.0 if term in pair.unit.term_set else ELSEWHERE)
        kind, stance = min((_vote(one, stances) for one in (spoken.get(term, claim), claim)), key=_mildest)
        kind = "agree" if kind == "clash" and pair.segment.is_condition else kind
        votes[kind].append((weight, stance))
    totals = {kind: sum(weight for weight, _ in found) for kind, found in votes.items()}
    total = sum(totals.values())
    if total < LEAST:
        return None
    if claim == "may" and (
        _CAPS.search(pair.segment.text)
        or any(fact.bound == "at_most" and family(fact) in _CAPPED for fact in pair.segment.facts)
    ):
        votes["clash"], totals["clash"] = [], 0.0  # "may receive up to" is a cap
    if (
        claim == "may"
        and all(stance == "affirms" for _, stance in votes["clash"])
        and _may_already(pair, source)
    ):
        votes["clash"], totals["clash"] = [], 0.0
    for kind in ("flip", "clash"):
        if totals[kind] >= TURNED * total:
            theirs = max(votes[kind])[1]
            reason = because("stance", theirs, claim)
            if not (kind == "flip" and _end_alike(pair)) and not _said_elsewhere(words, pair, source):
                return Turned(pair.segment.is_condition, kind == "flip", reason)
    return None


def _spoken_after(segment: Segment) -> dict[str, Stance]:
    """Give the stance that each term of a clause with several markers stands behind; empty for one marker."""
    markers = find_markers(segment.text)
    if segment.is_condition or len(markers) < 2:
        return {}
    ends = [*(marker.start for marker in markers[1:]), len(segment.text)]
    return {
        term: marker.stance
        for marker, end in zip(markers, ends, strict=True)
        for term in find_terms(segment.text[marker.end : end])
    }


def _mildest(vote: tuple[str, Stance]) -> int:
    return ("agree", "clash", "flip").index(vote[0])


def _may_already(pair: Aligned, source: SourceUnits) -> bool:
    """Tell whether "may" adds nothing: the source allows something beside it, or does not state what is done."""
    at = source.units.index(pair.unit)
    beside = source.units[max(0, at - 1) : at + 2]
    if any(segment.stance == "may" for unit in beside for segment in unit.segments):
        return True
    done = find_terms(pair.segment.text[max(0, pair.segment.marker.end) :])[:1]
    return bool(done) and done[0] not in pair.unit.term_set


def _said_elsewhere(words: Collection[str], pair: Aligned, source: SourceUnits) -> bool:
    """Tell whether some clause of the source has nearly all of the words under the claim's stance."""
    known = frozenset(words) & source.terms
    claim = pair.segment.stance
    return len(known) > 1 and any(
        len(known & frozenset(segment.terms)) >= SAID * len(known)
        and not opposes(claim, segment.stance)
        and not clashes(claim, segment.stance)
        for unit in source.units
        for segment in unit.segments
        if segment.is_condition == pair.segment.is_condition
    )


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
    spoken = [s for s in segments if term in s.terms and term not in s.subject]
    bare = [s for s in segments if term in s.terms and not _denies_a_noun(s)]
    found = [segment.stance for segment in spoken or bare]
    return found + [stance for segment in spoken for stance in _others(term, segment, segments)]


def _denies_a_noun(segment: Segment) -> bool:
    """Tell whether a clause denies only what follows ("a review of 45 days and no overall limit")."""
    marker = segment.marker
    return segment.text[marker.start : marker.end].lower() == "no" and segment.text[: marker.start].endswith(
        "and "
    )


def _others(term: str, segment: Segment, segments: Sequence[Segment]) -> list[Stance]:
    """List what else a term may stand under: later markers of its clause, or those of the clause it goes on from.

    In 可在受理前，就方案与申请人沟通 the second clause is still allowed; "must prove that it is not" denies.
    """
    if segment.is_condition:
        return []
    found = [marker.stance for marker in find_markers(segment.text) if marker.start != segment.marker.start]
    opens = segment.parties and find_parties(segment.text[:OPENS])
    if segment.marker.start < 0 and not opens:
        before = [s for s in segments[: segments.index(segment)] if not s.is_condition]
        found += [before[-1].stance] if before else []
    return found


def _vote(claim: Stance, stances: Iterable[Stance]) -> tuple[str, Stance]:
    found = list(stances)
    for stance in found:
        if not opposes(claim, stance) and not clashes(claim, stance):
            return "agree", stance
    for stance in found:
        if not opposes(claim, stance):
            return "clash", stance
    return "flip", found[0]
