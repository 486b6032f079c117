import functools
import importlib
import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.cutting import cut_spans
from assistant.errors import BadProvenance, FileRejected, UnreadableFile, UnsupportedFile
from assistant.ingest.readers import READERS, read_document, revision_of
from assistant.ingest.readers.content import clean_text, join_pages
from assistant.ingest.readers.text import decode_text
from assistant.ingest.sources import MEDIA_TYPES, find_sources
from assistant.types import SourceFile
from assistant.words import normalise_text
from tests.ingest.files import (
    FRONT,
    make_bomb,
    make_docx,
    make_pdf,
    make_platypus_pdf,
    make_pptx,
    make_scan,
    make_xlsx,
    read_one,
    with_member,
)
from tests.strategies import make_provenance, texts

ROOT = Path(__file__).parents[2]
CHINESE = "第七条 会员应当缴纳会费。\n联盟由上海微创医疗器械（集团）有限公司与上海市东方医院共同发起。\n"


def write(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def rejected(path):
    with pytest.raises(FileRejected) as caught:
        read_one(path)
    assert path.name in caught.value.message
    assert caught.value.hint
    assert "\n" not in str(caught.value)
    return caught.value


def test_every_media_type_has_a_reader_that_exists():
    assert set(READERS) == set(MEDIA_TYPES.values())
    for reader in READERS.values():
        module, function = reader.split(".")
        assert callable(getattr(importlib.import_module(f"assistant.ingest.readers.{module}"), function))


SAMPLES = {
    "a.md": lambda: FRONT.encode() + b"# Rules\n\nWords.\n",
    "a.txt": lambda: CHINESE.encode("gb18030"),
    "a.html": lambda: b"<h1>Rules</h1><p>Words.</p>",
    "a.csv": lambda: b"Tier,Dues\nMember,20000\n",
    "a.pdf": lambda: make_pdf(["# Rules\nWords of the first page.", "Words of the second page."]),
    "a.docx": make_docx,
    "a.pptx": make_pptx,
    "a.xlsx": make_xlsx,
}


@pytest.mark.parametrize("name", SAMPLES)
def test_reading_twice_gives_equal_documents(tmp_path, name):
    path = write(tmp_path, name, SAMPLES[name]())
    document = read_one(path)
    assert document == read_one(path)
    assert document.text == normalise_text(document.text)
    assert document.path == name
    assert document.page_starts == tuple(sorted(set(document.page_starts)))


def test_markdown_is_kept_as_it_is_written(tmp_path):
    document = read_one(write(tmp_path, "rules.md", f"{FRONT}\n# Rules\r\n\r\n* **Bold** e\u0301\n"))
    assert document.text == "# Rules\n\n* **Bold** é"
    assert (document.provenance.id, document.notes) == ("rules.en", ())


def test_without_provenance_title_language_and_id_are_derived(tmp_path):
    document = read_one(write(tmp_path, "会费.md", "# 会费通知\n\n会费应当缴纳。"))
    assert (document.provenance.id, document.provenance.title) == ("会费", "会费通知")
    assert (document.provenance.language, document.provenance.audience) == ("zh", "staff")
    assert document.notes[0].startswith("no provenance")


@pytest.mark.parametrize("sidecar", ["rules.pdf.yaml", "rules.yaml", "rules.pdf.yml"])
def test_a_sidecar_gives_the_provenance(tmp_path, sidecar):
    write(tmp_path, sidecar, "id: rules.en\ntitle: The Rules\nstatus: sample\naudience: public")
    document = read_one(write(tmp_path, "rules.pdf", make_pdf(["Words."])))
    assert (document.provenance.id, document.provenance.title, document.notes) == (
        "rules.en",
        "The Rules",
        (),
    )


def test_a_typo_in_a_sidecar_names_the_sidecar_and_line(tmp_path):
    write(tmp_path, "rules.pdf.yaml", "id: rules.en\nstatsu: sample")
    error = rejected(write(tmp_path, "rules.pdf", make_pdf(["Words."])))
    assert error.message == "rules.pdf.yaml:2: unknown key 'statsu'."
    assert "'status'" in error.hint


def test_front_matter_and_sidecar_together_are_refused(tmp_path):
    write(tmp_path, "rules.yaml", "id: a")
    assert isinstance(rejected(write(tmp_path, "rules.md", FRONT + "words")), BadProvenance)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_text_is_read_in_any_usual_encoding(tmp_path, encoding):
    assert read_one(write(tmp_path, "a.txt", CHINESE.encode(encoding))).text == CHINESE.strip()


@given(texts.filter(lambda text: any("\u4e00" <= char <= "\u9fa5" for char in text)))
@settings(max_examples=60, deadline=None)
def test_what_utf8_can_say_is_read_back(text):
    text = "".join(char for char in text if char >= " ")
    assert decode_text(text.encode(), "a.txt") == text


def test_invisible_characters_are_taken_out():
    assert clean_text("pay\u200bment \u202eabc\u202c\x00\x07 \U000e0041x\fy\r\nz") == "payment abc x\ny\nz"


@given(st.lists(texts, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_page_starts_rise_from_zero_and_point_at_the_pages(pages):
    text, starts = join_pages(pages)
    assert starts[0] == 0
    assert all(a < b for a, b in pairwise(starts)) or not text
    for page, start in zip(pages, starts, strict=True):
        assert text.startswith(clean_text(page).strip(), start)


def test_the_revision_changes_with_text_and_provenance():
    provenance = make_provenance()
    revisions = {
        revision_of(provenance, "a"),
        revision_of(provenance, "b"),
        revision_of(make_provenance(status="official"), "a"),
    }
    assert len(revisions) == 3
    assert all(len(revision) == 12 for revision in revisions)


def test_html_becomes_headings_lists_and_rows_without_hidden_text(tmp_path):
    page = """<html><head><title>T</title><style>x</style></head><body><nav>menu</nav>
    <h1>Rules <em>2025</em></h1><p>First<br>line &amp; <b>more</b>.</p><script>alert(1)</script><!-- note -->
    <p hidden>secret</p><div style="display: none">secret</div><template>secret</template>
    <ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul><ol start="3"><li>three</li></ol>
    <table><tr><th>Tier</th><th>Dues</th></tr><tr><td>A|B</td><td>1</td></tr></table></body></html>"""
    document = read_one(write(tmp_path, "a.html", page))
    assert document.text == (
        "# Rules 2025\n\nFirst\nline & more.\n\n- one\n- inner\n- two\n\n3. three\n\n"
        "| Tier | Dues |\n| --- | --- |\n| A\\|B | 1 |"
    )
    assert document.provenance.title == "Rules 2025"


def test_html_in_a_declared_encoding_is_read(tmp_path):
    page = '<meta charset="windows-1252"><h1>Caf\xe9</h1>'.encode("cp1252")
    assert read_one(write(tmp_path, "a.html", page)).text == "# Café"


def test_docx_keeps_headings_lists_tables_and_order(tmp_path):
    assert read_one(write(tmp_path, "a.docx", make_docx())).text == (
        "# Joint Project Guide\n\n# Article 7 Dues\n\n7.1 Dues are paid once a year.\n\n"
        "- the case officer\n1. Send the form\n2. Sign the form\n\n"
        "| Tier | Dues | Votes |\n| --- | --- | --- |\n| Member | 20,000 | 1 |\n| Member | 0 | 0 |\n\n"
        "After the table."
    )


def test_pptx_slides_are_pages_and_hidden_ones_stay_out(tmp_path):
    document = read_one(write(tmp_path, "a.pptx", make_pptx()))
    first, second, third = document.page_starts
    assert document.text[first:second].strip() == (
        "## How the Alliance works\n\n- Members vote\n- The Council decides"
    )
    assert "| Member | 20,000 |\n\nNotes: Say that dues are annual." in document.text[second:third]
    assert "Secret" not in document.text
    assert "hidden slide 3 left out" in document.notes


def test_xlsx_sheets_are_headings_over_rows(tmp_path):
    document = read_one(write(tmp_path, "a.xlsx", make_xlsx()))
    assert document.text == (
        "## Register\n\nMember register\n\n| Name | Joined | Share |\n| --- | --- | --- |\n"
        "| Acme | 2024-09-01 | 47.7% |\n| Acme | 2024-09-02 | 1 |"
    )
    assert "hidden sheet 'Hidden' left out" in document.notes


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_delimiters_are_told_apart(tmp_path, delimiter):
    rows = [["Tier", "Dues"], ["Member", "20000"], ["Observer", "0"]]
    document = read_one(write(tmp_path, "a.csv", "\n".join(delimiter.join(row) for row in rows)))
    assert document.text.splitlines()[2:] == ["| Member | 20000 |", "| Observer | 0 |"]


def test_pdf_pages_headings_and_running_lines(tmp_path):
    pages = [
        f"# Chapter {n}\nDues are paid every year by each member of the whole alli-\nance in time."
        for n in range(1, 5)
    ]
    document = read_one(write(tmp_path, "a.pdf", make_pdf(pages, header="Alliance rules")))
    assert len(document.page_starts) == 4
    assert document.text[document.page_starts[1] :].startswith(
        "# Chapter 2\n\nDues are paid every year by each member of the whole alliance in time."
    )
    assert "Alliance rules" not in document.text
    assert "Page" not in document.text


def test_pdf_tables_become_rows(tmp_path):
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, Table

    def build():
        normal = getSampleStyleSheet()["Normal"]
        long = Paragraph("100,000 yuan, which is paid in two halves by bank transfer", normal)
        rows = [["Tier", "Dues", "Votes"], ["Governing Member", long, "3"], ["Council Member", "50,000", "1"]]
        table = Table(rows, colWidths=[120, 110, 60], style=[("VALIGN", (0, 0), (-1, -1), "TOP")])
        return [Paragraph("Dues are as follows.", normal), table, Paragraph("Paid yearly.", normal)]

    text = read_one(write(tmp_path, "a.pdf", make_platypus_pdf(build))).text
    assert text == (
        "Dues are as follows.\n\n| Tier | Dues | Votes |\n| --- | --- | --- |\n"
        "| Governing Member | 100,000 yuan, which is paid in two halves by bank transfer | 3 |\n"
        "| Council Member | 50,000 | 1 |\n\nPaid yearly."
    )


def test_tables_of_the_shipped_pdf_keep_words_and_figures_whole():
    text = read_one(ROOT / "corpus/devices/evidence-compendium.en.pdf").text
    assert "| LIBERATE | Zephyr | 190 | control without valves |" in text


@pytest.mark.model
def test_a_scan_is_read_by_ocr(tmp_path):
    pytest.importorskip("rapidocr")
    document = read_one(write(tmp_path, "scan.pdf", make_scan("Dues are paid every year.")))
    assert "Dues are paid every year" in document.text
    assert document.page_starts == (0,)


def test_a_scan_without_ocr_says_what_to_install(tmp_path, monkeypatch):
    pdf = importlib.import_module("assistant.ingest.readers.pdf")
    monkeypatch.setattr(pdf, "has_ocr", lambda: False)
    error = rejected(write(tmp_path, "scan.pdf", make_scan("Dues")))
    assert "pip install 'alliance-assistant[ocr]'" in error.hint


BAD = {
    "blank.md": (lambda: b"  \n\n", "is empty"),
    "marks.md": (lambda: b"---\n***\n", "holds no text"),
    "picture.md": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "a PNG picture"),
    "random.md": (lambda: bytes((n * 37 + n // 7) % 256 for n in range(5000)), "neither UTF-8 nor GB18030"),
    "nul.txt": (lambda: b"word\x00\x01" * 500, "control characters"),
    "latin.txt": (
        lambda: ("Ä Müller sagt: schön, größer, Fuß, café, año. " * 3).encode("latin-1"),
        "neither",
    ),
    "renamed.md": (lambda: b"%PDF-1.7 and so on", "a PDF"),
    "typo.md": (lambda: b"---\nid: a\ntitel: b\n---\nwords", "typo.md:3: unknown key 'titel'"),
    "cut.pdf": (lambda: make_pdf(["Words."])[:300], "not a complete PDF"),
    "text.pdf": (lambda: b"just words", "not a complete PDF"),
    "locked.pdf": (lambda: make_pdf(["Words."], password="secret"), "password-protected"),
    "blank.pdf": (lambda: make_pdf([""]), "holds no text"),
    "cut.docx": (lambda: make_docx()[:4000], "not a complete Office file"),
    "locked.docx": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password-protected"),
    "slides.docx": (lambda: make_pptx(), "has no word/document.xml"),
    "bomb.xlsx": (lambda: make_bomb("xl/workbook.xml", megabytes=30), "decompression bomb"),
    "entities.docx": (
        lambda: with_member(make_docx(), "word/document.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        "declares XML entities",
    ),
    "broken.docx": (lambda: with_member(make_docx(), "word/document.xml", b"<w:document"), "cannot be read"),
    "broken.pptx": (lambda: with_member(make_pptx(), "ppt/presentation.xml", b"<p/>"), "cannot be read"),
    "broken.xlsx": (lambda: with_member(make_xlsx(), "xl/workbook.xml", b"<x/>"), "holds no text"),
    "rows.csv": (lambda: b"a,b\n" * 50_001, "more than 50,000 rows"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_one_line_with_a_next_step(tmp_path, name):
    data, message = BAD[name]
    refusal = rejected(write(tmp_path, name, data())).message
    assert message in refusal
    assert not refusal.endswith("..")


def test_a_line_of_fifty_megabytes_is_refused_in_little_memory(tmp_path):
    path = write(tmp_path, "line.txt", b"x" * 50_000_000)
    tracemalloc.start()
    error = rejected(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "50,000,000 characters" in error.message
    assert peak < 250_000_000


def test_a_media_type_without_reader_is_refused():
    with pytest.raises(UnsupportedFile):
        read_document(SourceFile("/", "a.odt", "application/odt", "0" * 64, 1))


def test_a_file_that_went_away_is_refused(tmp_path):
    source = find_sources(write(tmp_path, "a.md", "words")).sources[0]
    (tmp_path / "a.md").unlink()
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read_document(source)


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.pptx", "a.xlsx", "a.html"])
@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_damage_anywhere_gives_a_document_or_a_refusal(tmp_path_factory, name, data):
    content = bytearray(sample(name))
    for position in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[position] = data.draw(st.integers(0, 255))
    path = write(
        tmp_path_factory.mktemp("damaged"), name, bytes(content[: data.draw(st.integers(1, len(content)))])
    )
    result = read_or_refuse(path)
    if isinstance(result, FileRejected):
        assert "\n" not in str(result)
    else:
        assert cut_spans(result.text, 0, len(result.text))


@functools.cache
def sample(name):
    """The same bytes at every draw; office files hold the time of their making."""
    return SAMPLES[name]()


def read_or_refuse(path):
    found = find_sources(path)
    try:
        return read_document(found.sources[0])
    except FileRejected as error:
        return error
