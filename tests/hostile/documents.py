"""Files that attack their reader, made in the test; each is small and says what must come of it."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping

from tests.ingest.files import make_docx, make_pdf, make_pptx, make_xlsx, with_member

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LONG_COMMENT = "<!--" + "x" * 5000 + "-->"
"""Pushes a declaration beyond the first bytes of a file, where a hasty check looks."""
ATTACK = "<img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>\"'>"


def zip_with(data: bytes, extra: Mapping[str, bytes]) -> bytes:
    """Add members to an Office file, whatever their names."""
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in extra.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def pdf_of(objects: Mapping[int, bytes], root: int = 1) -> bytes:
    """Write a PDF of raw objects with a correct cross-reference table."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, count = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    for number in range(1, count):
        out += b"%010d 00000 n \n" % places.get(number, 0)
    out += b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, root, start)
    return bytes(out)


def one_page(content: bytes, *, page: bytes = b"", catalog: bytes = b"") -> dict[int, bytes]:
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> "
        b"/XObject << /X 4 0 R >> >> >>" % page,
        4: content,
    }


def stream(data: bytes, extra: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(packed), extra, packed)


WORDS = b"BT /F1 12 Tf 60 700 Td (Plain words of a page.) Tj ET\n"


def pdf_bomb() -> bytes:
    """A page whose content unpacks a thousandfold, twice over."""
    inner = zlib.compress(b"0 0 m " * 5_000_000, 9)
    packed = zlib.compress(inner, 9)
    body = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (
        len(packed),
        packed,
    )
    return pdf_of(one_page(body))


def pdf_pages(count: int) -> bytes:
    """Many pages that are one object each."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    pages = {number + 3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>" for number in range(count)}
    return pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
        }
        | pages
    )


def pdf_page_loop() -> bytes:
    """A page tree that holds itself."""
    return pdf_of(
        {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9999 >>"}
    )


def pdf_form_loop() -> bytes:
    """A form that draws itself."""
    extra = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 4 0 R >> >>"
    return pdf_of(one_page(stream(WORDS + b"/X Do /X Do\n", extra)))


def pdf_with_actions() -> bytes:
    """Script, a launched program, a submitted form and an embedded file, all at opening."""
    catalog = (
        b"/OpenAction << /S /JavaScript /JS (app.alert(1); this.submitForm('http://127.0.0.1:CANARY/js')) /Next << "
        b"/S /Launch /F (/bin/sh) /Next << /S /URI /URI (http://127.0.0.1:CANARY/uri) >> >> >> "
        b"/Names << /EmbeddedFiles << /Names [(../../evil.sh) << /Type /Filespec /F (../../evil.sh) >>] >> >>"
    )
    return pdf_of(one_page(stream(WORDS), catalog=catalog))


def pdf_deep() -> bytes:
    """Arrays within arrays, a hundred thousand deep."""
    return pdf_of(one_page(stream(WORDS), page=b"/Deep " + b"[" * 100_000 + b"]" * 100_000))


def entity_bomb(root: str) -> bytes:
    """Nine levels of ten: a thousand million words from one kilobyte."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?>{LONG_COMMENT}<!DOCTYPE x [<!ENTITY e0 "ha">{levels}]>{root}'.encode()


def docx_body(words: str) -> str:
    return f"<w:document {W}><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>"


def sheet_body(words: str) -> str:
    return (
        f'<worksheet {S}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{words}</t></is></c></row>'
        "</sheetData></worksheet>"
    )


def external(path: str) -> str:
    return f'<?xml version="1.0"?>{LONG_COMMENT}<!DOCTYPE x [<!ENTITY e SYSTEM "{path}">]>'


def office_bomb(data: bytes, member: str) -> bytes:
    """An Office file, whole but for one part that packs a thousandfold."""
    return with_member(data, member, b"<x>" + b" " * 40_000_000 + b"</x>")


def lying_docx() -> bytes:
    """A bomb whose directory says that it is small."""
    data = bytearray(office_bomb(make_docx(), "word/document.xml"))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        if bytes(data[at + 46 : at + 46 + 17]) == b"word/document.xml":
            data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
        at += 4
    return bytes(data)


def docx_nested(levels: int) -> bytes:
    """Tables within tables."""
    start = "<w:tbl><w:tr><w:tc>" * levels
    end = "</w:tc></w:tr></w:tbl>" * levels
    text = f"<w:document {W}><w:body>{start}<w:p><w:r><w:t>deep</w:t></w:r></w:p>{end}</w:body></w:document>"
    return with_member(make_docx(), "word/document.xml", text.encode())


