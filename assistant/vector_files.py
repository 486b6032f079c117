"""Are the files of embedded Chroma whole? It does not check them itself.

A graph file cut short by a kill or a full disk crashes the process (measured: exit 139) or loses rows without a
word. So a manifest lists the graph files and their sizes: taken away before the first write, put back when
everything written is on disk. A folder without a matching manifest is not to be opened.

Nor does it care what else is in its files: rows that were deleted, and whatever its memory held. What must not
be on disk is taken out before the manifest is written.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

_log = logging.getLogger(__name__)

MANIFEST = "manifest.json"
VERSION = 3
"""Raised when files written before must be made anew: those of 1 and 2 held parts of the memory of processes."""
DATABASE = "chroma.sqlite3"
VACUUM_SECONDS = 300
_HEAD = struct.Struct("<iQQQQ")
"""Of hnswlib's header: version, offset, rows there is room for, rows, bytes of a row."""
_VACUUM = """
import os, sqlite3, sys, threading
def stop_with_parent():
    os.read(0, 1)
    os._exit(1)
threading.Thread(target=stop_with_parent, daemon=True).start()
database = sqlite3.connect(sys.argv[1], timeout=10)
database.execute("VACUUM")
print(*(row[0] for row in database.execute("SELECT id FROM segments")), flush=True)
os._exit(0)
"""
CHECKED_BYTES = 64 * 2**20
"""Size up to which every page of Chroma's database is checked at opening (0.1 s)."""


def find_damage(folder: Path) -> str:
    """Say why the files of a folder cannot be trusted; "" when they can."""
    if not folder.exists() or not any(folder.iterdir()):
        return ""
    try:
        expected = dict(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return "a process died while it wrote vectors"
    except (OSError, ValueError, TypeError):
        return "its list of files is not readable"
    if expected.pop("version", 1) != VERSION:
        return "an earlier version of this program wrote them"
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
        json.dump({"version": VERSION, **dict(_graph_files(folder))}, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / MANIFEST)


def remove_manifest(folder: Path) -> None:
    """Note that the files are about to change."""
    (folder / MANIFEST).unlink(missing_ok=True)


def purge_deleted(folder: Path) -> bool:
    """Rewrite Chroma's own SQLite file without what was deleted from it, and delete graphs it left behind.

    Returns:
        `False` when that did not succeed.
    """
    # By another process: Chroma brings its own SQLite, and two of them in one process break each other's locks
    # (measured: "database disk image is malformed" within ten rounds).
    command = [sys.executable, "-I", "-S", "-c", _VACUUM, str(folder / DATABASE)]
    try:
        code, used, reason = _run_tied(command)
    except OSError as error:
        code, used, reason = 1, "", str(error)
    if code == 0:
        for path in folder.iterdir():  # Chroma keeps the folder of a collection that was dropped
            if path.is_dir() and path.name not in used.split():
                shutil.rmtree(path, ignore_errors=True)
        return True
    reason = reason.strip()[-200:] or f"exit code {code}"
    _log.warning("Deleted vectors may still be in %s (%s); the next change tries again.", folder, reason)
    return False


def _run_tied(command: list[str]) -> tuple[int, str, str]:
    """Run a process that ends when this one does; give its exit code, output and errors."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as child:
        try:
            child.wait(VACUUM_SECONDS)  # not communicate: an open pipe tells the child that its parent lives
        except subprocess.TimeoutExpired:
            child.kill()
        output, errors = (stream.read() if stream else "" for stream in (child.stdout, child.stderr))
    return child.returncode, output, errors


def blank_unused(folder: Path) -> bool:
    """Write zeros where a graph file has room for rows to come.

    Chroma writes that room as it finds it in memory: parts of vectors, names and texts, of removed ones, too.

    Returns:
        `False` when a file is shorter than its rows: the disk was full, and nobody said so.
    """
    for path in folder.glob("*/header.bin"):
        head = path.read_bytes()[: _HEAD.size]
        _, _, room, rows, row_bytes = _HEAD.unpack(head) if len(head) == _HEAD.size else (0,) * 5
        for name, width in (("data_level0.bin", row_bytes), ("length.bin", 4)):
            with (path.parent / name).open("r+b") as file:
                size_bytes = file.seek(0, os.SEEK_END)
                if size_bytes < rows * width:
                    return False
                if size_bytes > room * width:
                    _log.warning("%s has a layout that is not known; its unused part is left.", file.name)
                    continue
                _blank_from(file, rows * width)
    return True


def _blank_from(file: BinaryIO, start: int) -> None:
    file.seek(start)
    while block := file.read(2**20):
        if block.strip(b"\0"):
            file.seek(-len(block), os.SEEK_CUR)
            file.write(bytes(len(block)))
