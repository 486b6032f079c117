"""The `assistant` command on a tiny library: every command, every JSON shape, every mistake in two lines.

A few commands run as a process of their own; the others call `main` here, which spares the imports and
loading the same embedder each time.
"""

from __future__ import annotations

import functools
import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from assistant.__main__ import main
from assistant.build import build_assistant
from assistant.chat_cli import Chat
from assistant.library import open_library
from assistant.library.lock import lock_index
from assistant.models import load_embedder
from assistant.settings import load_settings
from tests.library.indexes import write_rule
from tests.tiny import write_tiny

pytestmark = [pytest.mark.integration, pytest.mark.model]

ROOT = Path(__file__).parent.parent
DUES = "How much are the membership dues of a company?"

ANSWER_KEYS = {"status", "language", "sentences", "citations", "removed", "notices"}
CITATION_KEYS = {
    "number", "document", "revision", "title", "kind", "status", "audience", "version", "locator", "page", "quote",
    "start", "end",
}  # fmt: skip
REPORT_KEYS = {"added", "updated", "unchanged", "removed", "held", "failed", "warnings"}
DOCUMENT_KEYS = {
    "id", "title", "kind", "status", "audience", "language", "version", "revision", "passages", "path",
}  # fmt: skip
HIT_KEYS = {"rank", "score", "document", "revision", "title", "audience", "locator", "text", "start", "end"}


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Place(NamedTuple):
    """A folder with `corpus` and `index`."""

    folder: Path

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    @property
    def index(self) -> str:
        return str(self.folder / "index")


Call = Callable[..., Ran]
load_once = functools.cache(load_embedder)


