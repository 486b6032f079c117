"""How much processor time the file being read may still take; without a reader process it knows no bound."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

try:
    import resource
except ImportError:  # not a POSIX system
    resource = None  # type: ignore[assignment]

MAX_EXTENDED_SECONDS = 1_800
"""All extensions of one file together: about 300 to 900 scanned pages, whose text comes slowly."""

_ping: Callable[[], None] | None = None
_extended = 0


def start_budget(seconds: int, ping: Callable[[], None]) -> None:
    """Give this process `seconds` of processor time from now on; when they are used up the system ends it.

    Args:
        ping: Called whenever the budget is extended, to tell who waits that work goes on.
    """
    global _ping, _extended
    _ping, _extended = ping, 0
    _limit(seconds)


def extend_budget(seconds: int) -> None:
    """Begin a step that is slow by nature, such as a page of OCR; beyond `MAX_EXTENDED_SECONDS` in vain."""
    global _extended
    if _ping is None or _extended + seconds > MAX_EXTENDED_SECONDS:
        return
    _extended += seconds
    _limit(seconds)
    _ping()


def _limit(seconds: int) -> None:
    if resource is not None:
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, hard))
