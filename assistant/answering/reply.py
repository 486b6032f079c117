"""A chat model's reply as it streams: cut into sentences, marks of evidence read off them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assistant.answering.citations import plain_words
from assistant.sentences import is_abbreviation

LOOK_AHEAD = 12
"""Characters seen behind a full stop before a sentence counts as ended: marks, or the word that tells."""

_MARK = re.compile(r"\s*[\[【](\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)[\]】]")
_SENTENCE_END = re.compile(
    r"(?:[.!?](?=[\s\[【]|$)|[。！？])[\"”’』」)]*(?:\s*[\[【][\d\s,，、]+[\]】])*\s*|\n+"
)

_STEP = re.compile(r"\s*(?:[-*•]\s*)?\d{1,2}")  # the number of a list item


class Marked(NamedTuple):
    """A sentence without its marks, and the numbers of evidence they name."""

    text: str
    numbers: tuple[int, ...]  # in order of mention, each once


def read_marks(raw: str) -> Marked:
    """Take the marks, and Markdown's, off a sentence."""
    numbers = (int(n) for group in _MARK.findall(raw) for n in re.split(r"\s*[,，、]\s*", group))
    return Marked(plain_words(" ".join(_MARK.sub("", raw).split())), tuple(dict.fromkeys(numbers)))


def cut_stream(chunks: Iterable[str]) -> Iterator[str]:
    """Cut a stream into sentences with their marks; where it is cut into chunks makes no difference."""
    buffer = ""
    for chunk in chunks:
        buffer += chunk
        while end := _find_end(buffer):
            yield buffer[:end]
            buffer = buffer[end:]
    while end := _find_end(buffer, look_ahead=0):
        yield buffer[:end]
        buffer = buffer[end:]
    if buffer.strip():
        yield buffer


def _find_end(buffer: str, *, look_ahead: int = LOOK_AHEAD) -> int:
    """Give the offset behind the first sentence, 0 while it may go on."""
    for match in _SENTENCE_END.finditer(buffer):
        rest = buffer[match.end() :].lstrip()
        if len(rest) < look_ahead:
            return 0
        head = buffer[: match.start()]
        is_stop = match.group().startswith(".")
        if is_stop and (_STEP.fullmatch(head) or (rest and is_abbreviation(head[-24:], rest))):
            continue
        return match.end()
    return 0
