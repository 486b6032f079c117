"""Build DOCX, XLSX and PPTX from blocks; the same source gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

from _tools.archives import normalise_archive
from _tools.blocks import Block, Source

CJK_FONT = "SimSun"
_INTEGER = re.compile(r"\d{1,3}(?:,\d{3})*$")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")
_PERCENT = re.compile(r"\d{1,3} ?%$")
_SHEET_NAME_CHARS = 31  # Excel's limit
_ITEM_DASH = "- "


def build_docx(source: Source) -> bytes:
    """Set headings in Word's heading styles, list items indented, tables as grids."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document = Document()
    document.core_properties.title = str(source.keys["title"])
    document.core_properties.author = str(source.keys.get("issuer", ""))
    if source.language == "zh":
        normal = document.styles["Normal"]
        normal.font.name = CJK_FONT
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), CJK_FONT)
    for block in source.blocks:
        if block.kind == "table":
            _add_docx_table(document, block)
        elif block.kind == "heading":
            document.add_heading(block.text, level=min(block.level, 4) - 1)
        elif block.kind == "item" and block.text.startswith(_ITEM_DASH):
            document.add_paragraph(block.text.removeprefix(_ITEM_DASH), style="List Bullet")
        else:
            paragraph = document.add_paragraph(block.text)
            if block.kind == "item":
                paragraph.paragraph_format.left_indent = Pt(18)
    out = io.BytesIO()
    document.save(out)
    return normalise_archive(out.getvalue())


def _add_docx_table(document: Any, block: Block) -> None:
    table = document.add_table(rows=0, cols=max(map(len, block.rows)))
    table.style = "Table Grid"
    for number, row in enumerate(block.rows):
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=False):
            cell.text = text
            for run in cell.paragraphs[0].runs:
                run.bold = number == 0
    document.add_paragraph()


def build_xlsx(source: Source) -> bytes:
    """Make a sheet of each `##` section: its text lines, then its table with typed cells.

    What stands before the first section (sample line and title) heads the first sheet.
    """
    from openpyxl import Workbook

    workbook = Workbook()
    del workbook["Sheet"]  # every sheet is named after a section
    workbook.properties.title = str(source.keys["title"])
    workbook.properties.creator = str(source.keys.get("issuer", ""))
    opening: list[str] = []
    sheet = None
    for block in source.blocks:
        if block.kind == "heading" and block.level == 2:
            sheet = workbook.create_sheet(block.text[:_SHEET_NAME_CHARS])
            for line in opening:
                sheet.append([line])
            opening = []
        elif sheet is None:
            opening.append(block.text)
        elif block.kind == "table":
            _add_sheet_table(sheet, block)
        else:
            sheet.append([block.text])
    out = io.BytesIO()
    workbook.save(out)
    return normalise_archive(out.getvalue())


def _add_sheet_table(sheet: Any, block: Block) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate(block.rows):
        sheet.append([_cell_value(cell) if number else cell for cell in row])
        for cell in sheet[sheet.max_row]:
            cell.font = Font(bold=number == 0)
            if isinstance(cell.value, int):
                cell.number_format = "#,##0"
            elif isinstance(cell.value, float):
                cell.number_format = "0%"
            elif isinstance(cell.value, dt.date):
                cell.number_format = "yyyy-mm-dd"
    for column, cells in enumerate(zip(*block.rows, strict=True), start=1):
        widest = max(len(text.encode("gb18030")) for text in cells)
        sheet.column_dimensions[get_column_letter(column)].width = min(widest + 2, 60)


def _cell_value(text: str) -> str | int | float | dt.date:
    """A number, share or date as itself, anything else as text."""
    if _INTEGER.match(text):
        return int(text.replace(",", ""))
    if _PERCENT.match(text):
        return int(text.rstrip("% ")) / 100
    return dt.date.fromisoformat(text) if _DATE.match(text) else text


def build_pptx(source: Source) -> bytes:
    """Make a title slide of the opening and a slide of each `##` section; quotes become speaker notes."""
    from pptx import Presentation

    deck = Presentation()
    deck.core_properties.title = str(source.keys["title"])
    deck.core_properties.author = str(source.keys.get("issuer", ""))
    slides: list[list[Block]] = [[]]
    for block in source.blocks:
        if block.kind == "heading" and block.level == 2:
            slides.append([])
        slides[-1].append(block)
    for number, blocks in enumerate(slides):
        _add_slide(deck, blocks, opening=number == 0)
    out = io.BytesIO()
    deck.save(out)
    return normalise_archive(out.getvalue())


def _add_slide(deck: Any, blocks: list[Block], *, opening: bool) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[0 if opening else 1])
    slide.shapes.title.text = next(block.text for block in blocks if block.kind == "heading")
    body = [block.text for block in blocks if block.kind in ("text", "item", "clause")]
    slide.placeholders[1].text = "\n".join(line.removeprefix(_ITEM_DASH) for line in body)
    for block in blocks:
        if block.kind == "table":
            _add_slide_table(slide, block)
    notes = [block.text for block in blocks if block.kind == "quote"]
    if notes:
        slide.notes_slide.notes_text_frame.text = "\n".join(notes)


def _add_slide_table(slide: Any, block: Block) -> None:
    from pptx.util import Cm, Pt

    # Text shares the slide with the table, so its box shrinks to one line.
    box = slide.placeholders[1]
    box.left, box.top, box.width, box.height = Cm(1.3), Cm(4.2), Cm(22.8), Cm(1.6)
    rows, columns = len(block.rows), max(map(len, block.rows))
    shape = slide.shapes.add_table(rows, columns, Cm(1.3), Cm(6.2), Cm(22.8), Cm(1.1 * rows))
    for row_number, row in enumerate(block.rows):
        for column_number, text in enumerate(row):
            frame = shape.table.cell(row_number, column_number).text_frame
            frame.text = text
            frame.paragraphs[0].font.size = Pt(14)
