"""What a browser, a proxy or a thief of logs could use: CORS, caches, types of uploads, tokens, timing, guarded text."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.errors import NotFound
from tests.library.indexes import folder_holds
from tests.stub_model import StubModel, open_stub, replies
from tests.web.webapp import SECRET_WORD, Site, bearer, open_site

DISCLOSURE = (
    "My unpublished invention is a bronchial valve with a helical spring anchored by three nitinol barbs; "
    "we have not filed a patent yet."
)
TELLING = ("helical", "nitinol", "barbs")
FEE = "What is the quokkaberry fee?"


@pytest.fixture(scope="module")
def stub() -> Iterator[StubModel]:
    with open_stub(replies("NOTHING")) as opened:
        yield opened


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, stub: StubModel) -> Iterator[Site]:
    model = {"chat_model": "openai:m", "chat_base_url": stub.address}
    with open_site(tmp_path_factory.mktemp("http"), page=True, **model) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[TestClient]:
    with TestClient(site.app) as opened:
        yield opened


# --- other sites --------------------------------------------------------------------------------------

PATHS = ("/", "/api/ask", "/api/documents", "/v1/chat/completions", "/mcp", "/login", "/gradio_api/call/ask",
         "/gradio_api/run/library", "/gradio_api/info", "/config", "/documents/upload", "/web/main.js")  # fmt: skip

STREAMS = ("/mcp", "/gradio_api/call/ask")
"""Asked with GET they wait for what comes."""


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000"])
def test_no_other_site_may_read_a_reply(client: TestClient, path: str, origin: str) -> None:
    asked = {"origin": origin, "access-control-request-method": "POST"}
    replies_ = [
        client.options(path, headers=asked | {"access-control-request-headers": "authorization"}),
        client.post(path, headers={"origin": origin}, json={}),
        client.post(path, headers={"origin": origin, "sec-fetch-site": "cross-site"}, json={}),
    ]
    if path not in STREAMS:
        replies_.append(client.get(path, headers={"origin": origin}))
    for reply in replies_:
        allowed = [name for name in reply.headers if name.startswith("access-control-")]
        assert allowed == [], (reply.request.method, reply.status_code)
    assert all(reply.status_code == 403 for reply in replies_[1:3])


# --- what is hidden and what is not there ---------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/api/documents/{}", "/api/documents/{}/file", "/documents/{}/file", "/api/documents/{}?start=0&end=5"],
)
def test_hidden_and_missing_are_one_reply(client: TestClient, path: str) -> None:
    replies_ = [client.get(path.format(name)) for name in ("note-ibexlantern", "note-nothing", "x")]
    seen = {
        (r.status_code, r.content, str(sorted((k, v) for k, v in r.headers.items() if k != "x-request-id")))
        for r in replies_
    }
    assert len(seen) == 1
    assert replies_[0].status_code == 404


def test_hidden_and_missing_take_the_same_work(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither reads a text: a long hidden document would take longer than none."""
    library = site.assistant.library
    done: list[str] = []

    def watch(name: str) -> None:
        real = getattr(library, name)

        def counted(*arguments: object, **options: object) -> object:
            done.append(name)
            return real(*arguments, **options)

        monkeypatch.setattr(library, name, counted)

    for name in ("document", "documents", "audience_of", "passages", "provenances"):
        watch(name)
    works = []
    for document in ("note-ibexlantern", "note-nothing"):
        for ask in (site.assistant.show, site.assistant.original_file):
            done.clear()
            with pytest.raises(NotFound):
                ask(document)
            works.append(list(done))
    assert works == [["audience_of"]] * 4
    assert site.assistant.show("note-quokkaberry").text
    assert done[-2:] == ["audience_of", "document"]


# --- caches and tokens ------------------------------------------------------------------------------------


def test_nothing_of_a_reader_is_cached(site: Site, client: TestClient) -> None:
    headers = bearer(site.tokens["staff"])
    for path in ("/", "/api/documents", "/api/documents/note-ibexlantern", "/api/documents/note-ibexlantern/file",
                 "/documents/note-ibexlantern/file", "/login", "/metrics"):  # fmt: skip
        reply = client.get(path, headers=headers)
        assert reply.status_code == 200, path
        assert reply.headers["cache-control"] == "no-store", path
    assert client.get("/web/main.js").headers.get("cache-control") != "no-store"


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "authorization", "key"])
def test_a_token_in_an_address_opens_nothing(site: Site, client: TestClient, name: str) -> None:
    listed = client.get("/api/documents", params={name: site.tokens["staff"]}).json()["documents"]
    assert len(listed) == 1
    assert site.tokens["staff"] not in json.dumps(listed)


