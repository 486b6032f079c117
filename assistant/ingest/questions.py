"""Expected questions: what readers will ask of a document, written by who keeps it, each tied to the text that answers.

People ask in words that documents do not use ("do we get money back if we quit?"). Beside `NAME.EXT` a file
`NAME.EXT.questions` may hold such questions. They help to find the text, and are never shown, cited or sent:

    > dues already paid are not refunded
    Do we get money back if we quit?
    refund after leaving
    ! How many members left last year?

A line that starts with `>` repeats a piece of the text that answers the lines below it. One that starts with `!` is a
near miss: readers will ask it at this point, but neither the piece nor any other document answers it. Near misses help
to refuse.
Source of the idea: Nogueira et al., 2019 (document expansion by query prediction), here with questions that people wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.types import ExpectedQuestion

MAX_QUESTIONS = 1_000
"""Of one document; the longest of the shipped corpus has some hundred."""
MAX_QUESTION_CHARS = 300
NAMED_LINES = 5
"""Lines that a note names one by one."""

_SPACE = re.compile(r"\s+")
_NEAR_MISS = re.compile(r"^[!！] ?")


class Expected(NamedTuple):
    """The questions of one document, and notes on what of its file was left out."""

    questions: tuple[ExpectedQuestion, ...] = ()
    notes: tuple[str, ...] = ()


def read_questions(raw: str, text: str, name: str) -> Expected:
    """Read a file of expected questions and find each piece in the text of its document.

    What cannot be used is left out and noted by line; the document itself is taken all the same.

    Args:
        name: Of the file, for the notes.
    """
    found: dict[str, ExpectedQuestion] = {}
    wrong: list[str] = []
    bare = _Bare(text)
    place: tuple[int, int] | None = None
    begun = False
    for number, line in _lines(raw):
        if line.startswith(">"):
            begun = True
            place = bare.find(line[1:])
            if place is None:
                wrong.append(f"{number} (not once in the text)")
            continue
        if not begun:
            wrong.append(f"{number} (a question before the first '>' line)")
            continue
        asked = _NEAR_MISS.sub("", line)
        one = None if place is None else ExpectedQuestion(asked, *place, near_miss=line != asked)
        if not asked:
            wrong.append(f"{number} (no question behind '!')")
        elif len(asked) > MAX_QUESTION_CHARS:
            wrong.append(f"{number} (longer than {MAX_QUESTION_CHARS} characters)")
        elif one is None:
            continue
        elif asked in found and found[asked].near_miss != one.near_miss:
            wrong.append(f"{number} (both answered and not)")
        elif asked in found or len(found) < MAX_QUESTIONS:
            found.setdefault(asked, one)
        else:
            wrong.append(f"{number} (more than {MAX_QUESTIONS} questions)")
    return Expected(tuple(found.values()), (_describe(wrong, name),) if wrong else ())


def _lines(raw: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(raw.splitlines(), start=1):
        kept = _SPACE.sub(" ", line).strip()
        if kept:
            yield number, kept


def _describe(wrong: list[str], name: str) -> str:
    more = f" and {len(wrong) - NAMED_LINES} more" if len(wrong) > NAMED_LINES else ""
    return (
        f"{name}: not used: line {', '.join(wrong[:NAMED_LINES])}{more}; repeat a piece of the text, verbatim and long"
        " enough to stand there once, behind '>', and write a question a line below it"
    )


class _Bare:
    """A text without white space, and where each character stood: a piece may be broken otherwise than the text."""

    def __init__(self, text: str) -> None:
        self._places = [place for place, char in enumerate(text) if not char.isspace()]
        self._text = "".join(text[place] for place in self._places)

    def find(self, piece: str) -> tuple[int, int] | None:
        """Give start and end of a piece in the whole text; `None` unless it stands there exactly once."""
        wanted = "".join(piece.split())
        at = self._text.find(wanted) if wanted else -1
        if at < 0 or self._text.find(wanted, at + 1) >= 0:
            return None
        return self._places[at], self._places[at + len(wanted) - 1] + 1
