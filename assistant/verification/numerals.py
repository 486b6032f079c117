"""Chinese numerals and English number words as Arabic digits, so that figures compare across languages."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}
_NUMERAL = "零〇一二两三四五六七八九十百千"

# A numeral counts only before a measure or inside a frame; 一般, 十分 and 一方 are words.
_MEASURES = r"(?=个?(?:工作日|自然日|日历日|小时|分钟|百分点|月|年|周|天|日|元|万|亿|人|名|位|家|席|票|倍|次|份|页|级|类|句|例|枚|项|件|步|组|轮|场|处|档|届|种|条|款|项|章|期))"
_FRAMED = re.compile(rf"(?<=第)[{_NUMERAL}]+|[{_NUMERAL}]+{_MEASURES}|(?<=百分之)[{_NUMERAL}]+")
_FRACTION = re.compile(rf"([{_NUMERAL}\d]+)分之([{_NUMERAL}\d]+)")
_SLASHED = re.compile(r"(?<![\d./-])([1-9])/([2-9]|10)(?![\d./-])")
_MAJORITY = re.compile(
    r"\b(?:(?:a|the|an|simple|ordinary|absolute) )?(?:simple |ordinary |absolute )?(?<!s )(?<!s-)majority\b"
)
_SPACED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?: \d{3})+(?![\d.,]*\d)")
_HALF_ZH = re.compile(r"(?:二分之一|半数|一半|(?<=减)半)")

_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_TENS = "|".join(word for word, value in _WORDS.items() if value >= 20)
_ONES = "|".join(word for word, value in _WORDS.items() if 1 <= value <= 9)
_ALL = "|".join(sorted(_WORDS, key=len, reverse=True))
# "one" is mostly a pronoun, so it counts only before a unit.
_UNIT_EN = (
    r"(?=[ -](?:working|business|calendar|days?|weeks?|months?|years?|votes?|seats?|renewals?|terms?|page))"
)
_WORD = re.compile(
    rf"\b(?:(?P<tens>{_TENS})(?:-(?P<ones>{_ONES}))?|(?P<one>one){_UNIT_EN}|(?P<word>{_ALL}))\b"
)
_FRACTION_EN = re.compile(
    r"\b(?P<top>a|one|two|three|four|\d+)[ -](?P<bottom>thirds?|quarters?|fifths?|tenths?)\b"
)
_BOTTOM = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}


def parse_chinese_number(text: str) -> int:
    """Give the value of a Chinese numeral such as 三十 or 一千二百; digits alone (二〇二四) are read in a row."""
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = current = 0
    for char in text:
        if char in _DIGITS:
            current = _DIGITS[char]
        elif char in _UNITS:
            section += (current or 1) * _UNITS[char]
            current = 0
        elif char in _LARGE:
            total = (total + section + current) * _LARGE[char]
            section = current = 0
    return total + section + current


def _fraction(top: float, bottom: float) -> str:
    return f"{top / bottom * 100:.4g}%" if bottom else f"{top:g}"


def _as_number(text: str) -> float:
    return float(text) if text.isdigit() else float(parse_chinese_number(text))


def _english_word(match: re.Match[str]) -> str:
    if match["tens"]:
        return str(_WORDS[match["tens"]] + (_WORDS[match["ones"]] if match["ones"] else 0))
    word = match["one"] or match["word"]
    return word if word == "one" and not match["one"] else str(_WORDS[word])


def _english_fraction(match: re.Match[str]) -> str:
    top = 1 if match["top"] in ("a", "one") else _WORDS.get(match["top"]) or int(match["top"])
    return _fraction(top, _BOTTOM[match["bottom"].rstrip("s")])


def fold_numerals(text: str) -> str:
    """Write numbers in digits and fractions as percentages, in lower case and NFKC.

    三十个工作日 → 30个工作日, 三分之二 → 66.67%, two-thirds → 66.67%, thirty days → 30 days, 半数 → 50%.
    """
    text = _SPACED.sub(
        lambda match: match.group().replace(" ", ""), unicodedata.normalize("NFKC", text).lower()
    )
    text = _HALF_ZH.sub("50%", text.replace("过半数", "超过50%").replace("单日", "1日"))
    text = _MAJORITY.sub("more than 50%", text)
    text = _FRACTION.sub(
        lambda m: f"{m[2]}%"
        if m[1] == "百" and m[2].isdigit()
        else _fraction(_as_number(m[2]), _as_number(m[1])),
        text,
    )
    text = _SLASHED.sub(lambda m: _fraction(float(m[1]), float(m[2])), text)
    text = _FRAMED.sub(lambda m: str(parse_chinese_number(m.group())), text)
    text = _FRACTION_EN.sub(_english_fraction, text)
    text = re.sub(r"\b(?:one[ -])?half\b|\bhalv(?:es?|ed|ing)\b", "50%", text)
    return _WORD.sub(_english_word, text)
