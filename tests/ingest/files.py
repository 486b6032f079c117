"""Small files of every format, made in the test, so that no binary lies in the repository."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.ingest.readers import read_document
from assistant.ingest.sources import find_sources
from assistant.types import Document

FRONT = """---
id: rules.en
title: Rules
status: sample
audience: public
language: en
version: 2.0
effective_from: 2024-09-01
---
"""


def read_one(path: Path) -> Document:
    """Find and read the one file."""
    found = find_sources(path)
    assert found.failed == []
    return read_document(found.sources[0])


def make_pdf(pages: Sequence[str], *, header: str = "", password: str | None = None) -> bytes:
    """Make a PDF of simple pages, a line of text each, with a running header and page numbers."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    lock = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(buffer, pagesize=(595, 842), encrypt=lock)
    for number, page in enumerate(pages, start=1):
        canvas.setFont("Helvetica", 8)
        if header:
            canvas.drawString(60, 810, header)
            canvas.drawCentredString(297, 30, f"Page {number} of {len(pages)}")
        for row, line in enumerate(page.split("\n")):
            size = 18 if line.startswith("# ") else 10
            canvas.setFont("Helvetica", size)
            canvas.drawString(60, 760 - row * 12 - (8 if size == 10 else 0), line.removeprefix("# "))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def make_platypus_pdf(build: Callable[[], list[object]]) -> bytes:
    """Make a PDF of reportlab flowables."""
    from reportlab.platypus import SimpleDocTemplate

    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=(595, 842)).build(build())
    return buffer.getvalue()


def make_scan(text: str) -> bytes:
    """Make a PDF whose one page is a picture of a line of text; an empty text gives a grey page."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (900, 400), (250, 250, 250))
    ImageDraw.Draw(picture).text((60, 150), text, fill="black", font=ImageFont.load_default(40))
    buffer = io.BytesIO()
    picture.save(buffer, "PDF", resolution=150)
    return buffer.getvalue()


def make_docx() -> bytes:
    """Make a DOCX with headings, lists, a table with merged cells, and clauses."""
    import docx

    document = docx.Document()
    document.add_heading("Joint Project Guide", 0)
    document.add_heading("Article 7 Dues", 1)
    document.add_paragraph("7.1 Dues are paid once a year.")
    document.add_paragraph("the case officer", style="List Bullet")
    document.add_paragraph("Send the form", style="List Number")
    document.add_paragraph("Sign the form", style="List Number")
    table = document.add_table(rows=3, cols=3)
    for row, values in zip(
        table.rows, (["Tier", "Dues", "Votes"], ["Member", "20,000", "1"], ["", "0", "0"]), strict=True
    ):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("After the table.")
    return _saved(document.save)


def make_pptx() -> bytes:
    """Make a PPTX with a title slide, a table slide with notes, and a hidden slide."""
    import pptx
    from pptx.util import Cm

    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "How the Alliance works"
    first.placeholders[1].text = "Members vote\nThe Council decides"
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Dues"
    table = second.shapes.add_table(2, 2, Cm(2), Cm(5), Cm(10), Cm(3)).table
    for place, value in {(0, 0): "Tier", (0, 1): "Yuan", (1, 0): "Member", (1, 1): "20,000"}.items():
        table.cell(*place).text = value
    second.notes_slide.notes_text_frame.text = "Say that dues are annual."
    hidden = deck.slides.add_slide(deck.slide_layouts[5])
    hidden.shapes.title.text = "Secret"
    hidden._element.set("show", "0")
    return _saved(deck.save)


def make_xlsx() -> bytes:
    """Make an XLSX with a title row, dates, percentages, merged cells and a hidden sheet."""
    import datetime as dt

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Register"
    for row in (["Member register"], [], ["Name", "Joined", "Share"], ["Acme", dt.date(2024, 9, 1), 0.477]):
        sheet.append(row)
    sheet["C4"].number_format = "0.0%"
    sheet.append([None, dt.date(2024, 9, 2), 1])
    sheet.merge_cells("A4:A5")
    hidden = book.create_sheet("Hidden")
    hidden.append(["secret", "value"])
    hidden.sheet_state = "hidden"
    return _saved(book.save)


def make_bomb(member: str, *, megabytes: int) -> bytes:
    """Make an Office file whose one big part packs a thousand times."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, b"<a/>")
        archive.writestr("big.xml", b" " * megabytes * 2**20)
    return buffer.getvalue()


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """Replace one member of an Office file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, content if info.filename == name else old.read(info.filename))
    return buffer.getvalue()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()
