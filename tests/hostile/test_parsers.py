"""Random and spoiled bytes for each format: a document or an error with its next step, within bounds, and the reader lives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import FileRejected
from assistant.ingest.readers.process import Limits, ReaderProcess
from assistant.ingest.sources import MEDIA_TYPES
from assistant.types import Document, SourceFile
from tests.ingest.files import make_docx, make_pdf, make_pptx, make_xlsx

pytestmark = pytest.mark.integration

EXAMPLES = 40
WHOLE: dict[str, bytes] = {
    ".md": b"---\nid: a\ntitle: A\nstatus: draft\n---\n# One\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n1. Words\n2. More\n",
    ".txt": "会费每年四千元。\nWords of a text.".encode("gb18030"),
    ".html": b"<!DOCTYPE html><html><head><title>T</title></head><body><h1>One</h1><table><tr><td rowspan=2>a<td>b</table>"
    b"<ul><li>x<li>y</ul><p>Words &amp; more</p></body></html>",
    ".htm": b"<h1>One</h1><p>Words",
    ".csv": 'name,fee\n"A, B",1\n"say ""so""",2\n'.encode("utf-16"),
    ".pdf": make_pdf(["# One\nWords of a page.", "Two"]),
    ".docx": make_docx(),
    ".pptx": make_pptx(),
    ".xlsx": make_xlsx(),
}


@pytest.fixture(scope="module")
def reader() -> Iterator[ReaderProcess]:
    opened = ReaderProcess(Limits(memory_bytes=2**30, cpu_seconds=10))
    yield opened
    opened.close()


@st.composite
def spoiled(draw: st.DrawFn, data: bytes) -> bytes:
    """Flip, cut, double and put in bytes."""
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        end = min(len(data), at + draw(st.sampled_from((1, 1, 2, 7, 40, 400))))
        piece = draw(
            st.sampled_from((b"", data[at:end] * 2, b"\x00", b"\xff\xfe", b"<", b"]]>", b"&#0;", b"-1", b"99999999999"))
            | st.binary(max_size=8)
        )  # fmt: skip
        data = data[:at] + piece + data[end:]
    return data


@st.composite
def spoiled_inside(draw: st.DrawFn, data: bytes) -> bytes:
    """Spoil a part of an Office file, packed anew, so that its checksum holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {info.filename: old.read(info) for info in old.infolist()}
    name = draw(st.sampled_from(sorted(parts)))
    parts[name] = draw(spoiled(parts[name]))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as new:
        for part, content in parts.items():
            new.writestr(part, content)
    return buffer.getvalue()


def read(reader: ReaderProcess, source: SourceFile) -> Document | FileRejected:
    try:
        return reader.read(source)
    except FileRejected as error:
        return error


def attacks(suffix: str) -> st.SearchStrategy[bytes]:
    whole = WHOLE[suffix]
    made = [st.binary(min_size=1, max_size=300), spoiled(whole)]
    if whole.startswith(b"PK"):
        made += [spoiled_inside(whole), spoiled_inside(whole)]
    return st.one_of(made)


@pytest.mark.parametrize("suffix", WHOLE)
def test_any_bytes_give_a_document_or_an_error_with_a_next_step(
    reader: ReaderProcess, tmp_path: Path, suffix: str
) -> None:
    source = SourceFile(str(tmp_path), f"a{suffix}", MEDIA_TYPES[suffix], "0" * 64, 1)
    outcomes: list[bool] = []

    @given(attacks(suffix))
    @settings(max_examples=EXAMPLES, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def check(data: bytes) -> None:
        (tmp_path / source.path).write_bytes(data)
        document = read(reader, source)
        outcomes.append(isinstance(document, Document))
        if isinstance(document, FileRejected):
            assert source.path in document.message
            assert document.hint.strip().endswith(".")
            assert "\n" not in document.message
            assert len(document.message) < 700
            assert "break down" not in document.message, "the reader crashed"
            return
        assert document.provenance.title
        assert all(0 <= start <= len(document.text) for start in document.page_starts)
        assert not any(char in document.text for char in "\x00\u202e\ufeff\r")

    check()
    assert len(outcomes) >= EXAMPLES / 2
    assert len(set(outcomes)) == 2, "all were refused, or all taken: the attacks do not reach the parser"


def test_every_format_is_attacked() -> None:
    assert set(WHOLE) == set(MEDIA_TYPES)
