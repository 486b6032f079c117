"""What a near copy changed: a claim that follows a source sentence word by word is judged by its edits.

Where almost every word stands in the same order, the few that differ decide: a "not" put in or left
out, may for must, before for after, one party for another. Other rewordings are left to the other checks.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from assistant.types import Reason
from assistant.verification.antonyms import find_opposites
from assistant.verification.parties import find_parties
from assistant.verification.polarity import NEGATIVE, Stance, clashes, find_markers, opposes
from assistant.verification.reasons import because
from assistant.verification.segments import Unit
from assistant.words import CJK

NEAR = 0.7
"""Share of a claim's tokens that stand in a source sentence in the same order, from which it is a near copy."""
LEAST_TOKENS = 4
MAX_EDIT = 7
"""Tokens of an edit that is still read as one word put for another."""
MAX_PARTY = 4
"""Tokens of an edit that may be one party put for another."""
MAX_TOKENS = 160
"""Longer sentences are not compared: the time grows with the product of both lengths."""

_TOKEN = re.compile(rf"[{CJK}]|\d+(?:[.,:/-]\d+)*|[^\W\d_{CJK}](?:[^\W{CJK}]|['’-](?=[^\W{CJK}]))*|%")
_UNITS = frozenset(
    "l ml dl µl m mm cm km µm nm g mg kg µg ng h min minutes minute seconds second patients participants "
    "studies trials centres units companies members points litres metres people stents procedures hospitals".split()
)
_LIMITS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"\bbefore\b|\bprior to\b|\buntil\b|之前|以前|前"), re.compile(r"\bafter\b|\bfollowing\b|\bonce\b|之后|以后|后")),
    (re.compile(r"\bwithin\b|\bno later than\b|以内|之内|内"), re.compile(r"\bafter\b|\bbeyond\b|\boutside\b|之后|以后|后|外")),
    (re.compile(r"\bonly\b|\bsolely\b|仅|只"), re.compile(r"\balso\b|\beven\b|\balways\b|也|均|都")),
    (re.compile(r"\bno\b|\bnone\b"), re.compile(r"\bevery\b|\ball\b|\bany\b|\beach\b")),
    (re.compile(r"未|尚未|没有"), re.compile(r"已")),
    (re.compile(r"\bsome\b|\bmay\b|\bsometimes\b|\busually\b|部分|有的|一般|通常"), re.compile(r"\ball\b|\balways\b|\bevery\b|\bin all cases\b|全部|一律|总是|均")),
)  # fmt: skip


_DENIED = re.compile(r"\b(?:not|no|nor|never|cannot)\b|不|未|没有|禁止|无", re.IGNORECASE)
_PREFIX = re.compile(r"(?:un|non-?)(?=[a-z]{5})")
_EXCEPTS = re.compile(r"\b(?:except|unless|other than)\b|(?<![解免切排删移消拆去])除", re.IGNORECASE)


_AND = re.compile(r"\band\b|并|且|和|及", re.IGNORECASE)
_OR = re.compile(r"\bor\b|或", re.IGNORECASE)


class Edit(NamedTuple):
    """One place where a claim differs from its source, with a word of context on the left and two on the right."""

    source: str
    claim: str
    source_end: int  # where the words that differ end in `source`, before the context on the right
    claim_end: int
    source_only: tuple[str, ...]
    claim_only: tuple[str, ...]
    before: str  # the token that stands before it in both


class NearCopy(NamedTuple):
    """A claim sentence laid word by word beside the source sentence it follows."""

    share: float  # of its tokens that stand there in the same order
    edits: tuple[Edit, ...]
    skipped: str  # what the source says before the words that the claim begins with, and in longer edits


@functools.lru_cache(maxsize=4_096)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(unicodedata.normalize("NFKC", text).lower()))


def _join(tokens: Sequence[str]) -> str:
    """Write tokens as text again; Chinese without spaces."""
    text = ""
    for token in tokens:
        glued = not text or ("\u3400" <= token <= "\u9fff" and "\u3400" <= text[-1] <= "\u9fff")
        text += token if glued else f" {token}"
    return text


def align_copy(claim: str, source: str) -> NearCopy | None:
    """Lay a claim beside a source sentence; None where it is no near copy."""
    ours, theirs = _tokens(claim), _tokens(source)
    if not LEAST_TOKENS <= len(ours) <= MAX_TOKENS or not theirs or len(theirs) > MAX_TOKENS:
        return None
    known = frozenset(theirs)
    if sum(token in known for token in ours) < NEAR * len(ours):
        return None
    matcher = SequenceMatcher(None, theirs, ours, autojunk=False)
    share = sum(block.size for block in matcher.get_matching_blocks()) / len(ours)
    if share < NEAR:
        return None
    skipped = [
        _join(theirs[a:b])
        for tag, a, b, c, d in matcher.get_opcodes()
        if (tag == "delete" and c == 0) or (tag == "replace" and max(b - a, d - c) > MAX_EDIT)
    ]
    return NearCopy(share, tuple(_edits(matcher, theirs, ours)), " ".join(skipped))


