"""A small library of real documents, served as the page serves it; built once for all tests of the page."""

import functools
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from assistant.build import Assistant, build_assistant
from assistant.settings import Settings
from assistant.types import Answer, Audience
from assistant.web.server import create_app

CORPUS = Path(__file__).parents[2] / "corpus"
DOCUMENTS = (
    "alliance/founding-record.en.md",
    "alliance/founding-record.zh.md",
    "alliance/dues-2023.en.md",
    "alliance/dues-2025.en.md",
    "alliance/dues-2025.zh.md",
    "alliance/idea-submission-procedure.en.md",
    "alliance/idea-submission-procedure.zh.md",
    "alliance/ip-policy-v1.zh.pdf",
    "alliance/ip-policy-v1.zh.pdf.yaml",
    "alliance/minutes-council-2024-06.en.md",
    "alliance/secretariat-handling-guide.en.md",
    "devices/stents-fda-2005.en.md",
)
HOSTILE = """---
id: hostile
title: "Hostile <img src=x onerror=alert(1)> notice"
kind: notice
status: draft
language: en
audience: staff
---
# Hostile <script>alert(2)</script> notice

## Purple giraffe rule

The purple giraffe rule says <img src=x onerror=alert(3)> that [a link](javascript:alert(4)) stays text.

![picture](https://outside.example/p.png)
"""


@functools.cache
def small_corpus() -> Path:
    """Copy the documents, and one that attacks the page, into a folder of this test run."""
    folder = Path(tempfile.mkdtemp(prefix="assistant-page-")) / "corpus"
    for name in DOCUMENTS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CORPUS / name, folder / name)
    (folder / "hostile.en.md").write_text(HOSTILE, encoding="utf-8")
    return folder


@functools.cache
def small_assistant() -> Assistant:
    """Ingest the small corpus with the real embedder; about 20 s once."""
    assistant = build_assistant(Settings(index=small_corpus().parent / "index"))
    report = assistant.sync(small_corpus())
    assert not report.failed, report.failed
    assistant.ask("warm")  # models and the guard load at the first question
    return assistant


@contextmanager
def serve(
    assistant: Assistant, audience: Audience = "public", corpus: Path | None = None, evals: Path | None = None
) -> Iterator[str]:
    """Serve the page on a free port; gives its address."""
    app = create_app(assistant, default_audience=audience, corpus=corpus, evals=evals)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start in time"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(timeout=20)


class ScriptedAssistant:
    """The real library, but answers as scripted, `pause_seconds` before each; keeps what it was asked."""

    def __init__(
        self, answers: Sequence[Answer], *, library: Assistant | None = None, pause_seconds: float = 0.0
    ) -> None:
        self.answers = answers
        self.library_of = library or small_assistant()
        self.pause_seconds = pause_seconds
        self.asked: list[dict[str, object]] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.library_of, name)

    def stream(self, question: str, **rest: object) -> Iterator[Answer]:
        self.asked.append({"question": question, **rest})
        for answer in self.answers:
            time.sleep(self.pause_seconds)
            yield answer.model_copy(update={"question": question})
