"""Read Markdown and plain text, in UTF-8, UTF-16 with a mark, or GB18030."""

from __future__ import annotations

import codecs

from assistant.errors import UnreadableFile
from assistant.ingest.provenance import split_front_matter
from assistant.ingest.readers.content import Content, check_length, clean_text

MAX_CONTROL_SHARE = 0.001
"""Share of control characters above which a file is taken for binary; real texts have none."""
MIN_GB2312_SHARE = 0.6
"""Share of the non-ASCII characters that must be in common use (GB 2312). Chinese text in either script has
more; Latin-1 and binary data read as GB18030 give rare characters only, hardly any of them in it."""

_MAGIC = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive or Office file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
    b"7z\xbc\xaf": "a 7z archive",
    b"{\\rtf": "an RTF document",
    b"SQLite format 3": "a database",
}
_BINARY_HINT = "Give the file the suffix of its real format, or save it as UTF-8 text."


def read_text(data: bytes, name: str) -> Content:
    """Read a text file as it is written; front matter is taken off."""
    front = split_front_matter(clean_text(decode_text(data, name)), name)
    return Content(front.body.strip("\n"), stated=front.stated)


def decode_text(data: bytes, name: str, *, declared: str | None = None) -> str:
    """Decode bytes by their mark, as strict UTF-8, as the declared encoding, or as plausible GB18030.

    Raises:
        UnreadableFile: binary data, an unknown encoding, or too much text.
    """
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise UnreadableFile(f"{name!r} is no text: it holds {kind}.", hint=_BINARY_HINT)
    text = _decoded(data, declared)
    if text is None:
        raise UnreadableFile(f"{name!r} is neither UTF-8 nor GB18030 text.", hint=_BINARY_HINT)
    controls = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\r\f\v\x1b")
    if controls > MAX_CONTROL_SHARE * len(text) + 3:
        raise UnreadableFile(
            f"{name!r} holds {controls} control characters: it is no text.", hint=_BINARY_HINT
        )
    check_length(len(text), name)
    return text


def _decoded(data: bytes, declared: str | None) -> str | None:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _try(data, "utf-16")
    text = _try(data, "utf-8-sig")
    if text is not None:
        return text
    chinese = _try(data, "gb18030")
    if chinese is not None and _is_plausible_chinese(chinese[:100_000]):
        return chinese
    return _try(data, declared) if declared else None


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _is_plausible_chinese(text: str) -> bool:
    foreign = [char for char in text if char > "\x7f"]
    common = sum(1 for char in foreign if _try_gb2312(char))
    return bool(foreign) and common >= MIN_GB2312_SHARE * len(foreign)


def _try_gb2312(char: str) -> bool:
    try:
        return bool(char.encode("gb2312"))
    except UnicodeEncodeError:
        return False
