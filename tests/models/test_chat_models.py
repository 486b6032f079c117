"""Chat models: loading by name, streaming, and every failure in one word."""

from __future__ import annotations

import pytest

from assistant.errors import SettingsError
from assistant.models.chat import MAX_ANSWER_TOKENS, ChatFailed, load_chat_model, stream_chat
from tests.fakes import ScriptedChat


class StatusError(Exception):
    status_code = 503


class APITimeoutError(Exception):
    pass


class APIConnectionError(Exception):
    pass


def test_pieces_come_as_they_are_sent() -> None:
    model = ScriptedChat(replies=[["会费", "", " [1]。"]])
    assert list(stream_chat(model, "Rules.", "Question?")) == ["会费", " [1]。"]
    [[system, task]] = model.asked
    assert (system.type, system.content) == ("system", "Rules.")
    assert (task.type, task.content) == ("human", "Question?")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(TimeoutError(), "timed out", id="timeout"),
        pytest.param(APITimeoutError(), "timed out", id="client-timeout"),
        pytest.param(APIConnectionError(), "no connection", id="no-connection"),
        pytest.param(ConnectionResetError(), "no connection", id="reset"),
        pytest.param(StatusError(), "status 503", id="status"),
        pytest.param(ValueError("secret key sk-1"), "ValueError", id="anything-else-without-its-words"),
    ],
)
@pytest.mark.parametrize("pieces", [[], ["Dues are "]], ids=["at-once", "half-way"])
def test_a_failure_has_one_word(error: Exception, reason: str, pieces: list[str]) -> None:
    stream = stream_chat(ScriptedChat(replies=[[*pieces, error]]), "s", "t")
    with pytest.raises(ChatFailed) as failed:
        list(stream)
    assert failed.value.reason == reason
    assert str(failed.value) == reason


def test_closing_the_stream_ends_the_request() -> None:
    model = ScriptedChat(replies=[["a", "b", "c"]])
    stream = stream_chat(model, "s", "t")
    assert next(stream) == "a"
    stream.close()  # type: ignore[attr-defined]
    assert model.closed == 1


def test_a_compatible_server_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    model = load_chat_model("openai:qwen3:8b", base_url="http://127.0.0.1:9/v1", timeout_seconds=7)
    assert model.model_name == "qwen3:8b"
    assert model.temperature == 0
    assert model.max_tokens == MAX_ANSWER_TOKENS
    assert model.request_timeout == 7
    with pytest.raises(ChatFailed, match="no connection"):
        list(stream_chat(model.model_copy(update={"max_retries": 0}), "s", "t"))


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param("qwen3", id="no-provider"),
        pytest.param("openai:", id="no-name"),
        pytest.param("nobody:qwen3", id="unknown-provider"),
        pytest.param("anthropic:claude", id="package-not-installed"),
        pytest.param("openai:gpt", id="no-key"),
    ],
)
def test_what_cannot_be_loaded_says_what_to_do(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingsError) as error:
        load_chat_model(spec, base_url=None, timeout_seconds=5)
    assert repr(spec) in error.value.message
    assert "\n" not in error.value.message
    assert error.value.hint
