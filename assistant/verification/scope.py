"""How far a sentence reaches: only, all, each, worldwide; and conditions that a claim leaves out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.types import Reason
from assistant.verification.alignment import Aligned
from assistant.verification.facts import family, same_value
from assistant.verification.polarity import NEGATIVE, find_markers
from assistant.verification.reasons import because
from assistant.verification.segments import Segment, Unit

_ONLY = re.compile(
    r"(?<!not )\b(?:only|solely|exclusively|merely|alone|nothing but|no one but)\b|(?<!不)(?<!并)仅(?![供有])|只(?:有|能|适用|限|对|向|由|在|看)|唯一|独家",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:all|every|everyone|everybody|anyone|any|always|worldwide|everywhere|in all cases|without exception|regardless)\b|"
    r"全部|全体|所有|一切|一律|任何|均(?![衡匀])|无论|全球|各国",
    re.IGNORECASE,
)
_FOREIGN_NOUN = re.compile(r"\bnon-?(\w{5,})|(?<![除并若莫是])非([\u4e00-\u9fff]{2})", re.IGNORECASE)
_FOREIGN_WORD = re.compile(
    r"\b(?:non-|un)(\w{5,})|(?<![除并若莫是而])(?:非|未(?!经))([\u4e00-\u9fff]{2})", re.IGNORECASE
)
_OPENS_NEED = re.compile(
    r"only (?:if|with|after|when|within|where|for)|unless|只有|除非|仅在|未经|须经|经", re.IGNORECASE
)
_NEED_AFTER = re.compile(r"^(?:方可|才|方能|方按)")
_SETS_ASIDE = re.compile(
    r"\b(?:in (?:every|any|all) cases?|always|without exception|no exceptions?|whatever|whether or not|regardless|irrespective"
    r"|even (?:if|where|when|though))\b|一律|没有例外|也不例外|不例外|无论|不论|即使|即便|任何情况下",
    re.IGNORECASE,
)
_ONLY_AFTER = re.compile(r"\bonly (?:after|once|upon|on)\b|只有\w{0,12}后|才", re.IGNORECASE)
_AFTER = re.compile(r"\b(?:after|once|upon|on presentation|until|before)\b|后|前", re.IGNORECASE)
_NOT = re.compile(r"\bnot\b|n't\b|不|未|没有|并非", re.IGNORECASE)
_ALWAYS = re.compile(r"\balways\b|\bin (?:all|every|any) cases?\b|一律|始终|任何情况下", re.IGNORECASE)
_OPENS_WHEN = re.compile(r"(?:if|when|where)\b|如|若|.*时$", re.IGNORECASE)
_IF = re.compile(
    r"^\W*(?:(?:and|but) )?(?:if|provided|as long as|so long as|on condition)\b"
    r"(?! (?:necessary|needed|any|possible|applicable|required|so|not|requested))|^(?:如果|只要)|.+的前提下$",
    re.IGNORECASE,
)
_IF_BEFORE = re.compile(r"[\u4e00-\u9fff]的$")
"""A Chinese condition that stands right before what it governs: 发明人同意的，企业可以查阅."""
_KEPT = 0.2
"""Least share of a condition's words that a claim must keep."""


def compare_scope(aligned: Sequence[Aligned], claim: Sequence[Unit], source: Sequence[Unit]) -> list[Reason]:
    """List where a claim reaches less far or further than the sentences it comes from."""
    found: list[Reason] = []
    for pair in aligned:
        text, theirs = pair.segment.text, pair.unit.text
        negative = pair.segment.stance in NEGATIVE
        only = _ONLY.search(text)
        denied = (
            negative and only and 0 <= pair.segment.marker.start < only.start()
        )  # "not only by": 不可仅凭
        denied = denied or bool(only and _NOT.search(text[: only.start()]))
        if only and not denied and not _restricts(pair):
            found.append(because("only"))
        if _ALL.search(text) and not negative and not _ALL.search(theirs) and _limited(pair, source):
            found.append(because("all"))
    found.extend(_widened(aligned, claim))
    whole_source = " ".join(unit.text for unit in source).lower()
    for match in _FOREIGN_NOUN.finditer(" ".join(unit.text for unit in claim)):
        noun = (match[1] or match[2]).lower()
        if noun in whole_source and match.group().lower() not in whole_source:
            found.append(because("not_spoken_of", match.group()))
    found.extend(_bare_nouns(aligned, whole_source))
    found.extend(_dropped(aligned, claim))
    found.extend(_overridden(aligned, claim))
    return list(dict.fromkeys(found))


def _widened(aligned: Sequence[Aligned], claim: Sequence[Unit]) -> list[Reason]:
    """List the limits that a claim of "all" leaves out: a bounded figure of the sentence it comes from."""
    given = [fact for unit in claim for fact in unit.facts]
    kept = frozenset(term for unit in claim for term in unit.terms)
    found = []
    for pair in aligned:
        if not pair.is_close or not _ALL.search(pair.segment.text) or _ALL.search(pair.unit.text):
            continue
        mains = [s for s in pair.unit.segments if set(s.terms) & set(pair.segment.terms)]
        bounds = [
            fact
            for s in mains
            for fact in s.facts
            if fact.bound and family(fact) in ("span", "number", "money")
        ]
        conditions = [
            s for s in pair.unit.segments if s.is_condition and s.terms and not kept & frozenset(s.terms)
        ]
        if _ALWAYS.search(pair.segment.text) and any(_OPENS_WHEN.match(s.text) for s in conditions):
            found.append(because("condition", conditions[0].text.strip(" .。")))
        if any(not any(same_value(fact, own) for own in given) for fact in bounds):
            found.append(because("all"))
    return found


