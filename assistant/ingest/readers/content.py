"""What a reader hands over, and the cleaning and limits that every format shares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from assistant.errors import UnreadableFile
from assistant.ingest.provenance import Stated
from assistant.words import HIDDEN_KINDS, drop_invisible, normalise_text

MAX_TEXT_CHARS = 5_000_000
"""About 2,000 printed pages; a text beyond it is a data dump, not a document."""

_CONTINUES = re.compile(r"[^\s.!?。！？…:：;；|)）”’\"]\s*$")
_STARTS_ANEW = re.compile(r"[ \t]*(?:[#|>*•-]|\d{1,3}[.、)]|[(（]|第|[A-Z]\w+ \d)")


@dataclass(frozen=True)
class Content:
    """The text of one file before it is a `Document`; `title` is None when the format has none."""

    text: str
    page_starts: tuple[int, ...] = ()
    title: str | None = None
    stated: Stated | None = None
    notes: tuple[str, ...] = ()


def clean_text(text: str) -> str:
    """Give normalised text without control, zero-width and direction characters; form feeds end a line.

    What was hidden in it is counted for `counting_hidden`.
    """
    counted = _hidden.get()
    if counted is not None:
        for kind, pattern in _KINDS.items():
            counted[kind] += len(pattern.findall(text))
    return normalise_text(drop_invisible(re.sub("[\f\v\x85]", "\n", text)))


_KINDS = {kind: re.compile(f"[{chars}]") for kind, chars in HIDDEN_KINDS.items()}
_hidden: ContextVar[Counter[str] | None] = ContextVar("hidden", default=None)


@contextmanager
def counting_hidden() -> Iterator[Counter[str]]:
    """Count by kind the hidden characters that `clean_text` leaves out meanwhile."""
    counted: Counter[str] = Counter()
    token = _hidden.set(counted)
    try:
        yield counted
    finally:
        _hidden.reset(token)


def describe_hidden(counted: Counter[str]) -> tuple[str, ...]:
    """Give the note for the report; none when nothing was hidden."""
    found = ", ".join(f"{count:,} {kind}" for kind, count in counted.items() if count)
    if not found:
        return ()
    total = counted.total()
    return (f"the text held {total:,} invisible characters ({found}); they were left out",)


def check_length(chars: int, name: str) -> None:
    """Refuse a text beyond `MAX_TEXT_CHARS`.

    Raises:
        UnreadableFile: it is too long.
    """
    if chars > MAX_TEXT_CHARS:
        raise UnreadableFile(
            f"{name!r} holds {chars:,} characters or more of text; the limit is {MAX_TEXT_CHARS:,}.",
            hint="Split it into several files.",
        )


def join_pages(pages: Iterable[str]) -> tuple[str, tuple[int, ...]]:
    """Join the texts of pages and give the offset of each page; offsets rise even over empty pages.

    A sentence that runs over the page break stays in one paragraph.
    """
    text, starts = "", []
    parts: list[str] = []
    length = 0
    for page in pages:
        page = clean_text(page).strip()
        if parts:
            runs_on = _CONTINUES.search(text[-20:]) and page and not _STARTS_ANEW.match(page)
            parts.append("\n" if runs_on or not page else "\n\n")
            length += len(parts[-1])
        starts.append(length)
        parts.append(page)
        length += len(page)
        text = page
    return "".join(parts), tuple(starts)
