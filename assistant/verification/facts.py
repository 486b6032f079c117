"""Figures of a text in one normal form for both languages: dates, money, spans of time, shares, clauses.

5万元 and RMB 50,000, 三十个工作日 and 30 working days, 2024年9月1日 and 1 September 2024 give equal facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from assistant.verification.numerals import fold_numerals

FactKind = Literal[
    "date", "month", "year", "money", "percent", "working_day", "day", "week", "months", "years", "hour",
    "article", "version", "number",
]  # fmt: skip
Bound = Literal["at_least", "at_most", ""]


class Fact(NamedTuple):
    """One figure: its kind, its value in the kind's unit (yuan, days, ISO date) and its bound."""

    kind: FactKind
    value: str
    bound: Bound = ""


_MONTHS = {
    name: number
    for number, names in enumerate(
        "january,jan february,feb march,mar april,apr may june,jun july,jul august,aug september,sept,sep "
        "october,oct november,nov december,dec".split(),
        start=1,
    )
    for name in names.split(",")
}
_M = "|".join(sorted(_MONTHS, key=len, reverse=True))
_N = r"\d[\d,]*(?:\.\d+)?"
_SCALE = {
    "万": 1e4, "亿": 1e8, "百万": 1e6, "千万": 1e7, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6,
    "billion": 1e9,
}  # fmt: skip
_S = r"万|亿|百万|千万|thousand|million|billion|[km](?![a-z])"
_CURRENCY = r"rmb|cny|¥|人民币|usd|us\$|\$"
_START = r"(?<![a-z0-9.])"  # \b does not part a Chinese character from a letter or digit
_PATTERN = re.compile(
    rf"(?P<iso>{_START}(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?!\d))"
    rf"|(?P<zhdate>(\d{{4}})年(\d{{1,2}})月(\d{{1,2}})日)"
    rf"|(?P<dmy>{_START}(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_M})\.?,? (\d{{4}})\b)"
    rf"|(?P<mdy>{_START}({_M})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b)"
    rf"|(?P<zhday>(\d{{1,2}})月(\d{{1,2}})日)"
    rf"|(?P<dm>{_START}(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_M})(?![a-z]))"
    rf"|(?P<md>{_START}(?!may )({_M})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?![\d.,]*\d))"
    rf"|(?P<zhmonth>(\d{{4}})年(\d{{1,2}})月)"
    rf"|(?P<my>{_START}({_M})\.? (\d{{4}})\b)"
    rf"|(?P<article>{_START}(?:articles?|art\.?|clauses?|sections?) ?(\d+(?:\.\d+)*)|第(\d+(?:\.\d+)*)[条款章项])"
    rf"|(?P<version>{_START}(?:v|version ?)(\d+(?:\.\d+)*)|(\d+(?:\.\d+)+)版)"
    rf"|(?P<percent>({_N}) ?(?:%|percent\b|per cent\b|个百分点))"
    rf"|(?P<money>(?:({_CURRENCY}) ?({_N}) ?({_S})?(?:元|yuan)?)|(?:({_N}) ?({_S})? ?(元|yuan|rmb|美元|us dollars|dollars)))"
    rf"|(?P<year>(?:(?<![\d.])((?:19|20)\d\d)(?:年(?!内|期)|(?![\d.,]\d|年| ?(?:{_S})|[- ](?:working|days?|weeks?|months?|years?)))))"
    rf"|(?P<span>({_N}) ?-?(?:个)?(working|business|工作|calendar|自然|日历)?[ -]?(days?|日|天|weeks?|周|months?|月|years?|年|hours?|小时))"
    rf"|(?P<number>{_START}({_N})(?![\d,]*\d)(?! ?fr?(?![a-z]))(?: ?(万|亿|百万|千万|thousand|million|billion))?)"
)
_SPAN_UNITS: dict[str, FactKind] = {
    "day": "day", "日": "day", "天": "day", "week": "week", "周": "week", "month": "months", "月": "months",
    "year": "years", "年": "years", "hour": "hour", "小时": "hour",
}  # fmt: skip