def run(*args: str, **variables: str) -> Ran:
    """Run the command as a process of its own, with no settings but `variables`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    done = subprocess.run(
        [sys.executable, "-m", "assistant", *args],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, env=env | variables, timeout=240,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run the command in this process, through its own `main`."""

    monkeypatch.setattr("assistant.models.load_embedder", load_once)

    def run_here(*args: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["assistant", *args])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        return Ran(code, *capsys.readouterr())

    return run_here


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A library that tests only read."""
    made = Place(tmp_path_factory.mktemp("cli"))
    write_tiny(made.corpus)
    ran = run("sync", str(made.corpus), "--index", made.index, "--json")
    assert ran.code == 0, ran.err
    assert set(ran.json) == REPORT_KEYS
    assert len(ran.json["added"]) == 6
    return made


def assert_mistake(ran: Ran, words: str) -> None:
    """Exit code 2 and two lines: what happened with its value, and the next step."""
    assert ran.code == 2
    assert "Traceback" not in ran.err
    lines = ran.err.strip().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Error: ")
    assert words in lines[0]
    assert lines[1]


# --- asking -------------------------------------------------------------------------------------------


def test_ask_prints_the_answer_as_json(place: Place) -> None:
    ran = run("ask", DUES, "--json", ASSISTANT_INDEX=place.index)
    assert ran.code == 0, ran.err
    answer = ran.json
    assert answer.keys() >= ANSWER_KEYS
    assert "timings" not in answer
    assert (answer["status"], answer["language"]) == ("answered", "en")
    for sentence in answer["sentences"]:
        assert sentence.keys() >= {"text", "citations", "verdict"}
        assert sentence["verdict"]["label"] == "supported"
    for citation in answer["citations"]:
        assert citation.keys() >= CITATION_KEYS
    assert answer["citations"][0]["document"] == "dues-2025.en"
    assert all(notice.keys() == {"code", "text"} for notice in answer["notices"])


def test_ask_as_of_a_date(place: Place, call: Call) -> None:
    answer = call("ask", DUES, "--as-of", "2023-06-01", "--index", place.index, "--json").json
    assert {citation["document"] for citation in answer["citations"]} == {"dues-2023.en"}
    assert "as_of" in {notice["code"] for notice in answer["notices"]}


def test_ask_as_a_member_with_history_and_timings(place: Place, call: Call, tmp_path: Path) -> None:
    history = tmp_path / "history.json"
    turns = [
        {"role": "user", "content": "Who counts the ballot papers?"},
        {"role": "assistant", "content": "Two."},
    ]
    history.write_text(json.dumps(turns), encoding="utf-8")
    question = (
        "ask",
        "And who keeps the purple box locked?",
        "--history",
        str(history),
        "--index",
        place.index,
    )
    inside = call(*question, "--as", "member", "--timings")
    assert inside.code == 0
    assert "The tellers keep the purple ballot box locked." in inside.out
    assert "ballot.en@" in inside.out
    assert "together" in inside.out.splitlines()[-1]
    assert "ballot.en" not in call(*question).out


def test_ask_in_chinese_says_in_chinese_what_it_lacks(place: Place, call: Call) -> None:
    ran = call("ask", "联盟的银行账号是什么？", "--index", place.index)
    assert ran.code == 0
    assert "资料库中没有相关内容" in ran.out
    assert "来源" not in ran.out


def test_a_conversation_keeps_its_turns_and_opens_its_marks(
    place: Place, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        "/open 1",
        DUES,
        "/open 1",
        "/open 9",
        "/more",
        "and in 2023?",
        "x" * 9000,
        "/new",
        "/help",
        "/quit",
        DUES,
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines) + "\n"))
    ran = call("chat", "--index", place.index)
    assert ran.code == 0, ran.err
    said = ran.out.split("\n> ")
    replies = {line[:20]: reply for line, reply in ((part.splitlines()[0], part) for part in said[1:])}
    assert len(said) == len(lines)  # the first is the greeting; after /quit nothing is read
    assert "Ask first" in said[1]
    assert "dues-2025.en@" in said[2]
    assert "»" in said[3]
    assert "has no mark '9'" in replies["/open 9"]
    assert "dues-2023.en@" in replies["and in 2023?"]
    assert "Traceback" not in ran.out + ran.err
    assert "characters" in replies["x" * 20]
    assert "A new conversation." in replies["/new"]


def test_a_conversation_keeps_nothing_of_what_the_guard_holds_back(place: Place) -> None:
    with build_assistant(load_settings(index=Path(place.index))) as assistant:
        chat = Chat(assistant, "public", None)
        secret = "I designed a new nitinol stent with a 3 mm barbed hook coating, is it new?"
        reply = chat.reply(secret)
        assert "barbed" not in reply
        assert chat._history == []
        chat.reply(DUES)
        assert chat._history[0].content == DUES


# --- reading ------------------------------------------------------------------------------------------


def test_search_lists_passages(place: Place, call: Call) -> None:
    hits = call(
        "search", "ballot papers", "--as", "member", "--k", "3", "--index", place.index, "--json"
    ).json["hits"]
    assert len(hits) == 3
    assert all(hit.keys() == HIT_KEYS for hit in hits)
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert (hits[0]["document"], hits[0]["audience"]) == ("ballot.en", "member")
    plain = call("search", "ballot papers", "--index", place.index)
    assert plain.out.startswith(" 1. ")
    assert "ballot.en" not in plain.out


def test_documents_are_those_of_the_reader(place: Place, call: Call) -> None:
    shown = call("documents", "--as", "member", "--index", place.index, "--json").json["documents"]
    assert all(document.keys() == DOCUMENT_KEYS for document in shown)
    assert [document["id"] for document in shown] == sorted(document["id"] for document in shown)
    assert "ballot.en" in {document["id"] for document in shown}
    lines = call("documents", "--index", place.index).out.splitlines()
    assert len(lines) == len(shown) - 1
    assert all("\t" in line for line in lines)


def test_show_gives_text_and_provenance_of_any_revision(place: Place, call: Call) -> None:
    shown = call("show", "founding.en", "--index", place.index, "--json").json
    assert shown.keys() == {"id", "revision", "text", "provenance"}
    assert shown["text"].startswith("The Alliance was founded by MicroPort")
    assert shown["provenance"]["status"] == "public-record"
    named = call("show", f"founding.en@{shown['revision']}", "--index", place.index)
    assert f"revision: {shown['revision']}" in named.out


# --- changing -----------------------------------------------------------------------------------------


def test_a_library_is_made_changed_rebuilt_and_checked(tmp_path: Path, call: Call) -> None:
    place = Place(tmp_path)
    at = ("--index", place.index)
    write_rule(place.corpus, "fees.md", "The booth fee is RMB 500.")
    empty = place.corpus / "empty.md"
    empty.write_bytes(b"")
    first = call("ingest", str(place.corpus), *at, "--json")
    assert first.code == 1, "a file that failed shows in the exit code"
    assert first.json["added"] == ["fees"]
    [failed] = first.json["failed"]
    assert failed.keys() == {"path", "error", "hint"}
    assert failed["path"] == "empty.md"
    empty.unlink()
    write_rule(place.corpus, "fees.md", "The booth fee is RMB 900.")
    again = call("sync", str(place.corpus), *at)
    assert (again.code, again.out) == (0, "0 added, 1 updated, 0 unchanged, 0 removed, 0 failed.\n")
    fees = (place.corpus / "fees.md").read_bytes()
    (place.corpus / "fees.md").unlink()
    held = call("sync", str(place.corpus), *at)
    assert held.code == 1
    assert "none was removed" in held.err
    assert "--force" in held.err
    assert call("sync", str(place.corpus), "--force", *at, "--json").json["removed"] == ["fees"]
    (place.corpus / "fees.md").write_bytes(fees)
    assert call("sync", str(place.corpus), *at, "--json").json["added"] == ["fees"]
    assert call("rebuild", *at, "--json").json == {"vectors": 1}
    health = call("doctor", *at, "--json")
    assert (health.code, health.json["documents"], health.json["problems"]) == (0, 1, [])
    assert call("remove", "fees", *at, "--json").json == {"removed": ["fees"]}
    assert_mistake(call("remove", "fees", *at), "'fees'")
    as_json = call("remove", "fees", *at, "--json")
    assert as_json.json["error"] == "No document 'fees'."
    assert as_json.err.startswith("Error: No document 'fees'.")
    assert call("documents", *at, "--json").json == {"documents": []}


def test_a_library_is_backed_up_while_it_is_open_and_restored(
    place: Place, call: Call, tmp_path: Path
) -> None:
    file, restored = str(tmp_path / "backup.zip"), str(tmp_path / "restored")
    with lock_index(Path(place.index)):
        made = call("backup", file, "--index", place.index, "--json")
    assert (made.code, made.json["documents"]) == (0, 6)
    assert_mistake(call("backup", file, "--index", place.index), "there already")
    assert call("restore", file, "--index", restored, "--json").json == {"documents": 6, "note": ""}
    assert_mistake(call("restore", file, "--index", restored), "There is a library")
    missing = str(tmp_path / "none" / "backup.zip")
    assert_mistake(call("backup", missing, "--index", place.index), f"no folder {str(tmp_path / 'none')!r}")
    assert_mistake(call("restore", missing, "--index", place.index), f"no file {missing!r}")
    assert_mistake(call("restore", missing, "--index", str(tmp_path / "new")), f"no file {missing!r}")
    assert not (tmp_path / "new").exists()
    for question in (DUES, "创意的评审需要多久？", "What is the capital of France?"):
        answers = [call("ask", question, "--index", at, "--json").json for at in (place.index, restored)]
        assert answers[0] == answers[1]
    assert call("doctor", "--index", restored, "--json").json["problems"] == []


def test_serving_begins_in_spite_of_a_file_that_cannot_be_read_and_of_an_emptied_folder(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path)
    write_rule(place.corpus, "fees.md", "The booth fee is RMB 500.")
    (place.corpus / "cut.pdf").write_bytes(b"%PDF-1.4 broken")
    assert "cut.pdf: 'cut.pdf' is not a complete PDF" in serve_once(place)
    for path in place.corpus.iterdir():
        path.unlink()
    assert "The files of 1 of its 1 documents are gone; none was removed." in serve_once(place)


def serve_once(place: Place) -> str:
    """Serve until the library can be asked, with one document in it; give what was said on standard error."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = (sys.executable, "-m", "assistant", "serve", "--sync", "--corpus", str(place.corpus))
    with subprocess.Popen(
        [*command, "--index", place.index, "--port", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, encoding="utf-8",
    ) as server:  # fmt: skip
        try:
            deadline = time.monotonic() + 240
            while not _is_ready(port):
                assert server.poll() is None, "the server ended"
                assert time.monotonic() < deadline
                time.sleep(0.2)
            listed = httpx.get(f"http://127.0.0.1:{port}/api/documents").json()["documents"]
            assert [row["id"] for row in listed] == ["fees"]
        finally:
            server.terminate()
        return server.communicate(timeout=60)[1]


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    except httpx.TransportError:
        return False


# --- mistakes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args",
    [
        ["ask", DUES], ["search", DUES], ["documents"], ["show", "dues"], ["remove", "dues"], ["rebuild"], ["doctor"],
        ["serve"], ["chat"], ["mcp"], ["backup", "file.zip"], ["users", "list"], ["tokens", "list"],
    ],
    ids=lambda args: args[0],
)  # fmt: skip
def test_a_mistyped_index_is_no_empty_library(call: Call, tmp_path: Path, args: list[str]) -> None:
    if args[0] == "mcp":
        pytest.importorskip("mcp")
    ran = call(*args, "--index", str(tmp_path / "tpyo"))
    assert_mistake(ran, f"no library in {str(tmp_path / 'tpyo')!r}")
    assert "assistant sync" in ran.err
    assert not (tmp_path / "tpyo").exists()


