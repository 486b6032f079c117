"""A document is closed, replaced or removed while an answer grows: nothing of it is sent any more, on any surface."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from assistant.phrases import say
from assistant.types import Answer
from tests.stub_model import Exchange, StubModel, open_stub
from tests.web.webapp import SECRET_WORD, Site, bearer, note, open_site, served

pytestmark = pytest.mark.integration

QUESTION = "Which rule has a fee of 4200 yuan a year?"
"""Names none of the documents: an answer repeats its question."""
WORD = SECRET_WORD["member"]
CHANGED = say("library_changed", "en")


@dataclass
class Script:
    """What the model says, and the instant between its two sentences."""

    half: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def reply(self, exchange: Exchange) -> None:
        exchange.say(f"The {WORD} fee is 4200 yuan a year [1]. And so on with more words. ")
        self.half.set()
        assert self.go_on.wait(60)
        exchange.say("Bronchoscope makers pay it in March [1]. ")
        exchange.finish()

    def reset(self) -> None:
        self.half.clear()
        self.go_on.clear()


@dataclass
class Served:
    site: Site
    address: str
    script: Script
    model: StubModel

    def client(self) -> httpx.Client:
        headers = bearer(self.site.tokens["member"])
        return httpx.Client(base_url=self.address, headers=headers, timeout=60, trust_env=False)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    script = Script()
    with open_stub(script.reply) as stub:
        model = {"chat_model": "openai:m", "chat_base_url": stub.address}
        with (
            open_site(tmp_path_factory.mktemp("meanwhile"), page=True, **model) as site,
            served(site.app) as address,
        ):
            yield Served(site, address, script, stub)


@pytest.fixture
def opened(running: Served) -> Iterator[Served]:
    running.script.reset()
    yield running
    running.script.go_on.set()
    path = running.site.corpus / f"{WORD}.md"
    path.write_text(note("member"), encoding="utf-8")
    running.site.assistant.sync(running.site.corpus)


# --- what happens to the document, and what may be said of it afterwards ------------------------------


def raise_audience(site: Site) -> None:
    text = note("member").replace("audience: member", "audience: staff")
    (site.corpus / f"{WORD}.md").write_text(text, encoding="utf-8")


def replace_text(site: Site) -> None:
    text = note("member").replace("4200", "5100").replace("March", "August")
    (site.corpus / f"{WORD}.md").write_text(text, encoding="utf-8")


def remove_file(site: Site) -> None:
    (site.corpus / f"{WORD}.md").unlink()


FORBIDDEN: dict[Callable[[Site], None], tuple[str, ...]] = {
    raise_audience: (WORD, "in March"),
    replace_text: (f"The {WORD} fee is 4200", "in March"),
    remove_file: (WORD, "in March"),
}


# --- the surfaces: pieces as they come ----------------------------------------------------------------


def page(client: httpx.Client) -> Iterator[str]:
    event = client.post("/gradio_api/call/ask", json={"data": [QUESTION, [], None]}).json()["event_id"]
    with client.stream("GET", f"/gradio_api/call/ask/{event}") as reply:
        yield from reply.iter_text()


def api_stream(client: httpx.Client) -> Iterator[str]:
    accept = {"accept": "text/event-stream"}
    with client.stream("POST", "/api/ask", json={"question": QUESTION}, headers=accept) as reply:
        yield from reply.iter_text()


def openai_stream(client: httpx.Client) -> Iterator[str]:
    body = {
        "model": "alliance-assistant",
        "stream": True,
        "messages": [{"role": "user", "content": QUESTION}],
    }
    with client.stream("POST", "/v1/chat/completions", json=body) as reply:
        yield from reply.iter_text()


def api(client: httpx.Client) -> Iterator[str]:
    yield client.post("/api/ask", json={"question": QUESTION}).text


def openai(client: httpx.Client) -> Iterator[str]:
    body = {"model": "alliance-assistant", "messages": [{"role": "user", "content": QUESTION}]}
    yield client.post("/v1/chat/completions", json=body).text


def mcp(client: httpx.Client) -> Iterator[str]:
    call = {"name": "ask", "arguments": {"question": QUESTION}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    yield client.post("/mcp", json=body, headers={"accept": "application/json, text/event-stream"}).text


Surface = Callable[[httpx.Client], Iterator[str]]
STREAMS: tuple[Surface, ...] = (page, api_stream, openai_stream)
WHOLE: tuple[Surface, ...] = (api, openai, mcp)


class Reading:
    """Reads a surface in a thread; `before` is what had come when the document changed."""

    def __init__(self, served_: Served, surface: Surface) -> None:
        self.text = ""
        self.begun = threading.Event()
        self._client = served_.client()
        self._thread = threading.Thread(target=self._read, args=(surface,), daemon=True)
        self._thread.start()

    def _read(self, surface: Surface) -> None:
        for piece in surface(self._client):
            self.text += piece
            if f"The {WORD} fee is 4200" in self.text:
                self.begun.set()

    def finish(self) -> str:
        self._thread.join(60)
        assert not self._thread.is_alive()
        self._client.close()
        return self.text


@pytest.mark.parametrize("change", FORBIDDEN, ids=lambda change: change.__name__)
@pytest.mark.parametrize("surface", [*STREAMS, *WHOLE], ids=lambda surface: surface.__name__)
def test_nothing_of_what_changed_is_sent_after_it(
    opened: Served, surface: Surface, change: Callable[[Site], None]
) -> None:
    reading = Reading(opened, surface)
    assert opened.script.half.wait(30)
    if surface in STREAMS:
        assert reading.begun.wait(30), reading.text
    change(opened.site)
    opened.site.assistant.sync(opened.site.corpus)
    before = len(reading.text) if surface in STREAMS else 0
    opened.script.go_on.set()
    text = reading.finish()
    after = text[before:]  # may be empty: a silent model is looked after each second
    for words in FORBIDDEN[change]:
        assert words not in after
    live = {d.provenance.id: d.revision for d in opened.site.assistant.documents("member")}
    last = last_answer(surface, text)
    said = last.model_dump_json()
    assert not any(words in said for words in FORBIDDEN[change])
    assert last.citations
    for named in (*last.citations, *last.nearest):
        assert live[named.document] == named.revision
    assert {line.passage.split("#")[0] for line in last.considered} <= {f"{d}@{r}" for d, r in live.items()}
    assert last.answered_by == "extractive"
    if surface in STREAMS:
        assert CHANGED in text


def last_answer(surface: Surface, text: str) -> Answer:
    """Read the last complete answer off what a surface sent."""
    if surface in (api, openai):
        data = json.loads(text)
        return Answer.model_validate(data.get("answer", data))
    if surface is mcp:
        return Answer.model_validate(json.loads(text)["result"]["structuredContent"])
    found = []
    for line in text.splitlines():
        data = json.loads(line[6:]) if line.startswith(("data: {", "data: [{")) else None
        if isinstance(data, list):
            data = data[0]
        if isinstance(data, dict) and "answer" in data:
            data = data["answer"]
        if isinstance(data, dict) and "considered" in data:
            found.append(Answer.model_validate(data))
    return found[-1]


def test_a_change_elsewhere_disturbs_nothing(opened: Served) -> None:
    reading = Reading(opened, api_stream)
    assert reading.begun.wait(30)
    other = opened.site.corpus / "ibexlantern.md"
    before = other.read_text(encoding="utf-8")
    other.write_text(before.replace("4200", "77"), encoding="utf-8")
    opened.site.assistant.sync(opened.site.corpus)
    opened.script.go_on.set()
    text = reading.finish()
    other.write_text(before, encoding="utf-8")
    assert "Bronchoscope makers pay it in March." in text
    assert CHANGED not in text
    assert last_answer(api_stream, text).answered_by == "openai:m"


@pytest.mark.parametrize("surface", [*STREAMS, *WHOLE], ids=lambda surface: surface.__name__)
def test_a_role_lowered_meanwhile_ends_it(opened: Served, surface: Surface) -> None:
    accounts = opened.site.gate.accounts
    reading = Reading(opened, surface)
    assert opened.script.half.wait(30)
    if surface in STREAMS:
        assert reading.begun.wait(30), reading.text
    before = len(reading.text)
    accounts.disable("member")
    try:
        opened.script.go_on.set()
        after = reading.finish()[before:]
    finally:
        accounts.enable("member")
        opened.site.tokens["member"] = accounts.create_token("member").token
    assert "in March" not in after
    assert "Your rights have changed" in after
