"""Characters that make a title or a name look like another one: invisible, turning, or borrowed from another script."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.words import INVISIBLE

__all__ = ["INVISIBLE", "Plain", "take_off_disguise"]

_LOOKS_LIKE = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
        "ABESIJKMHOPCTYXaesijopcyxhdqwABEZHIKMNOPTYXo",
        strict=True,
    )
)
"""Cyrillic and Greek letters that are drawn like Latin ones. Small Greek letters of science (α, µ, ν) are not among them."""
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z]")


class Plain(NamedTuple):
    """A text without disguise, and what was changed, for the report."""

    text: str
    notes: tuple[str, ...]


def take_off_disguise(text: str, name: str) -> Plain:
    """Leave out what is invisible and write letters of another script that pass for Latin ones in Latin.

    Args:
        name: What the text is, for the notes, e.g. "title".
    """
    notes = []
    visible = INVISIBLE.sub("", text)
    if visible != text:
        found = ", ".join(sorted({f"U+{ord(char):04X}" for char in INVISIBLE.findall(text)}))
        notes.append(f"the {name} held invisible or direction characters ({found}); they were left out")
    plain = _in_latin(visible)
    if plain != visible:
        found = ", ".join(
            f"{a!r} U+{ord(a):04X}"
            for a in sorted({a for a, b in zip(visible, plain, strict=True) if a != b})
        )
        notes.append(
            f"the {name} held letters of another script that look Latin ({found}); it is shown as {plain!r}"
        )
    return Plain(plain, tuple(notes))


def _in_latin(text: str) -> str:
    """Rewrite words that mix Latin letters with look-alikes, or are of look-alikes alone beside Latin words."""
    has_latin = bool(_LATIN.search(text))

    def rewrite(match: re.Match[str]) -> str:
        word = match.group()
        passes = all(char in _LOOKS_LIKE or char.isascii() for char in word)
        mixed = any(char in _LOOKS_LIKE for char in word) and bool(_LATIN.search(word))
        if mixed or (has_latin and passes):
            return "".join(_LOOKS_LIKE.get(char, char) for char in word)
        return word

    return _WORD.sub(rewrite, text)
