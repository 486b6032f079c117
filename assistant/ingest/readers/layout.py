"""Turn the lines of printed pages into paragraphs, headings and tables, by where they stand.

Pure: knows nothing of PDF. Lines come in the order in which they were written, which for columns is the
reading order; only table cells and running lines are put together by position.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from assistant.ingest.readers.grid import (
    Line,
    Row,
    group_rows,
    join_lines,
    line_gap,
    table_rows,
    unite_mark,
    write_table,
)

HEADING_RATIO = 1.12
"""Headings are set at least this much larger than the text; below lie footnotes and rounding."""
HEADING_CHARS = 150
SAME_SIZE = 0.93
"""Sizes nearer than this are one: the box of a line depends on which fonts its letters come from."""
RUNNING_SHARE = 0.6
"""A line at the edge of at least this share of the pages, and of three, is a running header or footer."""
EDGE_LINES = 2
"""Lines from the top and bottom of a page that can be running lines."""
APART = 0.9
"""Running lines stand at least this many line heights from the text; lines of a paragraph under half of one."""
_PAGE_NUMBER = re.compile(
    r"[\s\-–—·|]*(?:page|p\.|第)?\s*\d{1,4}\s*页?(?:\s*(?:/|of|[，,]?\s*共)\s*\d{1,4}\s*页?)?[\s\-–—·|]*",
    re.IGNORECASE,
)
_STARTS_BLOCK = re.compile(
    r"(?:[-•▪◦‣●○■–·][ \u3000]|[(（](?:[a-z]|[ivx]{1,5}|\d{1,3}|[一二三四五六七八九十]{1,3})[)）]"
    r"|\d{1,3}[.)、](?=\s|[^\d\s])|\d{1,2}(?:\.\d{1,2}){1,3}\.?[ \u3000](?![a-z%°µ]+(?:[\s,.;]|$))"
    r"|第[一二三四五六七八九十百零〇两\d]+(?:编|章|节|条)(?=[\s:：【]|$)|[一二三四五六七八九十]{1,3}、"
    r"|(?:Article|Section|Chapter|Annex|Part)\s+[\dIVX]+\b)"
)
_ENDS = re.compile(r"[.!?;:。！？；：”\"')）】》]$")


def page_texts(pages: Sequence[Sequence[Line]]) -> list[str]:
    """Write each page as Markdown-like text: joined paragraphs, `#` headings by size, pipe rows.

    Running headers and footers and page numbers are left out.
    """
    cleaned = drop_running_lines(pages)
    levels = heading_levels(cleaned)
    vocabulary = Counter(
        word for page in cleaned for line in page for word in line.text.split() if "-" in word
    )
    return [_PageWriter(page, levels, vocabulary).text() for page in cleaned]


def drop_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Leave out lines that repeat at the edges of most pages, and page numbers there.

    Running lines are set apart from the text and no larger than it.
    """
    body = _body_size(pages)
    edges = [_edge_rows(page, body) for page in pages]
    seen = Counter(shape for rows in edges for shape in {_shape(line) for row in rows for line in row})
    needed = max(3, RUNNING_SHARE * len([page for page in pages if page]))
    kept: list[list[Line]] = []
    for page, rows in zip(pages, edges, strict=True):
        drop = {line for row in rows for line in row if seen[_shape(line)] >= needed}
        drop |= {row[0] for row in rows if len(row) == 1 and _PAGE_NUMBER.fullmatch(row[0].text)}
        kept.append([line for line in page if line not in drop])
    return kept


def _edge_rows(page: Sequence[Line], body: float) -> list[list[Line]]:
    """List the rows at the top and the bottom of a page that white space parts from the text."""
    by_height: dict[int, list[Line]] = {}
    for line in page:
        by_height.setdefault(round(line.bottom), []).append(line)
    rows = [by_height[height] for height in sorted(by_height, reverse=True)]
    apart = [line_gap(above[0], below[0]) >= APART for above, below in pairwise(rows)]
    first = max((n + 1 for n in range(min(EDGE_LINES, len(apart))) if apart[n]), default=0)
    last = max((n + 1 for n in range(min(EDGE_LINES, len(apart))) if apart[-1 - n]), default=0)
    edge = [*rows[:first], *rows[len(rows) - last :]]
    return [row for row in edge if row[0].size < body * HEADING_RATIO]


