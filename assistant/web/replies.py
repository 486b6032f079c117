"""Errors as JSON: what happened and what to do, in the shape that the route's callers expect."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from assistant.errors import AssistantError, IndexFolderError, InputError, ModelError, NotFound
from assistant.web.answers import Busy, ReaderLeft
from assistant.web.growing import RightsChanged

NOT_AVAILABLE = "This is not available to you. 您无法查看此内容。"
"""The same for what does not exist and for what this reader may not see."""

_STATUS: dict[type[AssistantError], int] = {
    InputError: 400, RightsChanged: 403, NotFound: 404, ModelError: 503, IndexFolderError: 503
}  # fmt: skip
_OPENAI_TYPES = {400: "invalid_request_error", 401: "authentication_error", 404: "invalid_request_error",
                 413: "invalid_request_error", 422: "invalid_request_error", 429: "rate_limit_error"}  # fmt: skip


class ErrorReply(BaseModel):
    """What went wrong."""

    error: str = Field(description="what happened, in English and Chinese")
    hint: str = Field(description="what to do; may be empty")


class OpenAIError(BaseModel):
    """What went wrong, as OpenAI's clients read it."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIErrorReply(BaseModel):
    """An error below /v1."""

    error: OpenAIError


_DESCRIPTIONS = {
    400: "The request cannot be read, or asks for what cannot be.",
    401: "There is a token, and it opens nothing.",
    403: "Another site's page sent this, or the reader's rights changed meanwhile.",
    404: "There is no such thing, or this reader may not see it; the two look alike.",
    413: "The request is too large.",
    421: "The host name is not served here.",
    422: "A field is missing, too long or of the wrong kind.",
    429: "The client asks too often; `Retry-After` gives the seconds to wait.",
    500: "Something failed here; the hint holds the request's number.",
    503: "Too busy, or the library or the chat model cannot be reached; `Retry-After` gives seconds.",
}
_EVERYWHERE = (401, 403, 413, 421, 429, 500)
"""What the middleware replies on every route."""
_RETRY = {"Retry-After": {"schema": {"type": "integer", "minimum": 0}, "description": "seconds"}}


def describe_errors(model: type[BaseModel], *statuses: int) -> dict[int | str, dict[str, Any]]:
    """Give the part of a route's OpenAPI description that says how it fails.

    Args:
        statuses: Beside those that every route may give.
    """
    return {
        status: {"model": model, "description": _DESCRIPTIONS[status]}
        | ({"headers": _RETRY} if status in (429, 503) else {})
        for status in sorted({*_EVERYWHERE, *statuses})
    }


def error_response(
    path: str, status: int, message: str, *, hint: str = "", headers: dict[str, str] | None = None
) -> Response:
    """Give an error; below /v1 in OpenAI's shape, so that its clients raise their own errors."""
    body: dict[str, Any] = {"error": message, "hint": hint}
    if path.startswith("/v1/"):
        kind = _OPENAI_TYPES.get(status, "server_error")
        text = f"{message} {hint}".strip()
        body = {"error": {"message": text, "type": kind, "param": None, "code": None}}
    return JSONResponse(body, status, headers)


def busy_response(path: str) -> Response:
    """Say that there are too many questions at the moment."""
    return error_response(
        path,
        503,
        "Too many questions are being answered. 当前提问人数过多。",
        hint=f"Try again in {Busy.retry_seconds} seconds. 请稍后再试。",
        headers={"retry-after": str(Busy.retry_seconds)},
    )


def add_error_replies(app: FastAPI) -> None:
    """Turn errors of the API's routes into replies without traces, and without the caller's text."""

    @app.exception_handler(AssistantError)
    async def on_mistake(request: Request, error: AssistantError) -> Response:
        if isinstance(error, NotFound):
            return error_response(request.url.path, 404, NOT_AVAILABLE)
        status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
        headers = {"retry-after": str(Busy.retry_seconds)} if status == 503 else None
        return error_response(request.url.path, status, error.message, hint=error.hint, headers=headers)

    @app.exception_handler(Busy)
    async def on_busy(request: Request, error: Busy) -> Response:
        return busy_response(request.url.path)

    @app.exception_handler(ReaderLeft)
    async def on_reader_left(request: Request, error: ReaderLeft) -> Response:
        return Response(status_code=499)  # nobody reads it; the log gets the status that nginx uses for this

    @app.exception_handler(RequestValidationError)
    async def on_wrong_shape(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return error_response(
            request.url.path, 422, f"The request is not right at {where}: {first['msg']}.",
            hint="See /api/docs.",
        )  # fmt: skip

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        message = NOT_AVAILABLE if error.status_code == 404 else str(error.detail)
        return error_response(request.url.path, error.status_code, message, headers=headers)
