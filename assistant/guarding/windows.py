"""Cutting a long turn into stretches, so that a few lines of a letter are seen for what they are."""

from __future__ import annotations

from assistant.sentences import split_sentences

LONG_CHARS = 300
"""A longer turn is also read in stretches: its meaning as a whole is mostly that of the rest."""
STRETCH_CHARS = 280


def cut_stretches(text: str) -> list[str]:
    """Give the stretches of a text that are judged each by itself; a short text is its own only stretch.

    Each is a run of whole sentences of at most `STRETCH_CHARS` and begins with the last sentence of the
    one before; a longer sentence is cut.
    """
    if len(text) <= LONG_CHARS:
        return [text]
    pieces = _cut_pieces(text)
    stretches: list[str] = []
    first = 0
    while first < len(pieces):
        last = first + 1
        while last < len(pieces) and pieces[last][1] - pieces[first][0] <= STRETCH_CHARS:
            last += 1
        stretches.append(text[pieces[first][0] : pieces[last - 1][1]])
        if last == len(pieces):
            break
        first = max(first + 1, last - 1)
    return stretches


def _cut_pieces(text: str) -> list[tuple[int, int]]:
    """List sentences, line by line, as offsets; none is empty or longer than a stretch."""
    pieces: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        for begin, end in split_sentences(text, start, start + len(line)):
            pieces += [(at, min(at + STRETCH_CHARS, end)) for at in range(begin, end, STRETCH_CHARS)]
        start += len(line)
    return pieces or [(0, min(len(text), STRETCH_CHARS))]
