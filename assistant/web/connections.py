"""One connection of a client, bounded: how long a request may take to arrive, how large its head is, how slowly a reply is read.

uvicorn waits without end for the rest of a head or a body, and for a client that does not read. Its faster parser also takes heads of
any size; this stands on h11, which takes 64 KB. Knows nothing of what is asked.
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import socket
import time
from collections.abc import Iterable
from typing import Literal

import h11
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

HEAD_SECONDS = 10.0
"""From the beginning of a connection, or the first byte of a later request, to the end of its head."""
BODY_SECONDS = 20.0
BODY_BYTES_PER_SECOND = 20_000
"""A body may take 20 s, and a second more for each 20 KB that have come: an upload of 50 MB three quarters of an hour."""
REST_SECONDS = 3.0
"""For the rest of a body whose reply is out: closed at once, the client would lose the reply."""
READ_SECONDS = 60.0
"""For the next 170 KB of what is ready for a client; a stream holds one of the few places for answers meanwhile."""
SEND_BUFFER_BYTES = 262_144
"""Of the system, for each connection. Left to itself it grows to megabytes, and tells of room only when a third is free: a slow
client would look like one that does not read."""
MAX_CONNECTIONS = min(600, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
"""The index and its threads hold some hundred files; commonly a process may have 1,024."""

Wait = Literal["head", "body", "rest", "reading"]

_ACCESS = logging.getLogger("assistant.access")


class Connection(H11Protocol):
    """HTTP/1.1 as uvicorn serves it, with an end to all waiting once `end_waiting` is called each second.

    A second request before the reply to the first is not served, and the connection closes after the first: no browser and no proxy
    sends one, and with it in the way nobody would see that the client leaves.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; with too many connections at the cost of the one that has been idle for longest."""
        super().connection_made(transport)
        connected = transport.get_extra_info("socket")
        if connected is not None:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        self._since = time.monotonic()
        self._waits_for: tuple[Wait | None, object, int] = ("head", None, 0)
        self._taken_bytes = self._resumed = 0
        if len(self.connections) > MAX_CONNECTIONS:
            idle = [one for one in self.connections if isinstance(one, Connection) and one._is_idle()]
            min(idle, key=lambda one: one._since).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what came, but no second request."""
        self._taken_bytes += len(data)
        if not self._is_complete():
            super().data_received(data)
            if not (self._is_complete() and self.conn.trailing_data[0]):
                return
            self.flow.resume_reading()
        self.cycle.keep_alive = False

    def resume_writing(self) -> None:
        """Note that the client reads on."""
        super().resume_writing()
        self._resumed += 1

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP."""
        self._refuse(400, msg)

    def end_waiting(self, now: float) -> None:
        """Close the connection when its client has been waited for long enough.

        Args:
            now: By the monotonic clock.
        """
        wait = self._wait()
        waits_for = (wait, self.cycle, self._resumed)
        if waits_for != self._waits_for:
            self._waits_for, self._since, self._taken_bytes = waits_for, now, 0
        seconds = now - self._since
        if wait == "head" and seconds > HEAD_SECONDS:
            if self.conn.trailing_data[0]:
                self._refuse(408, "The request took too long.")
            else:
                self.transport.close()
        elif wait == "body" and seconds > BODY_SECONDS + self._taken_bytes / BODY_BYTES_PER_SECOND:
            self._refuse(408, "The request took too long.")
        elif wait == "rest" and seconds > REST_SECONDS:
            self.transport.close()
        elif wait == "reading" and seconds > READ_SECONDS:
            self.transport.abort()

    def _wait(self) -> Wait | None:
        """Give what the client is to do next; None when it waits itself, or uvicorn's clock for idle connections runs."""
        if self.transport.is_closing() or self.flow.write_paused:
            return "reading"
        is_answered = self.cycle is None or self.cycle.response_complete
        if self.conn.their_state is h11.SEND_BODY:
            return "rest" if is_answered else "body"
        return "head" if is_answered and self.timeout_keep_alive_task is None else None

    def _is_complete(self) -> bool:
        """Tell whether the request is here and its reply is not out: all that comes now is another request."""
        is_answering = self.cycle is not None and not self.cycle.response_complete
        return is_answering and self.conn.their_state not in (h11.IDLE, h11.SEND_BODY)

    def _is_idle(self) -> bool:
        return (self.cycle is None or self.cycle.response_complete) and not self.transport.is_closing()

    def _refuse(self, status: int, message: str) -> None:
        """Reply, where no reply has begun, and close; the application learns that the client is gone."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = [*self.server_state.default_headers, CLOSE_HEADER, (b"content-type", b"text/plain")]
            reply = h11.Response(status_code=status, headers=headers, reason=STATUS_PHRASES[status])
            for event in (reply, h11.Data(data=message.encode("ascii")), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
            client = self.client[0] if self.client else "unknown"
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            _ACCESS.info(json.dumps({"at": at, "client": client, "route": "other", "status": status}))
        self.transport.close()


def end_waiting(connections: Iterable[object]) -> None:
    """Look at every connection; to be called each second."""
    now = time.monotonic()
    for one in list(connections):
        if isinstance(one, Connection):
            one.end_waiting(now)
