import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import BadProvenance, FileRejected, UnreadableFile
from assistant.ingest.readers import read_document
from assistant.ingest.readers.process import Limits, ReaderProcess
from assistant.ingest.sources import find_sources
from assistant.types import SourceFile
from tests.ingest.files import FRONT, make_docx, make_pdf, make_pptx, make_xlsx

FILES = {
    "rules.md": FRONT.encode() + "# Rules\n\nDues \U0001d54f 会费 \\u0000 \"quoted\"\n".encode(),
    "a.docx": make_docx(), "b.pptx": make_pptx(), "c.xlsx": make_xlsx(), "d.pdf": make_pdf(["# One\nWords", "Two"]),
}  # fmt: skip
MUCH = "\n".join("Some words on a line that fill a page of this long paper." for _ in range(60))


@pytest.fixture(scope="module")
def reader() -> Iterator[ReaderProcess]:
    opened = ReaderProcess()
    yield opened
    opened.close()


def sources(folder: Path, files: dict[str, bytes]) -> list[SourceFile]:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return find_sources(folder).sources


def test_a_process_reads_what_is_read_here(reader: ReaderProcess, tmp_path: Path) -> None:
    found = sources(tmp_path, FILES)
    assert len(found) == len(FILES)
    assert [reader.read(source) for source in found] == [read_document(source) for source in found]


def test_one_process_reads_file_after_file(reader: ReaderProcess, tmp_path: Path) -> None:
    found = sources(tmp_path, FILES)
    reader.read(found[0])
    first = reader._process
    for source in found:
        reader.read(source)
    assert reader._process is first is not None


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        pytest.param("a.docx", b"PK\x03\x04 cut", UnreadableFile, id="damaged"),
        pytest.param("a.md", b"---\ntitel: x\n---\nText", BadProvenance, id="typo"),
    ],
)
def test_errors_are_those_of_reading_here(
    reader: ReaderProcess, tmp_path: Path, name: str, data: bytes, kind: type[FileRejected]
) -> None:
    source = sources(tmp_path, {name: data})[0]
    with pytest.raises(kind) as here:
        read_document(source)
    with pytest.raises(kind) as there:
        reader.read(source)
    assert (there.value.message, there.value.hint) == (here.value.message, here.value.hint)


def test_a_file_that_takes_too_long_ends_its_process_and_the_next_is_read(tmp_path: Path) -> None:
    found = sources(tmp_path, {"a-long.pdf": make_pdf([MUCH] * 250), "b.md": b"# Short\n\nWords"})
    reader = ReaderProcess(Limits(cpu_seconds=1))
    try:
        with pytest.raises(UnreadableFile, match="longer to read than 1 s"):
            reader.read(found[0])
        assert reader.read(found[1]).text.startswith("# Short")
    finally:
        reader.close()


def test_a_reader_that_hangs_is_ended(tmp_path: Path) -> None:
    reader = ReaderProcess(Limits(wall_seconds=0.001))
    with pytest.raises(UnreadableFile, match="longer to read"):
        reader.read(sources(tmp_path, FILES)[0])
    assert reader._process is None


def test_a_file_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    big = b"<p>x" * 300_000
    reader = ReaderProcess(Limits(memory_bytes=256 * 2**20))
    try:
        with pytest.raises(UnreadableFile, match=r"more memory|break down"):
            reader.read(sources(tmp_path, {"a.html": big})[0])
    finally:
        reader.close()


def test_an_idle_process_ends_and_the_next_file_starts_another(tmp_path: Path) -> None:
    reader = ReaderProcess(Limits(idle_seconds=0.1))
    source = sources(tmp_path, {"a.md": b"# One\n\nWords"})[0]
    try:
        first = reader.read(source)
        assert reader._process is not None
        assert reader._process.wait(timeout=20) == 0
        assert reader.read(source) == first
    finally:
        reader.close()


def test_a_process_ended_from_outside_is_reported_and_replaced(reader: ReaderProcess, tmp_path: Path) -> None:
    source = sources(tmp_path, {"a.md": b"# One\n\nWords"})[0]
    reader.read(source)
    assert reader._process is not None
    reader._process.kill()
    reader._process.wait()
    with pytest.raises(UnreadableFile):
        reader.read(source)
    assert reader.read(source).text


FORBIDDEN = {
    "write": "open({out!r}, 'w')",
    "write by number": "import os; os.open({out!r}, os.O_CREAT | os.O_WRONLY)",
    "make a folder": "import os; os.mkdir({out!r})",
    "remove": "import os; os.remove({kept!r})",
    "rename": "import os; os.rename({kept!r}, {out!r})",
    "link": "import os; os.symlink('/etc/passwd', {out!r})",
    "start a program": "import subprocess; subprocess.run(['true'])",
    "a shell": "import os; os.system('true')",
    "fork": "import os; os.fork()",
    "connect": "import socket; socket.create_connection(('127.0.0.1', {port}), timeout=2)",
    "look up a name": "import socket; socket.getaddrinfo('example.org', 80)",
}


def test_the_process_may_only_read(tmp_path: Path) -> None:
    kept, out = tmp_path / "kept", tmp_path / "out"
    kept.write_text("kept", encoding="utf-8")
    code = "from assistant.ingest.readers.worker import cut_off\ncut_off(2**31)\n"
    for name, deed in FORBIDDEN.items():
        done = deed.format(kept=str(kept), out=str(out), port=9)
        code += f"try:\n    {done}\nexcept PermissionError as error:\n    print({name!r}, error)\n"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    refused = [line.split(" a reader may not ")[0] for line in ran.stdout.splitlines()]
    assert refused == list(FORBIDDEN), ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_keys_of_servers_do_not_reach_the_process(reader: ReaderProcess, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    fresh = ReaderProcess()
    try:
        fresh.read(sources(tmp_path, {"a.md": b"# One\n\nWords"})[0])
        assert fresh._process is not None
        environment = Path(f"/proc/{fresh._process.pid}/environ")
        if environment.exists():
            assert b"OPENAI_API_KEY" not in environment.read_bytes()
    finally:
        fresh.close()
