"""Read XLSX workbooks: a heading for each visible sheet, its rows as a table."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

from assistant.errors import UnreadableFile
from assistant.ingest.readers.archives import check_office_file
from assistant.ingest.readers.content import Content, check_length, clean_text
from assistant.ingest.readers.tables import pipe_rows

MAX_ROWS = 50_000
"""Of all sheets together: a register has hundreds, a data dump is not for a question-answering library."""
MAX_COLUMNS = 500
"""A sheet formatted to its last column would give 16,384 empty cells a row."""

MAX_FILLED_CELLS = 200_000
"""Of merged ranges: they are headers and labels; a file that merges more is broken or hostile."""


def read_xlsx(data: bytes, name: str) -> Content:
    """Read the saved values of all visible sheets: dates as ISO, merged cells filled, formulas by result."""
    import openpyxl

    check_office_file(data, name, part="xl/workbook.xml")
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    parts: list[str] = []
    notes: list[str] = []
    count, chars = 0, 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            notes.append(f"hidden sheet {sheet.title!r} left out")
            continue
        rows: list[list[str]] = []
        for cells in sheet.iter_rows(max_col=MAX_COLUMNS):
            row = [cell_text(cell.value, getattr(cell, "number_format", "")) for cell in cells]
            rows.append(row if any(row) else [])
            chars += sum(map(len, row))
            check_rows(count := count + any(row), name)
            check_length(chars, name)
        _fill_merged(rows, _merged_ranges(data, getattr(sheet, "_worksheet_path", "")))
        titles, table = split_title_rows(rows)
        if titles or any(map(any, table)):
            parts += [f"## {clean_text(sheet.title).strip()}", *titles, "\n".join(pipe_rows(table))]
    title = (book.properties.title or "").strip() or PurePosixPath(name).stem
    return Content("\n\n".join(part for part in parts if part), title=title, notes=tuple(notes))


def cell_text(value: Any, number_format: str = "") -> str:
    """Write one value as a reader sees it: 2024-09-01, 47.7%, 100000, TRUE; nothing for empty cells."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        percent = "%" in (number_format or "")
        return f"{value * 100 if percent else value:.12g}%" if percent else _plain_number(value)
    return clean_text(str(value)).strip()


def check_rows(count: int, name: str) -> None:
    """Refuse a table beyond `MAX_ROWS`.

    Raises:
        UnreadableFile: it has too many rows.
    """
    if count > MAX_ROWS:
        raise UnreadableFile(
            f"{name!r} has more than {MAX_ROWS:,} rows.", hint="Split it into several files."
        )


def split_title_rows(rows: Sequence[Sequence[str]]) -> tuple[list[str], list[Sequence[str]]]:
    """Part the lines above a table, rows with one value only, from the table, which has several columns."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if not any(len(_values(row)) > 1 for row in filled):
        return [], filled
    first = next(number for number, row in enumerate(filled) if len(_values(row)) > 1)
    return [_values(row)[0] for row in filled[:first]], filled[first:]


def _values(row: Sequence[str]) -> list[str]:
    """List the different values of a row; a merged title is one value, however many cells it fills."""
    return list(dict.fromkeys(cell.strip() for cell in row if cell.strip()))


def _plain_number(value: float) -> str:
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return f"{value:.12g}"


def _merged_ranges(data: bytes, member: str) -> list[str]:
    """List the merged ranges of a sheet, which openpyxl leaves out when it streams."""
    from lxml import etree

    ranges: list[str] = []
    if not member:
        return ranges
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(member.lstrip("/")) as sheet:
        for _, element in etree.iterparse(sheet, resolve_entities=False, no_network=True):
            if element.tag.endswith("}mergeCell"):
                ranges.append(element.get("ref", ""))
            if not element.tag.endswith("}mergeCells"):
                element.clear()
    return ranges


def _fill_merged(rows: list[list[str]], ranges: Iterable[str]) -> None:
    from openpyxl.utils import range_boundaries

    filled = 0
    for reference in ranges:
        left, top, right, bottom = (bound or 0 for bound in range_boundaries(reference))
        if not (left and 0 < top <= len(rows) and left <= len(rows[top - 1])) or filled > MAX_FILLED_CELLS:
            continue
        value = rows[top - 1][left - 1]
        for row in rows[top - 1 : bottom]:
            for column in range(left - 1, min(right, len(row))):
                row[column] = row[column] or value
                filled += 1
