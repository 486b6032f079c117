"""Long work of staff: one at a time, in a thread of its own, its progress streamed to the page."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from assistant.errors import AssistantError

T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Called with what is done and how much there is."""


class OneAtATime:
    """A right that one piece of work holds; a second gets a message instead of waiting.

    Attributes:
        reached: What the work under way has done and how much there is; None while there is none.
        stopping: Set when that work is asked to end; work that can end early looks at it.
    """

    def __init__(self, busy: str) -> None:
        self.busy = busy
        self.reached: tuple[int, int] | None = None
        self.stopping = threading.Event()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Take the right; whoever took it calls `give_back`, from any thread.

        Raises:
            AssistantError: somebody else holds it.
        """
        if not self._lock.acquire(blocking=False):
            raise AssistantError(self.busy, hint="Wait until that has ended.")
        self.stopping.clear()
        self.reached = (0, 0)

    def give_back(self) -> None:
        """Let the next one work."""
        self.reached = None
        self._lock.release()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the right for a block."""
        self.take()
        try:
            yield
        finally:
            self.give_back()


LOW_PRIORITY = 10


def step_back() -> None:
    """Let this thread, and the processes it starts, work when readers leave it a processor.

    Linux only, where a thread has a priority of its own; it cannot be raised again.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)


def run_apart(work: Callable[[], T]) -> T:
    """Run `work` in a thread of low priority and wait for it; gives or raises what it does."""

    def run() -> T:
        step_back()
        return work()

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="staff-work") as apart:
        return apart.submit(run).result()


def stream_progress(
    right: OneAtATime, work: Callable[[Progress], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Run `work` in a thread and yield its progress, then its result.

    The work goes on, and keeps its right, when the reader leaves.

    Yields:
        `{"done", "total"}` as it goes on, at last what `work` gives.
    """
    events: queue.Queue[tuple[bool, dict[str, Any] | BaseException]] = queue.Queue()

    def tell(done: int, total: int) -> None:
        right.reached = (done, total)
        events.put((False, {"done": done, "total": total}))

    def run() -> None:
        step_back()
        try:
            events.put((True, work(tell)))
        except BaseException as error:  # handed to the reader of the queue, which raises it
            events.put((True, error))
        finally:
            right.give_back()

    right.take()
    threading.Thread(target=run, name="staff-work", daemon=True).start()
    is_last = False
    while not is_last:
        is_last, event = events.get()
        if isinstance(event, BaseException):
            raise event
        yield event
