"""Are the files of embedded Chroma whole? It does not check them itself.

A graph file cut short by a kill or a full disk crashes the process (measured: exit 139) or loses rows without a
word. So a manifest lists the graph files and their sizes: taken away before the first write, put back when
everything written is on disk. A folder without a matching manifest is not to be opened.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

MANIFEST = "manifest.json"
DATABASE = "chroma.sqlite3"
CHECKED_BYTES = 64 * 2**20
"""Size up to which every page of Chroma's database is checked at opening (0.1 s)."""


def find_damage(folder: Path) -> str:
    """Say why the files of a folder cannot be trusted; "" when they can."""
    if not folder.exists() or not any(folder.iterdir()):
        return ""
    try:
        expected = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return "a process died while it wrote vectors"
    except (OSError, ValueError):
        return "its list of files is not readable"
    if expected != dict(_graph_files(folder)) or not _is_database(folder / DATABASE):
        return "files are missing or cut short"
    return ""


def _is_database(path: Path) -> bool:
    """Tell whether Chroma's own SQLite file is whole; a large one is judged by its head and length."""
    try:
        with path.open("rb") as file:
            head = file.read(100)
        page_bytes, pages = int.from_bytes(head[16:18], "big"), int.from_bytes(head[28:32], "big")
        page_bytes = 65_536 if page_bytes == 1 else page_bytes
        size_bytes = path.stat().st_size
        if len(head) < 100 or size_bytes < page_bytes * pages:
            return False
        if size_bytes > CHECKED_BYTES:
            return True
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return bool(database.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except (OSError, sqlite3.DatabaseError):
        return False


def _graph_files(folder: Path) -> Iterator[tuple[str, int]]:
    for path in sorted(folder.glob("*/*")):
        yield path.relative_to(folder).as_posix(), path.stat().st_size


def write_manifest(folder: Path) -> None:
    """Note that the files are whole as they are now."""
    fresh = folder / f"{MANIFEST}.new"
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(dict(_graph_files(folder)), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / MANIFEST)


def remove_manifest(folder: Path) -> None:
    """Note that the files are about to change."""
    (folder / MANIFEST).unlink(missing_ok=True)