def docx_remote() -> bytes:
    """A template and a picture that lie on another machine, and a macro."""
    rels = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" TargetMode="External" Target="http://127.0.0.1:CANARY/template" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/>'
        '<Relationship Id="r2" TargetMode="External" Target="http://127.0.0.1:CANARY/image" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    data = with_member(make_docx(), "word/document.xml", docx_body("Remote parts.").encode())
    data = with_member(data, "word/_rels/document.xml.rels", rels.encode())
    return zip_with(data, {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub AutoOpen()"})


def traversing(data: bytes) -> bytes:
    return zip_with(
        data, {"../../evil.txt": b"evil", "/tmp/evil-absolute.txt": b"evil", "..\\..\\evil.txt": b"evil"}
    )


def xlsx_sheet(xml: str) -> bytes:
    return with_member(make_xlsx(), "xl/worksheets/sheet1.xml", xml.encode())


def xlsx_wide() -> bytes:
    """A sheet that says it fills every cell there is, and merges them all."""
    xml = sheet_body("wide").replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    return xlsx_sheet(
        xml.replace("</worksheet>", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>')
    )


def attack_docx() -> bytes:
    """Markup, script and direction marks in title, heading, text and table cell."""
    import docx

    document = docx.Document()
    document.core_properties.title = f"\u202e{ATTACK}"
    document.add_paragraph(ATTACK)
    document.add_table(rows=1, cols=1).cell(0, 0).text = ATTACK
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


REFUSED: dict[str, Callable[[], bytes]] = {
    "bomb.docx": lambda: office_bomb(make_docx(), "word/document.xml"),
    "bomb.pptx": lambda: office_bomb(make_pptx(), "ppt/slides/slide1.xml"),
    "bomb.xlsx": lambda: office_bomb(make_xlsx(), "xl/worksheets/sheet1.xml"),
    "lying.docx": lying_docx,
    "entities.docx": lambda: with_member(make_docx(), "word/document.xml", entity_bomb(docx_body("&e9;"))),
    "entities.xlsx": lambda: with_member(
        make_xlsx(), "xl/worksheets/sheet1.xml", entity_bomb(sheet_body("&e9;"))
    ),
    "entities.pptx": lambda: with_member(make_pptx(), "ppt/slides/slide1.xml", entity_bomb("<x>&e9;</x>")),
    "file-entity.docx": lambda: with_member(
        make_docx(), "word/document.xml", (external("file://SECRET") + docx_body("&e;")).encode()
    ),
    "web-entity.xlsx": lambda: with_member(
        make_xlsx(),
        "xl/worksheets/sheet1.xml",
        (external("http://127.0.0.1:CANARY/e") + sheet_body("&e;")).encode(),
    ),
    "nested.docx": lambda: docx_nested(20_000),
    "bomb.pdf": pdf_bomb,
    "pages-10000.pdf": lambda: pdf_pages(10_000),
    "page-loop.pdf": pdf_page_loop,
    "form-loop.pdf": pdf_form_loop,
    "deep.html": lambda: b"<div>" * 20_000 + b"words",
    "binary.md": lambda: b"MZ\x90\x00" + bytes(range(256)) * 40,
    "front.md": lambda: b"---\ntitle: [[[[\n" + b"-" * 50_000 + b"\n# f\n\nwords\n",
    "pdf-as.docx": lambda: make_pdf(["Words of a PDF."]),
    "zip-as.pdf": make_docx,
    "one-row.csv": lambda: b"x," * 6_000_000,
}
"""What must be reported, not taken."""

TAKEN: dict[str, Callable[[], bytes]] = {
    "actions.pdf": pdf_with_actions,
    "remote.docx": docx_remote,
    "traversing.docx": lambda: traversing(make_docx()),
    "traversing.pptx": lambda: traversing(make_pptx()),
    "traversing.xlsx": lambda: traversing(make_xlsx()),
    "wide.xlsx": xlsx_wide,
    "polyglot.pdf": lambda: make_pdf(["Words of a page."]) + zip_with(make_docx(), {}),
    "remote.html": lambda: (
        b'<!DOCTYPE html SYSTEM "http://127.0.0.1:CANARY/dtd"><base href="http://127.0.0.1:CANARY/"><h1>Remote</h1>'
        b'<link rel=stylesheet href="http://127.0.0.1:CANARY/css"><img src="http://127.0.0.1:CANARY/img">'
        b'<iframe src="file://SECRET"></iframe><xi:include href="file://SECRET" parse="text"/><p>Words.</p>'
    ),
    "attack.docx": attack_docx,
    "hashes.md": lambda: b"# a\n\n" + b"#" * 200_000 + b"\n\nwords\n",
    "brackets.md": lambda: b"# b\n\n" + b"[" * 100_000 + b"(" * 100_000 + b"\n",
    "bars.md": lambda: b"# c\n\n" + b"|" * 200_000 + b"\n" + b"| - " * 30_000 + b"\n",
    "clauses.md": lambda: b"# d\n\n" + b"1." * 100_000 + b"\n\n" + b"Art. " * 40_000 + b"\n",
    "dots.md": lambda: b"# e\n\n" + b". " * 100_000 + b"\n",
    f"{ATTACK.replace('/', '')}.md": lambda: f"# {ATTACK}\n\n| {ATTACK} |\n| --- |\n| {ATTACK} |\n".encode(),
    "ligature.md": lambda: b"# g\n\n" + "\ufdfa".encode() * 20_000 + b"\n",
    "accents.md": lambda: b"# h\n\nZ" + "\u0301".encode() * 50_000 + b"lgo\n",
}
"""What holds words and may be taken, if nothing else comes of it."""


def files(canary: int, secret: str) -> Iterator[tuple[str, bytes]]:
    """Give every attack, aimed at a port and a file of the test."""
    for name, make in {**REFUSED, **TAKEN}.items():
        aim = _aim_members if name in ("file-entity.docx", "web-entity.xlsx", "remote.docx") else _aim
        yield name, aim(make(), canary, secret)


def _aim(data: bytes, canary: int, secret: str) -> bytes:
    return data.replace(b"CANARY", b"%06d" % canary).replace(b"SECRET", secret.encode())


def _aim_members(data: bytes, canary: int, secret: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, _aim(old.read(info.filename), canary, secret))
    return buffer.getvalue()
