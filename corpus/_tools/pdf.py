"""Build a text PDF with running header, page numbers, larger headings and real tables (reportlab)."""

from __future__ import annotations

import io
import re
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from _tools.blocks import Block, Source

CJK_FONT = "STSong-Light"
"""Predefined CID font: readers bring the glyphs, so no font file is needed or embedded."""
MARGIN = 22 * mm
_BEYOND_LATIN = re.compile(r"[^\x00-\xff–—‘’“”•…]+")
_HEADING_SIZE = {1: 17, 2: 13.5, 3: 11.5}


def build_pdf(source: Source) -> bytes:
    """Set a source as A4 pages; the same source gives the same bytes."""
    pdfmetrics.registerFont(UnicodeCIDFont(CJK_FONT))
    out = io.BytesIO()
    title = str(source.keys["title"])
    template = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=26 * mm, bottomMargin=22 * mm,
        title=title, author=str(source.keys.get("issuer", "")), lang=source.language, invariant=1,
    )  # fmt: skip

    def furnish(canvas: Canvas, _: Any) -> None:
        _draw_running_lines(canvas, source.language, title)

    template.build(
        [flowable for block in source.blocks for flowable in _flowables(block, source.language)],
        onFirstPage=furnish,
        onLaterPages=furnish,
    )
    return out.getvalue()


def _draw_running_lines(canvas: Canvas, language: str, title: str) -> None:
    chinese = language == "zh"
    font = CJK_FONT if chinese else "Helvetica"
    number = canvas.getPageNumber()
    canvas.saveState()
    canvas.setFont(font, 8)
    canvas.setFillColor(colors.grey)
    canvas.drawString(MARGIN, A4[1] - 15 * mm, _latin(title) if not chinese else title)
    canvas.line(MARGIN, A4[1] - 17 * mm, A4[0] - MARGIN, A4[1] - 17 * mm)
    canvas.drawCentredString(A4[0] / 2, 12 * mm, f"第 {number} 页" if chinese else f"Page {number}")
    canvas.restoreState()


def _flowables(block: Block, language: str) -> list[Any]:
    if block.kind == "table":
        return [_table(block, language), Spacer(1, 8)]
    if block.kind == "heading":
        return [Paragraph(_markup(block.text, language), _style(language, heading=block.level))]
    indent = 14.0 if block.kind == "item" else 0.0
    text = block.text.replace("- ", "• ", 1) if block.text.startswith("- ") else block.text
    return [Paragraph(_markup(text, language), _style(language, indent=indent))]


def _table(block: Block, language: str) -> Table:
    widths = _column_widths(block, language, A4[0] - 2 * MARGIN - 12)
    cells = [
        [Paragraph(_markup(cell, language), _style(language, cell=True, head=number == 0)) for cell in row]
        for number, row in enumerate(block.rows)
    ]
    table = Table(cells, colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return table


def _column_widths(block: Block, language: str, width: float) -> list[float]:
    """Share `width` points by how much text the columns hold; no word is broken where that fits."""
    columns = [
        [(row[column], number == 0) for number, row in enumerate(block.rows) if column < len(row)]
        for column in range(max(map(len, block.rows)))
    ]
    least = [max(_longest_word(text, language, head) for text, head in column) for column in columns]
    wanted = [min(max(max(_width(text) for text, _ in column), 6), 45) for column in columns]
    room = width - sum(least)
    if room < 0:  # words must break somewhere
        return [width * one / sum(least) for one in least]
    return [one + room * weight / sum(wanted) for one, weight in zip(least, wanted, strict=True)]


def _longest_word(text: str, language: str, head: bool) -> float:
    """Points that the longest piece without a break takes, with the padding of a cell."""
    style = _style(language, cell=True, head=head)
    words = [char for char in text] if language == "zh" else _latin(text).split()
    return (
        max((pdfmetrics.stringWidth(word, style.fontName, style.fontSize) for word in words), default=0) + 13
    )


def _width(text: str) -> int:
    """Half-width columns that a text takes."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def _style(
    language: str, *, heading: int = 0, indent: float = 0.0, cell: bool = False, head: bool = False
) -> ParagraphStyle:
    chinese = language == "zh"
    size = _HEADING_SIZE.get(heading, 11) if heading else (8.5 if cell else 10)
    bold = heading or head
    return ParagraphStyle(
        f"{language}-{heading}-{indent}-{cell}-{head}",
        fontName=CJK_FONT if chinese else ("Helvetica-Bold" if bold else "Helvetica"),
        fontSize=size,
        leading=size * (1.25 if cell else 1.45),
        leftIndent=indent,
        spaceBefore=10 if heading else 0,
        spaceAfter=0 if cell else 5,
        wordWrap="CJK" if chinese else None,
        keepWithNext=bool(heading),
    )


def _latin(text: str) -> str:
    # Helvetica has no minus sign; a hyphen is what printed tables use in its place.
    return text.replace("\u2212", "-").replace("\u202f", " ").replace("\u2009", " ")


def _markup(text: str, language: str) -> str:
    """Escape a text; what Helvetica lacks (≥, κ, Chinese) is set in the CJK font."""
    safe = escape(_latin(text))
    if language == "zh":
        return safe
    return _BEYOND_LATIN.sub(lambda match: f'<font name="{CJK_FONT}">{match[0]}</font>', safe)
