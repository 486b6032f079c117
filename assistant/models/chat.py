"""Chat models through LangChain: one loader, one stream, every failure in one word.

Requests run on an event loop of their own thread, so that a reader who leaves or a deadline ends a
request at once, also while the server is silent; a blocking read could not be ended from outside.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import urlsplit

from assistant.errors import SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

RETRY_SECONDS = (0.5, 1.5)
"""Waits before the second and third attempt, give or take a quarter."""
PASSING_STATUS = frozenset({408, 409, 425, 429})
"""With 5xx, the refusals worth another attempt."""
PULSE_SECONDS = 1.0
MAX_ANSWER_TOKENS = 2000
"""Eight short sentences with marks need about 300; the rest is for models that think aloud first."""
MAX_REPLY_CHARS = 20_000
_CUT_REASONS = frozenset({"length", "max_tokens", "model_length"})

Cause = Literal["timeout", "connection", "status", "garbled", "error", "empty", "resting"]

_log = logging.getLogger(__name__)


class ChatFailed(Exception):
    """The model server did not give an answer; `cause` and `detail` are fit for a reader."""

    def __init__(self, cause: Cause, detail: str = "", *, may_pass: bool = False) -> None:
        super().__init__(f"{cause} {detail}".strip())
        self.cause = cause
        self.detail = detail
        self.may_pass = may_pass  # another attempt may do


class ChatCut(Exception):
    """The reply stopped before its end; what came last may be half a sentence."""


def load_chat_model(spec: str, *, base_url: str | None, timeout_seconds: float) -> BaseChatModel:
    """Load `PROVIDER:NAME`, for example `openai:qwen3` with the address of a compatible server.

    Raises:
        SettingsError: the provider is not known, its package is not installed, or its key is missing.
    """
    from langchain.chat_models import init_chat_model
    from openai import OpenAIError

    provider, _, name = spec.partition(":")
    if not name:
        raise SettingsError(
            f"ASSISTANT_CHAT_MODEL cannot be {spec!r}.", hint="Write PROVIDER:NAME, e.g. openai:qwen3."
        )
    # Attempts are made here, alike for all providers and within one deadline.
    options: dict[str, Any] = {"temperature": 0, "timeout": timeout_seconds, "max_retries": 0}
    if base_url and provider == "openai":
        options |= {
            "base_url": base_url,
            "api_key": _key_or_placeholder(),
            "use_responses_api": False,  # compatible servers speak chat completions
            # Their name for the limit; LangChain would send OpenAI's newer one, which several refuse or ignore.
            "extra_body": {"max_tokens": MAX_ANSWER_TOKENS},
        }
    else:
        options |= {"max_tokens": MAX_ANSWER_TOKENS} | ({"base_url": base_url} if base_url else {})
    try:
        return cast("BaseChatModel", init_chat_model(name, model_provider=provider, **options))
    except (ValueError, ImportError, OpenAIError) as error:
        raise SettingsError(
            f"No chat model {spec!r}: {str(error).splitlines()[0]}",
            hint="Use a provider LangChain knows, install its package and set its key, set"
            " ASSISTANT_CHAT_BASE_URL for a server of your own, or unset ASSISTANT_CHAT_MODEL.",
        ) from error


def _key_or_placeholder() -> str:
    """Give OPENAI_API_KEY; local servers need none, but the client insists on a value."""
    import os

    return os.environ.get("OPENAI_API_KEY") or "not-needed"


def find_host(model: BaseChatModel) -> str | None:
    """Give the host that a model's requests go to; `None` when its client does not tell."""
    client = getattr(model, "root_async_client", None)
    addresses = [getattr(client, "base_url", None)]
    addresses += [getattr(model, name, None) for name in ("base_url", "openai_api_base", "anthropic_api_url")]
    hosts = [urlsplit(str(address)).hostname for address in addresses if address]
    return next((host for host in hosts if host), None)


