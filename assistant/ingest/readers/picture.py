"""The picture of a PDF page with a quote marked, for people who trust the paper more than the text."""

from __future__ import annotations

import base64
import io
import math
import re
from typing import Any

SCALE = 1.6
"""Pixels a point: 115 dpi, readable on a phone at 150 kB a page."""
MAX_PIXELS = 8_000_000
"""A4 has 1.3 million; a page of several metres is drawn smaller."""


def draw_page(path: str, page: int, quote: str) -> dict[str, Any] | None:
    """Draw a page as PNG and find the boxes of a quote on it.

    Args:
        page: From 1.
        quote: Words to mark; white space is ignored, since lines break elsewhere on paper.

    Returns:
        `image` as a data URI, `width`, `height` in pixels and `boxes` as fractions of the page
        (left, top, width, height), empty when the words are not found; None when there is no such page.
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        if not 1 <= page <= len(document):
            return None
        sheet = document[page - 1]
        width, height = sheet.get_size()
        scale = min(SCALE, math.sqrt(MAX_PIXELS / max(1.0, width * height)))
        bitmap = sheet.render(scale=scale).to_pil()
        boxes = _find_boxes(sheet, quote)
    finally:
        document.close()
    buffer = io.BytesIO()
    bitmap.save(buffer, format="PNG", optimize=False)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return {
        "image": f"data:image/png;base64,{data}",
        "width": bitmap.width,
        "height": bitmap.height,
        "boxes": boxes,
    }


def _find_boxes(sheet: Any, quote: str) -> list[tuple[float, float, float, float]]:
    textpage = sheet.get_textpage()
    page_text = textpage.get_text_range()
    wanted = re.sub(r"\s+", "", quote)
    kept = [index for index, character in enumerate(page_text) if not character.isspace()]
    found = "".join(page_text[index] for index in kept).find(wanted) if wanted else -1
    if found < 0:
        return []
    first, last = kept[found], kept[found + len(wanted) - 1]
    width, height = sheet.get_size()
    count = textpage.count_rects(first, last - first + 1)
    rects = [textpage.get_rect(index) for index in range(count)]
    return [
        (left / width, 1 - top / height, (right - left) / width, (top - bottom) / height)
        for left, bottom, right, top in rects
    ]
