"""Asking for a request: the bound on answers made at once, and their counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from assistant.types import Answer
from assistant.web.metrics import Metrics

if TYPE_CHECKING:
    from assistant.build import Assistant

T = TypeVar("T")

WAITING_PER_PLACE = 16
"""Requests that may wait for each place; at 0.15 s an answer the last waits 2.5 s."""
MAX_WAIT_SECONDS = 5.0
"""Then a reader is better told to come back than kept."""


class Busy(Exception):
    """All places are taken and enough others wait; come back in `retry_seconds`."""

    retry_seconds = 5


class ReaderLeft(Exception):
    """Whoever asked has closed the connection; nobody waits for the answer."""


@dataclass
class Answers:
    """Runs what is slow beside the event loop, at most `places` at once.

    The same `Assistant` serves every surface; this only queues and counts.
    """

    assistant: Assistant
    metrics: Metrics
    places: int
    _free: asyncio.Semaphore = field(init=False)
    _inside: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.places)
        self.metrics.watch_answering(lambda: self._inside)

    async def run(self, work: Callable[[], T]) -> T:
        """Run blocking work in a thread once a place is free.

        Raises:
            Busy: there is no place within `MAX_WAIT_SECONDS`, or too many wait.
        """
        async with self._place():
            return await run_in_threadpool(work)

    async def ask(
        self, work: Callable[[], Generator[Answer]], is_gone: Callable[[], Awaitable[bool]]
    ) -> Answer:
        """Give the last of the growing answers.

        Args:
            is_gone: Whether the reader has left; looked at as the answer grows, each second at least.

        Raises:
            ReaderLeft: the reader has left; what was asked of a chat model is ended.
            Busy: there is no place within `MAX_WAIT_SECONDS`, or too many wait.
        """
        async with aclosing(self.stream(work)) as growing:
            last = await anext(growing)
            async for answer in growing:
                if await is_gone():
                    raise ReaderLeft
                last = answer
        return last

    async def stream(self, work: Callable[[], Generator[Answer]]) -> AsyncGenerator[Answer]:
        """Yield growing answers; the place is held until the last one, or until the reader leaves."""
        async with self._place():
            answer: Answer | None = None
            growing = await run_in_threadpool(work)  # it may wait for the library to open
            try:
                async for answer in iterate_in_threadpool(growing):
                    yield answer
            finally:
                # A reader may leave between two answers; what is asked of a chat model ends now, not when
                # the garbage is collected.
                growing.close()
            if answer is not None:
                self.metrics.count_answer(answer)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        if self._inside >= self.places * (1 + WAITING_PER_PLACE):
            raise Busy
        self._inside += 1
        try:
            try:
                await asyncio.wait_for(self._free.acquire(), MAX_WAIT_SECONDS)
            except TimeoutError as error:
                raise Busy from error
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._inside -= 1