def _edits(matcher: SequenceMatcher[str], theirs: Sequence[str], ours: Sequence[str]) -> Iterator[Edit]:
    for tag, a, b, c, d in matcher.get_opcodes():
        left_out = tag == "delete" and (c in (0, len(ours)) or b - a > MAX_EDIT)
        if tag == "equal" or left_out:
            continue  # a claim may begin later, end earlier and leave out a whole clause
        yield Edit(
            _join(theirs[max(0, a - 1) : b + 2]),
            _join(ours[max(0, c - 1) : d + 2]),
            len(_join(theirs[max(0, a - 1) : b])),
            len(_join(ours[max(0, c - 1) : d])),
            tuple(theirs[a:b]),
            tuple(ours[c:d]),
            ours[c - 1] if c else "",
        )


def best_copy(claim: Unit, source: Sequence[Unit]) -> NearCopy | None:
    """Give the source sentence that a claim follows most closely."""
    copies = [copy for unit in source if (copy := align_copy(claim.text, unit.text))]
    return max(copies, key=lambda copy: (copy.share, -len(copy.edits)), default=None)


def compare_edits(claim: Sequence[Unit], source: Sequence[Unit]) -> list[Reason]:
    """List what the near copies among the sentences of a claim changed in meaning."""
    found: list[Reason] = []
    for unit in claim:
        copy = best_copy(unit, source)
        if not copy:
            continue
        turns = [reason for edit in copy.edits if (reason := _turn(edit))]
        exchanged = [reason for edit in copy.edits if (reason := _exchange(edit))]
        if turns and len(exchanged) == 1 and any(_turns_order(edit) for edit in copy.edits):
            continue  # "not before" is "once"
        if len(turns) % 2 and not _DENIED.search(copy.skipped) and not _de_morgan(copy.edits):
            found.append(turns[0])
        found.extend(exchanged)
    return list(dict.fromkeys(found))


def _turns_order(edit: Edit) -> bool:
    """Tell whether an edit puts before for after, or the reverse."""
    theirs, ours = _join(edit.source_only), _join(edit.claim_only)
    return any(
        bool(one.search(a)) and bool(other.search(b))
        for one, other in _LIMITS[:1]
        for a, b in ((theirs, ours), (ours, theirs))
    )


def _de_morgan(edits: Sequence[Edit]) -> bool:
    """Tell whether "not A or not B: not C" stands for "A and B: C"; each part is turned, and the conjunction."""
    turned = [edit for edit in edits if _turn(edit)]
    return len(turned) > 2 and any(
        _AND.search(_join(e.source_only)) and _OR.search(_join(e.claim_only)) for e in turned
    )


def _turn(edit: Edit) -> Reason | None:
    """Say whether an edit alone turns a statement round: its last marker speaks for the words behind it."""
    theirs, ours = _join(edit.source_only), _join(edit.claim_only)
    if max(len(edit.source_only), len(edit.claim_only)) > MAX_EDIT or _EXCEPTS.search(theirs + ours):
        return None
    turned = False
    if (find_markers(theirs) or find_markers(ours)) and not _goes_on(edit):
        stances = _stances(edit)
        turned = opposes(stances[1], stances[0])
    prefixed = any(_bare(word) in edit.claim_only for word in edit.source_only) or any(
        _bare(word) in edit.source_only for word in edit.claim_only
    )
    if turned != (prefixed or bool(find_opposites(ours, theirs))):
        return because("edited", edit.source, edit.claim)
    return None


def _bare(word: str) -> str:
    """Give a word without un- or non-; "-" for a word without such a beginning."""
    return _PREFIX.sub("", word) if _PREFIX.match(word) else "-"


def _goes_on(edit: Edit) -> bool:
    """Tell whether a marker follows in both: then a whole statement before it was left out or put in."""
    rest = edit.claim[edit.claim_end :].strip(), edit.source[edit.source_end :].strip()
    return all(any(marker.start == 0 for marker in find_markers(text)) for text in rest)


def _last_stance(text: str, end: int) -> Stance:
    """Give the stance of the last marker that begins before an offset."""
    markers = [
        marker
        for marker in find_markers(text)
        if marker.start < end or (marker.start <= end + 1 and marker.stance in NEGATIVE)  # do | not
    ]
    return markers[-1].stance if markers else "affirms"


def _stances(edit: Edit) -> tuple[Stance, Stance]:
    return _last_stance(edit.source, edit.source_end), _last_stance(edit.claim, edit.claim_end)


def _names_other(source: str, claim: str) -> bool:
    before, after = set(find_parties(source)), set(find_parties(claim))
    return bool(before - after and after - before)


def _exchange(edit: Edit) -> Reason | None:
    """Say whether an edit puts a modal word, a limit, a party or a unit in the place of another."""
    theirs, ours = _join(edit.source_only), _join(edit.claim_only)
    if not ours or max(len(edit.source_only), len(edit.claim_only)) > MAX_EDIT:
        return None
    said = because("edited", edit.source, edit.claim)
    stances = _stances(edit)
    own = find_markers(theirs) or find_markers(ours)
    if own and clashes(stances[1], stances[0]) and "affirms" not in stances:
        return said
    if not theirs:
        return None
    for one, other in _LIMITS:
        sides = bool(one.search(theirs)), bool(other.search(theirs))
        if sides in ((True, False), (False, True)):
            mine = bool(one.search(ours)), bool(other.search(ours))
            if mine == sides[::-1]:
                return said
    if len(edit.claim_only) <= MAX_PARTY and (
        _names_other(theirs, ours) or _names_other(edit.source, edit.claim)
    ):
        return said
    measured = edit.before[-1:].isdigit() and edit.source_only[0] in _UNITS and edit.claim_only[0] in _UNITS
    return said if measured and edit.source_only[0] != edit.claim_only[0] else None
