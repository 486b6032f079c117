"""Chat models: loading by name, streaming, and every failure in one word, against a real server."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from langchain_core.tracers.langchain import wait_for_all_tracers

from assistant.errors import SettingsError
from assistant.models import chat
from assistant.models.chat import (
    MAX_ANSWER_TOKENS,
    MAX_REPLY_CHARS,
    ChatCut,
    ChatFailed,
    find_host,
    load_chat_model,
    stream_chat,
)
from tests.fakes import ScriptedChat
from tests.stub_model import (
    Reply,
    StubModel,
    babbles,
    breaks_off,
    drips,
    is_silent,
    open_stub,
    refuses,
    replies,
)


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "RETRY_SECONDS", (0.05, 0.2))
    monkeypatch.setattr(chat, "PULSE_SECONDS", 0.05)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


def ask(stub: StubModel, *, timeout_seconds: float = 20) -> list[str]:
    model = load_chat_model("openai:qwen3", base_url=stub.address, timeout_seconds=timeout_seconds)
    stream = stream_chat(model, "Rules.", "Question?", timeout_seconds=timeout_seconds)
    return [piece for piece in stream if piece]


def failure_of(*script: Reply, timeout_seconds: float = 20) -> tuple[ChatFailed, StubModel]:
    with open_stub(*script) as stub, pytest.raises(ChatFailed) as failed:
        ask(stub, timeout_seconds=timeout_seconds)
    return failed.value, stub


def test_pieces_come_as_they_are_sent_and_the_request_is_what_compatible_servers_know() -> None:
    with open_stub(replies("会费按年缴纳 [1]。")) as stub:
        assert "".join(ask(stub)) == "会费按年缴纳 [1]。"
    [request] = stub.asked
    assert [(m["role"], m["content"]) for m in request["messages"]] == [
        ("system", "Rules."),
        ("user", "Question?"),
    ]
    assert (request["model"], request["stream"], request["temperature"]) == ("qwen3", True, 0)
    assert request["max_tokens"] == MAX_ANSWER_TOKENS
    assert set(request) <= {"messages", "model", "stream", "temperature", "max_tokens"}


def test_the_same_model_can_be_asked_again_and_again() -> None:
    with open_stub(replies("One."), replies("Two.")) as stub:
        model = load_chat_model("openai:m", base_url=stub.address, timeout_seconds=5)
        said = ["".join(stream_chat(model, "s", "t", timeout_seconds=5)) for _ in range(3)]
    assert said == ["One.", "Two.", "Two."]


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        pytest.param(refuses(401), "status", id="key-is-wrong"),
        pytest.param(refuses(404), "status", id="no-such-model"),
        pytest.param(babbles(b"<html>Bad gateway</html>", "text/html"), "garbled", id="a-page"),
        pytest.param(babbles(b"data: {not json\n\n"), "garbled", id="not-json"),
        pytest.param(babbles(b"data: 7\n\n"), "garbled", id="another-shape"),
        pytest.param(replies(""), "empty", id="nothing-said"),
        pytest.param(babbles(b'data: {"error": {"message": "out of memory"}}\n\n'), "error", id="error-in-the-stream"),
    ],
)  # fmt: skip
def test_what_is_no_reply_fails_at_once(reply: Reply, cause: str) -> None:
    failed, stub = failure_of(reply)
    assert failed.cause == cause
    assert len(stub.asked) == 1
    assert "Question" not in str(failed)


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_passing_refusal_is_tried_again_with_growing_waits(status: int) -> None:
    failed, stub = failure_of(refuses(status))
    assert (failed.cause, failed.detail) == ("status", str(status))
    first, second = (b - a for a, b in zip(stub.asked_at, stub.asked_at[1:], strict=False))
    assert 0.03 < first < second


def test_a_server_that_comes_back_in_time_is_heard() -> None:
    with open_stub(refuses(503), refuses(503), replies("Back [1].")) as stub:
        assert "".join(ask(stub)) == "Back [1]."
    assert len(stub.asked) == 3


def test_a_server_that_is_not_there_is_no_connection() -> None:
    with open_stub(replies("x")) as stub:
        pass  # the port is free again
    with pytest.raises(ChatFailed) as failed:
        ask(stub)
    assert failed.value.cause == "connection"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(is_silent(), id="silent"),
        pytest.param(is_silent("Dues are "), id="falls-silent"),
        pytest.param(drips("and so on ", seconds=0.05), id="never-ends"),
    ],
)
def test_the_deadline_is_for_the_whole_reply_and_closes_the_request(reply: Reply) -> None:
    started = time.monotonic()
    with open_stub(reply) as stub:
        with pytest.raises(ChatFailed) as failed:
            ask(stub, timeout_seconds=2)  # less, and a busy machine sends no request at all
        assert stub.left.acquire(timeout=5)
    assert failed.value.cause == "timeout"
    assert time.monotonic() - started < 7
    assert len(stub.asked) == 1


@pytest.mark.parametrize("begins", ["", "Dues are "], ids=["before-a-word", "half-way"])
def test_closing_the_stream_closes_the_request_while_the_server_is_silent(begins: str) -> None:
    with open_stub(is_silent(begins)) as stub:
        model = load_chat_model("openai:m", base_url=stub.address, timeout_seconds=60)
        with closing(stream_chat(model, "s", "t", timeout_seconds=60)) as stream:
            while next(stream) != begins or not stub.asked:
                pass
            assert not stub.left.acquire(blocking=False)
        assert stub.left.acquire(timeout=5)


def test_a_client_library_that_loses_a_cancellation_is_ended_all_the_same() -> None:
    """`asyncio.wait_for`, which LangChain's client waits with, does so below Python 3.12 when a piece comes at that instant."""
    ended = threading.Event()

    class Losing(ScriptedChat):
        async def _astream(self, *_: object, **__: object) -> AsyncIterator[ChatGenerationChunk]:
            yield ChatGenerationChunk(message=AIMessageChunk("Dues "))
            try:
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.sleep(60)
                await asyncio.sleep(60)
            finally:
                ended.set()

    with closing(stream_chat(Losing(replies=["x"]), "s", "t", timeout_seconds=60)) as stream:
        assert next(stream) == "Dues "
    assert ended.wait(5)