def _shape(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.bottom / 4)


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    return _size_weights(pages).most_common(1)[0][0] if any(pages) else 0.0


def _size_weights(pages: Sequence[Sequence[Line]]) -> Counter[float]:
    weights: Counter[float] = Counter()
    for page in pages:
        for line in page:
            weights[_rounded(line.size)] += len(line.text)
    return weights


def heading_levels(pages: Sequence[Sequence[Line]]) -> dict[float, int]:
    """Map the sizes that are larger than the text's to heading levels, 1 for the largest, at most 4."""
    weights, body = _size_weights(pages), _body_size(pages)
    levels: dict[float, int] = {}
    level, largest = 0, 0.0
    for size in sorted((size for size in weights if size >= body * HEADING_RATIO), reverse=True):
        if level == 0 or size < largest * SAME_SIZE:
            level, largest = level + 1, size
        levels[size] = min(level, 4)
    return levels


def _rounded(size: float) -> float:
    return round(size * 2) / 2


class _PageWriter:
    """Writes one page: keeps the paragraph that is open."""

    def __init__(self, lines: Sequence[Line], levels: dict[float, int], hyphenated: Counter[str]) -> None:
        self.rows = [unite_mark(row) for row in group_rows(lines)]
        self.lines = lines
        self.levels = levels
        self.hyphenated = hyphenated
        self.blocks: list[str] = []
        self.open: list[Line] = []

    def text(self) -> str:
        number = 0
        while number < len(self.rows):
            count = table_rows(self.rows, number)
            if count:
                self._close()
                self.blocks.append("\n".join(write_table(self.rows[number : number + count])))
            else:
                count = 1
                cells = self.rows[number]
                for line in [_flat(cells)] if len(cells) > 1 else cells[0]:
                    self._add(line)
            number += count
        self._close()
        return "\n\n".join(self.blocks)

    def _add(self, line: Line) -> None:
        if self.open and self._starts_paragraph(self.open[-1], line):
            self._close()
        self.open.append(line)

    def _close(self) -> None:
        if not self.open:
            return
        text = self.open[0].text
        for line in self.open[1:]:
            text = join_lines(text, line.text, self.hyphenated)
        level = self._level(self.open[0])
        is_listed = bool(self.blocks) and bool(_STARTS_BLOCK.match(text)) and not level
        if is_listed and self.open_follows_list:
            self.blocks[-1] += f"\n{text}"
        else:
            self.blocks.append(f"{'#' * level} {text}" if level and len(text) <= HEADING_CHARS else text)
        self.open_follows_list = bool(_STARTS_BLOCK.match(text)) and not level
        self.open = []

    open_follows_list = False

    def _level(self, line: Line) -> int:
        return self.levels.get(_rounded(line.size), 0)

    def _starts_paragraph(self, before: Line, line: Line) -> bool:
        if self._level(before) != self._level(line):
            return True
        moved_up = line.top > before.top + 1
        if self._level(line):
            return moved_up or line_gap(before, line) > 0.8
        edge = self._right_edge(before)
        missing = (edge - before.right) / max(edge - before.left, 1)
        ended = bool(_ENDS.search(before.text))
        if _STARTS_BLOCK.match(line.text):
            return missing > 0.08 or ended
        if moved_up:
            return ended
        marked = _STARTS_BLOCK.match(self.open[0].text)
        indented = line.left > before.left + line.size and not marked and len(self.open) > 1
        return indented or line_gap(before, line) > 0.6 or missing > 0.35 or (missing > 0.08 and ended)

    def _right_edge(self, line: Line) -> float:
        """Give where lines of this column usually end: the eighth of ten, so that a title does not count."""
        mates = sorted(m.right for m in self.lines if m.left < line.right and m.right > line.left)
        return mates[len(mates) * 8 // 10] if mates else line.right


def _flat(row: Row) -> Line:
    lines = [line for cell in row for line in cell]
    text = " ".join(line.text for line in lines)
    return lines[0]._replace(text=text, right=max(line.right for line in lines))
