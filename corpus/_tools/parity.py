"""Compare the Chinese and the English text of a rule: same articles, same clauses, same numbers."""

from __future__ import annotations

import re
from collections import Counter

from _tools.library import Entry, cjk_number

COMPARED_KINDS = frozenset({"rules", "policy", "procedure", "notice", "charter", "template", "terms"})
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = "|".join(f"{name}|{name[:3]}" for name in _MONTHS)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}}) ({_MONTH})\b")
_MONTH_YEAR = re.compile(rf"\b({_MONTH})(?= \d{{4}}|[ –-]+(?:{_MONTH})\b)|(?<=[–-])({_MONTH})\b")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_SCALES = {" million": 1_000_000, "万": 10_000, "亿": 100_000_000}
_RANGE_START = re.compile(r"(\d+(?:\.\d+)?)(?=(?:–| to )\d[\d.,]* million)")
_SPELLED = {
    "en": [
        r"\b(?:a|an|one|first|each|single|once|every)\b", r"\b(?:two|second|twice|half)\b", r"\bthree|third\b",
        r"\bfour", r"\bfive|fifth\b", r"\bsix", r"\bseven", r"\beight", r"\bnine", r"\bten\b", r"\beleven", r"\btwelve",
    ],
    "zh": ["一|单", "二|两", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"],
}  # fmt: skip
_CJK_ARTICLE = re.compile(r"第([零一二三四五六七八九十百]+)条")


def check_parity(entries: list[Entry]) -> list[str]:
    """Name every article, clause or number that one language of a pair has and the other has not."""
    by_id = {entry.provenance.id: entry for entry in entries}
    problems = []
    for english in entries:
        chinese = by_id.get(english.provenance.translation_of or "")
        if chinese is None or english.provenance.kind not in COMPARED_KINDS:
            continue
        if english.clauses != chinese.clauses or list(english.articles) != list(chinese.articles):
            differing = set(english.citable) ^ set(chinese.citable)
            problems.append(
                f"{english.name}: clauses differ from {chinese.provenance.id}: {sorted(differing)}"
            )
        for number in english.articles.keys() & chinese.articles.keys():
            ours = count_numbers(english.articles[number], "en")
            theirs = count_numbers(chinese.articles[number], "zh")
            only_ours = _without_spelled(ours - theirs, chinese.articles[number], "zh")
            only_theirs = _without_spelled(theirs - ours, english.articles[number], "en")
            if only_ours or only_theirs:
                problems.append(
                    f"{english.name}: Article {number} and {chinese.provenance.id} differ in numbers: "
                    f"only en {only_ours}, only zh {only_theirs}"
                )
    return problems


def count_numbers(text: str, language: str) -> Counter[float]:
    """The numbers of a text and how often each occurs, months and scales resolved.

    Law articles in Chinese numerals count; other spelled-out numbers (three, 三) do not: `check_parity`
    forgives a number up to 12 that the other language spells out.
    """
    if language == "zh":
        text = _CJK_ARTICLE.sub(lambda match: f"第{cjk_number(match[1])}条", text)
    else:
        text = _RANGE_START.sub(r"\1 million", text)
        text = _DAY_MONTH.sub(lambda match: f"{match[1]} #{_month(match[2])}", text)
        text = _MONTH_YEAR.sub(lambda match: f"#{_month(match[1] or match[2])}", text)
    counted: Counter[float] = Counter()
    for match in _NUMBER.finditer(text):
        value = float(match[0].replace(",", ""))
        for word, factor in _SCALES.items():
            if text.startswith(word, match.end()):
                value *= factor
        counted[value] += 1
    return counted


def _without_spelled(surplus: Counter[float], other_text: str, language: str) -> list[float]:
    """The surplus numbers that the other language does not spell out either (1 for one, 一)."""
    words = {float(number): word for number, word in enumerate(_SPELLED[language], start=1)}
    return sorted(
        number
        for number in surplus.elements()
        if number not in words or not re.search(words[number], other_text, re.IGNORECASE)
    )


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, start=1) if month.startswith(name))
