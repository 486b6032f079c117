"""Bytes as clients send them, and what comes back; no library in between that would not send nonsense."""

from __future__ import annotations

import json
import socket
import time

QUESTION = "How much are the membership dues a company member pays each year?"
ANSWER = "A company member pays membership dues of RMB 20,000 each year [1]."
"""What the tiny library says of it, with its mark."""


def ask(path: str = "/api/ask", *, token: str = "", stream: bool = True, question: str = QUESTION) -> bytes:
    """Give a request for an answer by `/api/ask` or `/v1/chat/completions`."""
    body: dict[str, object] = {"question": question}
    if path.startswith("/v1"):
        messages = [{"role": "user", "content": question}]
        body = {"model": "alliance-assistant", "messages": messages, "stream": stream}
    head = "Accept: text/event-stream\r\n" if stream else ""
    head += f"Authorization: Bearer {token}\r\n" if token else ""
    return post(path, json.dumps(body).encode(), head)


def post(path: str, body: bytes, head: str = "", *, length: int | None = None) -> bytes:
    """Give a request with a body; `length` is what it says of it, where that is not so."""
    told = len(body) if length is None else length
    lines = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{head}"
    return f"{lines}Content-Length: {told}\r\n\r\n".encode() + body


def read_until(connection: socket.socket, wanted: bytes) -> bytes:
    """Read until `wanted` has come, or the end."""
    got = b""
    while wanted not in got:
        piece = connection.recv(65536)
        if not piece:
            break
        got += piece
    return got


def read_all(connection: socket.socket) -> bytes:
    """Read to the end of the connection, however it ends."""
    got = b""
    try:
        while piece := connection.recv(65536):
            got += piece
    except ConnectionResetError:
        pass
    return got


def status_of(reply: bytes) -> int:
    """Give the status of a reply; 0 when there is none."""
    return int(reply.split(b" ", 2)[1]) if reply.startswith(b"HTTP/1.1 ") else 0


def trickle(connection: socket.socket, piece: bytes, *, every: float, seconds: float) -> tuple[bytes, float]:
    """Send a piece again and again until a reply or the end comes; give it and the seconds until then.

    Raises:
        AssertionError: neither came.
    """
    began = time.monotonic()
    connection.settimeout(every)
    while time.monotonic() - began < seconds:
        try:
            if piece:
                connection.sendall(piece)
            return connection.recv(65536), time.monotonic() - began
        except TimeoutError:
            continue
        except (BrokenPipeError, ConnectionResetError):
            return b"", time.monotonic() - began
    raise AssertionError(f"still open after {seconds} s")