def test_an_empty_name_of_the_index_is_not_the_working_directory(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_rule(tmp_path / "rules", "fees.md", "The booth fee is RMB 500.")
    assert_mistake(call("sync", "rules", "--index", ""), "empty")
    monkeypatch.setenv("ASSISTANT_INDEX", "")
    assert_mistake(call("sync", "rules"), "ASSISTANT_INDEX")
    assert [path.name for path in tmp_path.iterdir()] == ["rules"]


def test_an_unknown_document_is_two_lines(place: Place) -> None:
    assert_mistake(run("show", "nothing.en", "--index", place.index), "'nothing.en'")


def test_what_a_reader_may_not_see_looks_like_what_is_not_there(place: Place, call: Call) -> None:
    hidden = call("show", "ballot.en", "--index", place.index)
    absent = call("show", "nothing.en", "--index", place.index)
    assert_mistake(hidden, "'ballot.en'")
    assert hidden.err.replace("ballot.en", "nothing.en") == absent.err


def test_an_empty_question_is_two_lines_and_json_for_a_script(place: Place, call: Call) -> None:
    assert_mistake(call("ask", "  ", "--index", place.index), "empty")
    ran = call("ask", "  ", "--index", place.index, "--json")
    assert ran.code == 2
    assert ran.json.keys() == {"error", "hint"}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        pytest.param(["--as-of", "2023-13-01"], "'2023-13-01'", id="date"),
        pytest.param(["--as-of", "yesterday"], "'yesterday'", id="no-date"),
        pytest.param(["--history", "no-such-file.json"], "no-such-file.json", id="no-history-file"),
    ],
)
def test_a_bad_option_is_found_before_the_index_is_opened(call: Call, args: list[str], words: str) -> None:
    assert_mistake(call("ask", DUES, *args, "--index", "/proc/no/such/place"), words)


