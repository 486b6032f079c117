"""When: what a period runs from, what comes before what, and how often."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.types import Reason
from assistant.verification.alignment import Aligned
from assistant.verification.lexicon import find_terms
from assistant.verification.parties import strike_parties
from assistant.verification.reasons import because

_ANCHOR = re.compile(
    r"\b(?:from|since|after|before|of|following) (?:the |its |their |a |an )?(?P<en>(?:\w+ )?\w+) date\b"
    r"|\b(?:from|since|after|following|before) (?:the )?(?:date|day|receipt) of (?:the |a |an )?(?P<of>\w+(?: \w+)?)"
    r"|\b(?:starts?|begins?|runs?|counts?|counted) (?:on|from|with) the (?:day|date|moment)(?: on which| that| when)? (?P<on>\w+(?: \w+){0,4})"
    r"|(?:自|从)(?P<zh>[\u4e00-\u9fff]{2,10}?)(?:之?日|那天|当[日天])?(?:起算|计算|算起|算|计)?起",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\b(?:(?P<early>before|prior to|ahead of|until|earlier than|comes? before|precedes?)"
    r"|(?P<late>after|following|once(?! (?:by|a|an|per|every|in|and|or|if|for|more|only|at|to|with)\b)|later than|follows?))\b(?P<en>[^,;.:]{3,60})"
    r"|(?P<zh>[\u4e00-\u9fff]{2,12}?)(?:(?P<early_zh>之前|以前|前(?![款述条项])|前须)|(?P<late_zh>之后|以后|后(?![果续者])))",
    re.IGNORECASE,
)
_FREQUENCY = re.compile(
    r"\b(?P<adverb>daily|weekly|monthly|quarterly|annually|yearly)\b"
    r"|\b(?:every|each|per|once an?|twice an?|times an?) (?P<unit>day|week|month|quarter|year)\b"
    r"|每(?:一|个)?(?P<zh>日|天|周|月|季度|半年|年)(?!度?\d)",
    re.IGNORECASE,
)
_UNITS = {
    "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "annually": "year", "yearly": "year",
    "日": "day", "天": "day", "周": "week", "月": "month", "季度": "quarter", "半年": "half-year", "年": "year",
}  # fmt: skip
ORDER_WORDS = 4
"""Words behind before or after that name the event; in Chinese those in front of 前 or 后."""


class Order(NamedTuple):
    """What stands before or after which event."""

    is_before: bool
    event: frozenset[str]
    subject: frozenset[str]


def find_anchors(text: str) -> list[frozenset[str]]:
    """List the words of the events that a text counts from."""
    found = []
    for match in _ANCHOR.finditer(text):
        event = match["en"] or match["of"] or match["on"] or match["zh"] or ""
        terms = find_terms(strike_parties(event)) or find_terms(event)
        words = frozenset("=apply" if term == "=file" else term for term in terms) - {"date", "day"}
        if words:
            found.append(words)
    return found


def find_orders(text: str) -> list[Order]:
    """List what a text puts before or after an event."""
    found = []
    for match in _ORDER.finditer(text):
        words = (
            find_terms(match["en"])[:ORDER_WORDS] if match["en"] else find_terms(match["zh"])[-ORDER_WORDS:]
        )
        if words:
            subject = (
                find_terms(text[: match.start()])[-ORDER_WORDS:]
                if match["en"]
                else find_terms(text[match.end() :])
            )
            is_before = bool(match["early"] or match["early_zh"])
            found.append(Order(is_before, frozenset(words), frozenset(subject[:ORDER_WORDS])))
    return found


def find_frequencies(text: str) -> frozenset[str]:
    """List the periods that a text repeats something in."""
    found = (match["adverb"] or match["unit"] or match["zh"] for match in _FREQUENCY.finditer(text))
    return frozenset(_UNITS.get(word.lower(), word.lower()) for word in found)


def compare_timing(aligned: Sequence[Aligned]) -> list[Reason]:
    """List where a claim counts from another event, turns an order round or repeats at another pace."""
    found = []
    for pair in aligned:
        theirs = find_anchors(pair.unit.text)
        for words in find_anchors(pair.segment.text):
            if theirs and not words & pair.unit.term_set and not any(words & other for other in theirs):
                found.append(because("counts_from", " ".join(sorted(theirs[0])).replace("=", "")))
        pace, other = find_frequencies(pair.segment.text), find_frequencies(pair.unit.text)
        if pace and other and not pace & other:
            found.append(because("pace", min(other), min(pace)))
    return found


def _half(words: frozenset[str], others: frozenset[str]) -> bool:
    return len(words & others) * 2 >= len(words) > 0


def turned_orders(aligned: Sequence[Aligned]) -> list[Reason]:
    """List the events that a claim puts on the other side: before for after."""
    found = []
    for pair in aligned:
        theirs = find_orders(pair.unit.text)
        for order in find_orders(pair.segment.text):
            same = [other for other in theirs if _half(order.event, other.event)]
            crossed = [
                other
                for other in theirs
                if _half(order.event, other.subject) and _half(other.event, order.subject)
            ]
            turned = bool(same) and all(other.is_before != order.is_before for other in same)
            if turned or (not same and any(other.is_before == order.is_before for other in crossed)):
                found.append(because("after" if order.is_before else "before"))
    return found
