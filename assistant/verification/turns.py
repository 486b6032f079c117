"""What a claim turns round: stances, bounds, orders and opposites weighed together, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.types import Reason
from assistant.verification.alignment import Aligned, SourceUnits
from assistant.verification.antonyms import compare_antonyms, names_opposite
from assistant.verification.bounds import opposite_bounds
from assistant.verification.polarity import NEGATIVE, find_stance
from assistant.verification.scope import says_only, stands_for_exception
from assistant.verification.segments import Segment, Unit
from assistant.verification.stances import compare_stances
from assistant.verification.timing import turned_orders

_RELATIVE = re.compile(r"(?:that|which|who|whose)\b", re.IGNORECASE)
_NONE_BUT = re.compile(
    r"\b(?:nobody|no one|none|nothing|no \w+)\b.{0,30}\b(?:but|except|other than|besides)\b|除[^，。]{1,20}(?:以外|之外|外)",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(r"逾期|否则|\b(?:otherwise|failing which)\b", re.IGNORECASE)
_PENALTY = re.compile(
    r"\b(?:fine|fined|penalty|penalised|breach|sanction\w*)\b|罚|处分|追究|责任", re.IGNORECASE
)


def weigh_turns(aligned: Sequence[Aligned], claim: Sequence[Unit], source: SourceUnits) -> list[Reason]:
    """Say what a claim turns round; a clause that is turned in two ways at once says the same again.

    "No X without Y" turns statement and condition of "X only with Y"; "does not end" turns word and
    stance of "continues"; "over 25 % may not" turns bound and stance of "may up to 25 %".
    """
    turned = [(pair, turn) for pair in aligned for turn in compare_stances([pair], source)]
    late = any(_OTHERWISE.search(unit.text) for unit in source.units)  # "by day 30, otherwise": not by day 30
    penal = late or any(_PENALTY.search(unit.text) for unit in claim)  # "who does X is fined": X is forbidden
    mains: list[Reason] = []
    conditions: list[Reason] = []
    flipped = any(turn.flips and not turn.is_condition for _, turn in turned)
    for pair in aligned:
        flips = [turn.reason for other, turn in turned if other is pair and turn.flips]
        words = [
            opposite_bounds([Unit(pair.segment.text)], source.units),
            turned_orders([pair]),
            compare_antonyms([pair]),
        ]
        ways = [flips[:1], *words]
        if flips and _turned_by_one_word(pair):
            ways = [flips[:1]]  # "lose" for "keep" denies by that very word
        told = [reason for reasons in ways for reason in reasons]
        if pair.segment.is_condition or (_RELATIVE.match(pair.segment.text) and not flips):
            once = sum(map(bool, ways)) == 1
            conditions += told if once and (flipped or not (flips and penal)) else []
        elif sum(map(bool, ways)) == 1:
            excused = (
                stands_for_exception([pair]) or _says_none_but(pair, claim)
                if flips
                else _denied([pair]) or _denies_opposite(pair)
            )
            mains += [] if excused else told
    clashes = [turn.reason for _, turn in turned if not turn.flips]
    if any(_requires_the_exception(pair, claim) for pair in aligned):
        return []
    if conditions and (mains or flipped or any(map(_denies_in_other_words, aligned))):
        return clashes
    return mains + conditions + clashes


def _denies_in_other_words(pair: Aligned) -> bool:
    """Tell whether a main clause denies what no clause of its source does, in words that the source has not."""
    return _denied([pair]) and not frozenset(pair.segment.terms) - pair.segment.subject & pair.unit.term_set


def _turned_by_one_word(pair: Aligned) -> bool:
    """Tell whether what denies, in the clause or in its source, is itself one of two opposites."""
    return _by_opposites([pair.segment] if pair.segment.stance in NEGATIVE else pair.unit.segments)


def _by_opposites(segments: Sequence[Segment]) -> bool:
    """Tell whether every word that denies in some clauses is itself one side of a pair of opposites."""
    markers = [(one.text, find_stance(one.text)) for one in segments if one.stance in NEGATIVE]
    words = [text[marker.start : marker.end] for text, marker in markers if marker.end > 0]
    return bool(words) and all(map(names_opposite, words))


def _denies_opposite(pair: Aligned) -> bool:
    """Tell whether a clause denies by "not" what its source denies by an opposite word: does not keep, loses."""
    return (
        pair.segment.stance in NEGATIVE
        and not _by_opposites([pair.segment])
        and any(s.stance in NEGATIVE for s in pair.unit.segments)
        and _by_opposites(pair.unit.segments)
    )


def _requires_the_exception(pair: Aligned, claim: Sequence[Unit]) -> bool:
    """Tell whether a claim demands first what its source does not go without: no X without Y, X needs Y."""
    mains = [segment for segment in pair.unit.segments if not segment.is_condition]
    if not any(segment.stance in NEGATIVE for segment in mains):
        return False
    demanding = [
        s for unit in claim for s in unit.segments if s.stance in ("must", "needs") and not s.excludes
    ]
    said = frozenset(term for segment in mains for term in segment.terms)
    return any(
        segment.excludes
        and (own := frozenset(segment.terms) - said)
        and any(2 * len(own & frozenset(s.terms)) >= len(own) for s in demanding)
        for segment in pair.unit.segments
    )


def _says_none_but(pair: Aligned, claim: Sequence[Unit]) -> bool:
    """Tell whether a claim's "nobody but A may" puts a source's "only A may" in other words."""
    return (
        pair.segment.stance in NEGATIVE
        and says_only(pair.unit.text)
        and any(_NONE_BUT.search(unit.text) for unit in claim)
    )


def _denied(aligned: Sequence[Aligned]) -> bool:
    """Tell whether a main clause denies where no clause of its source does, in words that do not compare."""
    return any(
        not pair.segment.is_condition
        and pair.segment.stance in NEGATIVE
        and not any(segment.stance in NEGATIVE for segment in pair.unit.segments)
        for pair in aligned
    )
