"""Gradio's errors in the log, in the same form as ours.

It prints a trace with the message; for a call with too few values that message holds those that came, a question among them.
"""

from __future__ import annotations

import json
import logging
import sys
from types import SimpleNamespace

from assistant.web.security import describe_error

_ERRORS = logging.getLogger("assistant.errors")


def log_page_errors() -> None:
    """Put a line of class and places in the place of each trace that Gradio prints; calling it again changes nothing."""
    from gradio import queueing, route_utils, routes

    for module in (queueing, routes, route_utils):
        module.traceback = SimpleNamespace(print_exc=_log_error)


def _log_error() -> None:
    error = sys.exc_info()[1]
    if error is not None:
        _ERRORS.error(json.dumps({"error": describe_error(error)}))
