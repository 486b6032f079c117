"""A folder of attacks is synced: nothing is sent, written, run or read beside it, and each file is accounted for."""

import http.server
import os
import re
import socket
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from assistant.ingest.readers.process import Limits, ReaderProcess
from assistant.types import IngestReport
from tests.hostile.documents import REFUSED, TAKEN, files
from tests.library.indexes import Index, folder_holds, open_index

pytestmark = pytest.mark.integration
SECRET = "zanzibarcanary"
GOOD = "# Good\n\nThe council meets in March.\n"


@dataclass
class Canary:
    """A server that no file may reach."""

    port: int
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep requests out of the output of the tests."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Canary(server.server_port, seen)
    server.shutdown()
    server.server_close()


@dataclass
class Attacked:
    report: IngestReport
    index: Index
    folder: Path
    before: set[str]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, canary: Canary) -> Iterator[Attacked]:
    folder = tmp_path_factory.mktemp("attacked")
    secret = folder / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    corpus = folder / "a" / "b" / "corpus"
    corpus.mkdir(parents=True)
    for name, data in files(canary.port, str(secret)):
        (corpus / name).write_bytes(data)
    (corpus / "link.md").symlink_to(secret)
    (corpus / "zero.md").symlink_to("/dev/zero")
    os.mkfifo(corpus / "pipe.md")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(corpus / "s.md"))
    (corpus / "zz-good.md").write_text(GOOD, encoding="utf-8")
    before = everything(folder)
    # A tenth of the usual bounds: what runs into them need not run for minutes here.
    reader = ReaderProcess(Limits(memory_bytes=2**30, cpu_seconds=5))
    with open_index(folder / "index") as index, pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.ingest.sync.READING", reader)
        report = index.sync(corpus)
        reader.close()
        yield Attacked(report, index, folder, before)
    listener.close()


def everything(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if not path.is_relative_to(folder / "index")}


def taken(attacked: Attacked) -> dict[str, str]:
    stored = {source.path: source.document for source in attacked.index.library.sources()}
    texts = {path: attacked.index.library.document(document) for path, document in stored.items()}
    return {path: text.text for path, text in texts.items() if text is not None}


@pytest.mark.parametrize("name", [*REFUSED, "link.md", "zero.md", "pipe.md", "s.md"])
def test_a_file_that_only_attacks_is_reported_with_the_next_step(attacked: Attacked, name: str) -> None:
    failed = {failure.path: failure for failure in attacked.report.failed}
    assert name in failed
    assert failed[name].hint.strip().endswith(".")
    assert "\n" not in failed[name].error + failed[name].hint
    assert str(attacked.folder) not in failed[name].error
    assert name not in taken(attacked)


@pytest.mark.parametrize("name", TAKEN)
def test_other_files_are_taken_or_reported_never_lost(attacked: Attacked, name: str) -> None:
    assert (name in taken(attacked)) != (name in {failure.path for failure in attacked.report.failed})


def test_the_files_after_an_attack_are_taken(attacked: Attacked) -> None:
    assert taken(attacked)["zz-good.md"] == GOOD.strip()
    assert len(taken(attacked)) > len(TAKEN) / 2


def test_nothing_was_asked_of_any_server(attacked: Attacked, canary: Canary) -> None:
    assert attacked.report
    assert canary.asked == []


def test_nothing_was_written_beside_the_index(attacked: Attacked) -> None:
    assert everything(attacked.folder) == attacked.before
    assert not Path("/tmp/evil-absolute.txt").exists()


def test_nothing_of_a_file_beside_the_folder_was_read(attacked: Attacked) -> None:
    assert not any(SECRET in text for text in taken(attacked).values())
    assert not folder_holds(attacked.folder / "index", SECRET)
    assert folder_holds(attacked.folder / "index", "council meets"), "the search finds nothing at all"


def test_no_text_or_title_turns_direction_or_holds_controls(attacked: Attacked) -> None:
    for source in attacked.index.library.sources():
        stored = attacked.index.library.document(source.document)
        assert stored is not None
        for text in (stored.provenance.title, stored.text):
            odd = {c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"}
            assert not odd
            assert not re.search("[\u202a-\u202e\u2066-\u2069]", text), source.path


def test_entities_are_not_unfolded(attacked: Attacked) -> None:
    assert not any("hahaha" in text for text in taken(attacked).values())
