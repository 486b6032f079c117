"""Putting API, sign-in and protection around the page's application: what `create_app` returns, served safely."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, FastAPI, Request
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Mount, Route

from assistant.web.answers import Answers
from assistant.web.api import make_api, make_watch
from assistant.web.api_docs import make_api_docs
from assistant.web.gate import Gate
from assistant.web.limits import RateLimit
from assistant.web.login import Login, make_login
from assistant.web.metrics import Metrics
from assistant.web.openai_api import make_openai_api
from assistant.web.replies import NOT_AVAILABLE, add_error_replies, error_response
from assistant.web.security import Security
from assistant.web.sessions import load_secret
from assistant.web.throttle import Buckets

if TYPE_CHECKING:
    from assistant.build import Assistant

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def add_surfaces(app: FastAPI, assistant: Assistant, gate: Gate) -> FastAPI:
    """Add everything that stands beside the page; `app` must identify its readers by `gate`.

    The new routes come before those of `app`, whose page takes every path that is left.
    """
    settings = assistant.settings
    metrics = Metrics(documents=lambda: len(assistant.documents("staff")))
    answers = Answers(assistant, metrics, places=settings.concurrent_answers)
    login = Login(gate, load_secret(settings.index), metrics)
    routers = [
        make_api_docs(app),
        make_api(answers, gate.identify),
        make_watch(answers, gate.peers),
        make_openai_api(answers, gate.identify),
        make_login(login),
    ]
    if settings.oidc is not None:
        from assistant.web.oidc import make_oidc, read_provider

        login.provider_url = "/oidc/login"
        app.router.routes.insert(0, make_oidc(read_provider(settings.oidc), login))
    _put_before_page(app, _make_rest(routers))
    _put_first(app, routers)
    if find_spec("mcp") is not None:
        from assistant.web.mcp import McpEndpoint

        endpoint = McpEndpoint(answers, gate.identify)
        app.router.routes.insert(0, Route("/mcp", endpoint))
        _run_within(app, endpoint.running)
    add_error_replies(app)
    buckets = Buckets(settings.requests_per_minute)
    # Innermost, behind the gate; the other one outermost, before everything.
    app.user_middleware.append(Middleware(RateLimit, buckets=buckets, peers=gate.peers, metrics=metrics))
    app.add_middleware(Security, peers=gate.peers, metrics=metrics, frame_ancestors=settings.frame_ancestors)
    return app


def _make_rest(routers: list[APIRouter]) -> APIRouter:
    """Give what is left below /api and /v1 errors in their own shape; the page's application would take it."""
    router = APIRouter(include_in_schema=False)
    known = [route for one in routers for route in one.routes if isinstance(route, Route)]

    @router.api_route("/api/{rest:path}", methods=list(_METHODS))
    @router.api_route("/v1/{rest:path}", methods=list(_METHODS))
    async def rest(request: Request) -> Response:
        """Answer 405 where another method is served, else 404."""
        path = request.url.path
        allowed = {m for route in known if route.path_regex.match(path) for m in route.methods or ()}
        if not allowed:
            return error_response(path, 404, NOT_AVAILABLE)
        headers = {"allow": ", ".join(sorted(allowed))}
        return error_response(path, 405, "Method Not Allowed", hint="See /api/docs.", headers=headers)

    return router


def _put_first(app: FastAPI, routers: list[APIRouter]) -> None:
    before = list(app.router.routes)
    for router in routers:
        app.include_router(router)
    added = app.router.routes[len(before) :]
    app.router.routes[:] = [*added, *before]


def _put_before_page(app: FastAPI, router: APIRouter) -> None:
    routes = app.router.routes
    page = next(
        (at for at, route in enumerate(routes) if isinstance(route, Mount) and not route.path), len(routes)
    )
    after = routes[page:]
    del routes[page:]
    app.include_router(router)
    routes.extend(after)


def _run_within(app: FastAPI, context: Any) -> None:
    """Keep `context` open for as long as the application runs."""
    outer = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncIterator[Any]:
        async with outer(running) as state, context():
            yield state

    app.router.lifespan_context = lifespan
