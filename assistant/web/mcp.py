"""The library as tools of the Model Context Protocol: `ask`, `search` and `open_citation` (extra `mcp`).

Over HTTP at `/mcp` the reader is the request's, so a bearer token opens what its account may read; over
stdio it is given once, at the start.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.build import MAX_QUESTION_CHARS
from assistant.errors import AssistantError, InputError, NotFound
from assistant.types import Answer, Audience, Day
from assistant.web.accounts import Accounts
from assistant.web.answers import Answers, Busy, ReaderLeft
from assistant.web.gate import BadToken
from assistant.web.growing import RIGHTS_CHANGED, RightsChanged
from assistant.web.readers import ANONYMOUS, Identify, Reader, reader_of
from assistant.web.replies import NOT_AVAILABLE, error_response
from assistant.web.security import describe_error
from assistant.web.shapes import describe_hits, describe_quote

_ERRORS = logging.getLogger("assistant.errors")

ReaderOf = Callable[[Any], Reader]
"""From the transport's request, None over stdio, to the reader."""

_INSTRUCTIONS = (
    "Cited answers in English and Chinese over the library of an interventional pulmonology alliance. Every sentence of "
    "an answer names the span it comes from; open it with open_citation. Do not send unpublished inventions or "
    "patient data."
)
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)

Question = Annotated[
    str, Field(min_length=1, max_length=MAX_QUESTION_CHARS, description="in English or Chinese")
]
AsOf = Annotated[Day | None, Field(description="answer from what was in force on this day")]


def make_mcp_server(
    answers: Answers, reader_of_request: ReaderOf, identify_anew: ReaderOf | None = None
) -> MCPServer:
    """Give the server with its three tools, which only read.

    Args:
        identify_anew: Tells the reader once more when an answer is made; None is `reader_of_request`.
    """
    server: MCPServer = MCPServer(
        "alliance-assistant",
        instructions=_INSTRUCTIONS,
        version=version("alliance-assistant"),
        log_level="ERROR",
    )
    assistant = answers.assistant

    def reader(context: Context) -> Reader:
        return reader_of_request(context.request_context.request)

    async def check(context: Context, audience: Audience) -> None:
        """Look again: the question may have waited for its turn."""
        look = identify_anew or reader_of_request
        now = await run_in_threadpool(look, context.request_context.request)
        if now.audience != audience:
            raise RightsChanged(RIGHTS_CHANGED, hint="Ask again. 请重新提问。")

    @server.tool(annotations=_READS)
    async def ask(question: Question, context: Context, as_of: AsOf = None) -> Answer:
        """Answer a question from the library: sentences with citations, or that it does not say."""
        audience = reader(context).audience
        with _told():
            request = context.request_context.request
            answer = await answers.ask(
                lambda: assistant.stream(question, reader=audience, as_of=as_of),
                _stays if request is None else request.is_disconnected,
            )
            await check(context, audience)
            return answer

    @server.tool(annotations=_READS)
    async def search(
        question: Question, context: Context, k: Annotated[int, Field(ge=1, le=50)] = 10, as_of: AsOf = None
    ) -> dict[str, Any]:
        """List the passages of the library nearest to a question, best first."""
        audience = reader(context).audience
        with _told():
            hits = await answers.run(lambda: assistant.search(question, reader=audience, k=k, as_of=as_of))
            await check(context, audience)
            return {"hits": describe_hits(hits, assistant.documents(audience))}

    @server.tool(annotations=_READS)
    async def open_citation(
        document: Annotated[str, Field(max_length=128)],
        revision: Annotated[str, Field(max_length=40)],
        start: Annotated[int, Field(ge=0)],
        end: Annotated[int, Field(ge=0)],
        context: Context,
    ) -> dict[str, Any]:
        """Show a cited quote with the text around it, and where the document comes from."""
        audience = reader(context).audience
        with _told():
            stored = await answers.run(lambda: assistant.show(document, revision, reader=audience))
            return describe_quote(stored, start, end)

    return server


class _told:  # reads as a statement: `with _told():`
    """Hand mistakes to the caller as the tool's error; of anything else only that it happened.

    What left here as it is would be logged with its message, which may quote the question.
    """

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is None or not isinstance(error, Exception):
            return
        if isinstance(error, NotFound):
            raise ToolError(NOT_AVAILABLE) from None
        if isinstance(error, AssistantError):
            raise ToolError(str(error)) from None
        if isinstance(error, ReaderLeft):
            raise ToolError("The connection is closed.") from None
        if isinstance(error, Busy):
            raise ToolError(
                f"Too many questions are being answered. Try again in {Busy.retry_seconds} s."
            ) from None
        _ERRORS.error(json.dumps({"error": describe_error(error)}))
        raise ToolError("Something failed here.") from None


async def _stays() -> bool:
    """Tell that nobody has left: over standard input and output the server ends with its client."""
    return False


def _identify(identify: Identify, request: Any) -> Reader:
    try:
        return identify(request)
    except BadToken:  # revoked meanwhile
        return ANONYMOUS


class McpEndpoint:
    """`/mcp` as streamable HTTP without sessions: every request carries its own reader."""

    def __init__(self, answers: Answers, identify: Identify) -> None:
        self._server = make_mcp_server(answers, reader_of, lambda request: _identify(identify, request))
        self._running: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the server; it only works within `running`.

        The protocol leaves it to a server whether GET opens a stream of messages of its own or is refused. There
        are none without sessions, so the stream would stay open and empty for as long as anybody likes.
        """
        if self._running is None:
            raise RuntimeError("the application is not running")
        if scope["method"] != "POST":
            reply = error_response(
                scope["path"], 405, "Only POST is served here.", hint="Connect with an MCP client.",
                headers={"allow": "POST"},
            )  # fmt: skip
            await reply(scope, receive, send)
            return
        await self._running(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve for as long as this is open, once for each start of the application."""
        # Host and origin are checked for every route by `security.py`.
        self._running = self._server.streamable_http_app(
            stateless_http=True,
            json_response=True,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        try:
            async with self._server.session_manager.run():
                yield
        finally:
            self._running = None


def serve_stdio(answers: Answers, index: Path, token: str | None) -> None:
    """Serve the tools over standard input and output until they close.

    Args:
        token: Of the account whose rights the client has; None reads what is public. Asked anew at every
            call, so that revoking it or lowering the role takes effect.

    Raises:
        InputError: the token opens nothing.
    """
    accounts = None if token is None else Accounts(index)

    def reader(_request: object) -> Reader:
        if accounts is None or token is None:
            return ANONYMOUS
        account = accounts.account_of_token(token)
        return Reader(account.name, account.role) if account else ANONYMOUS

    if token is not None and reader(None) is ANONYMOUS:
        raise InputError("The token is not valid.", hint="Make one: `assistant tokens create NAME`.")
    make_mcp_server(answers, reader).run("stdio")
