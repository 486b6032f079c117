"""A chat model's reply as it streams: cut into sentences, marks of evidence read off them."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
_THOUGHT = re.compile(r"\s*<think>")


class Marked(NamedTuple):
    """A sentence without its marks, and the numbers of evidence they name."""

    text: str
    numbers: tuple[int, ...]  # in order of mention, each once


def read_marks(raw: str) -> Marked:
    """Take the marks, and Markdown's, off a sentence."""
    numbers = (int(n) for group in _MARK.findall(raw) for n in re.split(r"\s*[,，、]\s*", group))
    return Marked(plain_words(" ".join(_MARK.sub("", raw).split())), tuple(dict.fromkeys(numbers)))


class ReplyCutter:
    """Cuts a reply into sentences with their marks; where it is cut into pieces makes no difference.

    What a model thinks aloud first, between `<think>` and `</think>`, is no part of the reply.
    """

    def __init__(self) -> None:
        self._buffer = ""
        self._may_be_thought = True

    def add(self, piece: str) -> Iterator[str]:
        """Take the next piece; give the sentences that are certain to have ended."""
        self._buffer += piece
        if self._may_be_thought and not self._drop_thought():
            return
        while end := _find_end(self._buffer):
            yield self._take(end)

    def finish(self) -> Iterator[str]:
        """Give the sentences that are left when the reply has ended properly."""
        if _THOUGHT.match(self._buffer) and self._may_be_thought:
            return
        while end := _find_end(self._buffer, look_ahead=0):
            yield self._take(end)
        if self._buffer.strip():
            yield self._take(len(self._buffer))

    def _take(self, end: int) -> str:
        sentence, self._buffer = self._buffer[:end], self._buffer[end:]
        return sentence

    def _drop_thought(self) -> bool:
        """Tell whether the reply proper has begun."""
        head = self._buffer.lstrip()
        if _THOUGHT.match(head):
            _, closed, rest = head.partition("</think>")
            self._buffer = rest if closed else self._buffer
            self._may_be_thought = not closed
        else:
            self._may_be_thought = "<think>".startswith(head)
        return not self._may_be_thought


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
