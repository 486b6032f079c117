"""Put the lines of a printed page together: into rows of cells, and cells into tables. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from assistant.ingest.readers.tables import pipe_rows
from assistant.words import CJK

MAX_CELL_LINES = 8
"""A cell of more lines that is found out late is taken for a column of text."""

_FULL = f"{CJK}\u3000-\u303f\uff00-\uffef“”‘’"
_MARK = re.compile(
    r"(?:[-•▪◦‣●○■–·]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]|（.{1,3}）|\d{1,2}(?:\.\d{1,2})+\.?)$"
)
_HYPHENS = "-\u2010\u00ad\x02\ufffe"
_KEPT_HYPHEN = re.compile(
    r"(?:^|\W)(?:non|self|co|post|pre|cross|well|long|short|multi|first|third|full|high|low)$"
)


class Line(NamedTuple):
    """Words that stand together on a page; offsets in points from the lower left corner."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def size(self) -> float:
        """Height of the font's box."""
        return self.top - self.bottom


Cell = list[Line]
Row = list[Cell]


def group_rows(lines: Sequence[Line]) -> list[Row]:
    """Put lines that stand beside each other into one row of cells; a plain line is a row of one cell."""
    rows: list[Row] = []
    for line in lines:
        first = _first_row_beside(rows, line)
        if rows and len(rows[-1]) > 1 and _is_below_last_cell(rows[-1], line):
            rows[-1][-1].append(line)
        elif first is not None and len(rows[first]) == 1:
            rows[first:] = [[[each for row in rows[first:] for each in row[0]], [line]]]
        elif first is not None:
            rows[-1].append([line])
        else:
            rows.append([[line]])
    return rows


def _first_row_beside(rows: list[Row], line: Line) -> int | None:
    """Find the row to whose right a line stands, when all rows from it on lie left of the line.

    Cells are often written one after the other, so the lines of a tall first cell came as rows before.
    """
    found = None
    below: Line | None = None
    for number in range(len(rows) - 1, max(-1, len(rows) - 1 - MAX_CELL_LINES), -1):
        cell = rows[number][-1]
        if max(each.right for each in cell) > line.left + 1:
            break
        if below and (
            len(rows[number]) > 1 or abs(cell[0].left - below.left) > 2 or line_gap(cell[-1], below) > 0.6
        ):
            break
        if (
            min(line.top, max(e.top for e in cell)) - max(line.bottom, min(e.bottom for e in cell))
            > 0.4 * line.size
        ):
            found = number
        elif found is not None:
            break
        if len(rows[number]) > 1:
            break
        below = cell[0]
    return found


def _is_below_last_cell(row: Row, line: Line) -> bool:
    last = row[-1][-1]
    beside_first = line.left > max(each.right for each in row[0]) - 1
    overlaps = line.left < max(each.right for each in row[-1]) and line.right > min(e.left for e in row[-1])
    return beside_first and overlaps and line.top < last.top - 1 and line_gap(last, line) < 0.6


def line_gap(above: Line, below: Line) -> float:
    """Give the white space between two lines in units of the lower one's size."""
    return (above.bottom - below.top) / max(below.size, 1)


def unite_mark(row: Row) -> Row:
    """Put a bullet or number that stands apart back in front of its text."""
    if len(row) == 2 and len(row[0]) == 1 and _MARK.match(row[0][0].text):
        first = row[1][0]
        return [[first._replace(text=f"{row[0][0].text} {first.text}", left=row[0][0].left), *row[1][1:]]]
    return row


def table_rows(rows: list[Row], first: int) -> int:
    """Count the rows of the table that starts here; 0 when none does. One row of cells is no table."""
    if len(rows[first]) < 2:
        return 0
    count = 1
    left = rows[first][0][0].left
    while first + count < len(rows):
        row = rows[first + count]
        followed = first + count + 1 < len(rows) and len(rows[first + count + 1]) > 1
        label = followed and abs(row[0][0].left - left) < 2 and len(row[0]) == 1
        if len(row) < 2 and not label:
            break
        count += 1
    return count if count > 1 else 0


def write_table(rows: list[Row]) -> list[str]:
    """Write rows of cells as pipe rows; a cell goes to the column that starts nearest to it."""
    columns = [cell[0].left for cell in max(rows, key=len)]
    table: list[list[str]] = []
    for row in rows:
        texts = [""] * len(columns)
        for cell in row:
            nearest = min(
                range(len(columns)), key=lambda n: abs(columns[n] - min(line.left for line in cell))
            )
            text = cell[0].text
            for line in cell[1:]:
                text = join_lines(text, line.text)
            texts[nearest] = f"{texts[nearest]} {text}".strip()
        table.append(texts)
    return pipe_rows(table)


def join_lines(above: str, below: str, hyphenated: Counter[str] | None = None) -> str:
    """Join two lines of one paragraph: a hyphen of division goes, English gets a space, Chinese none."""
    if len(above) > 1 and above[-1] in _HYPHENS and above[-2].isalpha() and below[:1].islower():
        stem = above.rstrip(_HYPHENS)
        word = re.split(r"\s", stem)[-1] + "-" + re.split(r"[^\w-]", below)[0]
        keep = above[-1] != "\u00ad" and ((hyphenated and hyphenated[word]) or _KEPT_HYPHEN.search(stem))
        return stem + ("-" if keep else "") + below
    if re.search(rf"[{_FULL}]$", above) or re.match(rf"[{_FULL}]", below):
        return above + below
    return f"{above} {below}"