@pytest.mark.parametrize(
    "content",
    [b"{", b'{"role": "user"}', b'[{"role": "system", "content": "x"}]', b'[{"role": "user"}]', b"\xff\xfe"],
)
def test_a_bad_history_file_is_named(call: Call, tmp_path: Path, content: bytes) -> None:
    history = tmp_path / "history.json"
    history.write_bytes(content)
    assert_mistake(call("ask", DUES, "--history", str(history)), str(history))


def test_a_second_process_on_the_folder_is_told_so(tmp_path: Path) -> None:
    open_library(tmp_path / "index").close()
    with lock_index(tmp_path / "index"):
        ran = run("documents", "--index", str(tmp_path / "index"))
    assert_mistake(ran, "open in another process")
    assert str(os.getpid()) in ran.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("ASSISTANT_INDX", "x", id="unknown-variable"),
        pytest.param("ASSISTANT_EVIDENCE_CHARS", "many", id="value"),
        pytest.param("ASSISTANT_EMBEDDER", "word2vec", id="embedder"),
        pytest.param("ASSISTANT_CHAT_MODEL", "qwen3", id="chat-model"),
        pytest.param("ASSISTANT_RERANKER", "best", id="reranker"),
        pytest.param("ASSISTANT_CACHE", "", id="empty-folder"),
    ],
)
def test_a_bad_setting_is_named(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    open_library(tmp_path).close()
    assert_mistake(
        call("documents", "--index", str(tmp_path)), repr(value) if name != "ASSISTANT_INDX" else name
    )


@pytest.mark.parametrize("args", [["--help"], ["run", "--limit", "many"], ["conjure"]])
def test_the_usage_of_evals_names_the_command_that_was_typed(call: Call, args: list[str]) -> None:
    ran = call("eval", *args)
    assert "Usage: assistant eval" in ran.out + ran.err


def test_an_unknown_command_is_a_usage_error_without_traceback(call: Call) -> None:
    ran = call("conjure")
    assert ran.code == 2
    assert "conjure" in ran.err
    assert "Traceback" not in ran.err
