"""The library as tools of the Model Context Protocol: `ask`, `search` and `open_citation` (extra `mcp`).

Over HTTP at `/mcp` the reader is the request's, so a bearer token opens what its account may read; over
stdio it is given once, at the start.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from pydantic import Field
from starlette.routing import Route

from assistant.build import MAX_QUESTION_CHARS
from assistant.errors import AssistantError, NotFound
from assistant.types import Answer
from assistant.web.answers import Answers, Busy
from assistant.web.readers import Reader, reader_of
from assistant.web.replies import NOT_AVAILABLE
from assistant.web.shapes import describe_hits, describe_quote

if TYPE_CHECKING:
    from fastapi import FastAPI

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
Day = Annotated[dt.date | None, Field(description="answer from what was in force on this day")]


def make_mcp_server(answers: Answers, reader_of_request: ReaderOf) -> MCPServer:
    """Give the server with its three tools, which only read."""
    server: MCPServer = MCPServer(
        "alliance-assistant",
        instructions=_INSTRUCTIONS,
        version=version("alliance-assistant"),
        log_level="ERROR",
    )
    assistant = answers.assistant

    def reader(context: Context) -> Reader:
        return reader_of_request(context.request_context.request)

    @server.tool(annotations=_READS)
    async def ask(question: Question, context: Context, as_of: Day = None) -> Answer:
        """Answer a question from the library: sentences with citations, or that it does not say."""
        audience = reader(context).audience
        with _told():
            return await answers.ask(lambda: assistant.ask(question, reader=audience, as_of=as_of))

    @server.tool(annotations=_READS)
    async def search(
        question: Question, context: Context, k: Annotated[int, Field(ge=1, le=50)] = 10, as_of: Day = None
    ) -> dict[str, Any]:
        """List the passages of the library nearest to a question, best first."""
        audience = reader(context).audience
        with _told():
            hits = await answers.run(lambda: assistant.search(question, reader=audience, k=k, as_of=as_of))
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
    """Hand mistakes to the caller as the tool's error; anything else stays inside."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, NotFound):
            raise ToolError(NOT_AVAILABLE) from None
        if isinstance(error, AssistantError):
            raise ToolError(str(error)) from None
        if isinstance(error, Busy):
            raise ToolError(
                f"Too many questions are being answered. Try again in {Busy.retry_seconds} s."
            ) from None


def mount_mcp(app: FastAPI, answers: Answers) -> Callable[[], Any]:
    """Add `/mcp` (streamable HTTP, without sessions) and give the context in which it works."""
    server = make_mcp_server(answers, reader_of)
    # Host and origin are checked for every route by `security.py`.
    inner = server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    app.router.routes[:0] = [route for route in inner.routes if isinstance(route, Route)]
    return server.session_manager.run


def serve_stdio(answers: Answers, reader: Reader) -> None:
    """Serve the tools over standard input and output until they close."""
    make_mcp_server(answers, lambda _request: reader).run("stdio")
