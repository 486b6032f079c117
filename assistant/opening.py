"""Opening in two steps: what answers is loaded, then what comes before the first question is done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING

from assistant.errors import LibraryOpening

if TYPE_CHECKING:
    from assistant.parts import Parts

PATIENCE_SECONDS = 5.0
"""How long a call waits; whoever wants to wait longer, and tell its reader meanwhile, asks `wait` again."""


class Opening:
    """Runs once, in any thread; others wait for it.

    Attributes:
        reached: Files looked at and their number, while a sync before the first question goes on.
        wanted: Set when somebody waits for it; a server may begin only then.
    """

    def __init__(self, load: Callable[[], Parts]) -> None:
        self.reached = (0, 0)
        self.wanted = threading.Event()
        self._load = load
        self._loaded: Future[Parts] = Future()
        self._opened: Future[None] = Future()
        self._under_way = threading.Lock()

    def run(self, prepare: Callable[[], None] | None) -> None:
        """Load the parts, prepare, and let the questions that wait go on.

        Raises:
            AssistantError: the parts cannot be loaded, or `prepare` raised it; those who wait get it, too.
        """
        with self._under_way:
            try:
                self._loaded.set_result(self._load())
                if prepare is not None:
                    prepare()
            except BaseException as error:
                if not self._loaded.done():
                    self._loaded.set_exception(error)
                self._opened.set_exception(error)
                raise
            self._opened.set_result(None)

    def wait(self, seconds: float) -> tuple[int, int] | None:
        """Wait until questions are answered; give `reached` where that is not so in time, else `None`.

        Args:
            seconds: 0 looks without wanting it.

        Raises:
            AssistantError: it failed.
        """
        if seconds:
            self.wanted.set()
        try:
            self._opened.result(timeout=seconds)
        except NotYet:
            return self.reached
        return None

    def check_open(self) -> None:
        """Return as soon as questions are answered.

        Raises:
            LibraryOpening: that is not so within `PATIENCE_SECONDS`.
        """
        if self.wait(PATIENCE_SECONDS) is not None:
            raise _not_yet()

    def parts(self, patience_seconds: float | None = None) -> Parts:
        """Give what was loaded.

        Args:
            patience_seconds: How long to wait; None is `PATIENCE_SECONDS`.

        Raises:
            LibraryOpening: it is not there in time.
        """
        self.wanted.set()
        try:
            return self._loaded.result(PATIENCE_SECONDS if patience_seconds is None else patience_seconds)
        except NotYet as error:
            raise _not_yet() from error

    def wait_until_idle(self) -> None:
        """Return when no thread is opening."""
        with self._under_way:
            return


def _not_yet() -> LibraryOpening:
    return LibraryOpening(
        "The library is still being opened. 正在打开知识库。", hint="Ask again in a moment. 请稍后再试。"
    )
