"""Work out the numbers that Word shows in front of list paragraphs; they are not in their text."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, NamedTuple

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"


class _Level(NamedTuple):
    format: str
    pattern: str  # "%1.%2" or "第%1条"
    first: int


class Numbering:
    """The counters of a document's lists, moved on by each paragraph that is asked about, in order."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[tuple[str, int], _Level] = {}  # by list kind and level
        self.kinds: dict[str, str] = {}  # list kind by list id
        self.counters: dict[str, dict[int, int]] = defaultdict(dict)
        self.of_style = _style_lists(document)
        root = _numbering_root(document)
        if root is None:
            return
        for kind in root.findall(f"{_W}abstractNum"):
            for level in kind.findall(f"{_W}lvl"):
                key = (kind.get(f"{_W}abstractNumId"), _number(level.get(f"{_W}ilvl"), 0))
                self.levels[key] = _Level(
                    _value(level, "numFmt", "decimal"),
                    _value(level, "lvlText", ""),
                    _number(_value(level, "start", "1"), 1),
                )
        for entry in root.findall(f"{_W}num"):
            self.kinds[entry.get(f"{_W}numId")] = _value(entry, "abstractNumId", "")

    def next_mark(self, paragraph: Any, style_id: str) -> str | None:
        """Give what stands in front of a paragraph: `7.2`, `第七条`, `(a)`, or `-` for a bullet; else None."""
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        numbering = own if own is not None else self.of_style.get(style_id)
        list_id = _value(numbering, "numId", "0") if numbering is not None else "0"
        if numbering is None or list_id == "0" or list_id not in self.kinds:
            return None
        depth = min(_number(_value(numbering, "ilvl", "0"), 0), 8)
        kind = self.kinds[list_id]
        level = self.levels.get((kind, depth))
        if level is None:
            return None
        counters = self.counters[kind]
        counters[depth] = counters.get(depth, level.first - 1) + 1
        for deeper in [key for key in counters if key > depth]:
            del counters[deeper]
        return "-" if level.format in ("bullet", "none") else self._filled(kind, level)

    def _filled(self, kind: str, level: _Level) -> str:
        def number(match: re.Match[str]) -> str:
            depth = int(match[1]) - 1
            of_level = self.levels.get((kind, depth), level)
            return write_number(self.counters[kind].get(depth, of_level.first), of_level.format)

        return re.sub(r"%([1-9])", number, level.pattern).strip() or "-"


def write_number(number: int, number_format: str) -> str:
    """Write a list number as Word does: decimal, letters, Roman or Chinese numerals."""
    if number_format in ("lowerLetter", "upperLetter") and number > 0:
        letters = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 9)
        return letters if number_format == "lowerLetter" else letters.upper()
    if number_format in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        roman = _roman(number)
        return roman.lower() if number_format == "lowerRoman" else roman
    if number_format.startswith(("chineseCounting", "japaneseCounting", "ideographTraditional")) or (
        number_format in ("chineseLegalSimplified", "taiwaneseCounting", "taiwaneseCountingThousand")
    ):
        return _chinese(number)
    return f"{number:02d}" if number_format == "decimalZero" else str(number)


def _roman(number: int) -> str:
    signs = "M CM D CD C XC L XL X IX V IV I".split()
    values = (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1)
    text = ""
    for sign, value in zip(signs, values, strict=True):
        text += sign * (number // value)
        number %= value
    return text


def _chinese(number: int) -> str:
    if not 0 < number < 1000:
        return str(number)
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones else "")


def _numbering_root(document: Any) -> Any:
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith("/numbering"):
            return relation.target_part.element
    return None


def _style_lists(document: Any) -> dict[str, Any]:
    styles = document.styles.element.findall(f"{_W}style")
    lists = {style.get(f"{_W}styleId"): style.find(f"{_W}pPr/{_W}numPr") for style in styles}
    return {style_id: numbering for style_id, numbering in lists.items() if numbering is not None}


def _value(element: Any, name: str, default: str) -> str:
    child = element.find(f"{_W}{name}")
    return default if child is None else str(child.get(f"{_W}val", default))


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else default
