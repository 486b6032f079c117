"""Does a claim turn round what its source demands, allows or denies?

Each part of a clause is laid beside the part of the source that has most of its words, and only these two
are compared: what a neighbouring clause allows says nothing of what this one forbids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from assistant.types import Reason
from assistant.verification.alignment import Aligned, SourceUnits
from assistant.verification.antonyms import both_end
from assistant.verification.parts import Part, find_denying, read_claim_parts, read_source_parts
from assistant.verification.polarity import NEGATIVE, Stance, clashes, find_stance, opposes
from assistant.verification.reasons import because
from assistant.verification.segments import Unit
from assistant.verification.support import credit_term
from assistant.words import detect_language

LEAST = 0.55
"""Share of a part's words, weighted by rarity, that the source's part must have for the two to compare."""
LEAST_CROSSING = 0.45
"""The same between languages, where only listed wordings compare."""
LEAST_SPOKEN = 0.25
"""The same for the words behind the source's modal word; below it the part only shares a subject."""
ALMOST = 0.85
"""A part of the source that fits so well beside the best one may be meant as well."""
SAME_SENTENCE = 0.25
"""What a part gains that stands in the sentence the whole clause comes from."""
USED_UP = 0.15
"""What a part gains whose every word the clause has. All five were set on the dev half; each may move by a tenth."""


class Turned(NamedTuple):
    """What one clause of a claim does to the source's stance."""

    pair: Aligned
    flips: bool  # opposite sign
    reason: Reason


class _Compared(NamedTuple):
    """Whether a clause has a counterpart in the source, and how it turns it."""

    is_known: bool
    turned: Turned | None = None


def compare_stances(aligned: Sequence[Aligned], source: SourceUnits) -> list[Turned]:
    """List the clauses whose words stand under another stance in the source.

    A condition counts only beside a statement that has a counterpart. A statement and its condition that
    are both turned say the same again ("no X without Y" is "X only with Y"); the caller weighs that.
    """
    compared = [(pair, _compare(pair, source)) for pair in aligned]
    mains = [one.is_known for pair, one in compared if not pair.segment.is_condition]
    return [
        one.turned
        for pair, one in compared
        if one.turned and (not pair.segment.is_condition or not mains or any(mains))
    ]


def _compare(pair: Aligned, source: SourceUnits) -> _Compared:
    """Compare each part of a clause; the first one that is turned counts."""
    if _speaks_of_exception(pair):
        return _Compared(is_known=False)
    theirs = [(unit, part) for unit in source.units for part in read_source_parts(unit) if part.terms]
    counts = Counter(term for _, part in theirs for term in part.terms | part.subject)
    is_crossing = detect_language(pair.segment.text) != source.language

    def weigh(term: str) -> float:  # a Chinese bigram is half a word
        return (1.0 if term.isascii() else 0.5) / counts.get(term, 1)

    known = False
    for part in read_claim_parts(pair.segment):
        words = {term for term in part.terms if not is_crossing or term.startswith("=")}
        least = LEAST_CROSSING if is_crossing else LEAST
        near = _find_near(part._replace(terms=frozenset(words)), pair, theirs, weigh, least)
        known = known or bool(near)
        kind, other = min(
            ((_judge(part, other, pair), other) for other in near), default=("agree", part), key=_mildest
        )
        if kind != "agree" and not (kind == "flip" and _end_alike(pair)):
            reason = because("stance", other.stances[0], part.stances[0])
            return _Compared(known, Turned(pair, kind == "flip", reason))
    return _Compared(known)


def _find_near(
    part: Part,
    pair: Aligned,
    theirs: Sequence[tuple[Unit, Part]],
    weigh: Callable[[str], float],
    least: float,
) -> list[Part]:
    """List the parts of the source that a part comes from, the best first; none where none has enough of its words."""
    mass = sum(map(weigh, sorted(part.terms)))
    if not mass:
        return []
    own = frozenset(pair.segment.terms)
    scored = []
    for unit, other in theirs:
        if other.is_condition != part.is_condition:
            continue
        spoken = sum(weigh(term) * credit_term(term, other.terms) for term in sorted(part.terms)) / mass
        whole = other.terms | other.subject
        shared = sum(weigh(term) * credit_term(term, whole) for term in sorted(part.terms)) / mass
        shared = shared if spoken >= LEAST_SPOKEN else spoken
        bonus = SAME_SENTENCE * (unit is pair.unit) + USED_UP * len(other.terms & own) / len(other.terms)
        scored.append((shared + bonus, shared, other))
    best = max(scored, key=lambda one: one[0], default=None)
    if best is None or best[1] < least:
        return []
    return [other for score, _, other in scored if score >= ALMOST * best[0]]


def _mildest(judged: tuple[str, Part]) -> int:
    return ("agree", "clash", "flip").index(judged[0])


def _judge(part: Part, other: Part, pair: Aligned) -> str:
    """Compare two parts: of the stances that may be meant, those that fit best count."""
    theirs = other.terms | other.denying | find_denying(pair.unit.text)
    ours = frozenset(pair.segment.terms) | part.denying
    if part.denying & theirs or other.denying & ours:
        return "agree"  # both deny by the same verb
    kinds = [_judge_stances(one, two, pair) for one in part.stances for two in other.stances]
    return min(kinds, key=("agree", "clash", "flip").index)


def _judge_stances(claim: Stance, source: Stance, pair: Aligned) -> str:
    if opposes(claim, source):
        return "flip"
    return "clash" if clashes(claim, source) and not pair.segment.is_condition else "agree"


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
