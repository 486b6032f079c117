"""The source panel: one document as the reader may see it, with the cited span marked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import FileResponse

from assistant.errors import NotFound, UnreadableFile
from assistant.ingest.readers.process import DRAWING
from assistant.web.markdown import render_document
from assistant.web.replies import NOT_AVAILABLE

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.web.readers import Reader

MAX_SHOWN_CHARS = 120_000
"""Longer documents are shown around the cited span: 120,000 characters are 0.1 s of rendering."""

_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$", re.MULTILINE)


def open_source(
    assistant: Assistant,
    reader: Reader,
    document: str,
    revision: str | None,
    *,
    start: int | None = None,
    end: int | None = None,
) -> dict[str, Any]:
    """Give everything the source panel shows.

    Returns:
        `{"available": False}` alone for what does not exist and for what this reader may not see, so
        that a link passed on tells nothing; otherwise provenance, HTML and place.
    """
    try:
        stored = assistant.show(document, revision, reader=reader.audience)
    except NotFound:
        return {"available": False}
    text, span = stored.text, _span_within(start, end, len(stored.text))
    window = _window_around(text, span)
    listed = {d.provenance.id: d for d in assistant.documents(reader.audience)}
    page = _page_of(span[0], stored.page_starts) if span else None
    return {
        "available": True,
        "document": document,
        "revision": stored.revision,
        "current": document in listed and listed[document].revision == stored.revision,
        "provenance": stored.provenance.model_dump(mode="json") | {"sample": stored.provenance.is_sample},
        "quote": text[span[0] : span[1]] if span else None,
        "start": span[0] if span else None,
        "end": span[1] if span else None,
        "headings": list(heading_path(text, span[0])) if span else [],
        "page": page,
        "pages": len(stored.page_starts),
        "shortened": window != (0, len(text)),
        "html": _render_window(text, window, span),
        "has_file": find_original(assistant, reader, document) is not None,
        "superseded_by": [_link(d) for d in listed.values() if d.provenance.supersedes == document],
        "translations": [
            _link(d) for d in listed.values() if _is_translation(d.provenance, stored.provenance)
        ],
    }


def show_page(assistant: Assistant, reader: Reader, document: str, page: int, quote: str) -> dict[str, Any]:
    """Give the picture of a PDF page with the quote's boxes, or `{"available": False}`."""
    path = find_original(assistant, reader, document)
    if path is None or path.suffix.lower() != ".pdf":
        return {"available": False}
    try:
        picture = DRAWING.draw(path, page, quote)
    except UnreadableFile:  # its text was read all the same
        picture = None
    return {"available": picture is not None} | (picture or {})


def find_original(assistant: Assistant, reader: Reader, document: str) -> Path | None:
    """Give the file of a document, None also for what this reader may not see."""
    try:
        return assistant.original_file(document, reader=reader.audience)
    except NotFound:
        return None


def send_original(assistant: Assistant, reader: Reader, document: str) -> FileResponse:
    """Send the file of a document to be saved, never shown in place: HTML must not run as a page of this application.

    Raises:
        NotFound: there is none for this reader.
    """
    path = find_original(assistant, reader, document)
    if path is None:
        raise NotFound(NOT_AVAILABLE, hint="")
    disposition = f"attachment; filename*=UTF-8''{quote(path.name)}"
    return FileResponse(
        path, media_type="application/octet-stream", headers={"content-disposition": disposition}
    )


def heading_path(text: str, offset: int) -> tuple[str, ...]:
    """List the Markdown headings above `offset`, outermost first, without the document's own title."""
    path: dict[int, str] = {}
    for match in _HEADING.finditer(text, 0, offset + 1):
        level = len(match.group(1))
        path = {depth: title for depth, title in path.items() if depth < level} | {level: match.group(2)}
    return tuple(title for depth, title in sorted(path.items()) if depth > 1)


def _span_within(start: int | None, end: int | None, length: int) -> tuple[int, int] | None:
    if start is None or end is None or not 0 <= start < end <= length:
        return None
    return start, end


def _window_around(text: str, span: tuple[int, int] | None) -> tuple[int, int]:
    """Choose whole lines around the span when the document is too long to show at once."""
    if len(text) <= MAX_SHOWN_CHARS:
        return 0, len(text)
    middle = span[0] if span else 0
    first = max(0, min(middle - MAX_SHOWN_CHARS // 2, len(text) - MAX_SHOWN_CHARS))
    last = max(first + MAX_SHOWN_CHARS, span[1] if span else 0)
    line_end = text.find("\n", last)
    return text.rfind("\n", 0, first) + 1, len(text) if line_end < 0 else line_end


def _render_window(text: str, window: tuple[int, int], span: tuple[int, int] | None) -> str:
    start, end = (span[0] - window[0], span[1] - window[0]) if span else (None, None)
    return render_document(text[window[0] : window[1]], start=start, end=end)


def _page_of(offset: int, page_starts: tuple[int, ...]) -> int | None:
    """Number of the page that holds `offset`, from 1; None for formats without pages."""
    return sum(start <= offset for start in page_starts) or None


def _is_translation(one: Any, other: Any) -> bool:
    if one.id == other.id:
        return False
    originals = {one.translation_of or one.id, other.translation_of or other.id}
    return len(originals) == 1


def _link(stored: Any) -> dict[str, str]:
    provenance = stored.provenance
    return {
        "document": provenance.id,
        "revision": stored.revision,
        "title": provenance.title,
        "language": provenance.language,
    }
