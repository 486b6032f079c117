"""Where the lines about requests go: to standard error, one JSON object each."""

from __future__ import annotations

import logging
import sys


def start_logs(*, requests: bool) -> None:
    """Write errors, and with `requests` a line for each request; calling it again changes nothing more.

    Args:
        requests: False on a terminal, where a person wants to read what they started.
    """
    logger = logging.getLogger("assistant")
    logger.setLevel(logging.INFO if requests else logging.ERROR)
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.propagate = False  # the MCP library puts a handler of its own on the root
