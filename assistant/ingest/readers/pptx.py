"""Read PPTX: a slide is a page, its title a heading; tables as rows, speaker notes under `Notes:`."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from assistant.ingest.readers.archives import check_office_file
from assistant.ingest.readers.content import Content, clean_text, join_pages
from assistant.ingest.readers.tables import pipe_rows


def read_pptx(data: bytes, name: str) -> Content:
    """Read the visible slides in order; a hidden slide keeps its page number and gives no text."""
    import pptx

    check_office_file(data, name, part="ppt/presentation.xml")
    deck = pptx.Presentation(io.BytesIO(data))
    pages: list[str] = []
    notes: list[str] = []
    for number, slide in enumerate(deck.slides, start=1):
        if slide.element.get("show") == "0":
            notes.append(f"hidden slide {number} left out")
            pages.append("")
        else:
            pages.append(_slide_text(slide, number))
    text, page_starts = join_pages(pages)
    first = next((slide.shapes.title for slide in deck.slides if slide.shapes.title is not None), None)
    title = _one_line(first.text_frame.text) if first is not None else ""
    return Content(text, page_starts, title=title or deck.core_properties.title or None, notes=tuple(notes))


def _slide_text(slide: Any, number: int) -> str:
    title = slide.shapes.title
    heading = _one_line(title.text_frame.text) if title is not None else ""
    title_id = title.shape_id if title is not None else None
    body = [
        block
        for shape in _in_reading_order(slide.shapes)
        if shape.shape_id != title_id
        for block in _blocks(shape)
    ]
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        spoken = slide.notes_slide.notes_text_frame.text.strip()
        body += [f"Notes: {spoken}"] if spoken else []
    if not heading and not body:
        return ""
    return "\n\n".join([f"## {heading or f'Slide {number}'}", *body])


def _in_reading_order(shapes: Any) -> list[Any]:
    """Sort shapes from top to bottom, then left to right; ones without a position keep their place."""
    return sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0))


def _blocks(shape: Any) -> Iterator[str]:
    if shape.shape_type == 6:  # MSO_SHAPE_TYPE.GROUP
        for inner in _in_reading_order(shape.shapes):
            yield from _blocks(inner)
    elif getattr(shape, "has_table", False) and shape.has_table:
        rows = [[_cell_text(cell) for cell in row.cells] for row in shape.table.rows]
        yield "\n".join(pipe_rows(rows))
    elif shape.has_text_frame:
        yield from _paragraphs(shape)


def _cell_text(cell: Any) -> str:
    return "" if cell.is_spanned else str(cell.text)


def _paragraphs(shape: Any) -> Iterator[str]:
    """Yield the paragraphs of a text box; those of a body placeholder are its bullets, one block."""
    lines = [clean_text(paragraph.text).strip() for paragraph in shape.text_frame.paragraphs]
    lines = [re.sub(r"\s*\n\s*", " ", line) for line in lines if line]
    kind = str(shape.placeholder_format.type) if shape.is_placeholder else ""
    if any(word in kind for word in ("FOOTER", "DATE", "SLIDE_NUMBER")):
        return
    if len(lines) > 1 and ("BODY" in kind or "OBJECT" in kind):
        yield "\n".join(f"- {line}" for line in lines)
    else:
        yield from lines


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", clean_text(text)).strip()
