"""Listening first: the port is open and the page can be loaded while models and vectors are."""

from __future__ import annotations

import contextlib
import errno
import gc
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer
import uvicorn

from assistant.errors import InputError, Stopped
from assistant.web.connections import end_waiting
from assistant.web.library import CHANGE
from assistant.web.progress import Progress

if TYPE_CHECKING:
    from assistant.build import Assistant

_NOT_HERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
IDLE_SECONDS = 2.5
"""Then the assistant is opened although nobody has come. Loading holds Python's lock for a second at a time: begun at
once, a browser had the page's 55 files after 3.8 s; begun when the page was there, after 1.1 s (single runs, load 6-11)."""
REPLY_SECONDS = 0.1
"""For the reply to whoever wants it, which would wait for that lock, too."""


def open_sockets(host: str, port: int) -> list[socket.socket]:
    """Take a port on every address of a host; uvicorn itself would end the process with a line of its log.

    Raises:
        InputError: there is no such host here, or the port is taken or not ours to take.
    """
    opened: list[socket.socket] = []
    failed: OSError | None = None
    try:
        found = dict.fromkeys(
            socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        )
        for family, kind, protocol, _, address in found:
            try:
                opened.append(_bind(family, kind, protocol, address))
            except OSError as error:
                if error.errno not in _NOT_HERE:
                    raise
                failed = error  # 'localhost' may name ::1 on a machine without IPv6
        if not opened and failed is not None:
            raise failed
    except OSError as error:
        for one in opened:
            one.close()
        raise InputError(
            f"Cannot listen at {host!r}, port {port}: {error.strerror}.",
            hint="Stop what listens there, or choose another --port or --host.",
        ) from error
    return opened


def _bind(family: int, kind: int, protocol: int, address: tuple[object, ...]) -> socket.socket:
    one = socket.socket(family, kind, protocol)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind(address)
    except OSError:
        one.close()
        raise
    return one


class OpeningServer(uvicorn.Server):
    """Opens its assistant in a thread while it listens already, and ends when that fails."""

    def __init__(
        self, config: uvicorn.Config, assistant: Assistant, prepare: Callable[[Progress], None] | None
    ) -> None:
        super().__init__(config)
        self._assistant = assistant
        self._prepare = prepare
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None

    def run_until_interrupted(self) -> None:
        """Serve until Ctrl+C or SIGTERM.

        Raises:
            InputError: the port could not be opened.
            AssistantError: the assistant could not be opened.
        """
        sockets = open_sockets(self.config.host, self.config.port)
        with contextlib.suppress(KeyboardInterrupt):
            self.run(sockets)
        if self._thread is not None:
            self._thread.join()
        if self._failure is not None and not isinstance(self._failure, Stopped):
            raise self._failure

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then open the assistant beside."""
        await super().startup(sockets)
        if self.started:
            typer.echo(f"Alliance Assistant is at {self._address()} (Ctrl+C ends it).")
            self._thread = threading.Thread(target=self._open, name="opening", daemon=True)
            self._thread.start()

    async def on_tick(self, counter: int) -> bool:
        """Each second, end connections whose clients have been waited for long enough."""
        if counter % 10 == 0:
            end_waiting(self.server_state.connections)
        return await super().on_tick(counter)

    def _address(self) -> str:
        host = "127.0.0.1" if self.config.host in ("0.0.0.0", "::") else self.config.host
        port = self.servers[0].sockets[0].getsockname()[1]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def _open(self) -> None:
        try:
            self._assistant.opening.wanted.wait(IDLE_SECONDS)
            time.sleep(REPLY_SECONDS)
            with CHANGE.held():
                self._assistant.open(self._get_ready)
        except BaseException as error:  # raised again where the command can show it
            self._failure = error
            self.should_exit = True

    def _get_ready(self) -> None:
        # What is there now stays; a collection would look through all of it, 0.15 s in which nobody is answered.
        gc.freeze()
        gc.enable()
        if self._prepare is not None:
            self._prepare(self._tell)
        self._assistant.warm_up()
        gc.freeze()

    def _tell(self, done: int, total: int) -> None:
        if self.should_exit:
            raise Stopped("The server was told to end.", hint="Start it again; it goes on from there.")
        self._assistant.opening.reached = (done, total)
