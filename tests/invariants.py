"""Laws of the data path that more than one test file checks (ARCHITECTURE.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.types import Document, Passage, Section, Span


def assert_tiles(sections: Sequence[Section], text: str) -> None:
    """Sections start at 0, touch each other, are not empty, and end where the text ends."""
    position = 0
    for section in sections:
        assert section.start == position
        assert section.end > section.start
        position = section.end
    assert position == len(text)


def assert_slices(passages: Sequence[Passage], document: Document) -> None:
    """Passages are slices in order, without overlap or white space at their ends, with unique ids."""
    position = 0
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text.strip() == passage.text != ""
        assert passage.start >= position
        assert passage.id == f"{document.provenance.id}@{document.revision}#{passage.start}-{passage.end}"
        position = passage.end
    assert len({passage.id for passage in passages}) == len(passages)


def assert_spans(spans: Sequence[Span], text: str, start: int, end: int) -> None:
    """Spans are in order, apart, stripped, and leave out only white space and marks of markup."""
    position = start
    for span in spans:
        assert position <= span.start < span.end <= end
        words = text[span.start : span.end]
        assert words.strip() == words
        assert_only_marks(text[position : span.start])
        position = span.end
    assert_only_marks(text[position:end])


def assert_only_marks(gap: str) -> None:
    """What no span holds is white space, bullets, hashes, quote marks, rules and fences."""
    for line in gap.splitlines():
        assert re.fullmatch(r"\s*(?:[`~]{3}.*|[\s\-*+•·▪◦‣●○■□–>#=_~]*)", line), line
