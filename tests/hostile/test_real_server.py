"""`assistant serve` as it is started, attacked over its socket; what can be tested in process is not tested here."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.hostile.real_server import RealServer, open_server
from tests.hostile.wire import ANSWER, ask, post, read_all, read_until, status_of, trickle
from tests.stub_model import Exchange, StubModel, open_stub

pytestmark = pytest.mark.integration

PLACES = 8
STREAMS = ("/api/ask", "/v1/chat/completions")


def drip(exchange: Exchange) -> None:
    """Say one sentence that is true, and go on with one that does not end."""
    exchange.say(f"{ANSWER} And")
    for _ in range(400):
        exchange.say(" so on")
        if not exchange.wait(0.05):
            return
    exchange.finish()


@pytest.fixture(scope="module")
def stub() -> Iterator[StubModel]:
    with open_stub(drip) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, stub: StubModel) -> Iterator[RealServer]:
    model = {"chat_model": "openai:m", "chat_base_url": stub.address}
    with open_server(tmp_path_factory.mktemp("real"), concurrent_answers=str(PLACES), **model) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _quiet_and_well(server: RealServer) -> Iterator[None]:
    """Whatever was done, nothing is left running, nothing but requests was logged, and the next reader is served."""
    before = len(server.log())
    yield
    deadline = time.monotonic() + 10
    while server.answering() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert server.answering() == 0
    for line in server.log()[before:].splitlines():
        assert {"at", "client", "route", "status"} <= json.loads(line).keys(), line
    with server.client() as client:
        assert client.get("/").status_code == 200


# --- readers who leave --------------------------------------------------------------------------------


def test_200_streams_left_at_random_end_at_the_model_and_leave_nothing(
    server: RealServer, stub: StubModel
) -> None:
    def leave(number: int) -> None:
        chance = random.Random(number)
        with server.connect() as connection:
            connection.sendall(ask(STREAMS[number % 2]))
            if chance.random() < 0.8:
                read_until(connection, b"\ndata: ")
            time.sleep(chance.random() * 0.3)

    def rounds(numbers: range) -> None:
        with ThreadPoolExecutor(PLACES) as readers:
            list(readers.map(leave, numbers))
        while server.answering():
            time.sleep(0.05)

    rounds(range(32))  # pools of threads, allocator and caches fill
    files, threads, resident = server.files(), server.threads(), server.resident_mib()
    rounds(range(32, 232))
    deadline = time.monotonic() + 5
    left = 0
    while left < len(stub.asked) and time.monotonic() < deadline:
        left += stub.left.acquire(timeout=0.2)
    assert len(stub.asked) > 100
    assert left == len(stub.asked)
    assert server.files() <= files + PLACES
    assert server.threads() <= threads + PLACES
    assert server.resident_mib() <= resident + 20


@pytest.mark.parametrize("path", STREAMS)
def test_who_leaves_without_a_stream_ends_the_request_to_the_model(
    server: RealServer, stub: StubModel, path: str
) -> None:
    asked = len(stub.asked)
    with server.connect() as connection:
        connection.sendall(ask(path, stream=False))
        until = time.monotonic() + 10
        while len(stub.asked) == asked and time.monotonic() < until:
            time.sleep(0.02)
    assert stub.left.acquire(timeout=5)


def test_a_second_request_behind_a_stream_does_not_hide_that_its_reader_left(
    server: RealServer, stub: StubModel
) -> None:
    with server.connect() as connection:
        connection.sendall(ask() + b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        read_until(connection, b"\ndata: ")
    assert stub.left.acquire(timeout=5)


# --- rights and documents that change while a stream is open -------------------------------------------


def lower(server: RealServer, name: str) -> None:
    server.accounts.set_role(name, "member")


def disable(server: RealServer, name: str) -> None:
    server.accounts.disable(name)


@pytest.mark.parametrize("path", STREAMS)
@pytest.mark.parametrize("change", [lower, disable])
def test_an_open_stream_ends_with_the_rights_it_began_with(
    server: RealServer, stub: StubModel, path: str, change: Callable[[RealServer, str], None]
) -> None:
    name = f"{change.__name__}{STREAMS.index(path)}"
    token = server.token(name, "committee")
    with server.connect() as connection:
        connection.sendall(ask(path, token=token))
        read_until(connection, b"RMB 20,000")
        changed = time.monotonic()
        change(server, name)
        rest = read_until(connection, b"Your rights have changed")
        assert b"Your rights have changed" in rest
        assert time.monotonic() - changed < 5
        assert b"RMB 20,000" not in rest
    assert stub.left.acquire(timeout=5)


def test_an_open_stream_begins_anew_when_its_document_is_removed(server: RealServer, stub: StubModel) -> None:
    token = server.token("librarian", "staff")
    path = server.corpus / "dues-2025.en.md"
    with server.connect() as connection, server.client(token) as staff:
        connection.sendall(ask())
        read_until(connection, b"RMB 20,000")
        assert staff.post("/gradio_api/run/remove", json={"data": ["dues-2025.en"]}).status_code == 200
        last = read_until(connection, b"event: done").decode()
        data = [line[6:] for line in last.splitlines() if line.startswith("data: {")]
        answer = json.loads(data[-2])
        try:
            assert "The library changed while this was being answered" in last
            assert not [c for c in answer["citations"] if c["document"] == "dues-2025.en"]
            assert "20,000" not in " ".join(sentence["text"] for sentence in answer["sentences"])
        finally:
            assert path.exists()
            event = staff.post("/gradio_api/call/sync", json={"data": [False]}).json()["event_id"]
            assert "complete" in staff.get(f"/gradio_api/call/sync/{event}").text
    assert stub.left.acquire(timeout=5)


# --- clients that keep the server waiting ---------------------------------------------------------------


def test_slow_clients_are_not_waited_for(server: RealServer) -> None:
    """Twenty of each kind at once, beside whom others are served."""
    begun = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    kinds = {
        "silent": (b"", b"", 0, 12.5),
        "slow head": (begun, b"X-a: b\r\n", 408, 12.5),
        "second head": (b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"G", 408, 18),
        "slow body": (post("/api/ask", b"{", length=50_000), b" ", 408, 23),
        "slow chunks": (
            begun.replace(b"GET /", b"POST /api/ask") + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 408, 23,
        ),
        "rest of a refused body": (post("/api/ask", b"", length=2_000_000), b"x", 413, 5),
    }  # fmt: skip

    def attack(kind: str) -> tuple[str, int]:
        first, piece, _, seconds = kinds[kind]
        with server.connect() as connection:
            connection.sendall(first)
            if kind == "second head":
                read_until(connection, b"true}")
            reply, _ = trickle(connection, piece, every=0.5, seconds=seconds)
            began = time.monotonic()
            while kind == "rest of a refused body" and trickle(connection, piece, every=0.5, seconds=6)[0]:
                pass
            assert time.monotonic() - began < 6
        return kind, status_of(reply)

    with ThreadPoolExecutor(20 * len(kinds)) as clients:
        attacks = [clients.submit(attack, kind) for kind in kinds for _ in range(20)]
        slowest = 0.0
        with server.client() as client:
            while not all(one.done() for one in attacks):
                began = time.monotonic()
                assert client.get("/healthz").status_code == 200
                slowest = max(slowest, time.monotonic() - began)
                time.sleep(0.5)
    for one in attacks:
        kind, status = one.result()
        assert status == kinds[kind][2], kind
    assert slowest < 2


def test_700_idle_connections_keep_nobody_out(server: RealServer) -> None:
    before = server.files()
    with ExitStack() as opened:
        for _ in range(700):
            opened.enter_context(server.connect())
        with server.client() as client:
            assert client.get("/").status_code == 200
        assert server.files() <= before + 605
        deadline = time.monotonic() + 15
        while server.files() > before + 20 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert server.files() <= before + 20  # all were closed by the server


# --- bodies and heads ------------------------------------------------------------------------------------


def endless(server: RealServer, first: bytes, piece: bytes) -> int:
    """Send without end, or 200 MB; give the status."""
    sent = 0
    with server.connect() as connection:
        try:
            connection.sendall(first)
            while sent < 200_000_000:
                connection.sendall(piece)
                sent += len(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return status_of(read_all(connection))


CHUNKED = b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("first", "piece", "status"),
    [
        pytest.param(b"GET /", b"a" * 50_000, 400, id="address"),
        pytest.param(b"GET / HTTP/1.1\r\n", b"X: " + b"a" * 5_000 + b"\r\n", 400, id="head"),
        pytest.param(b"GET / HTTP/1.1\r\nX: ", b"a" * 50_000, 400, id="one-line"),
        pytest.param(CHUNKED, b"c350\r\n" + b" " * 50_000 + b"\r\n", 413, id="chunks"),
        pytest.param(CHUNKED + b"1;", b"a" * 50_000, 400, id="chunk-extension"),
        pytest.param(CHUNKED + b"0\r\n", b"X: " + b"a" * 5_000 + b"\r\n", 400, id="trailer"),
        pytest.param(post("/api/ask", b"", length=10**12), b" " * 50_000, 413, id="told-length"),
    ],
)
def test_what_has_no_end_is_ended(server: RealServer, first: bytes, piece: bytes, status: int) -> None:
    resident, began = server.resident_mib(), time.monotonic()
    replied = endless(server, first, piece)
    assert replied in (status, 0)  # a reset may overtake the reply
    assert time.monotonic() - began < 12
    assert server.resident_mib() < resident + 20


def test_large_bodies(server: RealServer) -> None:
    """1 MB is read and judged; 100 MB is refused on its head, and by its first megabyte where it does not tell."""
    resident = server.resident_mib()
    with server.client() as client:
        assert client.post("/api/ask", content=b"1" * 1_000_000).status_code == 422
        assert client.post("/api/ask", json={"question": "x" * 999_000}).status_code == 422
    with server.connect() as connection:
        connection.sendall(post("/api/ask", b"", length=100_000_000))
        assert status_of(connection.recv(65536)) == 413
    assert server.resident_mib() < resident + 40


HOST = b"Host: 127.0.0.1\r\n"


@pytest.mark.parametrize(
    ("request_", "statuses"),
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}, id="tls"),
        pytest.param(b"GET / HTTP/1.0\r\n" + HOST + b"\r\n", {200}, id="http-1.0"),
        pytest.param(b"GET /healthz HTTP/1.0\r\n\r\n", {421}, id="http-1.0-no-host"),
        pytest.param(post("/api/ask", b"", length=-5), {400}, id="length-negative"),
        pytest.param(b"POST /api/ask HTTP/1.1\r\n" + HOST + b"Content-Length: 5x\r\n\r\n", {400}, id="length-no-number"),
        pytest.param(post("/api/ask", b"ab", "Content-Length: 5\r\n"), {400}, id="length-twice"),
        pytest.param(post("/api/ask", b"ab", "Transfer-Encoding: chunked\r\n"), {400}, id="length-and-chunks"),
        pytest.param(post("/api/ask", b"", length=10**30), {400, 413}, id="length-of-31-digits"),
        pytest.param(CHUNKED + b"zz\r\n\r\n", {400}, id="chunk-without-length"),
        pytest.param(b"CONNECT evil.example:80 HTTP/1.1\r\n" + HOST + b"\r\n", {400, 404, 405}, id="connect"),
        pytest.param(b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", {400}, id="host-twice"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", {400}, id="no-host"),
        pytest.param(
            b"GET /healthz HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==\r\n\r\n", {200}, id="websocket",
        ),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 421}, id="http-2"),
        pytest.param(b"GET /%ff%00%0d%0aX: HTTP/1.1\r\n" + HOST + b"\r\n", {400, 404}, id="escapes"),
    ],
)  # fmt: skip
def test_what_is_not_quite_http(server: RealServer, request_: bytes, statuses: set[int]) -> None:
    with server.connect(5) as connection:
        connection.sendall(request_)
        reply = connection.recv(65536)
    assert status_of(reply) in statuses
    assert b"Traceback" not in reply


def test_requests_without_waiting_for_replies(server: RealServer) -> None:
    """The first is answered, and the connection closes; what came behind is for the client to send again."""
    with server.connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 5000)
        replies = read_all(connection)
    assert replies.count(b"HTTP/1.1 200") == 1
    with server.client() as client:  # one after the other they may share it
        assert {client.get("/healthz").status_code for _ in range(20)} == {200}


# --- more than can be answered -----------------------------------------------------------------------------


def test_readers_beyond_the_queue_are_told_when_to_come_back(server: RealServer) -> None:
    crowd = PLACES * 17 + 10
    with ExitStack() as opened, ThreadPoolExecutor(crowd) as readers:
        connections = [opened.enter_context(server.connect()) for _ in range(crowd)]

        def outcome(connection: object) -> bytes:
            connection.sendall(ask())  # type: ignore[attr-defined]
            return read_until(connection, b"}")  # type: ignore[arg-type]

        replies = list(readers.map(outcome, connections))
    statuses = [status_of(reply) for reply in replies]
    assert set(statuses) == {200, 503}
    assert statuses.count(200) >= PLACES
    for reply in replies:
        if status_of(reply) == 503:
            assert re.search(rb"(?i)\r\nretry-after: [1-9]", reply)
            assert "当前提问人数过多".encode() in reply