_AT_LEAST = re.compile(
    r"(?P<word>at least|no(?:t)? (?:less|fewer|lower|earlier|sooner|younger) than|more than|older than|higher than|longer than|over|"
    r"above|minimum(?: of)?|exceed(?:s|ing)?|at the earliest|不(?:得|应|应当|能|可|宜|会)?(?:少|低|短|早|小)于|至少|最少|最低|最早|超过|大于|高于|多于|≥|>)"
    r"[^\d,.;，。；]{0,14}$"
)
_AT_MOST = re.compile(
    r"(?P<word>at most|no(?:t)? (?:more|higher|later|longer|older|greater) than|up to|less than|fewer than|lower than|younger than|"
    r"newer than|shorter than|below|under|within|maximum(?: of)?|not exceed(?:ing)?|at the latest|不(?:得|应|应当|能|可|宜|会)?(?:超过|大于)|"
    r"不(?:得|应|应当|能|可|宜|会)?(?:多|高|晚|迟|长)于|至多|最多|最长|最高|最迟|不到|不及|少于|低于|小于|短于|不足|不满|未满|≤|<)"
    r"[^\d,.;，。；]{0,14}$"
)
_AFTER_LEAST = re.compile(
    r"^(?:(?:毫米|厘米|毫升|公斤|米|岁|名|人|家|次|例|个|分|项|页)?及?以上|之?后|以后| or (?:more|over|longer|older)\b| at the earliest\b|\+| old or older\b)"
)
_AFTER_MOST = re.compile(
    r"^(?:(?:毫米|厘米|毫升|公斤|米|岁|名|人|家|次|例|个|分|项|页)?(?:以内|之内|及?以下)|内| or (?:less|fewer|younger|newer)\b| at (?:most|the latest)\b| old or (?:younger|newer)\b)"
)
_BEFORE_DATE = re.compile(r"(?:before|prior to|earlier than|until|\bby|\bto|至|到|截至|早于)[^\d]{0,4}$")
_AFTER_DATE = re.compile(r"(?:after|later than|since|from|晚于|自|从)[^\d]{0,4}$")
_NOT_LATER = re.compile(r"(?:no(?:t)? later than|at the latest(?: by| on)?|不(?:晚|迟)于|最迟)[^\d]{0,4}$")
_NOT_EARLIER = re.compile(
    r"(?:no(?:t)? (?:earlier|sooner) than|at the earliest(?: by| on)?|不早于|最早)[^\d]{0,4}$"
)
_DATE_PAST = re.compile(r"^(?:之前|以前|前| or earlier\b)")
_DATE_ON = re.compile(r"^(?:之?起|之后|以后|后|及以后| or later\b)")
_OLDER = re.compile(r"(?P<least>早于)[^\d]{0,4}$|(?P<most>晚于)[^\d]{0,4}$")
_DIGIT = re.compile(r"\d")
_DATES = ("date", "month", "year")


def _clean(number: str, scale: str | None = None) -> str:
    return f"{float(number.replace(',', '')) * _SCALE.get(scale or '', 1):.10g}"


def _fact(match: re.Match[str]) -> tuple[FactKind, str]:
    name = match.lastgroup or ""
    groups = [g for g in match.groups() if g is not None]
    parts = groups[1:] if groups and groups[0] == match.group() else groups
    return _READERS[name](parts)


def _read_money(parts: list[str]) -> tuple[FactKind, str]:
    number = next(p for p in parts if p[0].isdigit())
    scale = next((p for p in parts if p in _SCALE), None)
    dollars = any(p in ("usd", "us$", "$", "美元", "us dollars", "dollars") for p in parts)
    return "money", ("usd " if dollars else "") + _clean(number, scale)


def _read_span(parts: list[str]) -> tuple[FactKind, str]:
    unit = _SPAN_UNITS[parts[-1].rstrip("s")]
    working = unit == "day" and parts[-2] in ("working", "business", "工作")
    return ("working_day" if working else unit), _clean(parts[0])


_READERS: dict[str, Callable[[list[str]], tuple[FactKind, str]]] = {
    "iso": lambda p: ("date", f"{p[0]}-{int(p[1]):02}-{int(p[2]):02}"),
    "zhdate": lambda p: ("date", f"{p[0]}-{int(p[1]):02}-{int(p[2]):02}"),
    "dmy": lambda p: ("date", f"{p[2]}-{_MONTHS[p[1]]:02}-{int(p[0]):02}"),
    "mdy": lambda p: ("date", f"{p[2]}-{_MONTHS[p[0]]:02}-{int(p[1]):02}"),
    "zhday": lambda p: ("date", f"{int(p[0]):02}-{int(p[1]):02}"),
    "dm": lambda p: ("date", f"{_MONTHS[p[1]]:02}-{int(p[0]):02}"),
    "md": lambda p: ("date", f"{_MONTHS[p[0]]:02}-{int(p[1]):02}"),
    "zhmonth": lambda p: ("month", f"{p[0]}-{int(p[1]):02}"),
    "my": lambda p: ("month", f"{p[1]}-{_MONTHS[p[0]]:02}"),
    "article": lambda p: ("article", p[-1]),
    "version": lambda p: ("version", p[-1].removesuffix(".0")),
    "percent": lambda p: ("percent", f"{float(p[0].replace(',', '')):.3g}"),
    "money": _read_money,
    "year": lambda p: ("year", p[0]),
    "span": _read_span,
    "number": lambda p: ("number", _clean(p[0], p[1] if len(p) > 1 else None)),
}


