"""The OpenAI-compatible face: any client of chat completions can ask the library.

The answer's text carries its marks and the list of sources; `citations` and `answer` beside the usual
fields carry them as data. Settings of a model (temperature and the like) are accepted and mean nothing.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator, Generator
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.build import MAX_TURNS
from assistant.errors import AssistantError, InputError
from assistant.render import as_markdown, render_text
from assistant.types import Answer, Turn
from assistant.web.answers import Answers
from assistant.web.growing import RIGHTS_CHANGED, GrowingText, check_rights, while_allowed
from assistant.web.readers import Identify, reader_of
from assistant.web.replies import OpenAIErrorReply, describe_errors, error_response

MODEL = "alliance-assistant"


class ContentPart(BaseModel):
    """A piece of a message; only text can be read."""

    model_config = ConfigDict(extra="ignore")

    type: str
    text: str | None = None


class ChatMessage(BaseModel):
    """One message; those of `system` and `developer` are not followed."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """The words of the message.

        Raises:
            InputError: it holds something else than text.
        """
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        if any(part.type != "text" for part in self.content):
            raise InputError("A message holds something else than text.", hint="Send text only.")
        return "\n".join(part.text or "" for part in self.content)


class ChatRequest(BaseModel):
    """What chat completions are asked with; fields of other models are ignored."""

    model_config = ConfigDict(extra="ignore")

    model: str = Field(max_length=200)
    messages: list[ChatMessage] = Field(min_length=1, max_length=200)
    stream: bool = False
    n: Literal[1] | None = None


def make_openai_api(answers: Answers, identify: Identify) -> APIRouter:
    """Give the routes of `/v1`."""
    fails = describe_errors(OpenAIErrorReply, 400, 404, 422, 503)
    router = APIRouter(prefix="/v1", tags=["openai"], responses=fails)
    assistant = answers.assistant
    model = {"id": MODEL, "object": "model", "created": int(time.time()), "owned_by": MODEL}

    @router.get("/models")
    async def models() -> dict[str, Any]:
        """List the one model there is."""
        return {"object": "list", "data": [model]}

    @router.get("/models/{name}")
    async def one_model(name: str) -> Response:
        """Describe the model."""
        return JSONResponse(model) if name == MODEL else _no_model()

    @router.post("/chat/completions", responses=_COMPLETED)
    async def complete(body: ChatRequest, request: Request) -> Response:
        """Answer the last message, with the earlier ones as the conversation."""
        if body.model != MODEL:
            return _no_model()
        question, history = read_messages(body.messages)
        reader = reader_of(request).audience
        head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": MODEL}

        def work() -> Generator[Answer]:
            return assistant.stream(question, reader=reader, history=history)

        if not body.stream:
            answer = await answers.ask(work, request.is_disconnected)
            await check_rights(identify, request)
            return JSONResponse(_completion(head, answer))
        growing = answers.stream(work)
        first = await anext(growing)
        allowed = while_allowed(first, growing, request, identify)
        return StreamingResponse(_chunks(head, allowed), media_type="text/event-stream")

    return router


_COMPLETED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The completion; with `stream` as chunks, then `[DONE]`.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "text/event-stream": {"schema": {"type": "string"}},
        },
    }
}


def read_messages(messages: list[ChatMessage]) -> tuple[str, tuple[Turn, ...]]:
    """Give the question and the turns before it.

    Raises:
        InputError: the last message is not the user's, or one holds no text.
    """
    spoken = [message for message in messages if message.role in ("user", "assistant")]
    if not spoken or messages[-1].role != "user":
        raise InputError("The last message is not the user's.", hint="End with the question.")
    try:
        turns = [Turn.model_validate({"role": m.role, "content": m.text}) for m in spoken[:-1]]
    except ValidationError as error:
        raise InputError("An earlier message is too long.", hint="Leave it out.") from error
    return spoken[-1].text, tuple(turns[-MAX_TURNS:])


def _completion(head: dict[str, Any], answer: Answer) -> dict[str, Any]:
    message = {"role": "assistant", "content": render_text(answer, as_markdown), "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return head | {"object": "chat.completion", "choices": [choice]} | _beside(answer)


def _beside(answer: Answer) -> dict[str, Any]:
    whole = answer.model_dump(mode="json")
    return {"citations": whole["citations"], "answer": whole}


async def _chunks(head: dict[str, Any], answers: AsyncIterator[Answer | None]) -> AsyncIterator[str]:
    head = head | {"object": "chat.completion.chunk"}
    yield _chunk(head, {"role": "assistant", "content": ""})
    text, last = GrowingText(), None
    try:
        async for answer in answers:
            if answer is None:
                yield _data({"error": {"message": RIGHTS_CHANGED, "type": "authentication_error"}})
                return
            piece, last = text.add(answer), answer
            if piece:
                yield _chunk(head, {"content": piece})
    except AssistantError as error:
        yield _data({"error": {"message": str(error), "type": "server_error"}})
        return
    if last is not None:
        yield _chunk(head, {"content": text.finish(last)})
        yield _chunk(head | _beside(last), {}, finish_reason="stop")
    yield "data: [DONE]\n\n"


def _chunk(head: dict[str, Any], delta: dict[str, str], finish_reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
    return _data(head | {"choices": [choice]})


def _data(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


def _no_model() -> Response:
    return error_response("/v1/models", 404, "There is no such model.", hint=f"Use {MODEL!r}.")
