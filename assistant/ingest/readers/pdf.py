"""Read PDF with PDFium: lines with their places from each page, pictures of text through OCR."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from typing import Any

from assistant.errors import UnreadableFile
from assistant.ingest.readers.budget import extend_budget
from assistant.ingest.readers.content import Content, check_length, join_pages
from assistant.ingest.readers.grid import Line
from assistant.ingest.readers.layout import page_texts
from assistant.ingest.readers.ocr import has_ocr, read_picture

MAX_PAGES = 2_000
OCR_DPI = 200
"""RapidOCR scales to 2,000 pixels; an A4 page at 200 dpi has 2,339, so more would be thrown away."""
OCR_SECONDS = 60
"""Processor time of one page; 2 to 6 s are usual."""
MAX_RENDERED_PIXELS = 20_000_000
"""Bounds the picture of an oversized page to 80 MB."""
CELL_GAP = 0.9
"""A gap of this many line heights between two text objects parts table cells; words have under half."""
WIDE_GAP = 1.5
"""The same inside one text object, where justified lines can have wide spaces."""

_PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD
_LOCK = threading.RLock()  # PDFium may be called by one thread at a time, whatever the document


def read_pdf(data: bytes, name: str) -> Content:
    """Read all pages; a page that is only a picture is read by OCR where that is installed."""
    import pypdfium2

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise _unreadable(error, name) from error
        try:
            return _read_pages(document, name)
        finally:
            document.close()


def _unreadable(error: Any, name: str) -> UnreadableFile:
    if error.err_code == _PASSWORD_ERROR:
        return UnreadableFile(f"{name!r} is password-protected.", hint="Save it without a password.")
    return UnreadableFile(
        f"{name!r} is not a complete PDF: {str(error).rstrip('.')}.",
        hint="Copy or download it again; it may be truncated.",
    )


def _read_pages(document: Any, name: str) -> Content:
    if len(document) > MAX_PAGES:
        raise UnreadableFile(
            f"{name!r} has {len(document):,} pages; the limit is {MAX_PAGES:,}.", hint="Split it."
        )
    pages: list[list[Line]] = []
    unread: list[int] = []
    chars = 0
    for number in range(len(document)):
        page = document[number]
        lines = list(_page_lines(page))
        if not lines and _has_picture(page):
            if has_ocr():
                extend_budget(OCR_SECONDS)
                lines = read_picture(_render(page), points_per_pixel=72 / OCR_DPI)
            unread += [] if lines else [number + 1]
        page.close()
        chars += sum(len(line.text) for line in lines)
        check_length(chars, name)
        pages.append(lines)
    if not any(pages):
        raise _without_text(name, unread)
    text, page_starts = join_pages(page_texts(pages))
    listed = ", ".join(map(str, unread[:10]))
    notes = (f"no text found on the pictures of page {listed}; {_ocr_advice()}",) if unread else ()
    return Content(text, page_starts, notes=notes)


def _without_text(name: str, unread: list[int]) -> UnreadableFile:
    if not unread:
        return UnreadableFile(f"{name!r} holds no text.", hint="Remove it, or save it again with its text.")
    return UnreadableFile(f"{name!r} is a scan without text (page {unread[0]}).", hint=f"{_ocr_advice()}.")


def _ocr_advice() -> str:
    if has_ocr():
        return "OCR found nothing on it: scan it again, sharper, or remove it"
    return "run: pip install 'alliance-assistant[ocr]'"


def _page_lines(page: Any) -> Iterator[Line]:
    """Yield the runs of characters of a page that stand close together on one line, as written."""
    text_page = page.get_textpage()
    run: list[tuple[str, Any]] = []
    for number in range(text_page.count_chars()):
        char, box = _char(text_page, number)
        if char in "\r\n" or (run and box and _is_apart(text_page, run, box, number)):
            yield from _line(run)
            run = []
        if char not in "\r\n":
            run.append((char, (*box, number) if box else None))
    yield from _line(run)
    text_page.close()


def _char(text_page: Any, number: int) -> tuple[str, tuple[float, float, float, float] | None]:
    """Give a character and its box (left, bottom, right, top); white space has no box of its own."""
    import pypdfium2.raw as pdfium

    code = pdfium.FPDFText_GetUnicode(text_page, number)
    char = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
    if char.isspace():
        return ("\n" if char in "\r\n" else " "), None
    rectangle = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text_page, number, ctypes.byref(rectangle)):
        return char, None
    return char, (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)


def _is_apart(text_page: Any, run: list[tuple[str, Any]], box: Any, number: int) -> bool:
    """Tell whether a character starts a new run: far to the right, back to the left, or on another line."""
    import pypdfium2.raw as pdfium

    before = next((place for _, place in reversed(run) if place), None)
    if before is None:
        return False
    height = max(box[3] - box[1], before[3] - before[1], 1)
    gap = (box[0] - before[2]) / height
    if min(box[3], before[3]) - max(box[1], before[1]) < 0.2 * height or gap < -2:
        return True
    if gap < CELL_GAP:
        return False
    apart = pdfium.FPDFText_GetTextObject(text_page, number) != pdfium.FPDFText_GetTextObject(
        text_page, before[4]
    )
    return bool(apart or gap > WIDE_GAP)


def _line(run: list[tuple[str, Any]]) -> Iterator[Line]:
    places = [place for _, place in run if place]
    text = " ".join("".join(char for char, _ in run).split())
    if text and places:
        yield Line(
            text,
            min(place[0] for place in places),
            max(place[2] for place in places),
            sorted(place[1] for place in places)[len(places) // 2],
            sorted(place[3] for place in places)[len(places) // 2],
        )


def _has_picture(page: Any) -> bool:
    import pypdfium2.raw as pdfium

    return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4))


def _render(page: Any) -> Any:
    """Draw a page as an (h, w, 3) uint8 array at `OCR_DPI`, smaller where it would be huge."""
    width, height = page.get_size()
    scale = OCR_DPI / 72
    pixels = max(width * height * scale * scale, 1)
    return page.render(
        scale=scale * min(1, (MAX_RENDERED_PIXELS / pixels) ** 0.5), rev_byteorder=False
    ).to_numpy()
