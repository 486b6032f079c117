"""More or less, earlier or later: does a claim compare two things the way the source's figures do?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from assistant.types import Reason
from assistant.verification.facts import family
from assistant.verification.figures import Cell, read_cells
from assistant.verification.lexicon import find_terms
from assistant.verification.numerals import fold_numerals
from assistant.verification.reasons import because
from assistant.verification.segments import Unit

Direction = Literal["more", "less", "same"]


class Comparison(NamedTuple):
    """What is compared with what."""

    direction: Direction
    left: str
    right: str


_MORE_EN = r"(?:higher|greater|larger|longer|older|later|better|more(?: \w+)?|oftener|superior|faster)"
_LESS_EN = (
    r"(?:lower|smaller|shorter|younger|earlier|worse|less(?: \w+)?|fewer(?: \w+)?|rarer|inferior|slower)"
)
_ENGLISH = re.compile(
    rf"(?P<left>.+?)\b(?P<not>not |no )?(?:(?P<more>{_MORE_EN})|(?P<less>{_LESS_EN})|as \w+ as)(?P<mid>.*?) (?:than|compared (?:to|with)|(?<=superior )to|(?<=inferior )to|(?<=previous )to) (?P<right>.+)",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"(?P<left>.+?)(?P<not>不)?(?:(?P<more>高于|多于|大于|长于|晚于|优于|超过)|(?P<less>低于|少于|小于|短于|早于|劣于|不如))(?P<right>.+)"
    r"|(?P<left2>.+?)比(?P<right2>.+?)(?:(?P<more2>更?(?:高|多|大|长|晚|好|重要|常见|频繁))|(?P<less2>更?(?:低|少|小|短|早|差|罕见)))"
)
_DENIED = re.compile(r"(?:不|未|没有|无)[^，。]{0,3}$|\b(?:not|no|never)(?: \w+)?\s*$", re.IGNORECASE)
_COMPARES = re.compile(
    r"\bthan\b|\bmore\b|\bless\b|\bhigher\b|\blower\b|\bbetter\b|\bworse\b|\bsuperior|\binferior|高于|低于|多于|少于|优于|劣于|大于|小于|更|比",
    re.IGNORECASE,
)


def find_comparison(text: str) -> Comparison | None:
    """Read a comparison of two things; one with a bare figure ("more than 30 days") is none."""
    if match := _CHINESE.search(text):
        left, right = match["left"] or match["left2"], match["right"] or match["right2"]
        more = bool(match["more"] or match["more2"])
        if match["not"] or _DENIED.search(left):
            return None
    elif match := _ENGLISH.search(text):
        left, right, more = f"{match['left']} {match['mid']}", match["right"], bool(match["more"])
        if not (match["more"] or match["less"]) or match["not"] or _DENIED.search(match["left"]):
            return None
    else:
        return None
    if re.match(r"\s*(?:[\d一二三四五六七八九十百千两]|(?:one|two|three|four|five|six|half|a) )", right):
        return None
    if not find_terms(left) or not find_terms(right):
        return None
    return Comparison("more" if more else "less", left, right)


def compare_comparisons(claim: Sequence[Unit], source: Sequence[Unit]) -> list[Reason]:
    """List the comparisons of a claim that the source's figures or words do not bear out."""
    found = []
    for unit in claim:
        for segment in unit.segments:
            stated = find_comparison(fold_numerals(segment.text))
            if stated and (reason := _refute(stated, source)):
                found.append(reason)
    return found


def _refute(stated: Comparison, source: Sequence[Unit]) -> Reason | None:
    cells = [cell for number, unit in enumerate(source) for cell in read_cells(unit.text, number)]
    pair = _pick(stated, cells)
    if pair:
        left, right = (float(cell.fact.value.split()[-1]) for cell in pair)
        truth: Direction = "more" if left > right else "less" if left < right else "same"
        return None if truth == stated.direction else because("figures_compare", truth, stated.direction)
    theirs = [c for unit in source for s in unit.segments if (c := find_comparison(fold_numerals(s.text)))]
    if any(_same_way(stated, other) for other in theirs):
        return None
    if theirs or not any(_COMPARES.search(unit.text) for unit in source):
        return because("compare")
    return None


def _pick(stated: Comparison, cells: Sequence[Cell]) -> tuple[Cell, Cell] | None:
    """Find two figures of one kind and sentence whose words fit the two sides."""
    left, right = frozenset(find_terms(stated.left)), frozenset(find_terms(stated.right))
    only_left, only_right = left - right, right - left
    best: tuple[float, Cell, Cell] | None = None
    for one in cells:
        for other in cells:
            if one is other or one.unit != other.unit or family(one.fact) != family(other.fact):
                continue
            if family(one.fact) in ("date", "year", "version", "article"):
                continue
            sides = (
                len(one.words & only_left) - len(other.words & only_left),
                (len(other.words & only_right) - len(one.words & only_right)),
            )
            topic = len((one.words | other.words) & (left | right))
            if min(sides) > 0 and (best is None or sum(sides) + topic > best[0]):
                best = (sum(sides) + topic, one, other)
    return (best[1], best[2]) if best else None


def _same_way(stated: Comparison, other: Comparison) -> bool:
    left = frozenset(find_terms(stated.left)), frozenset(find_terms(stated.right))
    right = frozenset(find_terms(other.left)), frozenset(find_terms(other.right))
    straight = len(left[0] & right[0]) + len(left[1] & right[1])
    crossed = len(left[0] & right[1]) + len(left[1] & right[0])
    return (stated.direction == other.direction) == (straight >= crossed)
