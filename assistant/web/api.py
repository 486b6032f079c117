"""The JSON interface: ask, search, documents, and what a deployment watches.

Every route reads as the request's reader through `Assistant`, which enforces the audience; nothing is
looked up past it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Generator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.build import MAX_QUESTION_CHARS, MAX_TURNS
from assistant.errors import AssistantError
from assistant.hosts import is_loopback
from assistant.types import Answer, Day, Language, Status, Turn
from assistant.web.answers import Answers
from assistant.web.growing import RIGHTS_CHANGED, check_rights, while_allowed
from assistant.web.metrics import CONTENT_TYPE_LATEST
from assistant.web.peers import Peers
from assistant.web.readers import Identify, reader_of
from assistant.web.replies import NOT_AVAILABLE, ErrorReply, describe_errors, error_response
from assistant.web.shapes import describe_document, describe_hits, describe_quote, describe_text
from assistant.web.source import send_original


class AskRequest(BaseModel):
    """A question with the conversation before it."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=MAX_QUESTION_CHARS, description="in English or Chinese")
    history: list[Turn] = Field(default=[], max_length=MAX_TURNS, description="earlier turns, oldest first")
    as_of: Day | None = Field(default=None, description="answer from what was in force on this day")


class SearchRequest(AskRequest):
    """A question whose nearest passages are wanted."""

    k: int = Field(default=10, ge=1, le=100, description="how many passages")


def make_api(answers: Answers, identify: Identify) -> APIRouter:
    """Give the routes of `/api`."""
    fails = describe_errors(ErrorReply, 400, 404, 422, 503)
    router = APIRouter(prefix="/api", tags=["assistant"], responses=fails)
    assistant = answers.assistant

    @router.post("/ask", response_model=Answer, responses=_STREAMED)
    async def ask(body: AskRequest, request: Request) -> Response:
        """Answer a question; with `Accept: text/event-stream` as it grows."""
        audience = reader_of(request).audience
        options: dict[str, Any] = {
            "reader": audience, "history": body.history, "as_of": body.as_of,
        }  # fmt: skip

        def work() -> Generator[Answer]:
            return assistant.stream(body.question, **options)

        if "text/event-stream" not in request.headers.get("accept", ""):
            answer = await answers.ask(work, request.is_disconnected)
            await check_rights(identify, request)
            return JSONResponse(answer.model_dump(mode="json"))
        growing = answers.stream(work)
        first = await anext(growing)  # mistakes of the question still become a status
        events = _events(while_allowed(first, growing, request, identify))
        return StreamingResponse(events, media_type="text/event-stream")

    @router.post("/search")
    async def search(body: SearchRequest, request: Request) -> dict[str, Any]:
        """List the passages nearest to a question."""
        reader = reader_of(request).audience
        hits = await answers.run(
            lambda: assistant.search(
                body.question, reader=reader, k=body.k, as_of=body.as_of, history=body.history
            )
        )
        await check_rights(identify, request)
        return {"hits": describe_hits(hits, await run_in_threadpool(assistant.documents, reader))}

    @router.get("/documents")
    def documents(
        request: Request,
        kind: Annotated[str | None, Query(max_length=40)] = None,
        status: Status | None = None,
        language: Language | None = None,
    ) -> dict[str, Any]:
        """List the documents that the reader may read, by id."""
        wanted = {"kind": kind, "status": status, "language": language}
        rows = [describe_document(stored) for stored in assistant.documents(reader_of(request).audience)]
        return {
            "documents": [
                row for row in rows if all(value in (None, row[key]) for key, value in wanted.items())
            ]
        }

    @router.get("/documents/{document}")
    def document(
        document: str,
        request: Request,
        revision: Annotated[str | None, Query(max_length=40)] = None,
        start: Annotated[int | None, Query(ge=0)] = None,
        end: Annotated[int | None, Query(ge=0)] = None,
    ) -> dict[str, Any]:
        """Give a document's text; with `start` and `end` of a citation, the quote and what stands around it."""
        stored = assistant.show(document, revision, reader=reader_of(request).audience)
        if start is not None and end is not None:
            return describe_quote(stored, start, end)
        return describe_text(stored)

    @router.get("/documents/{document}/file", response_class=FileResponse, responses=_FILE)
    def original_file(document: str, request: Request) -> Response:
        """Send the file that a document was read from."""
        return send_original(assistant, reader_of(request), document)

    return router


def make_watch(answers: Answers, peers: Peers) -> APIRouter:
    """Give the routes that a deployment watches."""
    router = APIRouter(tags=["operation"], responses=describe_errors(ErrorReply))

    @router.get("/healthz")
    async def healthz() -> dict[str, bool]:
        """Tell that the process answers."""
        return {"alive": True}

    @router.get("/readyz", responses=_READY)
    def readyz() -> Response:
        """Tell whether questions are answered: models are loaded, the first sync is done, the library can be read."""
        try:
            is_opening = answers.assistant.opening.wait(0) is not None
            answers.assistant.documents("public")
        except AssistantError:
            is_opening = True
        if is_opening:
            return JSONResponse({"ready": False}, 503, {"retry-after": "5"})
        return JSONResponse({"ready": True})

    @router.get("/metrics", response_class=Response, responses=_COUNTS)
    def metrics(request: Request) -> Response:
        """Give counts for Prometheus, to this machine and to staff."""
        if not is_loopback(peers.client_of(request.scope)) and not reader_of(request).is_staff:
            return error_response("/metrics", 404, NOT_AVAILABLE)
        return Response(answers.metrics.render(), media_type=CONTENT_TYPE_LATEST)

    return router


_STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; as a stream, events `answer` whose last is complete, then `done`.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}

_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, to be saved and never shown in place.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_COUNTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Prometheus' text format.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    },
    **{k: v for k, v in describe_errors(ErrorReply, 404).items() if k == 404},
}
_READINESS = {"type": "object", "required": ["ready"], "properties": {"ready": {"type": "boolean"}}}
_READY: dict[int | str, dict[str, Any]] = {
    status: {"description": said, "content": {"application/json": {"schema": _READINESS}}}
    for status, said in ((200, "The library can be read."), (503, "It cannot; come back later."))
}


async def _events(answers: AsyncIterator[Answer | None]) -> AsyncIterator[str]:
    try:
        async for answer in answers:
            if answer is None:
                yield _event("error", {"error": RIGHTS_CHANGED, "hint": "Ask again. 请重新提问。"})
                return
            yield _event("answer", answer.model_dump(mode="json"))
    except AssistantError as error:
        yield _event("error", {"error": error.message, "hint": error.hint})
        return
    yield _event("done", {})


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
