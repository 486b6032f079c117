"""Read CSV as one table."""

from __future__ import annotations

import csv
import io
from pathlib import PurePosixPath

from assistant.ingest.provenance import split_front_matter
from assistant.ingest.readers.content import Content, clean_text
from assistant.ingest.readers.tables import pipe_rows
from assistant.ingest.readers.text import decode_text
from assistant.ingest.readers.xlsx import check_rows, split_title_rows

SNIFF_CHARS = 64_000
"""Enough rows to tell the delimiter; sniffing is slow on more."""


def read_csv(data: bytes, name: str) -> Content:
    """Read delimited values; the delimiter is one of comma, semicolon, tab and bar, told from the text."""
    front = split_front_matter(clean_text(decode_text(data, name)), name)
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO(front.body), delimiter=_delimiter(front.body)):
        rows.append(row)
        check_rows(len(rows), name)
    titles, table = split_title_rows(rows)
    text = "\n\n".join([*titles, "\n".join(pipe_rows(table))]).strip()
    return Content(text, stated=front.stated, title=titles[0] if titles else PurePosixPath(name).stem)


def _delimiter(text: str) -> str:
    try:
        return csv.Sniffer().sniff(text[:SNIFF_CHARS], delimiters=",;\t|").delimiter
    except csv.Error:
        return ","
