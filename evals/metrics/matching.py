"""Whether a text says a wording: numbers, width, case and white space do not matter, word limits do."""

from __future__ import annotations

import re

from assistant.verification.numerals import fold_numerals

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DASHES = re.compile(r"[‐‑‒–—−]")
_MARKUP = re.compile(r"[*`_]")
_TOKEN = re.compile(r"[a-z]+|\d+(?:\.\d+)*|[^\sa-z\d]", re.IGNORECASE)


def fold(text: str) -> str:
    """Give the form in which texts are compared: 三十个工作日 → 30个工作日, 50,000 → 50000, （ → (."""
    return _THOUSANDS.sub("", _DASHES.sub("-", _MARKUP.sub("", fold_numerals(text))))


def says(text: str, wording: str) -> bool:
    """Tell whether a text holds a wording, at word and number limits: "30 days" is not in "130 days".

    The last English word may stand in the plural.
    """
    tokens = _TOKEN.findall(fold(wording))
    if not tokens:
        return False
    before = r"(?<!\d)(?<!\d\.)" if tokens[0][0].isdigit() else r"(?<![a-z])" if tokens[0].isascii() else ""
    if tokens[-1][0].isdigit():
        after = r"(?!\d)(?!\.\d)"
    else:
        after = r"(?:s|es)?(?![a-z])" if tokens[-1].isascii() and tokens[-1].isalpha() else ""
    pattern = before + r"\s*".join(re.escape(token) for token in tokens) + after
    return re.search(pattern, fold(text)) is not None
