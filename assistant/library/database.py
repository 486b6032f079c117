"""Connections to the SQLite file of an index: pooled, safe between threads, errors with a next step."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from assistant.errors import AssistantError, IndexBusy, IndexDamaged, IndexFolderError, IndexMismatch

SCHEMA_VERSION = 1
BUSY_TIMEOUT_SECONDS = 10
FILE_NAME = "library.db"
_MAY_LACK = "CREATE TABLE IF NOT EXISTS"


def check_library(folder: Path) -> None:
    """Return if an index folder holds a library, so that a mistyped name does not make an empty one that answers.

    Raises:
        IndexFolderError: there is none.
    """
    if not (folder / FILE_NAME).is_file():
        raise IndexFolderError(
            f"There is no library in {str(folder)!r}.",
            hint="Run `assistant sync FOLDER` first, or name another folder with --index or ASSISTANT_INDEX.",
        )


class Database:
    """One SQLite file; readers go on while one writer at a time works (write-ahead log).

    Each block takes a connection from a pool, so there are as many as were ever in use at once.
    """

    def __init__(self, path: Path, *, read_only: bool) -> None:
        self._path = path
        self.read_only = read_only
        self._idle: list[sqlite3.Connection] = []
        self._pool_lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._closed = False
        self._log_may_hold_removed = not read_only  # a process killed before may have left it so
        with self._guard():
            self._idle.append(self._connect())
            if not read_only:
                self._add_tables(self._idle[0])
                self._empty_log(self._idle[0], wait_seconds=0)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection that sees one state of the library throughout the block."""
        with self._guard(), self._borrowed() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            except (ValidationError, json.JSONDecodeError, UnicodeDecodeError) as error:
                # SQLite does not check what stands in its rows.
                raise _damaged(f"{str(self._path)!r}: a row is not readable.") from error
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection whose changes all stand after the block, or none when it raises."""
        with self._guard(), self._write_lock, self._borrowed() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            if self._log_may_hold_removed:
                self._empty_log(connection, wait_seconds=0)

    def rewrite(self) -> None:
        """Write the file anew, and with it only what it holds.

        `secure_delete` blanks a row where it stands, not the copies that SQLite leaves in a page's free part when it
        moves rows (measured: words of 1 removed document of some 300 were in the file).
        """
        with self._guard(), self._write_lock, self._borrowed() as connection:
            connection.execute("PRAGMA temp_store = FILE")  # the library need not fit into memory
            try:
                connection.execute("VACUUM")
            finally:
                connection.execute("PRAGMA temp_store = MEMORY")

    def empty_log(self) -> None:
        """Move the write-ahead log into the file and cut it to nothing, so that removed text is in neither."""
        with self._guard(), self._write_lock, self._borrowed() as connection:
            self._empty_log(connection, wait_seconds=BUSY_TIMEOUT_SECONDS)

    def _empty_log(self, connection: sqlite3.Connection, *, wait_seconds: float) -> None:
        """Do so unless a reader holds the log all this time; then the next change tries again."""
        connection.execute(f"PRAGMA busy_timeout = {round(1000 * wait_seconds)}")
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            connection.execute(f"PRAGMA busy_timeout = {round(1000 * BUSY_TIMEOUT_SECONDS)}")
        self._log_may_hold_removed = bool(busy)

    def find_corruption(self) -> list[str]:
        """Give what SQLite's own check finds wrong; empty when the file is whole."""
        try:
            with self.reading() as connection:
                rows = connection.execute("PRAGMA integrity_check(20)").fetchall()
                broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        except IndexDamaged as error:
            return [error.message]
        found = [str(row[0]) for row in rows if row[0] != "ok"]
        return found + [f"a row of {row[0]} points at nothing" for row in broken]

    def close(self) -> None:
        """Close all connections; blocks still open keep theirs until they end."""
        with self._pool_lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        with self._pool_lock:
            if self._closed:
                raise ValueError("the library is closed")
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._connect()
        try:
            yield connection
        finally:
            with self._pool_lock:
                if self._closed:
                    connection.close()
                else:
                    self._idle.append(connection)

    def _connect(self) -> sqlite3.Connection:
        if self.read_only:
            check_library(self._path.parent)
        mode = "rwc"
        if self.read_only:
            # On a medium that cannot be written, SQLite cannot make its shared-memory file.
            mode = "ro" if os.access(self._path.parent, os.W_OK) else "ro&immutable=1"
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_TIMEOUT_SECONDS,
            isolation_level=None,
            check_same_thread=False,  # the pool gives a connection to one thread at a time
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA temp_store = MEMORY")
            if not self.read_only:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
            self._check_version(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_version(self, connection: sqlite3.Connection) -> None:
        version = _version(connection)
        if version == 0 and not self.read_only:
            connection.execute("BEGIN IMMEDIATE")
            if _version(connection) == 0:
                for statement in _schema():
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.commit()
            version = _version(connection)
        if version != SCHEMA_VERSION:
            raise IndexMismatch(
                f"The library in {str(self._path.parent)!r} has layout {version}; this program reads"
                f" {SCHEMA_VERSION}.",
                hint="Use the program that wrote it, or move the folder away and run `assistant sync FOLDER`.",
            )

    def _add_tables(self, connection: sqlite3.Connection) -> None:
        """Add the tables that a library of this layout may lack, because an earlier program made it."""
        for statement in _schema():
            if _MAY_LACK in statement:
                connection.execute(statement)

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            translated = _translate(error, self._path)
            if translated is None:
                raise
            raise translated from error


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _schema() -> Iterator[str]:
    return _statements(resources.files("assistant.library").joinpath("schema.sql").read_text("utf-8"))


def _statements(script: str) -> Iterator[str]:
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


def _damaged(where: str) -> IndexDamaged:
    return IndexDamaged(
        f"The library is damaged, {where}",
        hint="Run `assistant restore FILE --force` with a backup, or move the index folder away and run"
        " `assistant sync FOLDER`.",
    )


def _translate(error: sqlite3.DatabaseError, path: Path) -> AssistantError | None:
    """Give the error a person can act on; None for a mistake of the program."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    where = f"{str(path)!r}: {error}."
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "Could not decode" in str(error):
        return _damaged(where)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return IndexBusy(f"The library is being written, {where}", hint="Try again in a moment.")
    if code == sqlite3.SQLITE_FULL:
        return IndexFolderError(
            f"The disk is full, {where}", hint="Free some space and repeat; nothing was lost."
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM):
        return IndexFolderError(
            f"The library cannot be read or written, {where}",
            hint="Check that the folder exists, may be written, and that its disk is sound.",
        )
    return None
