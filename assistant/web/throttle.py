"""How often somebody may try: a clockwork that counts, and knows nothing of requests."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

Clock = Callable[[], float]

ROUNDING = 1e-9
"""Waiting exactly as told is enough, whatever the last bit of the sum."""
MAX_KEYS = 20_000
"""Clients that are remembered, some megabytes; the one unseen for longest is forgotten first."""


class Buckets:
    """Token buckets by key: `per_minute` on average, as many at once after a quiet minute.

    Args:
        per_minute: 0 is no limit.
    """

    def __init__(self, per_minute: int, *, clock: Clock = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, cost: float = 1.0) -> int:
        """Take `cost`; give 0, or the seconds to wait when there is not enough."""
        if not self._per_minute:
            return 0
        with self._lock:
            now = self._clock()
            level, at = self._levels.pop(key, (float(self._per_minute), now))
            level = min(self._per_minute, level + (now - at) * self._per_minute / 60)
            wait = 0 if level >= cost - ROUNDING else math.ceil((cost - level) * 60 / self._per_minute)
            self._levels[key] = (level if wait else level - cost, now)
            if len(self._levels) > MAX_KEYS:
                self._levels.popitem(last=False)
            return wait


class Failures:
    """Failed attempts by key: after `most` within `window_seconds`, no more until the oldest has aged."""

    def __init__(self, most: int, window_seconds: float, *, clock: Clock = time.monotonic) -> None:
        self._most = most
        self._window_seconds = window_seconds
        self._clock = clock
        self._times: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_seconds(self, key: str) -> int:
        """Give how long `key` must wait before its next attempt; 0 is not at all."""
        with self._lock:
            times = self._recent(key)
            if len(times) < self._most:
                return 0
            return max(1, math.ceil(times[-self._most] + self._window_seconds - self._clock()))

    def add(self, key: str) -> None:
        """Count a failure."""
        with self._lock:
            self._times[key] = [*self._recent(key), self._clock()][-self._most :]
            self._times.move_to_end(key)
            if len(self._times) > MAX_KEYS:
                self._times.popitem(last=False)

    def forget(self, key: str) -> None:
        """Begin anew after a success."""
        with self._lock:
            self._times.pop(key, None)

    def _recent(self, key: str) -> list[float]:
        since = self._clock() - self._window_seconds
        return [at for at in self._times.get(key, ()) if at > since]
