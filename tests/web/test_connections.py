"""Bounds of a connection that take long to reach on the real server (tests/hostile/test_real_server.py has the others)."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from assistant.web import connections
from assistant.web.connections import Connection, end_waiting

PIECE = b"x" * 50_000


class Pouring:
    """An application that sends without end; counts the clients it sends to."""

    def __init__(self) -> None:
        self.serving = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def pour() -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            while True:
                await send({"type": "http.response.body", "body": PIECE, "more_body": True})
                await asyncio.sleep(0)

        self.serving += 1
        pouring = asyncio.ensure_future(pour())
        with contextlib.suppress(asyncio.CancelledError):
            while (await receive())["type"] != "http.disconnect":
                pass
        pouring.cancel()
        self.serving -= 1


class LookingServer(uvicorn.Server):
    async def on_tick(self, counter: int) -> bool:
        end_waiting(self.server_state.connections)
        return await super().on_tick(counter)


@pytest.fixture
def pouring() -> Pouring:
    return Pouring()


@pytest.fixture
def port(pouring: Pouring) -> Iterator[int]:
    config = uvicorn.Config(
        pouring, port=0, http=Connection, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
    )
    server = LookingServer(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(20)


def ask(port: int) -> socket.socket:
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(10)
    connection.connect(("127.0.0.1", port))
    connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    return connection


def becomes(wanted: int, pouring: Pouring, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while pouring.serving != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    return pouring.serving == wanted


def test_a_client_that_does_not_read_is_cut_off(
    port: int, pouring: Pouring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "READ_SECONDS", 1.0)
    with ask(port):
        assert becomes(1, pouring, seconds=5)
        time.sleep(0.5)
        assert pouring.serving == 1
        assert becomes(0, pouring, seconds=5)


def test_a_client_that_reads_slowly_is_not(
    port: int, pouring: Pouring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "READ_SECONDS", 1.0)
    with ask(port) as connection:
        until = time.monotonic() + 3
        while time.monotonic() < until:
            assert connection.recv(20_000)
            time.sleep(0.005)
        assert pouring.serving == 1
    assert becomes(0, pouring, seconds=5)


def test_one_connection_too_many_costs_the_one_that_is_idle_for_longest(
    port: int, pouring: Pouring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 3)
    with ask(port) as busy:
        assert becomes(1, pouring, seconds=5)
        idle = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(2)]
        time.sleep(0.3)
        another = socket.create_connection(("127.0.0.1", port), timeout=5)
        assert idle[0].recv(1) == b""
        assert busy.recv(10)
        for one in (idle[1], another):
            one.setblocking(False)
            with pytest.raises(BlockingIOError):
                one.recv(1)
        for one in (*idle, another):
            one.close()