def test_silence_is_told_as_empty_pieces() -> None:
    with open_stub(is_silent()) as stub:
        model = load_chat_model("openai:m", base_url=stub.address, timeout_seconds=60)
        with closing(stream_chat(model, "s", "t", timeout_seconds=60)) as stream:
            assert [next(stream) for _ in range(3)] == ["", "", ""]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(replies("Dues are paid within 15", end="length"), id="at-the-limit"),
        pytest.param(breaks_off("Dues are paid within 15"), id="connection-closed"),
        pytest.param(drips("x" * 1000, seconds=0, times=100), id="far-too-long"),
    ],
)
def test_a_reply_without_a_proper_end_is_told(reply: Reply) -> None:
    with open_stub(reply) as stub:
        model = load_chat_model("openai:m", base_url=stub.address, timeout_seconds=20)
        got = ""
        with pytest.raises(ChatCut):  # noqa: PT012
            for piece in stream_chat(model, "s", "t", timeout_seconds=20):
                got += piece
    assert got[:9] in ("Dues are ", "xxxxxxxxx")
    assert len(got) <= MAX_REPLY_CHARS + 1000


def test_a_client_that_holds_up_the_loop_does_not_hold_up_the_reader() -> None:
    class Blocking(ScriptedChat):
        def _pieces(self, reply: object) -> list[str]:
            time.sleep(2)
            return ["late"]

    started = time.monotonic()
    with pytest.raises(ChatFailed, match="timeout"):
        list(stream_chat(Blocking(replies=["x"]), "s", "t", timeout_seconds=0.2))
    assert time.monotonic() - started < 1.5


def test_a_machine_wide_switch_for_tracing_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with open_stub(replies("x")) as tracer, open_stub(replies("Paid [1].")) as stub:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", tracer.address)
        monkeypatch.setenv("LANGSMITH_API_KEY", "k")
        ask(stub)
        wait_for_all_tracers()
    assert tracer.requests == 0


class StatusError(Exception):
    status_code = 503


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        pytest.param(TimeoutError(), "timeout", id="timeout"),
        pytest.param(ConnectionResetError(), "connection", id="reset"),
        pytest.param(StatusError(), "status", id="status"),
        pytest.param(RuntimeError("secret key sk-1"), "error", id="anything-else-without-its-words"),
    ],
)
def test_errors_of_any_client_have_one_word(error: Exception, cause: str) -> None:
    model = ScriptedChat(replies=[["Dues are ", error]])
    with pytest.raises(ChatFailed) as failed:
        list(stream_chat(model, "s", "t", timeout_seconds=5))
    assert failed.value.cause == cause
    assert "secret" not in str(failed.value)
    assert len(model.asked) == 1  # what has begun is not asked again


def test_a_compatible_server_needs_no_key_and_names_its_host(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_chat_model("openai:qwen3:8b", base_url="http://models.example:9/v1", timeout_seconds=7)
    assert model.model_name == "qwen3:8b"
    assert find_host(model) == "models.example"
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert find_host(load_chat_model("openai:gpt", base_url=None, timeout_seconds=7)) == "api.openai.com"
    monkeypatch.setenv("OPENAI_BASE_URL", "http://elsewhere.example/v1")
    assert find_host(load_chat_model("openai:gpt", base_url=None, timeout_seconds=7)) == "elsewhere.example"
    assert find_host(ScriptedChat(replies=[])) is None


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
def test_what_cannot_be_loaded_says_what_to_do(spec: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_chat_model(spec, base_url=None, timeout_seconds=5)
    assert repr(spec) in error.value.message
    assert "\n" not in error.value.message
    assert error.value.hint
