"""Read the words on a picture with RapidOCR, whose models are inside its wheel (extra `ocr`)."""

from __future__ import annotations

import functools
import importlib.util
import logging
from typing import Any

from assistant.ingest.readers.grid import Line

MIN_CONFIDENCE = 0.5
"""RapidOCR's own default; below it stand dirt and stamps."""
SIZE_TOLERANCE = 0.3
"""Boxes of one font size differ by this share with the letters on the line; a heading differs by more."""


def has_ocr() -> bool:
    """Tell whether the extra is installed."""
    return importlib.util.find_spec("rapidocr") is not None


def read_picture(picture: Any, *, points_per_pixel: float) -> list[Line]:
    """Read a page's picture, an (h, w, 3) uint8 array, into lines from top to bottom.

    Returns:
        Lines in points from the lower left corner; empty when nothing was recognised.
    """
    found = _engine()(picture)
    if found.boxes is None or found.txts is None:
        return []
    height = picture.shape[0]
    lines = []
    for box, text in zip(found.boxes, found.txts, strict=True):
        xs, ys = [float(x) for x, _ in box], [height - float(y) for _, y in box]
        places = [value * points_per_pixel for value in (min(xs), max(xs), min(ys), max(ys))]
        if text.strip():
            lines.append(Line(" ".join(text.split()), *places))
    return _in_reading_order(_with_even_sizes(lines))


def _with_even_sizes(lines: list[Line]) -> list[Line]:
    """Give all lines near the usual height exactly that height, so that only real headings stand out."""
    if not lines:
        return lines
    usual = sorted(line.size for line in lines)[len(lines) // 2]
    return [
        line._replace(top=line.bottom + usual) if abs(line.size - usual) <= SIZE_TOLERANCE * usual else line
        for line in lines
    ]


def _in_reading_order(lines: list[Line]) -> list[Line]:
    """Sort from top to bottom, and lines of about the same height from left to right."""
    ordered: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: -line.top):
        if ordered and line.top > ordered[-1][0].top - line.size / 2:
            ordered[-1].append(line)
        else:
            ordered.append([line])
    return [line for row in ordered for line in sorted(row, key=lambda line: line.left)]


@functools.lru_cache(maxsize=1)
def _engine() -> Any:
    """Load the models once; 1 s and 200 MB."""
    import rapidocr

    engine = rapidocr.RapidOCR(params={"Global.log_level": "critical", "Global.text_score": MIN_CONFIDENCE})
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return engine
