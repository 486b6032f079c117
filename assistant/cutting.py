"""Cut text into what can be quoted: sentences, clauses, list items, table rows, headings.

Everything is by offset into the text that is given; nothing is rewritten. Knows nothing of documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from assistant.sentences import split_sentences
from assistant.types import Span
from assistant.words import CJK

LineKind = Literal["blank", "heading", "row", "item", "clause", "text"]

CLAUSE_WEIGHT = 300
"""A numbered paragraph up to this weight is quoted whole: about 45 English words or 100 characters of Chinese."""
ITEM_WEIGHT = 700
"""List items are quoted whole up to here; a longer one is prose behind a bullet and is cut at sentences."""
WRAPPED_LINE_CHARS = 50
"""A line this long that ends without punctuation was wrapped, so a number that starts the next is no clause."""

_NUMERAL = r"[一二三四五六七八九十百零〇两\d]"
_HEADING = re.compile(rf" {{0,3}}#{{1,6}}(?:[ \t\u3000]+|(?=[{CJK}]))(?=\S)")
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*$")
_DELIMITER_ROW = re.compile(r"[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$")
_RULE = re.compile(r"[ \t]*(?:(?:[-*_=~][ \t]*){3,}|[`~]{3,}[^`\n]*)$")
_QUOTE_MARK = re.compile(r"[ \t]*(?:>[ \t]*)*")
_BULLET = re.compile(r"[-*+–][ \t\u3000]+|[•▪◦‣●○■□·][ \t\u3000]*")
_NUMBERED_ITEM = re.compile(
    r"(?:[(（](?:[a-zA-Z]|[ivxIVX]{1,5}|\d{1,3}|[一二三四五六七八九十]{1,3})[)）]"
    r"|(?:[a-zA-Z]|[ivx]{1,5}|\d{1,3})[)）]"
    r"|(?:[a-z]|\d{1,3})\.(?=[ \t\u3000])"
    rf"|[①-⑳]|\d{{1,3}}\.(?=[{CJK}])"
    r"|(?:\d{1,3}|[一二三四五六七八九十]{1,3})、)[ \t\u3000]*"
)
_CLAUSE = re.compile(
    rf"(?:\d{{1,2}}(?:\.\d{{1,3}}){{1,3}}\.?(?=[ \t\u3000{CJK}“\"‘《（(])[ \t\u3000]*+(?![a-z%°µ]+(?:[\s,.;]|$))"
    rf"|第{_NUMERAL}+条(?:之{_NUMERAL}+)?(?=[\s:：【（(]|$)[ \t\u3000]*"
    r"|(?:Article|Clause|Section)[ \t]+\d+(?:\.\d+)*(?:[.:][ \t]+|[ \t]+(?=[A-Z“\"]))(?=\S))"
)
_LABEL = re.compile(rf"(?:\*\*|[A-Z{CJK}])[^\n.!?。！？:：|]{{0,40}}[:：]")
_SENTENCE_TAIL = re.compile(r"[.!?。！？…;；:：)）\]”’\"」』】》*|]\s*$")


class Line(NamedTuple):
    """One line without its line feed: what it is, and where its words begin behind bullet or `#`."""

    kind: LineKind
    start: int
    words: int
    end: int


class Block(NamedTuple):
    """Lines that belong together: a paragraph, one list item, one numbered paragraph, a row, a heading."""

    kind: LineKind
    start: int
    words: int
    end: int


def cut_spans(text: str, start: int, end: int) -> list[Span]:
    """List the quotable spans of `text[start:end]` in order.

    Spans do not overlap, are not empty, have no white space at either end, and leave out only white
    space and marks (bullet, `#`, `>`, rules and fences). The number of a clause or item is part of it.
    """
    spans: list[Span] = []
    for block in find_blocks(text, start, end):
        spans.extend(_block_spans(text, block))
    return spans


def find_blocks(text: str, start: int, end: int) -> list[Block]:
    """List the blocks of `text[start:end]` in order; a block ends before its trailing white space."""
    blocks: list[Block] = []
    open_block: Block | None = None
    for line in _lines(text, start, end):
        if open_block and _continues(text, open_block, line):
            open_block = open_block._replace(end=line.end)
            continue
        if open_block:
            blocks.append(open_block)
        open_block = None if line.kind == "blank" else Block(*line)
    if open_block:
        blocks.append(open_block)
    return [_mark_table_heads(text, block, blocks, number) for number, block in enumerate(blocks)]


def text_weight(text: str) -> int:
    """Weigh a text by what it says: a Chinese character counts three, any other one."""
    return len(text) + 2 * sum(1 for char in text if "\u3400" <= char <= "\u9fff")


def _lines(text: str, start: int, end: int) -> Iterator[Line]:
    position = start
    while position < end:
        line_end = text.find("\n", position, end)
        line_end = end if line_end < 0 else line_end
        yield _classify(text, position, line_end)
        position = line_end + 1


def _classify(text: str, start: int, end: int) -> Line:
    line = text[start:end].rstrip()
    end = start + len(line)
    if not line or (_RULE.match(line) and not _DELIMITER_ROW.match(line)):
        return Line("blank", start, end, end)
    if heading := _HEADING.match(line):
        return Line("heading", start, start + heading.end(), end)
    if _ROW.match(line):
        return Line("row", start, start + len(line) - len(line.lstrip()), end)
    quote = _QUOTE_MARK.match(line)
    words = start + (quote.end() if quote else 0)
    if bullet := _BULLET.match(text, words, end):
        return Line("item" if bullet.end() < end else "blank", start, bullet.end(), end)
    if words >= end:
        return Line("blank", start, end, end)
    if _CLAUSE.match(text, words, end):
        return Line("clause", start, words, end)
    return Line("item" if _NUMBERED_ITEM.match(text, words, end) else "text", start, words, end)


def _continues(text: str, block: Block, line: Line) -> bool:
    """Tell whether a line belongs to the block above it."""
    if line.kind in ("blank", "heading", "row") or block.kind in ("heading", "row"):
        return False
    last = text.rfind("\n", block.start, block.end) + 1
    before = text[max(last, block.start) : block.end]
    wrapped = len(before) >= WRAPPED_LINE_CHARS and not _SENTENCE_TAIL.search(before)
    if line.kind == "clause":
        return wrapped
    if line.kind == "item":
        return wrapped and block.kind == "text" and line.words == line.start
    return wrapped or not _LABEL.match(text, line.words, line.end)


def _mark_table_heads(text: str, block: Block, blocks: list[Block], number: int) -> Block:
    """Turn the delimiter row and the row right above it into headings."""
    if block.kind != "row":
        return block
    following = blocks[number + 1] if number + 1 < len(blocks) else None
    is_head = (
        following is not None
        and following.start == block.end + 1 + _spaces(text, block.end)
        and _DELIMITER_ROW.match(text[following.start : following.end])
    )
    if is_head or _DELIMITER_ROW.match(text[block.start : block.end]):
        return block._replace(kind="heading")
    return block


def _spaces(text: str, position: int) -> int:
    count = 0
    while text[position + count : position + count + 1] in (" ", "\t"):
        count += 1
    return count


def _block_spans(text: str, block: Block) -> list[Span]:
    start, end = block.words, block.end
    if block.kind == "heading":
        return [Span(start, _without_closing_hashes(text, start, end), "heading")]
    if block.kind == "row":
        return [Span(start, end, "row")]
    weight = text_weight(text[start:end]) if end - start <= ITEM_WEIGHT else ITEM_WEIGHT + 1
    if block.kind == "clause" and weight <= CLAUSE_WEIGHT:
        return [Span(start, end, "clause")]
    if block.kind == "item" and weight <= ITEM_WEIGHT:
        return [Span(start, end, "item")]
    return [Span(a, b, "sentence") for a, b in split_sentences(text, start, end, skip=_marker(text, block))]


def _marker(text: str, block: Block) -> int:
    """Give the offset behind the number of a clause or item, where a sentence may first end."""
    pattern = {"clause": _CLAUSE, "item": _NUMBERED_ITEM}.get(block.kind)
    match = pattern.match(text, block.words, block.end) if pattern else None
    return match.end() if match else block.words


def _without_closing_hashes(text: str, start: int, end: int) -> int:
    if text[start] == "|":
        return end
    kept = len(text[start:end].rstrip("# \t"))
    return start + kept if kept else end
