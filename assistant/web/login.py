"""Signing in and out: one page in both languages, which works without scripts."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from assistant.web.accounts import Account
from assistant.web.gate import Gate
from assistant.web.metrics import Metrics
from assistant.web.readers import reader_of
from assistant.web.sessions import COOKIE
from assistant.web.throttle import Failures

FORM_COOKIE = "assistant_form"
FORM_SECONDS = 3600
MAX_FAILURES = 10
WINDOW_SECONDS = 15 * 60
"""Ten wrong passwords in a quarter of an hour, of one account or one address: 40 guesses an hour."""

_PAGE = string.Template((Path(__file__).parent / "login.html").read_text(encoding="utf-8"))
_MESSAGES = {
    "wrong": "Name or password is not right.\n用户名或密码不正确。",
    "wait": "Too many attempts. Wait {seconds} seconds.\n尝试次数过多，请等待 {seconds} 秒。",
    "form": "The page was open for too long. Try once more.\n页面已过期，请重试。",
}
_HEADERS = {
    # Stricter than the rest: no script at all, and in nobody's frame. The form's origin must be sent,
    # which 'no-referrer' would replace by 'null'.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
}


@dataclass
class Login:
    """What the form needs beside the gate: its own signed cookie, and the count of failures."""

    gate: Gate
    secret: bytes
    metrics: Metrics
    provider_url: str | None = None
    by_account: Failures = field(default_factory=lambda: Failures(MAX_FAILURES, WINDOW_SECONDS))
    by_address: Failures = field(default_factory=lambda: Failures(MAX_FAILURES, WINDOW_SECONDS))

    def __post_init__(self) -> None:
        self._signer = URLSafeTimedSerializer(self.secret, salt="assistant-form")

    def is_secure(self, request: Request) -> bool:
        """True where the cookie must only travel encrypted."""
        return self.gate.peers.scheme_of(request.scope) == "https"

    def show(
        self,
        request: Request,
        *,
        status: int = 200,
        message: str = "",
        wait: int = 0,
        fields: Mapping[str, str] | None = None,
    ) -> Response:
        """Give the page with a fresh form token, which stands in the form and in a cookie.

        Args:
            fields: What was sent; name and target stand in the form again.
        """
        fields = fields or {}
        form_token = self._signer.dumps(secrets.token_urlsafe(16))
        reader = reader_of(request)
        html = _PAGE.substitute(
            message=f'<p class="message" role="alert">{escape(message)}</p>' if message else "",
            token=escape(str(form_token)),
            next=escape(local_path(fields.get("next") or request.query_params.get("next"))),
            typed=escape(fields.get("name", "")[:64]),
            name=escape(reader.name or ""),
            form_hidden="hidden" if reader.name else "",
            out_hidden="" if reader.name else "hidden",
            provider_hidden="" if self.provider_url and not reader.name else "hidden",
            provider=escape(self.provider_url or ""),
        )
        headers = _HEADERS | ({"retry-after": str(wait)} if wait else {})
        response = HTMLResponse(html, status, headers)
        response.set_cookie(
            FORM_COOKIE, str(form_token), max_age=FORM_SECONDS, path="/login", httponly=True, samesite="strict",
            secure=self.is_secure(request),
        )  # fmt: skip
        return response

    def form_is_ours(self, request: Request, form_token: str) -> bool:
        """Tell whether a form was given out by this page to this browser, not long ago."""
        cookie = request.cookies.get(FORM_COOKIE, "")
        try:
            self._signer.loads(form_token, max_age=FORM_SECONDS)
        except BadSignature:
            return False
        return secrets.compare_digest(cookie.encode(), form_token.encode())

    def wait_seconds(self, name: str, address: str) -> int:
        """Give how long the next attempt must wait."""
        return max(self.by_account.wait_seconds(name), self.by_address.wait_seconds(address))

    def check(self, name: str, password: str, address: str) -> Account | None:
        """Check a password and count the outcome."""
        account = self.gate.accounts.check_password(name, password)
        self.metrics.sign_ins.labels("good" if account else "bad").inc()
        if account is None:
            self.by_account.add(name)
            self.by_address.add(address)
        else:
            self.by_account.forget(name)
        return account


def make_login(login: Login) -> APIRouter:
    """Give the routes of `/login` and `/logout`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/login")
    def page(request: Request) -> Response:
        """Show the form, or who is signed in."""
        return login.show(request)

    @router.post("/login")
    async def sign_in(request: Request) -> Response:
        """Check the form and sign in."""
        async with request.form(max_files=0, max_fields=10) as form:
            fields = {key: value for key, value in form.items() if isinstance(value, str)}
        if not login.form_is_ours(request, fields.get("token", "")):
            return login.show(request, status=400, message=_MESSAGES["form"])
        name = fields.get("name", "").strip().lower()[:64]
        address = login.gate.peers.client_of(request.scope)
        wait = login.wait_seconds(name, address)
        if wait:
            message = _MESSAGES["wait"].format(seconds=wait)
            return login.show(request, status=429, message=message, wait=wait, fields=fields)
        account = await run_in_threadpool(login.check, name, fields.get("password", ""), address)
        if account is None:
            return login.show(request, status=401, message=_MESSAGES["wrong"], fields=fields)
        response = RedirectResponse(local_path(fields.get("next")), 303)
        response.delete_cookie(FORM_COOKIE, path="/login")
        login.gate.sessions.start(
            response, account, old_cookie=request.cookies.get(COOKIE), secure=login.is_secure(request)
        )
        return response

    @router.get("/logout")
    def way_out() -> Response:
        """Lead to the button: a link alone signs nobody out, and Gradio has a route of its own here."""
        return RedirectResponse("/login", 303)

    @router.post("/logout")
    def sign_out(request: Request) -> Response:
        """Sign out; the cookie is sent by this site's pages only."""
        response = RedirectResponse("/", 303)
        login.gate.sessions.end(response, request.cookies.get(COOKIE))
        return response

    return router


def local_path(target: str | None) -> str:
    """Give a path of this site to go on to; '/' for an address of any other."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/"
    parts = urlsplit(target)
    plain = not parts.scheme and not parts.netloc and target.isprintable()
    return target if plain else "/"
