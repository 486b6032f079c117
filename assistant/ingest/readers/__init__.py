"""Read a file of any known format into a `Document`."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path

from assistant.errors import BadProvenance, FileRejected, UnreadableFile, UnsupportedFile
from assistant.ingest.headings import find_headings
from assistant.ingest.provenance import Stated, establish_provenance, parse_stated
from assistant.ingest.questions import Expected, read_questions
from assistant.ingest.readers.content import (
    Content,
    check_length,
    clean_text,
    counting_hidden,
    describe_hidden,
)
from assistant.ingest.readers.text import decode_text
from assistant.ingest.sources import MEDIA_TYPES, find_questions, find_sidecar, read_bytes
from assistant.types import Document, Provenance, SourceFile

Reader = Callable[[bytes, str], Content]

# Named, not imported: each pulls in a file-format library that other files do not need.
_READERS = {
    ".md": "text.read_text",
    ".txt": "text.read_text",
    ".html": "html.read_html",
    ".htm": "html.read_html",
    ".csv": "csv.read_csv",
    ".pdf": "pdf.read_pdf",
    ".docx": "docx.read_docx",
    ".pptx": "pptx.read_pptx",
    ".xlsx": "xlsx.read_xlsx",
}
READERS = {MEDIA_TYPES[suffix]: reader for suffix, reader in _READERS.items()}
"""The reader of each media type, as module and function below this package."""


def read_document(source: SourceFile) -> Document:
    """Read a file with its provenance; the same bytes and sidecar give an equal document.

    The front matter is not part of the text. What was assumed or left out is in the notes.

    Raises:
        UnsupportedFile: the media type has no reader.
        UnreadableFile: empty, damaged, locked, too large, or without text.
        BadProvenance: front matter or sidecar is wrong.
    """
    if source.media_type not in READERS:
        raise UnsupportedFile(
            f"No reader for {source.path!r} ({source.media_type}).", hint="Convert it, or remove it."
        )
    root = Path(source.root)
    data = read_bytes(root / source.path, source.path)
    if not data.strip():
        raise UnreadableFile(f"{source.path!r} is empty.", hint="Copy it again, or remove it.")
    with counting_hidden() as hidden:
        content = _read_content(data, source)
    text = content.text
    if not any(char.isalnum() for char in text):
        raise UnreadableFile(f"{source.path!r} holds no text.", hint="Add its text, or remove it.")
    check_length(len(text), source.path)
    stated = _stated(root, source.path, content)
    established = establish_provenance(
        stated, path=source.path, title=content.title or _first_heading(text), text=text
    )
    expected = _expected(root, source.path, text)
    return Document(
        provenance=established.provenance,
        revision=revision_of(established.provenance, text),
        text=text,
        page_starts=content.page_starts,
        path=source.path,
        notes=(*established.notes, *content.notes, *describe_hidden(hidden), *expected.notes),
        questions=expected.questions,
    )


def revision_of(provenance: Provenance, text: str, *, stored: bool = False) -> str:
    """Give 12 hex digits that change with the text or any value of the provenance.

    Args:
        stored: The provenance was read from the library; fields that were added to the program since do not count.
    """
    stated = {"provenance": provenance.model_dump(mode="json", exclude_unset=stored), "text": text}
    canonical = json.dumps(stated, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()[:12]


def _read_content(data: bytes, source: SourceFile) -> Content:
    module, function = READERS[source.media_type].split(".")
    reader: Reader = getattr(importlib.import_module(f"{__name__}.{module}"), function)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parsers warn of odd but readable files
            return reader(data, source.path)
    except FileRejected:
        raise
    except MemoryError as error:
        raise UnreadableFile(
            f"{source.path!r} needs more memory than one file may take.",
            hint="Split it, or save it again without pictures and empty cells.",
        ) from error
    except Exception as error:
        # Parsers raise anything on a damaged file (KeyError, struct.error, RecursionError …).
        reason = re.sub(r"\s+", " ", f"{type(error).__name__}: {error}")[:200]
        raise UnreadableFile(
            f"{source.path!r} cannot be read ({reason}).",
            hint="Open it in its own program and save it again, or remove it.",
        ) from error


def _stated(root: Path, path: str, content: Content) -> Stated | None:
    sidecar = find_sidecar(root, path)
    if sidecar is None:
        return content.stated
    name = sidecar.relative_to(root).as_posix()
    if content.stated is not None:
        raise BadProvenance(
            f"{path!r} has front matter and the sidecar {name!r}.", hint="Keep one of the two."
        )
    return parse_stated(clean_text(decode_text(read_bytes(sidecar, name), name)), name)


def _expected(root: Path, path: str, text: str) -> Expected:
    beside = find_questions(root, path)
    if beside is None:
        return Expected()
    name = beside.relative_to(root).as_posix()
    try:
        raw = clean_text(decode_text(read_bytes(beside, name), name))
    except FileRejected as error:
        return Expected(notes=(f"{error.message} Its questions are not used. {error.hint}",))
    return read_questions(raw, text, name)


def _first_heading(text: str) -> str:
    return next((heading.title for heading in find_headings(text[:20_000])), "")
