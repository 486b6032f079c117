"""Evidence as a reader sees it: paragraphs, lists with their introduction, tables with their header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.types import Evidence, Span

_RULE = re.compile(r"[|:\-\s]+")  # the line under a table's header
CAPTION_CHARS = 240
_ENDED = re.compile(r"[.!?;。！？；…][\"”’'」』)）]*\s*$")
BlockKind = Literal["paragraph", "list", "table"]


@dataclass(frozen=True)
class Block:
    """Neighbouring spans that are read together; `lead` of them introduce the others."""

    evidence: Evidence
    kind: BlockKind
    spans: tuple[Span, ...]
    lead: int = 0  # a list's introduction, a table's header rows

    def text_of(self, span: Span) -> str:
        """Give the span's exact words."""
        offset = self.evidence.passage.start
        return self.evidence.passage.text[span.start - offset : span.end - offset]

    @property
    def text(self) -> str:
        """The words from the first span to the last."""
        return self.text_of(Span(self.spans[0].start, self.spans[-1].end, "sentence"))


def cut_blocks(evidence: Evidence) -> list[Block]:
    """Cut one passage into blocks in reading order; headings belong to none and part what they stand between."""
    blocks: list[Block] = []
    previous: Block | None = None
    for line in _by_line(evidence):
        kind = _kind_of(evidence, line)
        if kind == "rule":
            continue
        if kind == "heading":
            previous = None
            continue
        headers = _headers(line) if kind == "table" else 0
        if previous and kind == previous.kind != "paragraph" and not headers:
            blocks[-1] = Block(evidence, kind, previous.spans + line, previous.lead)
        elif previous and kind != "paragraph" and _introduces(previous, kind):
            blocks[-1] = Block(evidence, kind, previous.spans + line, len(previous.spans) + headers)
        else:
            spans = line if kind == "table" else tuple(span for span in line if span.kind != "heading")
            blocks.append(Block(evidence, kind, spans, headers))
        previous = blocks[-1]
    return [block for block in blocks if len(block.spans) > block.lead]


def _by_line(evidence: Evidence) -> list[tuple[Span, ...]]:
    passage = evidence.passage
    lines: list[list[Span]] = []
    last_end = 0
    for span in evidence.spans:
        between = passage.text[last_end : span.start - passage.start]
        if lines and "\n" not in between:
            lines[-1].append(span)
        else:
            lines.append([span])
        last_end = span.end - passage.start
    return [tuple(line) for line in lines]


def _kind_of(evidence: Evidence, line: tuple[Span, ...]) -> BlockKind | Literal["heading", "rule"]:
    offset = evidence.passage.start
    text = evidence.passage.text[line[0].start - offset : line[-1].end - offset]
    if text.startswith("|"):
        return "rule" if _RULE.fullmatch(text) else "table"
    kinds = {span.kind for span in line}
    if "item" in kinds:
        return "list"
    return "heading" if kinds == {"heading"} else "paragraph"


def _headers(line: tuple[Span, ...]) -> int:
    return sum(span.kind == "heading" for span in line)


def _introduces(block: Block, kind: BlockKind) -> bool:
    """Tell whether a paragraph leads into a list (its sentence goes on there) or is a table's caption (it is short)."""
    if block.kind != "paragraph":
        return False
    if kind == "table" and len(block.text) <= CAPTION_CHARS:
        return True
    return block.text.rstrip().endswith((":", "：")) or (kind == "list" and not _ENDED.search(block.text))