def test_no_token_stands_in_a_log_a_page_or_a_file(
    site: Site, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = site.tokens["staff"]
    said = ""
    for path in ("/", "/api/documents", "/nothing", "/api/documents/x", "/metrics", "/login", f"/{token}"):
        for headers in (bearer(token), bearer(f"{token}x"), {"cookie": f"assistant_session={token}"}):
            said += client.get(path, headers=headers).text
    ours = " ".join(record.getMessage() for record in caplog.records if record.name != "httpx2")
    assert token not in said + ours
    assert not folder_holds(site.assistant.settings.index, token)


# --- text that was held back ------------------------------------------------------------------------------


def test_guarded_text_goes_nowhere(
    site: Site,
    client: TestClient,
    stub: StubModel,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    history = [{"role": "user", "content": DISCLOSURE}, {"role": "assistant", "content": "Please stop."}]
    messages = [*history, {"role": "user", "content": FEE}]
    said = [
        client.post("/api/ask", json={"question": DISCLOSURE}).text,
        client.post("/api/ask", json={"question": DISCLOSURE}, headers={"accept": "text/event-stream"}).text,
        client.post("/api/ask", json={"question": FEE, "history": history}).text,
    ]
    for stream in (False, True):
        for sent in ([{"role": "user", "content": DISCLOSURE}], messages):
            body = {"model": "alliance-assistant", "messages": sent, "stream": stream}
            said.append(client.post("/v1/chat/completions", json=body).text)
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "ask", "arguments": {"question": DISCLOSURE}}}  # fmt: skip
    accept = {"accept": "application/json, text/event-stream"}
    said.append(client.post("/mcp", json=call, headers=accept).text)
    event = client.post("/gradio_api/call/ask", json={"data": [DISCLOSURE, history, None]}).json()["event_id"]
    said.append(client.get(f"/gradio_api/call/ask/{event}").text)
    rating = {"question": FEE, "rating": "down", "note": DISCLOSURE}
    said.append(client.post("/gradio_api/run/feedback", json={"data": [rating]}).text)
    printed = capfd.readouterr()
    logged = " ".join(record.getMessage() for record in caplog.records)
    counted = client.get("/metrics").text
    for word in TELLING:
        assert word not in " ".join(said), "sent back"
        assert word not in logged + printed.out + printed.err, "logged"
        assert word not in counted
        assert word not in stub.sent, "sent to the model"
        assert not folder_holds(site.assistant.settings.index.parent, word), "stored"
    assert stub.asked, "the model was not asked at all"


# --- uploads ------------------------------------------------------------------------------------------------

REFUSED = {
    "program.exe": (b"MZ\x90\x00", "kind that cannot be read"),
    "archive.zip": (b"PK\x03\x04", "kind that cannot be read"),
    "page.svg": (b"<svg onload=alert(1)>", "kind that cannot be read"),
    "none": (b"words", "kind that cannot be read"),
    "paper.pdf": (b"PK\x03\x04 an archive", "not a PDF file"),
    "paper.docx": (b"%PDF-1.7 ...", "not a DOCX file"),
    "table.xlsx": (b"<html>", "not a XLSX file"),
    "notes.md": (b"MZ\x90\x00 a program", "not a MD file"),
    "page.html": (b"\x89PNG\r\n", "not a HTML file"),
    "script.txt": (b"#!/bin/sh\nrm", "not a TXT file"),
    "_hidden.md": (b"# Words", "cannot be used"),
    f"{'x' * 300}.md": (b"# Words", "too long"),
    f"{'长' * 80}.md": (b"# Words", "too long"),
    "README.md": (b"# Words", "cannot be used"),
    "fee\u202efdp.md": (b"# Words", "cannot be used"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_file_is_refused_with_its_reason_and_not_kept(
    site: Site, client: TestClient, name: str
) -> None:
    data, reason = REFUSED[name]
    headers = bearer(site.tokens["staff"]) | {"x-requested-with": "alliance-assistant"}
    files = [("files", ("good.md", b"# Good\n\nWords.")), ("files", (name, data, "text/markdown"))]
    reply = client.post("/documents/upload", files=files, headers=headers)
    assert reply.status_code == 400
    assert reason in reply.json()["error"]
    assert not (Path(site.corpus) / "uploads").exists()
    assert len(site.assistant.documents("staff")) == len(SECRET_WORD)
