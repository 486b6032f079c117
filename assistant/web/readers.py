"""Who is reading: the one place where a request becomes a name and an audience."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import NotFound
from assistant.types import Audience


@dataclass(frozen=True)
class Reader:
    """The person behind a request; `name` is None for somebody who has not signed in."""

    name: str | None = None
    audience: Audience = "public"

    @property
    def is_staff(self) -> bool:
        """True for those who may change the library."""
        return self.audience == "staff"


ANONYMOUS = Reader()
"""Everybody without an account."""

Identify = Callable[[HTTPConnection], Reader]
"""How a deployment tells readers apart; accounts, a proxy header or OIDC supply one."""


class ReaderMiddleware:
    """Decide once for each request who reads, before any page or API sees it."""

    def __init__(self, app: ASGIApp, identify: Identify) -> None:
        self.app = app
        self.identify = identify

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep the reader in the scope, which mounted applications share."""
        if scope["type"] in ("http", "websocket"):
            scope.setdefault("state", {})["reader"] = self.identify(HTTPConnection(scope))
        await self.app(scope, receive, send)


def reader_of(request: Any) -> Reader:
    """Give the reader of a Starlette, FastAPI or Gradio request; `ANONYMOUS` where nobody decided."""
    connection = getattr(request, "request", None) or request
    scope = getattr(connection, "scope", None) or {}
    reader = scope.get("state", {}).get("reader")
    return reader if isinstance(reader, Reader) else ANONYMOUS


def require_staff(request: Any) -> Reader:
    """Give the reader when it is staff.

    Raises:
        NotFound: anybody else; the message does not tell what there is.
    """
    reader = reader_of(request)
    if not reader.is_staff:
        raise NotFound("This page is not available to you.", hint="Sign in with a staff account.")
    return reader
