"""A reader closes the page: the request to the chat model is closed, too, also while it is silent."""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.stub_model import StubModel, is_silent, open_stub
from tests.web.webapp import open_site, served

pytestmark = pytest.mark.integration

QUESTION = "How much is the quokkaberry fee a year?"


@pytest.fixture(scope="module")
def stub() -> Iterator[StubModel]:
    with open_stub(is_silent()) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, stub: StubModel) -> Iterator[str]:
    home = tmp_path_factory.mktemp("leaving")
    model = {"chat_model": "openai:m", "chat_base_url": stub.address}
    with open_site(home, page=True, **model) as site, served(site.app) as address:
        yield f"{address}/"


def read_until(connection: socket.socket, wanted: bytes) -> bytes:
    got = b""
    while wanted not in got:
        piece = connection.recv(65536)
        assert piece, got
        got += piece
    return got


def open_stream(page: str, request: str, body: bytes = b"") -> socket.socket:
    parts = urlsplit(page)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=30)
    head = f"{request} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: text/event-stream\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)
    return connection


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions"])
def test_a_client_of_the_api_leaves(page: str, stub: StubModel, path: str) -> None:
    body: dict[str, object] = {"question": QUESTION}
    if path.startswith("/v1"):
        messages = [{"role": "user", "content": QUESTION}]
        body = {"model": "alliance-assistant", "messages": messages, "stream": True}
    with open_stream(page, f"POST {path}", json.dumps(body).encode()) as connection:
        read_until(connection, b"\ndata: ")
        assert not stub.left.acquire(blocking=False)
    assert stub.left.acquire(timeout=15)


def test_a_reader_of_the_page_leaves(page: str, stub: StubModel) -> None:
    asked = urllib.request.Request(
        f"{page}gradio_api/call/ask",
        data=json.dumps({"data": [QUESTION, [], None]}).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=30) as reply:
        event = json.load(reply)["event_id"]
    with open_stream(page, f"GET /gradio_api/call/ask/{event}") as connection:
        read_until(connection, b"event: generating")
        assert not stub.left.acquire(blocking=False)
    assert stub.left.acquire(timeout=15)
