"""What staff may hand in: a name that a sync takes, and bytes that are what the name says."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from assistant.errors import InputError
from assistant.ingest.disguise import INVISIBLE
from assistant.ingest.sources import MEDIA_TYPES, QUESTIONS_SUFFIX, SIDECAR_SUFFIXES

_BEGINNINGS = {
    ".pdf": (b"%PDF-",), ".docx": (b"PK\x03\x04",), ".pptx": (b"PK\x03\x04",), ".xlsx": (b"PK\x03\x04",)
}  # fmt: skip
_HEAD_BYTES = 1024
"""A PDF may have some bytes before its mark."""
_NO_TEXT = (
    b"%PDF-",
    b"PK\x03\x04",
    b"MZ",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"#!",
)
MAX_NAME_BYTES = 200
"""File systems end at 255, and a copy that is put aside has a longer name."""


def check_upload(name: str, stream: BinaryIO) -> str:
    """Give the name to keep a file under; reads the beginning of the stream and goes back.

    Raises:
        InputError: a sync would pass it over, or it is of another kind than its name says.
    """
    plain = Path(name.replace("\\", "/")).name.lstrip(".")
    if not plain or INVISIBLE.search(plain) or plain.startswith("_") or plain.lower() == "readme.md":
        raise InputError(f"The file name {plain or name!a} cannot be used.", hint="Rename the file.")
    if len(plain.encode()) > MAX_NAME_BYTES:
        raise InputError(f"The file name {plain[:40] + '…'!r} is too long.", hint="Give it a shorter one.")
    suffix = Path(plain).suffix.lower()
    if suffix not in (*MEDIA_TYPES, *SIDECAR_SUFFIXES, QUESTIONS_SUFFIX):
        raise InputError(
            f"{plain!r} is of a kind that cannot be read.",
            hint=f"Convert it to one of {', '.join(sorted(MEDIA_TYPES))}.",
        )
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    if not _is_of_kind(head, suffix):
        raise InputError(
            f"{plain!r} is not a {suffix.lstrip('.').upper()} file: its content is of another kind.",
            hint="Give it the ending that fits its content, or save it again in its own program.",
        )
    return plain


def _is_of_kind(head: bytes, suffix: str) -> bool:
    if suffix == ".pdf":
        return any(mark in head for mark in _BEGINNINGS[suffix])
    if suffix in _BEGINNINGS:
        return head.startswith(_BEGINNINGS[suffix])
    return not head.startswith(_NO_TEXT)
