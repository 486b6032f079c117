"""Find the files of a corpus: which are documents, which are sidecars, which cannot be taken."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from assistant.errors import FileRejected, InputError, UnreadableFile, UnsupportedFile
from assistant.ingest.disguise import INVISIBLE
from assistant.types import FailedFile, SourceFile

MAX_FILE_BYTES = 50 * 2**20
"""Readers hold a whole file in memory; 50 MiB is far above any rule book or paper."""

MEDIA_TYPES = {
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".csv": "text/csv",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Suffix to media type of every format that has a reader."""

SIDECAR_SUFFIXES = (".yaml", ".yml")
QUESTIONS_SUFFIX = ".questions"
"""Beside `NAME.EXT`, `NAME.EXT.questions` holds the questions it is expected to answer (`ingest/questions.py`)."""


class FoundSources(NamedTuple):
    """The documents below a folder, and the files that look like documents but cannot be taken."""

    sources: list[SourceFile]
    failed: list[FailedFile]


def find_sources(path: Path) -> FoundSources:
    """Find the documents in a folder, or take the one file that is named.

    In a folder, names that start with `.` or `_`, `README.md` and other formats are passed over, and
    folders behind links are not entered. A file that is empty, too large, no regular file, or a link out
    of the folder is in `failed`, and so is a folder that cannot be listed. The hash covers the sidecar and the expected
    questions, so a change of any is seen.

    Returns:
        Both lists sorted by path.

    Raises:
        InputError: nothing is there.
        UnsupportedFile: the one file named is of a format without a reader.
    """
    if not path.exists():
        raise InputError(f"There is nothing at {str(path)!r}.", hint="Name a folder or a file that exists.")
    path = path.resolve()
    found = FoundSources([], [])
    if path.is_dir():
        root, names = path, sorted(_document_names(path, found.failed))
    else:
        root, names = path.parent, [path.name]
        if path.suffix.lower() not in MEDIA_TYPES:
            raise UnsupportedFile(
                f"No reader for {path.name!r}.",
                hint=f"Convert it to one of {', '.join(sorted(MEDIA_TYPES))}.",
            )
    for name in names:
        try:
            found.sources.append(_source_file(root, name))
        except FileRejected as error:
            found.failed.append(FailedFile(_printable(name), error.message, error.hint))
    return found


def find_sidecar(root: Path, name: str) -> Path | None:
    """Find the provenance file beside a document: `NAME.EXT.yaml` before `NAME.yaml`; None without one.

    Raises:
        UnreadableFile: it is a link that leaves the folder.
    """
    document = root / name
    for stem in (document.name, document.stem):
        for suffix in SIDECAR_SUFFIXES:
            sidecar = document.with_name(stem + suffix)
            if sidecar.is_file():
                _refuse_outside(root, sidecar)
                return sidecar
    return None


def find_questions(root: Path, name: str) -> Path | None:
    """Find the file of expected questions beside a document; None without one.

    Raises:
        UnreadableFile: it is a link that leaves the folder.
    """
    beside = root / f"{name}{QUESTIONS_SUFFIX}"
    if not beside.is_file():
        return None
    _refuse_outside(root, beside)
    return beside


def read_bytes(path: Path, name: str) -> bytes:
    """Read a file of at most `MAX_FILE_BYTES`.

    Raises:
        UnreadableFile: it cannot be opened, or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(
            f"{name!r} cannot be opened: {error.strerror}.", hint="Check that it exists and may be read."
        ) from error
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(name, len(data))
    return data


def _document_names(root: Path, failed: list[FailedFile]) -> Iterator[str]:
    def note(error: OSError) -> None:
        name = Path(error.filename).relative_to(root).as_posix()
        failed.append(
            FailedFile(
                _printable(name),
                f"The folder {name!r} cannot be listed: {error.strerror}.",
                "Check its permissions, and that it is mounted.",
            )
        )

    for folder, subfolders, names in os.walk(root, onerror=note, followlinks=False):
        linked = [name for name in subfolders if (Path(folder) / name).is_symlink()]
        subfolders[:] = sorted(name for name in subfolders if not name.startswith((".", "_")))
        for name in names:
            is_document = Path(name).suffix.lower() in MEDIA_TYPES and name.lower() != "readme.md"
            if is_document and not name.startswith((".", "_")):
                yield (Path(folder) / name).relative_to(root).as_posix()
        for name in linked:
            # A link to a folder inside would give its documents twice; one that leaves is reported.
            if name in subfolders and not (Path(folder) / name).resolve().is_relative_to(root):
                yield (Path(folder) / name).relative_to(root).as_posix()


def _printable(name: str) -> str:
    return INVISIBLE.sub("\ufffd", name.encode("utf-8", "replace").decode())


def _source_file(root: Path, name: str) -> SourceFile:
    path = root / name
    if name.encode("utf-8", "replace").decode() != name:
        raise UnreadableFile(f"The file name {name!r} is not UTF-8.", hint="Rename the file.")
    if INVISIBLE.search(name):
        raise UnreadableFile(
            f"The file name {name!a} holds invisible or direction characters.", hint="Rename the file."
        )
    _refuse_outside(root, path)
    try:
        info = path.stat()
    except OSError as error:
        raise UnreadableFile(
            f"{name!r} cannot be opened: {error.strerror}.", hint="Repair the link or remove it."
        ) from error
    if not stat.S_ISREG(info.st_mode):
        raise UnreadableFile(f"{name!r} is not a regular file.", hint="Replace it by a file, or remove it.")
    if info.st_size == 0:
        raise UnreadableFile(f"{name!r} is empty (0 bytes).", hint="Copy it again, or remove it.")
    if info.st_size > MAX_FILE_BYTES:
        raise _too_large(name, info.st_size)
    digest = hashlib.sha256(read_bytes(path, name))
    for beside in (find_sidecar(root, name), find_questions(root, name)):
        if beside is not None:
            digest = hashlib.sha256(digest.digest() + read_bytes(beside, beside.name))
    media_type = MEDIA_TYPES[path.suffix.lower()]
    return SourceFile(str(root), name, media_type, digest.hexdigest(), info.st_size)


def _refuse_outside(root: Path, path: Path) -> None:
    try:
        inside = path.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link that leads back to itself
        inside = False
    if not inside:
        name = path.relative_to(root).as_posix()
        raise UnreadableFile(
            f"{name!r} is a link that leaves the folder.", hint="Copy the file itself into the folder."
        )


def _too_large(name: str, size_bytes: int) -> UnreadableFile:
    return UnreadableFile(
        f"{name!r} has {size_bytes / 2**20:.1f} MiB or more; the limit is {MAX_FILE_BYTES // 2**20} MiB.",
        hint="Split it, or take the pictures out.",
    )
