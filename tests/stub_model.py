"""An OpenAI-compatible server on a free port that replies as told and notices when its client leaves.

What a client library does over a real socket cannot be had from a fake in place of the model: closing
a request, time-outs, refusals, replies that break off.
"""

from __future__ import annotations

import json
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Exchange:
    """One request being answered."""

    def __init__(self, handler: BaseHTTPRequestHandler, server: StubModel) -> None:
        self._handler = handler
        self._server = server
        self._has_begun = False

    def refuse(self, status: int) -> None:
        body = b'{"error": {"message": "refused", "type": "stub"}}'
        self._handler.send_response(status)
        self._handler.send_header("content-type", "application/json")
        self._handler.send_header("content-length", str(len(body)))
        self._handler.end_headers()
        self._handler.wfile.write(body)

    def send(self, data: bytes, media_type: str = "text/event-stream") -> None:
        if not self._has_begun:
            self._has_begun = True
            self._handler.send_response(200)
            self._handler.send_header("content-type", media_type)
            self._handler.end_headers()
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def say(self, text: str | None = None, end: str | None = None) -> None:
        choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": end}
        chunk = {
            "id": "c",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "m",
            "choices": [choice],
        }
        self.send(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode())

    def finish(self, reason: str = "stop") -> None:
        self.say(end=reason)
        self.send(b"data: [DONE]\n\n")

    def wait(self, seconds: float) -> bool:
        """Wait; False when the client left meanwhile."""
        readable, _, _ = select.select([self._handler.connection], [], [], seconds)
        if readable and not self._handler.connection.recv(1):
            self._server.left.release()
            return False
        return True


Reply = Callable[[Exchange], None]


def replies(text: str, *, end: str = "stop") -> Reply:
    """A whole reply, a few characters a piece."""

    def reply(exchange: Exchange) -> None:
        for at in range(0, len(text), 7):
            exchange.say(text[at : at + 7])
        exchange.finish(end)

    return reply


def drips(text: str, *, seconds: float, times: int = 1000) -> Reply:
    """The same text again and again with pauses, until the client leaves."""

    def reply(exchange: Exchange) -> None:
        for _ in range(times):
            exchange.say(text)
            if not exchange.wait(seconds):
                return
        exchange.finish()

    return reply


def is_silent(begins: str = "") -> Reply:
    """Accepts the request, perhaps begins to reply, and then says nothing more."""

    def reply(exchange: Exchange) -> None:
        if begins:
            exchange.say(begins)
        exchange.wait(60)

    return reply


def refuses(status: int) -> Reply:
    """Answers with an error status."""
    return lambda exchange: exchange.refuse(status)


def breaks_off(text: str) -> Reply:
    """Closes the connection after a text, without saying that the reply has ended."""
    return lambda exchange: exchange.say(text)


def babbles(data: bytes, media_type: str = "text/event-stream") -> Reply:
    """Sends bytes that are no reply."""
    return lambda exchange: exchange.send(data, media_type)


class StubModel:
    """Replies with `script` in order, the last one again and again; remembers what it was asked."""

    def __init__(self, *script: Reply) -> None:
        self.script = list(script)
        self.asked: list[dict[str, Any]] = []
        self.asked_at: list[float] = []
        self.requests = 0  # of any kind
        self.left = threading.Semaphore(0)  # one for each client that left early
        self.address = ""

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["content-length"]))
        self.asked.append(json.loads(body))
        self.asked_at.append(time.monotonic())
        reply = self.script[min(len(self.asked), len(self.script)) - 1]
        try:
            reply(Exchange(handler, self))
        except (BrokenPipeError, ConnectionResetError):
            self.left.release()

    @property
    def sent(self) -> str:
        """Everything that was ever sent here, as one text."""
        return json.dumps(self.asked, ensure_ascii=False)


@contextmanager
def open_stub(*script: Reply) -> Iterator[StubModel]:
    """Serve a `StubModel` for as long as the context lasts."""
    model = StubModel(*script)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            model.take(self)

        def parse_request(self) -> bool:
            model.requests += 1
            return super().parse_request()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    model.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        thread.join()
        server.socket.close()
