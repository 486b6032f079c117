"""Chat models through LangChain: one loader, one stream, every failure in one word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from assistant.errors import SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MAX_RETRIES = 2
MAX_ANSWER_TOKENS = 700
"""Eight short sentences with marks need about 300."""


class ChatFailed(Exception):
    """The model server did not give an answer; `reason` is fit for a reader."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
    options: dict[str, Any] = {
        "temperature": 0,
        "timeout": timeout_seconds,
        "max_retries": MAX_RETRIES,
        "max_tokens": MAX_ANSWER_TOKENS,
    }
    if base_url:
        options["base_url"] = base_url
        if provider == "openai":
            options["api_key"] = _key_or_placeholder()
            options["use_responses_api"] = False  # compatible servers speak chat completions
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


def stream_chat(model: BaseChatModel, system: str, task: str) -> Iterator[str]:
    """Yield pieces of the reply; closing the generator ends the request.

    Raises:
        ChatFailed: the server cannot be reached, is too slow, refuses, or sends what is not a reply.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    stream = model.stream([SystemMessage(system), HumanMessage(task)])
    try:
        for chunk in stream:
            text = chunk.text if isinstance(chunk.text, str) else ""
            if text:
                yield text
    except GeneratorExit:
        close = getattr(stream, "close", None)
        if close is not None:
            close()
        raise
    except Exception as error:  # every client library has its own classes; the reader needs one word
        raise ChatFailed(_reason(error)) from error


def _reason(error: Exception) -> str:
    name = type(error).__name__
    if "Timeout" in name:
        return "timed out"
    if "Connect" in name:
        return "no connection"
    status = getattr(error, "status_code", None)
    return f"status {status}" if status else name
