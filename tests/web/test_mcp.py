import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest

mcp = pytest.importorskip("mcp")
from mcp.client.streamable_http import streamable_http_client  # noqa: E402

from assistant.errors import InputError  # noqa: E402
from assistant.types import Answer  # noqa: E402
from assistant.web.answers import Answers  # noqa: E402
from assistant.web.mcp import make_mcp_server, serve_stdio  # noqa: E402
from assistant.web.metrics import Metrics  # noqa: E402
from assistant.web.readers import ANONYMOUS, Reader  # noqa: E402
from tests.web.webapp import SECRET_WORD, Site, bearer, open_site, served  # noqa: E402

FEE = "What is the quokkaberry fee?"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with served(site.app) as address:
        yield f"{address}/mcp"


def call(address: str, token: str, tool: str, **arguments: Any) -> Any:
    """Call a tool with the official client over HTTP."""

    async def run() -> Any:
        async with (
            httpx2.AsyncClient(headers=bearer(token), trust_env=False, timeout=30) as http,
            mcp.Client(streamable_http_client(address, http_client=http)) as client,
        ):
            return await client.call_tool(tool, arguments)

    return anyio.run(run)


def call_within(site: Site, reader: Reader, tool: str, **arguments: Any) -> Any:
    """Call a tool of the server in this process, as over stdio."""

    async def run() -> Any:
        answers = Answers(site.assistant, Metrics(documents=lambda: 0), places=2)
        async with mcp.Client(make_mcp_server(answers, lambda _request: reader)) as client:
            return await client.call_tool(tool, arguments)

    return anyio.run(run)


def test_the_three_tools_only_read(address: str) -> None:
    async def run() -> Any:
        async with mcp.Client(address) as client:
            return (await client.list_tools()).tools, client.instructions

    tools, instructions = anyio.run(run)
    assert {tool.name for tool in tools} == {"ask", "search", "open_citation"}
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)
    assert "context" not in json.dumps([tool.input_schema for tool in tools])
    assert "unpublished" in instructions


def test_ask_gives_the_same_answer(site: Site, address: str) -> None:
    result = call(address, "", "ask", question=FEE)
    assert not result.is_error
    answer = Answer.model_validate(result.structured_content)
    expected = site.assistant.ask(FEE)
    assert answer.model_copy(update={"timings": {}}) == expected.model_copy(update={"timings": {}})


def test_a_citation_of_an_answer_opens(address: str) -> None:
    cited = call(address, "", "ask", question=FEE).structured_content["citations"][0]
    where = {key: cited[key] for key in ("document", "revision", "start", "end")}
    opened = call(address, "", "open_citation", **where).structured_content
    assert opened["quote"] == cited["quote"]
    assert opened["provenance"]["status"] == "official"


def test_the_token_decides_what_is_read(site: Site, address: str) -> None:
    for role, token in site.tokens.items():
        hits = call(address, token, "search", question=FEE).structured_content["hits"]
        readable = list(SECRET_WORD)[: list(SECRET_WORD).index(role) + 1]
        assert {hit["document"] for hit in hits} == {f"note-{SECRET_WORD[audience]}" for audience in readable}
    assert httpx2.post(address, headers=bearer("wrong"), json={}, trust_env=False).status_code == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "OPTIONS"])
def test_no_stream_is_held_open(address: str, method: str) -> None:
    headers = {"accept": "application/json, text/event-stream", "mcp-session-id": "made-up"}
    reply = httpx2.request(method, address, headers=headers, trust_env=False, timeout=5)
    assert reply.status_code == 405
    assert reply.headers["allow"] == "POST"


def test_what_is_not_there_and_what_is_not_yours_look_alike(site: Site, address: str) -> None:
    hidden = site.assistant.show("note-ibexlantern", reader="staff")
    results = [
        call(address, "", "open_citation", document=name, revision=hidden.revision, start=0, end=5)
        for name in ("note-ibexlantern", "note-nothing")
    ]
    assert results[0].is_error
    assert results[0].content == results[1].content
    assert "ibexlantern" not in str(results[0].content)


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("ask", {"question": "  "}),
        ("ask", {"question": "x" * 5000}),
        ("search", {"question": FEE, "k": 0}),
        ("open_citation", {"document": "note-quokkaberry", "revision": "none", "start": 0, "end": 5}),
        ("ask", {}),
    ],
)
def test_mistakes_are_the_tools_errors(site: Site, tool: str, arguments: dict[str, Any]) -> None:
    result = call_within(site, ANONYMOUS, tool, **arguments)
    assert result.is_error
    assert "Traceback" not in str(result.content)


def test_over_stdio_the_reader_is_given_once(site: Site) -> None:
    for audience, count in (("public", 1), ("staff", 4)):
        result = call_within(site, Reader(None, audience), "search", question=FEE)  # type: ignore[arg-type]
        assert len({hit["document"] for hit in result.structured_content["hits"]}) == count


_STDIO = """
import sys
from pathlib import Path
from assistant.web.accounts import Accounts
from assistant.web.answers import Answers
from assistant.web.mcp import serve_stdio
from assistant.web.metrics import Metrics
from tests.web.webapp import PASSWORD, small_library
with small_library(Path(sys.argv[1])) as assistant:
    accounts = Accounts(assistant.settings.index)
    accounts.add("reader", "member", PASSWORD)
    token = accounts.create_token("reader").token if sys.argv[2] == "member" else None
    serve_stdio(Answers(assistant, Metrics(documents=lambda: 0), places=1), assistant.settings.index, token)
"""


@pytest.mark.parametrize(("reader", "count"), [("public", 1), ("member", 2)])
def test_a_process_answers_over_stdio(tmp_path: Path, reader: str, count: int) -> None:
    async def run() -> Any:
        arguments = ["-c", _STDIO, str(tmp_path), reader]
        server = mcp.StdioServerParameters(command=sys.executable, args=arguments, cwd=str(Path.cwd()))
        async with mcp.Client(server) as client:
            return await client.call_tool("search", {"question": FEE})

    assert len({hit["document"] for hit in anyio.run(run).structured_content["hits"]}) == count


def test_over_stdio_a_wrong_token_is_refused(site: Site) -> None:
    answers = Answers(site.assistant, Metrics(documents=lambda: 0), places=1)
    with pytest.raises(InputError, match="not valid"):
        serve_stdio(answers, site.assistant.settings.index, "aat_wrong")


def test_a_failure_inside_says_nothing_of_the_question(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(question: str, **_: object) -> Answer:
        raise RuntimeError(f"cannot parse {question}")

    monkeypatch.setattr(site.assistant, "stream", breaks)
    result = call_within(site, ANONYMOUS, "ask", question="a secret zyzzyva")
    assert result.is_error
    assert "RuntimeError" in caplog.text
    assert "zyzzyva" not in str(result.content) + caplog.text
