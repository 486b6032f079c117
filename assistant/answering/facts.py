"""Figures of a text in one normal form for both languages: dates, money, spans of time, shares, clauses.

5万元 and RMB 50,000, 三十个工作日 and 30 working days, 2024年9月1日 and 1 September 2024 give equal facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from assistant.answering.numerals import fold_numerals

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
_PATTERN = re.compile(
    rf"(?P<iso>\b(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})\b)"
    rf"|(?P<zhdate>(\d{{4}})年(\d{{1,2}})月(\d{{1,2}})日)"
    rf"|(?P<dmy>\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_M})\.?,? (\d{{4}})\b)"
    rf"|(?P<mdy>\b({_M})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b)"
    rf"|(?P<zhmonth>(\d{{4}})年(\d{{1,2}})月)"
    rf"|(?P<my>\b({_M})\.? (\d{{4}})\b)"
    rf"|(?P<article>(?:\b(?:articles?|art\.?|clauses?|sections?) ?|第)(\d+(?:\.\d+)*)(?:条|款|章)?)"
    rf"|(?P<version>\b(?:v|version ?)(\d+(?:\.\d+)*)|(\d+(?:\.\d+)+)版)"
    rf"|(?P<percent>({_N}) ?(?:%|percent\b|per cent\b|个百分点))"
    rf"|(?P<money>(?:({_CURRENCY}) ?({_N}) ?({_S})?(?:元|yuan)?)|(?:({_N}) ?({_S})? ?(元|yuan|rmb|美元|us dollars|dollars)))"
    rf"|(?P<year>(?:(?<![\d.])((?:19|20)\d\d)(?:年(?!内|期)|(?![\d.,]\d|年| ?(?:{_S})|[- ](?:working|days?|weeks?|months?|years?)))))"
    rf"|(?P<span>({_N}) ?-?(?:个)?(working|business|工作|calendar|自然|日历)?[ -]?(days?|日|天|weeks?|周|months?|月|years?|年|hours?|小时))"
    rf"|(?P<number>(?<![\w.])({_N})(?: ?(万|亿|百万|千万|thousand|million|billion))?)"
)
_SPAN_UNITS: dict[str, FactKind] = {
    "day": "day", "日": "day", "天": "day", "week": "week", "周": "week", "month": "months", "月": "months",
    "year": "years", "年": "years", "hour": "hour", "小时": "hour",
}  # fmt: skip

_AT_LEAST = re.compile(
    r"(?:at least|no (?:less|fewer) than|not (?:less|fewer) than|more than|over|above|minimum(?: of)?|exceed(?:s|ing)?|"
    r"不少于|不低于|至少|超过|大于|高于|≥|>)[^\d]{0,6}$"
)
_AT_MOST = re.compile(
    r"(?:at most|no more than|not more than|up to|less than|fewer than|below|under|within|maximum(?: of)?|not exceed(?:ing)?|"
    r"no later than|不超过|不多于|不高于|至多|最多|最长|少于|低于|小于|≤|<)[^\d]{0,6}$"
)
_AFTER_LEAST = re.compile(r"^(?:以上|及以上| or more\b| or over\b|\+)")
_AFTER_MOST = re.compile(r"^(?:以内|之内|以下|及以下|内| or less\b| or fewer\b| at most\b)")


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
    "zhmonth": lambda p: ("month", f"{p[0]}-{int(p[1]):02}"),
    "my": lambda p: ("month", f"{p[1]}-{_MONTHS[p[0]]:02}"),
    "article": lambda p: ("article", p[-1]),
    "version": lambda p: ("version", p[-1]),
    "percent": lambda p: ("percent", f"{float(p[0].replace(',', '')):.3g}"),
    "money": _read_money,
    "year": lambda p: ("year", p[0]),
    "span": _read_span,
    "number": lambda p: ("number", _clean(p[0], p[1] if len(p) > 1 else None)),
}


def extract_facts(text: str) -> list[Fact]:
    """List the figures of a text in order, each with its bound ("at least", 以内) if one stands beside it."""
    folded = fold_numerals(text)
    facts: list[Fact] = []
    for match in _PATTERN.finditer(folded):
        kind, value = _fact(match)
        before, after = (
            folded[max(0, match.start() - 24) : match.start()],
            folded[match.end() : match.end() + 9],
        )
        bound: Bound = ""
        if _AT_MOST.search(before) or _AFTER_MOST.match(after):
            bound = "at_most"
        elif _AT_LEAST.search(before) or _AFTER_LEAST.match(after):
            bound = "at_least"
        facts.append(Fact(kind, value, bound))
    return facts


def carries(source: Fact, claim: Fact) -> bool:
    """Tell whether a figure of a source carries a claimed one.

    A bare number stands for any unit on either side, since tables keep units in their header; a
    day or month carries its year, a longer date a shorter one.
    """
    if source.bound and claim.bound and source.bound != claim.bound:
        return False
    if source.kind == claim.kind:
        return source.value == claim.value
    dates = ("date", "month", "year")
    if source.kind in dates and claim.kind in dates:
        return source.value.startswith(claim.value)
    loose = ("number", "money", "percent", "working_day", "day", "week", "months", "years", "hour", "year")
    if "number" in (source.kind, claim.kind) and source.kind in loose and claim.kind in loose:
        return source.value == claim.value
    return False
