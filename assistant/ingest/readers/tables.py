"""Write tables as Markdown pipe rows, the form in which every format's tables stand in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence


def pipe_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """Write rows as pipe rows, the first one as header with its delimiter row.

    Empty rows and columns are dropped, short rows filled up. A table of one column is given as
    paragraphs, because it only lays out text.
    """
    cells = [[re.sub(r"\s+", " ", cell).strip() for cell in row] for row in rows]
    cells = [row for row in cells if any(row)]
    width = max((len(row) for row in cells), default=0)
    cells = [row + [""] * (width - len(row)) for row in cells]
    used = [column for column in range(width) if any(row[column] for row in cells)]
    if len(used) <= 1:
        return [line for row in cells for column in used for line in (row[column], "")]
    lines = ["| " + " | ".join(row[column].replace("|", r"\|") for column in used) + " |" for row in cells]
    return [lines[0], "| " + " | ".join("---" for _ in used) + " |", *lines[1:]]
