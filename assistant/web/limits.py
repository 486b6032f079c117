"""Turning away a client that asks too often; stands behind the gate, so that it knows who asks."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web.metrics import Metrics
from assistant.web.peers import Peers
from assistant.web.readers import reader_of
from assistant.web.replies import error_response
from assistant.web.routes import request_cost
from assistant.web.throttle import Buckets


class RateLimit:
    """Counts requests by account, and by address for those without one."""

    def __init__(self, app: ASGIApp, *, buckets: Buckets, peers: Peers, metrics: Metrics) -> None:
        self.app = app
        self.buckets = buckets
        self.peers = peers
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429 with the seconds to wait."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        reader = reader_of(Request(scope))
        key = f"account {reader.name}" if reader.name else f"address {self.peers.client_of(scope)}"
        wait = self.buckets.take(key, request_cost(scope["method"], scope["path"]))
        if not wait:
            await self.app(scope, receive, send)
            return
        self.metrics.refused.labels("rate").inc()
        reply = error_response(
            scope["path"],
            429,
            "You are asking faster than the library answers. 提问过于频繁。",
            hint=f"Wait {wait} seconds. 请等待 {wait} 秒。",
            headers={"retry-after": str(wait)},
        )
        await reply(scope, receive, send)
