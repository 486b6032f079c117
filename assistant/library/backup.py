"""One file that holds a library, made while others write it, and put back in one step.

A backup is a ZIP of SQLite files with a list of their checksums. Vectors are not in it: the library keeps them by text,
so a restored index is filled with the same ones. What is removed later stays in backups made before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from assistant.errors import IndexDamaged, IndexFolderError, IndexMismatch, InputError
from assistant.library.database import BUSY_TIMEOUT_SECONDS, FILE_NAME, SCHEMA_VERSION, check_library
from assistant.library.lock import RESTORING, lock_index
from assistant.types import Record
from assistant.vector_files import remove_manifest

CONTENTS = "contents.json"
MAX_CONTENTS_BYTES = 100_000
BLOCK_BYTES = 2**20
SCRATCH = ".backup-"
LOCK = ".lock"


class BackedUpFile(Record):
    """One file of a backup."""

    name: str = Field(pattern=r"^[a-z]{1,32}\.db$")
    size_bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Contents(Record):
    """What a backup says of itself."""

    format: Literal[1] = 1
    made_at: dt.datetime
    documents: int
    embedder: str | None  # of the vectors in it; None for a library without any
    files: tuple[BackedUpFile, ...]


def write_backup(folder: Path, target: Path, *, also: Sequence[str] = (), force: bool = False) -> Contents:
    """Copy the library of an index folder to one file, of one instant, whoever else has it open.

    Args:
        also: Names of other SQLite files of the folder to take along where they are there.
        force: Replace a file that is there.

    Raises:
        IndexFolderError: there is no library, or the target cannot be written.
        IndexDamaged: the library is damaged, so a copy of it is worth nothing.
        InputError: the target is there already, or its folder is not.
    """
    check_library(folder)
    if not target.parent.is_dir():
        raise InputError(
            f"There is no folder {str(target.parent)!r}.", hint="Make it, or name another place."
        )
    if target.exists() and not force:
        raise InputError(f"{str(target)!r} is there already.", hint="Name a new file, or add --force.")
    names = [FILE_NAME, *(name for name in also if (folder / name).is_file())]
    with _os_errors(target), _scratch_beside(target) as scratch:
        copies = [_copy_database(folder / name, Path(scratch) / name) for name in names]
        documents, embedder = _read_summary(copies[0])
        contents = Contents(
            made_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
            documents=documents,
            embedder=embedder,
            files=tuple(_describe_file(copy) for copy in copies),
        )
        packed = Path(scratch) / "packed"
        with zipfile.ZipFile(packed, "x", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(CONTENTS, contents.model_dump_json())
            for copy in copies:
                archive.write(copy, copy.name)
        packed.chmod(0o600)
        _sync_to_disk(packed)
        os.replace(packed, target)
    return contents


def restore_backup(source: Path, folder: Path, *, force: bool = False) -> Contents:
    """Put the library of a backup in an index folder, in place of the one there in one step.

    Other files of the backup, such as accounts, are put only where there are none: those there know better who was
    shut out since. The next opening makes the vectors.

    Raises:
        InputError: the file is not there, or no backup.
        IndexDamaged: the file does not match its checksums; nothing was changed.
        IndexMismatch: another version of the program wrote it.
        IndexBusy: another process has the folder open.
        IndexFolderError: the folder holds a library and `force` is not set, or it cannot be written.
    """
    if not source.is_file():
        raise InputError(f"There is no file {str(source)!r}.", hint="Name a file of `assistant backup`.")
    with lock_index(folder), _os_errors(folder):
        if (folder / FILE_NAME).exists() and not force:
            raise IndexFolderError(
                f"There is a library in {str(folder)!r}.", hint="Name an empty folder, or add --force."
            )
        with tempfile.TemporaryDirectory(prefix=RESTORING, dir=folder) as scratch:
            contents = _unpack(source, Path(scratch))
            for file in contents.files:
                fresh, place = Path(scratch) / file.name, folder / file.name
                _check_database(fresh, layout=SCHEMA_VERSION if file.name == FILE_NAME else None)
                fresh.chmod(0o600)
                _sync_to_disk(fresh)
                if file.name == FILE_NAME:
                    _make_way(folder)
                elif place.exists():
                    continue
                os.replace(fresh, place)
        shutil.rmtree(folder / "vectors", ignore_errors=True)
    return contents


@contextmanager
def _scratch_beside(target: Path) -> Iterator[str]:
    """Give a folder for copies next to a backup, after taking away what killed backups left there.

    A copy holds what members may read. The lock beside each tells those that are still being written.
    """
    target.parent.stat()  # a lock would make the folder
    for lock in target.parent.glob(f"{SCRATCH}*{LOCK}"):
        _remove_left(lock)
    lock_path = target.parent / f"{SCRATCH}{secrets.token_hex(4)}{LOCK}"
    with FileLock(lock_path):
        try:
            scratch = lock_path.with_suffix("")
            scratch.mkdir(mode=0o700)
            yield str(scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            lock_path.unlink(missing_ok=True)


def _remove_left(lock_path: Path) -> None:
    try:
        with FileLock(lock_path, timeout=0):
            shutil.rmtree(lock_path.with_suffix(""), ignore_errors=True)
            lock_path.unlink(missing_ok=True)
    except (Timeout, OSError):  # at work, or another account's
        return


def _copy_database(source: Path, copy: Path) -> Path:
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_SECONDS)) as here,
            closing(sqlite3.connect(copy)) as there,
        ):  # fmt: skip
            here.backup(there)
            there.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(
            f"{str(source)!r} cannot be copied: {error}.", hint="Run `assistant doctor` to see what is wrong."
        ) from error
    _check_database(copy)
    return copy


def _check_database(path: Path, *, layout: int | None = None) -> None:
    try:
        with closing(sqlite3.connect(path)) as database:
            found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            version = database.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        found, version = str(error), 0
    if found != "ok":
        raise IndexDamaged(
            f"The copy of {path.name!r} is damaged: {found}.",
            hint="Use another backup, or make the library anew with `assistant sync FOLDER`.",
        )
    if layout is not None and version != layout:
        raise IndexMismatch(
            f"The backup has layout {version}; this program reads {layout}.",
            hint="Restore it with the program that wrote it.",
        )


def _read_summary(path: Path) -> tuple[int, str | None]:
    with closing(sqlite3.connect(path)) as database:
        documents = database.execute("SELECT count(*) FROM document").fetchone()[0]
        stamp = database.execute(
            "SELECT json_extract(value, '$.embedder') FROM meta WHERE key = 'stamp'"
        ).fetchone()
    return int(documents), stamp[0] if stamp else None


def _unpack(source: Path, scratch: Path) -> Contents:
    """Write the files that a backup lists, by the names that the list may hold, and no byte more than it says."""
    try:
        with zipfile.ZipFile(source) as archive:
            with archive.open(CONTENTS) as listing:
                contents = Contents.model_validate_json(listing.read(MAX_CONTENTS_BYTES))
            for file in contents.files:
                _unpack_file(archive, file, scratch / file.name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        ValidationError,
        NotImplementedError,
        EOFError,
    ) as error:
        raise InputError(
            f"{str(source)!r} is no whole backup of this program.", hint="Name a file of `assistant backup`."
        ) from error
    if FILE_NAME not in {file.name for file in contents.files}:
        raise InputError(f"{str(source)!r} holds no library.", hint="Name a file of `assistant backup`.")
    return contents


def _unpack_file(archive: zipfile.ZipFile, file: BackedUpFile, place: Path) -> None:
    with archive.open(file.name) as packed, place.open("xb") as written:
        left = file.size_bytes
        while left and (block := packed.read(min(BLOCK_BYTES, left))):
            written.write(block)
            left -= len(block)
        too_long = bool(packed.read(1))
    if left or too_long or _digest(place) != file.sha256:
        raise IndexDamaged(
            f"{file.name!r} in the backup does not match its checksum.", hint="Use another backup."
        )


def _make_way(folder: Path) -> None:
    """Leave nothing beside the library that SQLite would apply to another one put in its place."""
    place = folder / FILE_NAME
    if place.exists():
        try:
            with closing(sqlite3.connect(place)) as database:
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.DatabaseError:
            pass  # damaged: that may be why a backup is restored
    for suffix in ("-wal", "-shm", "-journal"):
        place.with_name(place.name + suffix).unlink(missing_ok=True)
    if (folder / "vectors").exists():
        remove_manifest(folder / "vectors")  # from here on they are made anew, whichever library is there


def _describe_file(path: Path) -> BackedUpFile:
    return BackedUpFile(name=path.name, size_bytes=path.stat().st_size, sha256=_digest(path))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def _os_errors(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Our own scratch folders say nothing to anybody.
        named = str(error.filename or place)
        if SCRATCH in named or RESTORING in named:
            named = str(place)
        raise IndexFolderError(
            f"{named!r} cannot be read or written: {error.strerror or error}.",
            hint="Check that it exists, its permissions, and the room on its disk.",
        ) from error
