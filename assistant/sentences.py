"""Where sentences end, in English and Chinese, by offset."""

from __future__ import annotations

import re

LONG_CHINESE_SENTENCE = 80
"""Chinese sentences longer than this are also cut at ；, which often stands where English has a full stop."""

# Stand before a number or a name, so a full stop after them ends nothing.
_BEFORE_NUMBER = frozenset(
    "no nos art arts fig figs tab p pp para paras sec vol ch eq ref refs nr cl".split()
)
_BEFORE_NAME = frozenset(
    "dr mr mrs ms prof st vs cf e.g i.e eg ie viz ca approx resp incl excl hon rev gen dept univ".split()
)
# May end a sentence; whether they do is told by how the next one starts.
_MAY_END = frozenset("etc ltd inc corp co al jr sr a.m p.m u.s u.k e.u ph.d m.d seq ed eds".split())
_STARTERS = frozenset(
    "A An And As At All Any Both But By Each For From He Her His How However If In It Its Many No Not On Or Our "
    "She Since So Some Such That The Their Then There These They This Those To Under We What When Where Which "
    "While Who With You".split()
)

_STOP = re.compile(r"[.!?。！？…]+")
_CLOSERS = re.compile(
    r"[\"'”’»)\]）】》」』〕*_]*(?:[ \t]?[\[［〔]\d[\d,，;–\- ]*[\]］〕]|[¹²³⁰⁴-⁹])*[\"”’)）]*"
)
_WORD_BEFORE = re.compile(r"[^\W\d_](?:[\w.]*\w)?$", re.UNICODE)
_OPENERS = "([{\"'“‘«（【《「『〔*_#-–•§"
_NO_NEW_SENTENCE = "，、；：,;:。！？.!?）)】》」』”’"


def split_sentences(text: str, start: int, end: int, *, skip: int | None = None) -> list[tuple[int, int]]:
    """List the sentences of `text[start:end]` as offsets, in order, stripped, none empty.

    Closing quotes, brackets and citation marks like `[3]` stay with the sentence they follow.

    Args:
        skip: No sentence ends before this offset; None is `start`. For the number of a clause.
    """
    sentences: list[tuple[int, int]] = []
    begin = start
    for stop in _STOP.finditer(text, start if skip is None else skip, end):
        if stop.start() < begin:
            continue
        closing = _CLOSERS.match(text, stop.end(), end)
        after = closing.end() if closing else stop.end()
        if _ends_sentence(text, begin, stop, after, end):
            sentences.extend(_cut_at_semicolons(text, *_strip(text, begin, after)))
            begin = after
    sentences.extend(_cut_at_semicolons(text, *_strip(text, begin, end)))
    return sentences


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends_sentence(text: str, begin: int, stop: re.Match[str], after: int, end: int) -> bool:
    following = text[after : min(end, after + 40)]
    next_word = following.lstrip()
    if not next_word:
        return True
    if any(mark in stop.group() for mark in "。！？"):
        return next_word[0] not in _NO_NEW_SENTENCE
    if not following[0].isspace():
        return False
    first = next_word[0]
    if not (first.isupper() or first.isdigit() or first in _OPENERS or "\u3400" <= first <= "\u9fff"):
        return False
    return stop.group() != "." or not is_abbreviation(
        text[max(begin, stop.start() - 24) : stop.start()], next_word
    )


def is_abbreviation(before: str, after: str) -> bool:
    """Tell whether a full stop between two texts belongs to the word before it and ends nothing.

    Args:
        after: What follows the space, not empty.
    """
    match = _WORD_BEFORE.search(before)
    if not match:
        return False
    word = match.group()
    lower = word.lower()
    if lower in _BEFORE_NAME:
        return True
    if lower in _BEFORE_NUMBER:
        return after[0].isdigit()
    if lower in _MAY_END or re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word):
        return not _starts_sentence(after)
    # A single capital is an initial ("J. Smith"), unless what follows can only start a sentence.
    return len(word) == 1 and word.isupper() and after[0].isupper() and not _starts_sentence(after)


def _starts_sentence(after: str) -> bool:
    word = re.match(r"[A-Za-z]+", after)
    return bool(word and word.group() in _STARTERS) or "\u3400" <= after[0] <= "\u9fff"


def _cut_at_semicolons(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if start >= end:
        return []
    if end - start <= LONG_CHINESE_SENTENCE or "；" not in text[start:end]:
        return [(start, end)]
    pieces: list[tuple[int, int]] = []
    begin, depth = start, 0
    for position in range(start, end):
        char = text[position]
        depth = max(0, depth + (char in "（(【《“「") - (char in "）)】》”」"))
        if char == "；" and depth == 0:
            pieces.append(_strip(text, begin, position + 1))
            begin = position + 1
    pieces.append(_strip(text, begin, end))
    return [piece for piece in pieces if piece[0] < piece[1]]