class Located(NamedTuple):
    """A figure and where it stands in `fold_numerals` of its text."""

    fact: Fact
    start: int
    end: int


def locate_facts(folded: str) -> list[Located]:
    """List the figures of a text that `fold_numerals` has been over, in order, with their places."""
    if not _DIGIT.search(folded):
        return []
    found: list[Located] = []
    for match in _PATTERN.finditer(folded):
        kind, value = _fact(match)
        before = folded[max(0, match.start() - 32) : match.start()]
        after = folded[match.end() : match.end() + 18]
        bound: Bound = ""
        if kind not in ("article", "version"):
            bound = _date_bound(before, after) if kind in _DATES else _bound(before, after)
        found.append(Located(Fact(kind, value, bound), match.start(), match.end()))
    return found


def extract_facts(text: str) -> list[Fact]:
    """List the figures of a text in order, each with its bound ("at least", 以内) if one stands beside it."""
    return [located.fact for located in locate_facts(fold_numerals(text))]


def _bound(before: str, after: str) -> Bound:
    if older := _OLDER.search(before):
        return "at_least" if older["least"] else "at_most"
    least, most = _AT_LEAST.search(before), _AT_MOST.search(before)
    if least and most:  # 不超过 holds 超过: of two that overlap the longer decides, else the nearer
        overlap = least.start("word") < most.end("word") and most.start("word") < least.end("word")
        if overlap:
            return "at_least" if least.start() < most.start() else "at_most"
        return "at_least" if least.end("word") > most.end("word") else "at_most"
    if most or (not least and _AFTER_MOST.match(after)):
        return "at_most"
    return "at_least" if least or _AFTER_LEAST.match(after) else ""


def _date_bound(before: str, after: str) -> Bound:
    if _NOT_LATER.search(before):
        return "at_most"
    if _NOT_EARLIER.search(before):
        return "at_least"
    if _BEFORE_DATE.search(before) or _DATE_PAST.match(after):
        return "at_most"
    return "at_least" if _AFTER_DATE.search(before) or _DATE_ON.match(after) else ""


def same_value(source: Fact, claim: Fact) -> bool:
    """Tell whether a figure of a source gives a claimed value, bounds aside.

    A bare number stands for any unit on either side, since tables keep units in their header; a
    day or month carries its year, a longer date a shorter one; 12 months are a year and 7 days a week.
    """
    if source.kind == claim.kind:
        return source.value == claim.value or (
            source.kind == "date"
            and (source.value.endswith(claim.value) or claim.value.endswith(source.value))
        )
    if source.kind in _DATES and claim.kind in _DATES:
        return source.value.startswith(claim.value)
    if source.kind in _LOOSE and claim.kind in _LOOSE and "number" in (source.kind, claim.kind):
        return source.value == claim.value
    for small, large, factor in (("months", "years", 12), ("day", "week", 7), ("hour", "day", 24)):
        if {source.kind, claim.kind} == {small, large}:
            less, more = (source, claim) if source.kind == small else (claim, source)
            return float(less.value) == factor * float(more.value)
    return False


def carries(source: Fact, claim: Fact) -> bool:
    """Tell whether a figure of a source carries a claimed one: the same value, and no opposite bound."""
    return same_value(source, claim) and not (source.bound and claim.bound and source.bound != claim.bound)


def family(fact: Fact) -> str:
    """Name what a figure may be mistaken for: spans of time compete with each other, dates with dates."""
    if fact.kind in ("working_day", "day", "week", "months", "years", "hour"):
        return "span"
    return "date" if fact.kind in ("date", "month") else fact.kind


_LOOSE = ("number", "money", "percent", "working_day", "day", "week", "months", "years", "hour", "year")
