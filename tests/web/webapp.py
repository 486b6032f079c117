"""A tiny library with one document for each audience, behind the whole application as it is served."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from assistant.build import Assistant
from assistant.library import open_library
from assistant.parts import make_parts
from assistant.retrieval.answerable import Grades
from assistant.settings import Settings
from assistant.types import AUDIENCES, Audience
from assistant.vectors import open_vectors
from assistant.web.accounts import ROLES
from assistant.web.gate import Gate, open_gate
from assistant.web.readers import Reader, ReaderMiddleware
from assistant.web.server import create_app
from assistant.web.surfaces import add_surfaces
from tests.fakes import WordEmbeddings

PASSWORD = "purple giraffe dances slowly"
SECRET_WORD: dict[Audience, str] = {
    "public": "quokkaberry", "member": "wombatfern", "committee": "lemurstone", "staff": "ibexlantern"
}  # fmt: skip
"""A word that stands only in the document of that audience, in text, title and file name."""
QUESTION = "Which rule speaks of the quokkaberry, wombatfern, lemurstone and ibexlantern fee?"


BY_WORDS = Grades(weights=(0, 4, 0, 0), bias=-4, answer_from=0.5, refuse_below=0.3)
SUBJECT: dict[Audience, str] = {
    "public": "It was set by the founding meeting in Shanghai. Visitors of the museum garden pay nothing on Sundays.",
    "member": "Bronchoscope makers pay it in March. A workshop on navigation software follows each spring.",
    "committee": "Reviewers of cryoablation studies are exempt. Minutes of the panel stay closed for seven years.",
    "staff": "The treasurer books it under office rent. Keys of the archive room hang beside the printer.",
}  # fmt: skip


def note(audience: Audience, *, words: str = "", status: str = "official") -> str:
    word = SECRET_WORD[audience]
    return (
        f"---\nid: note-{word}\ntitle: The {word} rule\nkind: rule\nstatus: {status}\nlanguage: en\n"
        f"audience: {audience}\n---\n# The {word} rule\n\n## Fee\n\nThe {word} fee is 4200 yuan a year. {words}\n\n"
        f"## Remarks\n\n{SUBJECT[audience]}\n"
    )


def write_corpus(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for audience in AUDIENCES:
        (folder / f"{SECRET_WORD[audience]}.md").write_text(note(audience), encoding="utf-8")
    return folder


@contextmanager
def small_library(folder: Path, **settings: object) -> Iterator[Assistant]:
    """Open a library of four notes below `folder`, with real SQLite and Chroma and fast embeddings."""
    chosen = Settings(index=folder / "index", cache=folder / "cache", **settings)  # type: ignore[arg-type]
    library, embedder = open_library(chosen.index), WordEmbeddings()
    vectors = open_vectors(chosen.index, None)
    patch = pytest.MonkeyPatch()
    # The grades are fitted to the real embedder's cosines; here shared words decide.
    patch.setattr("assistant.respond.GRADES", BY_WORDS)
    try:
        parts = make_parts(chosen, library, vectors, embedder)
        assistant = Assistant(chosen, library, lambda: parts).open()
        report = assistant.sync(write_corpus(folder / "corpus"))
        assert len(report.added) == len(AUDIENCES), report
        yield assistant
    finally:
        patch.undo()
        vectors.close()
        library.close()


@dataclass
class Site:
    """The application over a small library, with an account and a token for each role."""

    assistant: Assistant
    app: FastAPI
    gate: Gate
    tokens: dict[Audience, str]

    @property
    def corpus(self) -> Path:
        return self.assistant.settings.index.parent / "corpus"


@contextmanager
def open_site(
    folder: Path, *, page: bool = False, anonymous: Audience = "public", **settings: object
) -> Iterator[Site]:
    """Put the application together as `serve` does.

    Args:
        page: With the Gradio page, which takes seconds to load.
    """
    chosen = {"requests_per_minute": 0, **settings}
    with small_library(folder, **chosen) as assistant:
        gate = open_gate(assistant.settings, anonymous=Reader(None, anonymous))
        if page:
            corpus = assistant.settings.index.parent / "corpus"
            app = create_app(
                assistant,
                default_audience=anonymous,
                identify=gate.identify,
                corpus=corpus,
                sign_in="login",
            )
        else:
            app = FastAPI(title="Alliance Assistant", docs_url=None, openapi_url="/api/openapi.json")
            app.add_middleware(ReaderMiddleware, identify=gate.identify)
        yield Site(assistant, add_surfaces(app, assistant, gate), gate, add_accounts(gate))


def add_accounts(gate: Gate) -> dict[Audience, str]:
    """Make an account for each role, named like it; give a token for each audience, '' for public."""
    tokens: dict[Audience, str] = {"public": ""}
    for role in ROLES:
        gate.accounts.add(role, role, PASSWORD)
        tokens[role] = gate.accounts.create_token(role).token
    return tokens


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}


def sign_in(client: TestClient, name: str, password: str = PASSWORD) -> int:
    """Sign in through the form; gives the status."""
    page = client.get("/login")
    token = page.text.split('name="token" value="')[1].split('"')[0]
    fields = {"token": token, "name": name, "password": password, "next": "/"}
    return client.post("/login", data=fields, follow_redirects=False).status_code


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port of loopback; gives its address without a slash."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start in time"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