def stream_chat(
    model: BaseChatModel, system: str, task: str, *, timeout_seconds: float
) -> Generator[str, None, None]:
    """Yield pieces of the reply, and "" for each second of silence; closing the generator ends the request.

    Args:
        timeout_seconds: For the whole reply, all attempts together.

    Raises:
        ChatFailed: the server cannot be reached, is too slow, refuses, or sends what is not a reply.
        ChatCut: after the last piece, when the reply has no proper end.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
    messages = [SystemMessage(system), HumanMessage(task)]
    loop = _event_loop()
    running: list[asyncio.Task[None]] = []
    request = asyncio.run_coroutine_threadsafe(
        _run(model, messages, pieces.put, timeout_seconds, running), loop
    )
    give_up_at = time.monotonic() + timeout_seconds + PULSE_SECONDS
    try:
        while True:
            try:
                piece = pieces.get(timeout=PULSE_SECONDS)
            except queue.Empty:
                # Should a client library hold up the loop, the reader does not wait for it.
                is_late = time.monotonic() > give_up_at
                piece = ChatFailed("timeout") if is_late else ""
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        request.cancel()
        loop.call_soon_threadsafe(_cancel, running)


def _cancel(running: list[asyncio.Task[None]]) -> None:
    """Cancel until it is done: below Python 3.12 `asyncio.wait_for` in a client library may lose a cancellation."""
    for task in running:
        if not task.done():
            task.cancel()
            task.get_loop().call_later(PULSE_SECONDS, _cancel, running)


async def _run(
    model: BaseChatModel,
    messages: list[BaseMessage],
    put: Callable[[str | Exception | None], None],
    timeout_seconds: float,
    running: list[asyncio.Task[None]],
) -> None:
    """Put the pieces of one reply, then what ended it: an exception, or `None` for a proper end."""
    # A machine-wide switch for LangSmith must not send questions to a third party.
    from langsmith import tracing_context

    me = asyncio.current_task()
    assert me is not None
    running.append(me)
    try:
        with tracing_context(enabled=False):
            async with asyncio.timeout(timeout_seconds):
                reason = await _ask_until_it_begins(model, messages, put)
        put(None if reason not in _CUT_REASONS else ChatCut(reason))
    except Exception as error:  # every client library has its own classes; the reader needs one word
        # Only the class: the message of a client may hold the question.
        _log.warning("chat model failed: %s", type(error).__name__)
        put(error if isinstance(error, ChatCut) else _failure(error))


async def _ask_until_it_begins(
    model: BaseChatModel, messages: list[BaseMessage], put: Callable[[str], None]
) -> str:
    """Put the pieces of a reply and give the reason it ended; ask again while nothing has come."""
    for wait_seconds in (*RETRY_SECONDS, None):
        chars, reason = 0, ""
        try:
            async for chunk in model.astream(messages):
                text = chunk.text if isinstance(chunk.text, str) else ""
                chars += len(text)
                if text:
                    put(text)
                reason = _end_reason(chunk.response_metadata) or reason
                if chars > MAX_REPLY_CHARS:
                    raise ChatCut("length")
        except Exception as error:
            if chars or wait_seconds is None or not _failure(error).may_pass:
                raise
            await asyncio.sleep(wait_seconds * random.uniform(0.75, 1.25))
            continue
        if not chars:
            raise ChatFailed("empty")
        if not reason:
            raise ChatCut("no end")
        return reason
    raise AssertionError("the last attempt returns or raises")


def _end_reason(metadata: dict[str, Any]) -> str:
    """Give why a reply ended, under whichever name the provider has: finish, stop or done reason."""
    named = (value for key, value in metadata.items() if key.lower().endswith("reason"))
    return next((value.lower() for value in named if isinstance(value, str)), "")


def _failure(error: Exception) -> ChatFailed:
    if isinstance(error, ChatFailed):
        return error
    name = type(error).__name__
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return ChatFailed("status", str(status), may_pass=status in PASSING_STATUS or status >= 500)
    if "Timeout" in name:
        return ChatFailed("timeout")
    if any(part in name for part in ("Connect", "Protocol", "ReadError", "NetworkError")):
        return ChatFailed("connection", may_pass=True)
    if isinstance(error, (ValueError, TypeError, LookupError, AttributeError)):
        return ChatFailed("garbled")
    return ChatFailed("error", name)


_loop: asyncio.AbstractEventLoop | None = None
_loop_lock = threading.Lock()


def _event_loop() -> asyncio.AbstractEventLoop:
    """Give the one loop of all requests: a client keeps connections open on the loop they began on."""
    global _loop
    with _loop_lock:
        if _loop is None:
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="chat-model", daemon=True).start()
        return _loop
