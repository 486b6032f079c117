"""What every request passes: host and origin, size, safe headers, a request id, and one line in the log.

Nothing a reader typed is written down: no body, no query string, no path that is not one of ours, and
of an error only its class and the lines of code it came through.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
import traceback
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.hosts import is_loopback, is_this_machine
from assistant.web.answers import Busy
from assistant.web.gate import BadToken
from assistant.web.metrics import Metrics
from assistant.web.peers import Peers, peer_of
from assistant.web.readers import ANONYMOUS
from assistant.web.replies import error_response
from assistant.web.routes import route_label

MAX_BODY_BYTES = 1_000_000
"""A question and its history are far below; uploads have a bound of their own."""
MAX_UPLOAD_BYTES = 50_000_000
UPLOAD_PATH = "/documents/upload"

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_CACHED = ("/web/", "/assets/", "/static/")
"""Scripts and styles, the same for everybody; all else is for its reader alone."""
_FORWARDED = (b"x-forwarded-", b"forwarded")
"""What a proxy says; from anybody else it would only make Gradio build addresses of another host."""
_ACCESS = logging.getLogger("assistant.access")
_ERRORS = logging.getLogger("assistant.errors")


@dataclass
class _Exchange:
    """One request on its way, and what came of it."""

    id: str
    started: float = field(default_factory=time.perf_counter)
    status: int | None = None


class Security:
    """The outermost middleware.

    Args:
        frame_ancestors: Origins that may embed the page, parted by spaces.
    """

    def __init__(self, app: ASGIApp, *, peers: Peers, metrics: Metrics, frame_ancestors: str = "") -> None:
        self.app = app
        self.peers = peers
        self.metrics = metrics
        self.headers = safe_headers(frame_ancestors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request in, or turn it away; either way log and count it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(secrets.token_hex(8))
        scope.setdefault("state", {})["request_id"] = exchange.id
        scope["scheme"] = self.peers.scheme_of(scope)
        path = scope["path"]
        if not self.peers.trusts(peer_of(scope)):
            scope["headers"] = [pair for pair in scope["headers"] if not pair[0].startswith(_FORWARDED)]
        send = self._sender(scope, exchange, send)
        try:
            await self._let_in(scope, _limited(receive, _body_limit(path)), send)
        except Exception as error:  # the last place where a trace could reach a reader or a log
            _ERRORS.error(json.dumps({"id": exchange.id, "error": describe_error(error)}))
            if exchange.status is None:
                reply = error_response(
                    path,
                    500,
                    "Something failed here. 服务器出错。",
                    hint=f"Tell staff this number: {exchange.id}.",
                )
                await reply(scope, receive, send)
        finally:
            self._record(scope, exchange)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, path = Headers(scope=scope), scope["path"]
        if not host_is_ours(scope, headers, self.peers):
            self.metrics.refused.labels("host").inc()
            reply = error_response(
                path, 421, "This host name is not served here.",
                hint="Behind a reverse proxy set ASSISTANT_TRUSTED_PROXIES to its address.",
            )  # fmt: skip
            await reply(scope, receive, send)
            return
        is_preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in headers
        if is_preflight or comes_from_elsewhere(scope["method"], headers):
            self.metrics.refused.labels("origin").inc()
            reply = error_response(
                path, 403, "The request comes from another site.", hint="Use this site's pages."
            )
            await reply(scope, receive, send)
            return
        if "content-length" in headers and "transfer-encoding" in headers:
            # A proxy may go by the one and this server by the other, and see another request behind this one.
            reply = error_response(
                path, 400, "The request tells its length twice.", headers={"connection": "close"}
            )
            await reply(scope, receive, send)
            return
        told = headers.get("content-length", "0")
        if not told.isdecimal() or int(told) > _body_limit(path):
            await error_response(path, 413, "The request is too large.")(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        except BadToken:
            self.metrics.refused.labels("token").inc()
            reply = error_response(
                path, 401, "The token is not valid.", hint="Make one: `assistant tokens create NAME`.",
                headers={"www-authenticate": "Bearer"},
            )  # fmt: skip
            await reply(scope, receive, send)

    def _sender(self, scope: Scope, exchange: _Exchange, send: Send) -> Send:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                headers["x-request-id"] = exchange.id
                # Gradio lets every site in, with cookies; nothing here is for the scripts of another one.
                for name in [name for name in headers if name.startswith("access-control-")]:
                    del headers[name]
                # The login page asks for more than the rest; nobody asks for less.
                strict = "content-security-policy" in headers and scope["path"] in STRICT_PATHS
                for name, value in self.headers.items():
                    if not strict or name not in headers:
                        headers[name] = value
                if exchange.status == 503:
                    headers.setdefault("retry-after", str(Busy.retry_seconds))
                if not scope["path"].startswith(_CACHED):
                    headers["cache-control"] = "no-store"
            await send(message)

        return send_safely

    def _record(self, scope: Scope, exchange: _Exchange) -> None:
        seconds = time.perf_counter() - exchange.started
        label, status = route_label(scope["path"]), exchange.status or 499
        self.metrics.requests.labels(label, str(status)).inc()
        self.metrics.seconds.labels(label).observe(seconds)
        reader = scope.get("state", {}).get("reader", ANONYMOUS)
        _ACCESS.info(
            json.dumps(
                {
                    "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                    "id": exchange.id,
                    "client": self.peers.client_of(scope),
                    "reader": reader.name,
                    "audience": reader.audience,
                    "method": scope["method"][:10],
                    "route": label,
                    "status": status,
                    "milliseconds": round(seconds * 1000, 1),
                },
                ensure_ascii=True,
            )
        )


STRICT_PATHS = ("/login", "/api/docs")


def safe_headers(frame_ancestors: str) -> dict[str, str]:
    """Give the headers of every response.

    Gradio compiles templates in the page ('unsafe-eval') and sets styles on elements ('unsafe-inline');
    what counts is that nothing is loaded from, or sent to, another host.
    """
    ancestors = " ".join(["'self'", *frame_ancestors.split()])
    headers = {
        "content-security-policy": (
            "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
            f"base-uri 'self'; form-action 'self'; frame-ancestors {ancestors}"
        ),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    return headers if frame_ancestors else headers | {"x-frame-options": "SAMEORIGIN"}


def host_is_ours(scope: Scope, headers: Headers, peers: Peers) -> bool:
    """Tell whether a request from this machine names this machine.

    A page elsewhere may let its own name point at 127.0.0.1 and then read what loopback serves (DNS
    rebinding); its requests still carry that name.
    """
    if peers.behind_proxy or not is_loopback(peer_of(scope)):
        return True
    try:
        host = urlsplit(f"//{headers.get('host', '')}").hostname
    except ValueError:  # half an IPv6 address
        return False
    return is_this_machine(host)


def comes_from_elsewhere(method: str, headers: Headers) -> bool:
    """Tell whether a browser sends this on behalf of another site's page; then it must change nothing.

    A bearer token is not something a browser adds by itself, so it needs no such care.
    """
    if method in _SAFE_METHODS or headers.get("authorization", "").lower().startswith("bearer "):
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != headers.get("host", "")
    except ValueError:
        return True


def describe_error(error: BaseException) -> str:
    """Give class and lines of an error, never its message: that may quote what somebody typed."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    return f"{type(error).__name__} at {' < '.join(reversed(places))}"


def _body_limit(path: str) -> int:
    return MAX_UPLOAD_BYTES if path == UPLOAD_PATH else MAX_BODY_BYTES


def _limited(receive: Receive, most: int) -> Receive:
    """Stop reading a body that is longer than it said, or did not say."""
    taken = 0

    async def receive_within() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413, "The request is too large.")
        return message

    return receive_within