def _bare_nouns(aligned: Sequence[Aligned], source: str) -> list[Reason]:
    """List what the source speaks of only with non-, un- or 非, 未, and a claim that denies nothing without."""
    found = []
    for pair in aligned:
        text = pair.segment.text.lower()
        if pair.segment.is_condition or any(m.stance in NEGATIVE for m in find_markers(text)):
            continue
        for match in _FOREIGN_WORD.finditer(pair.unit.text.lower()):
            word = match[1] or match[2]
            if word in text and match.group() not in text and not _stands_bare(word, source):
                found.append(because("spoken_of", match.group()))
    return found


def _stands_bare(word: str, source: str) -> bool:
    return bool(re.search(rf"(?<![非未]){word}" if not word.isascii() else rf"\b{word}", source))


def _restricts(pair: Aligned) -> bool:
    """Tell whether a sentence sets a limit that "only" can put in other words."""
    if _ONLY.search(pair.unit.text) or (
        _ONLY_AFTER.search(pair.segment.text) and _AFTER.search(pair.unit.text)
    ):
        return True
    own = frozenset(pair.segment.terms)
    turned = pair.segment.stance not in NEGATIVE
    return any(
        (segment.excludes and not segment.text.lower().startswith("until"))
        or (turned and segment.stance in NEGATIVE and own & frozenset(segment.terms))
        for segment in pair.unit.segments
    )


def says_only(text: str) -> bool:
    """Tell whether a text says only."""
    return bool(_ONLY.search(text))


def stands_for_exception(aligned: Sequence[Aligned]) -> bool:
    """Tell whether a claim's "only A is" puts a source's "none is, except A" in other words."""
    return any(
        _ONLY.search(pair.segment.text)
        and any(
            segment.excludes and set(segment.terms) & set(pair.segment.terms)
            for segment in pair.unit.segments
        )
        for pair in aligned
    )


def _limited(pair: Aligned, source: Sequence[Unit]) -> bool:
    """Tell whether a sentence that shares words with a clause says "only"."""
    own = frozenset(pair.segment.terms)
    return any(_ONLY.search(unit.text) and len(own & unit.term_set) >= min(2, len(own)) for unit in source)


def _dropped(aligned: Sequence[Aligned], claim: Sequence[Unit]) -> list[Reason]:
    """List the conditions without which the source does not say what the claim says."""
    kept = frozenset(term for unit in claim for term in unit.terms)
    found = []
    for pair in aligned:
        denies = pair.segment.stance in NEGATIVE and not _ALL.search(pair.segment.text)
        if pair.segment.is_condition or denies or not pair.is_close:
            continue
        for index, segment in enumerate(pair.unit.segments):
            main = frozenset(t for s in pair.unit.segments if s is not segment for t in s.terms)
            terms = frozenset(segment.terms) - main
            if pair.segment.text.isascii() != segment.text.isascii():
                terms = frozenset(term for term in terms if term.startswith("="))
            home = _find_home(pair, index)
            if (
                not terms
                or not _is_needed(pair.unit.segments, index, home)
                or not _governs(pair, index, home)
            ):
                continue
            if frozenset(pair.segment.terms) & main and len(terms & kept) < _KEPT * len(terms):
                found.append(because("condition", segment.text.strip(" .。")))
    return found


def _overridden(aligned: Sequence[Aligned], claim: Sequence[Unit]) -> list[Reason]:
    """List the exceptions of the source that a claim expressly sets aside ("in every case, even where")."""
    if any(segment.excepts for unit in claim for segment in unit.segments):
        return []
    return [
        because("overridden", segment.text.strip(" .。"))
        for pair in aligned
        if _SETS_ASIDE.search(" ".join(unit.text for unit in claim)) and pair.is_close
        for segment in pair.unit.segments
        if segment.excepts
    ]


def _find_home(pair: Aligned, index: int) -> int | None:
    """Give the place of the statement that the clause comes from; of equals the one nearest to a condition."""
    own = frozenset(pair.segment.terms)
    mains = [i for i, segment in enumerate(pair.unit.segments) if not segment.is_condition]
    if not mains:
        return None
    return max(mains, key=lambda i: (len(own & frozenset(pair.unit.segments[i].terms)), -abs(i - index)))


def _governs(pair: Aligned, index: int, home: int | None) -> bool:
    """Tell whether a condition stands beside the statement that the clause comes from."""
    if home is None:
        return True
    between = range(min(home, index) + 1, max(home, index))
    return all(pair.unit.segments[i].is_condition for i in between)


def _is_needed(segments: Sequence[Segment], index: int, home: int | None) -> bool:
    """Tell whether a clause is a condition without which the statement at `home` does not hold."""
    segment = segments[index]
    following = segments[index + 1].text if index + 1 < len(segments) else ""
    if not segment.is_condition:
        return False
    if home is not None and segments[home].stance in ("may", "must"):
        stands_before = home == index + 1 and _IF_BEFORE.search(segment.text)
        if _IF.search(segment.text) or stands_before:
            return True
    needed = _OPENS_NEED.search(segment.text) or _NEED_AFTER.match(following) or segment.excepts
    denied = any(other.stance in NEGATIVE for other in segments if not other.is_condition)
    return bool(needed or (denied and segment.text.lower().startswith("without")))
