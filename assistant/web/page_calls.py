"""Which of Gradio's routes are served, and what a call of the page may hold; knows nothing of readers.

Gradio brings many more routes than the page uses. Among them are streams that never end (heartbeat, reload), one that
writes a file for each GET (deep links), and others that reach a question past the queue and its price.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

QUEUED = frozenset({"ask", "sync", "rebuild", "run_evals"})
"""Endpoints that stream; they wait for their turn."""
DIRECT = frozenset(
    {
        "start", "source", "source_page", "feedback", "library", "remove", "about", "gaps", "settle_gap",
        "remove_rating", "evals", "stop_evals", "eval_report", "compare_evals",
    }
)  # fmt: skip
_READ = (["info"], ["app_id"], ["startup-events"], ["theme.css"], ["queue", "data"])
_CLOSED = ("/openapi.json", "/monitoring", "/svelte", "/pwa_icon", "/runs")
_BELOW = "/gradio_api/"
MAX_CALL_BYTES = 1_000_000


def is_served(method: str, path: str) -> bool:
    """Tell whether the page, or Gradio's own client in its place, has a use for a path."""
    if not path.startswith(_BELOW):
        return not path.startswith(_CLOSED)
    match path.removeprefix(_BELOW).split("/"):
        case ["run", name]:
            return method == "POST" and name in DIRECT
        case ["call", name]:
            return method == "POST" and name in QUEUED
        case ["call", name, _]:
            return method == "GET" and name in QUEUED
        case ["queue", "join"]:
            return method == "POST"
        case parts:
            return method in ("GET", "HEAD") and parts in _READ


class PageCalls:
    """Closes the routes that the page does not use, and refuses calls that hold more than data.

    A call may name another function by `fn_index`: `run/start` would ask a question, past the queue.

    Args:
        inputs: How many values each endpoint takes, by name.
    """

    def __init__(self, app: ASGIApp, *, inputs: Mapping[str, int]) -> None:
        self.app = app
        self.inputs = inputs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 404, 400 or 413."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if not is_served(scope["method"], path):
            await JSONResponse({"error": "Not found."}, 404)(scope, receive, send)
        elif scope["method"] == "POST" and path.startswith((f"{_BELOW}run/", f"{_BELOW}call/")):
            await self._pass_data(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _pass_data(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _read_body(receive)
        except HTTPException as error:
            await JSONResponse({"error": error.detail}, error.status_code)(scope, receive, send)
            return
        wanted = self.inputs.get(scope["path"].rsplit("/", 1)[1], 0)
        if not _holds_data_alone(body, at_least=wanted):
            told = f"A call holds a list 'data' with {wanted} values or more, and nothing else."
            await JSONResponse({"error": told}, 400)(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_again() -> Message:
            return waiting.pop() if waiting else await receive()

        await self.app(scope, receive_again, send)


async def _read_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HTTPException(400, "The request broke off.")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_CALL_BYTES:
            raise HTTPException(413, "The request is too large.")
    return body


def _holds_data_alone(body: bytes, *, at_least: int) -> bool:
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(call, dict) or set(call) != {"data"}:
        return False
    return isinstance(call["data"], list) and len(call["data"]) >= at_least
