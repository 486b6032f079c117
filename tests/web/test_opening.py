"""The page is there before the library answers: who waits, who is told to come back, and what ends the server."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from assistant.build import Assistant, begin_assistant
from assistant.errors import IndexMismatch, InputError, LibraryOpening, ModelError, Stopped
from assistant.library import open_library
from assistant.library.stamp import Stamp
from assistant.settings import Settings
from assistant.web.gate import open_gate
from assistant.web.listening import OpeningServer, open_sockets
from assistant.web.progress import Progress
from assistant.web.server import create_app
from assistant.web.surfaces import add_surfaces
from tests.web.webapp import QUESTION, SECRET_WORD, served, small_library


@contextmanager
def opening_site(folder: Path) -> Iterator[tuple[Assistant, FastAPI, threading.Event]]:
    """Give an assistant over a filled library that is opened once the event is set, and its application."""
    with small_library(folder, requests_per_minute=0) as filled:
        go_on = threading.Event()

        def load() -> object:
            assert go_on.wait(30)
            return filled.opening.parts()

        assistant = Assistant(filled.settings, filled.library, load)  # type: ignore[arg-type]
        gate = open_gate(assistant.settings)
        app = create_app(assistant, identify=gate.identify)
        yield assistant, add_surfaces(app, assistant, gate), go_on


def test_a_question_before_the_library_is_open_waits_and_is_answered(tmp_path: Path) -> None:
    with opening_site(tmp_path) as (assistant, app, go_on), served(app) as address:
        opener = threading.Thread(target=assistant.open)
        opener.start()
        assert httpx.get(f"{address}/healthz").status_code == 200
        assert httpx.get(f"{address}/readyz").status_code == 503
        listed = httpx.get(f"{address}/api/documents").json()["documents"]
        assert [SECRET_WORD["public"] in row["id"] for row in listed] == [True]
        start = httpx.post(f"{address}/gradio_api/run/start", json={"data": []}).json()["data"][0]
        assert (start["opening"], start["documents"]) == (True, 1)
        asked = httpx.post(f"{address}/gradio_api/call/ask", json={"data": [QUESTION, [], None]}).json()
        events: list[str] = []
        with httpx.stream("GET", f"{address}/gradio_api/call/ask/{asked['event_id']}", timeout=60) as reply:
            for line in reply.iter_lines():
                if line.startswith("data: "):
                    events.append(line)
                    go_on.set()  # only after the reader was told that it waits
        opener.join()
        assert '"opening"' in events[0]
        assert SECRET_WORD["public"] in events[-2] + events[-1]
        assert '"opening"' not in events[-1]
        assert httpx.get(f"{address}/readyz").status_code == 200


def test_programs_are_told_to_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.opening.PATIENCE_SECONDS", 0.2)
    with opening_site(tmp_path) as (assistant, app, go_on), served(app) as address:
        for path, body in (
            ("/api/ask", {"question": QUESTION}),
            ("/api/search", {"question": QUESTION}),
            ("/v1/chat/completions", {"model": "alliance-assistant", "messages": [{"role": "user", "content": QUESTION}]}),
        ):  # fmt: skip
            reply = httpx.post(f"{address}{path}", json=body)
            assert reply.status_code == 503, path
            assert reply.headers["retry-after"] == "5"
            assert "still being opened" in reply.text
        with pytest.raises(LibraryOpening):
            _ = assistant.embedder
        go_on.set()
        assistant.open()
        assert httpx.post(f"{address}/api/ask", json={"question": QUESTION}).status_code == 200


def test_no_question_is_answered_before_the_first_sync_is_done(tmp_path: Path) -> None:
    with small_library(tmp_path) as filled:
        note = tmp_path / "corpus" / f"{SECRET_WORD['public']}.md"
        assistant = Assistant(filled.settings, filled.library, filled.opening.parts)
        note.unlink()
        begun = threading.Event()
        answered_before: list[bool] = []

        def prepare() -> None:
            begun.set()
            time.sleep(0.3)
            answered_before.append(bool(answers))
            assistant.sync(tmp_path / "corpus")

        answers = []
        asking = threading.Thread(target=lambda: answers.append(assistant.ask(QUESTION)))
        opener = threading.Thread(target=lambda: assistant.open(prepare))
        opener.start()
        assert begun.wait(10)
        asking.start()
        for thread in (opener, asking):
            thread.join(30)
        assert answered_before == [False]
        assert SECRET_WORD["public"] not in answers[0].model_dump_json(include={"sentences", "citations"})


def server_of(assistant: Assistant, prepare: object = None) -> OpeningServer:
    config = uvicorn.Config(FastAPI(), host="127.0.0.1", port=0, log_level="error")
    assistant.opening.wanted.set()
    return OpeningServer(config, assistant, prepare)  # type: ignore[arg-type]


def test_a_failure_to_open_ends_the_server_and_reaches_those_who_wait(tmp_path: Path) -> None:
    def load() -> object:
        raise ModelError("The weights are gone.", hint="Install them.")

    with open_library(tmp_path) as library:
        assistant = Assistant(Settings(index=tmp_path), library, load)  # type: ignore[arg-type]
        with pytest.raises(ModelError, match="weights are gone"):
            server_of(assistant).run_until_interrupted()
        for wait in (assistant.opening.check_open, assistant.opening.parts, lambda: assistant.ask("Who?")):
            with pytest.raises(ModelError, match="weights are gone"):
                wait()


def test_an_index_of_another_embedder_ends_the_server_with_its_remedy(tmp_path: Path) -> None:
    with open_library(tmp_path / "index") as library:
        library.write_stamp(Stamp(embedder="another", fingerprint="x", dimension=3))
    with (
        begin_assistant(Settings(index=tmp_path / "index")) as assistant,
        pytest.raises(IndexMismatch, match="rebuild"),
    ):
        server_of(assistant).run_until_interrupted()


def test_ending_the_server_ends_the_sync_that_it_began_with(tmp_path: Path) -> None:
    with small_library(tmp_path) as filled:
        assistant = Assistant(filled.settings, filled.library, filled.opening.parts)
        reached: list[int] = []

        def prepare(tell: Progress) -> None:
            for done in range(1000):
                reached.append(done)
                if done == 3:
                    server.should_exit = True
                tell(done, 1000)

        server = server_of(assistant, prepare)
        server.run_until_interrupted()  # Stopped is no error of the command
        assert reached == [0, 1, 2, 3]
        assert assistant.opening.reached == (2, 1000)
        with pytest.raises(Stopped):
            assistant.ask("Who?")


def test_a_taken_port_and_an_unknown_host_are_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port}: Address already in use"):
            open_sockets("127.0.0.1", port)
    with pytest.raises(InputError, match="nope"):
        open_sockets("nope.invalid", port)
    (free,) = open_sockets("127.0.0.1", port)
    free.close()


def test_a_server_says_that_its_port_is_taken_before_anything_is_opened(tmp_path: Path) -> None:
    with opening_site(tmp_path) as (assistant, app, go_on), socket.create_server(("127.0.0.1", 0)) as taken:
        config = uvicorn.Config(app, host="127.0.0.1", port=taken.getsockname()[1])
        with pytest.raises(InputError, match="Cannot listen"):
            OpeningServer(config, assistant, None).run_until_interrupted()
        assert not assistant.opening.wanted.is_set()
        go_on.set()
