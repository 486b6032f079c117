"""Look into an Office file before a parser unpacks it: whole, not locked, no bomb, no entities."""

from __future__ import annotations

import io
import re
import zipfile

from assistant.errors import UnreadableFile

MAX_UNPACKED_BYTES = 300 * 2**20
"""python-docx and openpyxl build trees of about ten times the XML; 300 MiB is more than any real file has."""
MAX_RATIO = 200
"""Real Office XML packs 5 to 50 times; a bomb packs a thousand times and more."""
SMALL_BYTES = 2**20
"""A part up to here may pack at any ratio: an empty sheet of blanks packs well and does no harm."""

PROLOG_BYTES = 65_536
_LEADING = re.compile(rb"^\W*?(?:(?:<\?.*?\?>|<!--.*?-->)\s*)+|^[^<]+", re.DOTALL)
"""What may stand before a declaration: a byte order mark, instructions and comments of any length."""
_OLE = b"\xd0\xcf\x11\xe0"


def check_office_file(data: bytes, name: str, *, part: str) -> None:
    """Check an OOXML file by its central directory and the start of each XML part.

    Args:
        part: A member that the format must have, for example `word/document.xml`.

    Raises:
        UnreadableFile: truncated, password-protected, of another format, or made to exhaust the reader.
    """
    if data.startswith(_OLE):
        raise UnreadableFile(
            f"{name!r} is password-protected, or of the format before Office 2007.",
            hint="Save it without a password in the current format.",
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableFile(
            f"{name!r} is not a complete Office file: {error}.",
            hint="Copy or save it again; it may be truncated.",
        ) from error
    with archive:
        if part not in archive.namelist():
            raise UnreadableFile(
                f"{name!r} has no {part}.", hint="Give the file the suffix of its real format."
            )
        _check_size(archive, name)
        for info in archive.infolist():
            if info.filename.lower().endswith((".xml", ".rels")):
                _refuse_doctype(archive, info, name)


def _check_size(archive: zipfile.ZipFile, name: str) -> None:
    unpacked = sum(info.file_size for info in archive.infolist())
    swollen = any(
        info.file_size > SMALL_BYTES and info.file_size > MAX_RATIO * max(1, info.compress_size)
        for info in archive.infolist()
    )
    if unpacked > MAX_UNPACKED_BYTES or swollen:
        raise UnreadableFile(
            f"{name!r} unpacks to {unpacked / 2**20:,.0f} MiB, which looks like a decompression bomb "
            f"(limits: {MAX_UNPACKED_BYTES // 2**20} MiB, {MAX_RATIO} times).",
            hint="Save it again from the program that made it, or split it.",
        )


def _refuse_doctype(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
    """Refuse declarations of entities: OOXML never has them, parsers may expand or fetch them."""
    try:
        with archive.open(info) as member:
            start = _LEADING.sub(b"", member.read(PROLOG_BYTES).replace(b"\x00", b""))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise UnreadableFile(
            f"{name!r} is damaged in {info.filename!r}: {error}.", hint="Copy or save it again."
        ) from error
    if start.startswith(b"<!") or b"<!ENTITY" in start:
        raise UnreadableFile(
            f"{name!r} declares XML entities in {info.filename!r}.",
            hint="Save it again from the program that made it.",
        )
