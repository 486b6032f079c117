"""Every surface, for every reader, over every audience: nothing of what a reader may not read comes out.

Each audience has one document with a word that stands nowhere else, in its id, title, text and file
name. A surface is a function that asks for everything it can, and gives all that came back.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

import assistant.build
import assistant.errors
from assistant.__main__ import app as command
from assistant.access import may_read
from assistant.types import AUDIENCES, Audience
from assistant.web.blocks import MAX_WAITING
from assistant.web.growing import RIGHTS_CHANGED
from tests.web.webapp import PASSWORD, SECRET_WORD, Site, bearer, note, open_site, sign_in

EVERYTHING = "Which rule has a fee of 4200 yuan a year?"
"""Every note answers it, and it names none of them."""

Surface = Callable[[Site, TestClient, Audience], str]
NOTES: dict[Audience, str] = {audience: f"note-{word}" for audience, word in SECRET_WORD.items()}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site"), page=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def running(site: Site) -> Iterator[TestClient]:
    with TestClient(site.app) as client:
        yield client


# --- the surfaces: what a reader can get out of each ------------------------------------------------


def ask(site: Site, client: TestClient, reader: Audience) -> str:
    return client.post("/api/ask", json={"question": EVERYTHING}).text


def ask_streamed(site: Site, client: TestClient, reader: Audience) -> str:
    return client.post(
        "/api/ask", json={"question": EVERYTHING}, headers={"accept": "text/event-stream"}
    ).text


def ask_after_a_conversation(site: Site, client: TestClient, reader: Audience) -> str:
    history = [{"role": "user", "content": EVERYTHING}, {"role": "assistant", "content": "4200 yuan"}]
    return client.post("/api/ask", json={"question": "And the others?", "history": history}).text


def search(site: Site, client: TestClient, reader: Audience) -> str:
    return client.post("/api/search", json={"question": EVERYTHING, "k": 100}).text


def search_as_of_a_day(site: Site, client: TestClient, reader: Audience) -> str:
    return client.post("/api/search", json={"question": EVERYTHING, "k": 100, "as_of": "2024-01-01"}).text


def list_documents(site: Site, client: TestClient, reader: Audience) -> str:
    return client.get("/api/documents").text


def show(site: Site, client: TestClient, reader: Audience) -> str:
    return "".join(client.get(f"/api/documents/{name}").text for name in NOTES.values())


def open_citations(site: Site, client: TestClient, reader: Audience) -> str:
    found = ""
    for name in NOTES.values():
        revision = site.assistant.show(name, reader="staff").revision
        found += client.get(f"/api/documents/{name}?revision={revision}&start=0&end=60").text
    return found


def files(site: Site, client: TestClient, reader: Audience) -> str:
    replies = [
        client.get(f"{base}/{name}/file")
        for base in ("/api/documents", "/documents")
        for name in NOTES.values()
    ]
    return "".join(reply.text + str(reply.headers.get("content-disposition")) for reply in replies)


def chat_completions(site: Site, client: TestClient, reader: Audience) -> str:
    body = {"model": "alliance-assistant", "messages": [{"role": "user", "content": EVERYTHING}]}
    replies = [
        client.post("/v1/chat/completions", json=body | {"stream": stream}).text for stream in (False, True)
    ]
    return "".join(replies) + client.get("/v1/models").text


def tool(client: TestClient, name: str, **arguments: Any) -> str:
    message = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": name, "arguments": arguments},
    }
    headers = {"accept": "application/json, text/event-stream"}
    return client.post("/mcp", json=message, headers=headers).text


def mcp_ask(site: Site, client: TestClient, reader: Audience) -> str:
    return tool(client, "ask", question=EVERYTHING)


def mcp_search(site: Site, client: TestClient, reader: Audience) -> str:
    return tool(client, "search", question=EVERYTHING, k=50)


def mcp_open_citation(site: Site, client: TestClient, reader: Audience) -> str:
    found = ""
    for name in NOTES.values():
        revision = site.assistant.show(name, reader="staff").revision
        found += tool(client, "open_citation", document=name, revision=revision, start=0, end=60)
    return found


def page(client: TestClient, endpoint: str, *data: Any) -> str:
    return client.post(f"/gradio_api/run/{endpoint}", json={"data": list(data)}).text


def page_ask(site: Site, client: TestClient, reader: Audience) -> str:
    event = client.post("/gradio_api/call/ask", json={"data": [EVERYTHING, [], None]}).json()["event_id"]
    return client.get(f"/gradio_api/call/ask/{event}").text


def page_library(site: Site, client: TestClient, reader: Audience) -> str:
    return page(client, "library") + page(client, "start") + page(client, "about")


def page_source(site: Site, client: TestClient, reader: Audience) -> str:
    # An opened source repeats the id that was asked for, so only the rest counts.
    return "".join(page(client, "source", name, None, 0, 60).replace(name, "") for name in NOTES.values())


def page_of_a_pdf(site: Site, client: TestClient, reader: Audience) -> str:
    return "".join(page(client, "source_page", name, 1, "fee") for name in NOTES.values())


def staff_pages(site: Site, client: TestClient, reader: Audience) -> str:
    return (
        "".join(page(client, name) for name in ("gaps", "evals"))
        + page(client, "eval_report", "x")
        + page(client, "compare_evals", "x", "y")
    )


def error_messages(site: Site, client: TestClient, reader: Audience) -> str:
    found = client.post("/api/ask", json={"question": ""}).text + client.get("/api/nothing").text
    for name in NOTES.values():
        found += client.get(f"/api/documents/{name}?start=0&end=999999").text
        found += client.get(f"/api/documents/{name}?revision=000000000000").text
        found += client.get(f"/api/documents/{name}%00").text
    return found + client.get("/openapi.json").text + client.get("/api/openapi.json").text


def readiness(site: Site, client: TestClient, reader: Audience) -> str:
    return "".join(client.get(path).text for path in ("/", "/login", "/healthz", "/readyz", "/api/docs"))


def run_command(site: Site, *arguments: str, reader: Audience) -> str:
    @contextmanager
    def opened(*_: object, **__: object) -> Iterator[Any]:
        yield site.assistant

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assistant.build, "open_assistant", opened)
        patch.setenv("ASSISTANT_INDEX", str(site.assistant.settings.index))
        result = CliRunner().invoke(command, [*arguments, "--as", reader])
    assert result.exception is None or result.exit_code or "available" in str(result.exception)
    return result.output + ("" if result.exception is None else type(result.exception).__name__)


def command_reads(site: Site, client: TestClient, reader: Audience) -> str:
    return "".join(
        run_command(site, *arguments, reader=reader)
        for arguments in (
            ("ask", EVERYTHING), ("ask", EVERYTHING, "--json"), ("search", EVERYTHING, "--json"), ("documents", "--json")
        )
    )  # fmt: skip


def command_shows(site: Site, client: TestClient, reader: Audience) -> str:
    return "".join(run_command(site, "show", name, reader=reader) for name in NOTES.values())


LISTS_ALL: tuple[Surface, ...] = (
    search, list_documents, show, open_citations, files, mcp_search, mcp_open_citation, page_library, page_source,
    command_reads, command_shows,
)  # fmt: skip
"""Surfaces that must show everything a reader may read."""
MAY_SHOW: tuple[Surface, ...] = (
    ask, ask_streamed, ask_after_a_conversation, search_as_of_a_day, chat_completions, mcp_ask, page_ask, page_of_a_pdf,
    staff_pages, error_messages, readiness,
)  # fmt: skip


@pytest.mark.parametrize("way", ["token", "cookie"])
@pytest.mark.parametrize("reader", AUDIENCES)
@pytest.mark.parametrize("surface", [*LISTS_ALL, *MAY_SHOW], ids=lambda surface: surface.__name__)
def test_no_surface_tells_a_reader_what_is_not_theirs(
    site: Site, running: TestClient, surface: Surface, reader: Audience, way: str
) -> None:
    if way == "cookie" and (reader == "public" or surface in (command_reads, command_shows)):
        pytest.skip("has no cookie")
    with as_reader(site, running, reader, way) as client:
        found = surface(site, client, reader)
    assert found
    for audience, word in SECRET_WORD.items():
        if not may_read(reader, audience):
            assert word not in found
        elif surface in LISTS_ALL:
            assert word in found


@contextmanager
def as_reader(site: Site, client: TestClient, reader: Audience, way: str) -> Iterator[TestClient]:
    if way == "token":
        client.headers.update(bearer(site.tokens[reader]))
    else:
        assert sign_in(client, reader) == 303
    try:
        yield client
    finally:
        client.headers.pop("authorization", None)
        client.cookies.clear()


@pytest.mark.parametrize("reader", AUDIENCES)
@pytest.mark.parametrize("endpoint", ["sync", "rebuild", "remove", "remove_rating", "gaps", "evals"])
def test_the_library_is_changed_by_staff_only(
    site: Site, running: TestClient, reader: Audience, endpoint: str
) -> None:
    if reader == "staff":
        pytest.skip("may")
    with as_reader(site, running, reader, "token") as client:
        data = {"remove": ["note-quokkaberry"], "remove_rating": [1], "sync": [True]}.get(endpoint, [])
        if endpoint in ("sync", "rebuild"):
            event = client.post(f"/gradio_api/call/{endpoint}", json={"data": data}).json()["event_id"]
            found = client.get(f"/gradio_api/call/{endpoint}/{event}").text
        else:
            found = page(client, endpoint, *data)
        upload = client.post(
            "/documents/upload",
            files={"files": ("new.md", b"# New\n")},
            headers={"x-requested-with": "alliance-assistant"},
        )
    assert "not available to you" in found
    assert upload.status_code == 404
    assert len(site.assistant.documents("staff")) == len(AUDIENCES)


def test_a_lowered_role_sees_less_with_the_same_token_and_cookie(site: Site, running: TestClient) -> None:
    site.gate.accounts.add("lowered", "staff", PASSWORD)
    token = site.gate.accounts.create_token("lowered").token
    assert sign_in(running, "lowered") == 303
    try:
        for role, hidden in (("staff", ()), ("committee", ("staff",)), ("member", ("staff", "committee"))):
            site.gate.accounts.set_role("lowered", role)
            for headers in ({}, bearer(token)):
                running.headers.update(headers)
                found = "".join(
                    surface(site, running, "staff") for surface in (ask, search, show, files, page_library)
                )
                running.headers.pop("authorization", None)
                assert not any(SECRET_WORD[audience] in found for audience in hidden)
                assert SECRET_WORD["member"] in found
    finally:
        running.cookies.clear()


def test_an_answer_that_grows_on_the_page_ends_when_rights_do(
    site: Site, running: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.gate.accounts.add("midway", "staff", PASSWORD)
    running.headers.update(bearer(site.gate.accounts.create_token("midway").token))
    answer = site.assistant.ask(EVERYTHING)

    def growing(*_: object, **__: object) -> Iterator[Any]:
        yield answer.model_copy(update={"contact": "first@alliance.example"})
        site.gate.accounts.set_role("midway", "member")
        yield answer.model_copy(update={"contact": "second@alliance.example"})

    monkeypatch.setattr(site.assistant, "stream", growing)
    try:
        found = page_ask(site, running, "staff")
    finally:
        running.headers.pop("authorization")
    assert "first@alliance.example" in found
    assert "second@alliance.example" not in found
    assert RIGHTS_CHANGED.split(".")[0] in found


def test_the_page_turns_questions_away_when_enough_wait(
    site: Site, running: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, answer = threading.Event(), site.assistant.ask(EVERYTHING)

    def held(*_: object, **__: object) -> Iterator[Any]:
        released.wait(20)
        yield answer

    monkeypatch.setattr(site.assistant, "stream", held)
    try:
        begun = [
            running.post("/gradio_api/call/ask", json={"data": [EVERYTHING, [], None]})
            for _ in range(8 + MAX_WAITING + 2)
        ]
    finally:
        released.set()
    turned_away = [reply for reply in begun if reply.status_code == 503]
    assert 1 <= len(turned_away) <= 2 + 8  # those being answered may not have left the queue yet
    assert all(reply.headers["retry-after"] == "5" for reply in turned_away)


def test_a_raised_audience_hides_the_document_and_its_past(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_site(tmp_path_factory.mktemp("raised")) as site, TestClient(site.app) as client:
        old = site.assistant.show(NOTES["public"])
        surfaces = (ask, search, list_documents, show, open_citations, files, chat_completions, mcp_search)
        assert SECRET_WORD["public"] in search(site, client, "public")
        raised = note("public").replace("audience: public", "audience: staff")
        (site.corpus / "quokkaberry.md").write_text(raised, encoding="utf-8")
        site.assistant.sync(site.corpus)
        for surface in surfaces:
            assert SECRET_WORD["public"] not in surface(site, client, "public"), surface.__name__
        past = client.get(f"/api/documents/{NOTES['public']}?revision={old.revision}&start=0&end=20")
        assert past.status_code == 404
        assert SECRET_WORD["public"] not in past.text
        staff = TestClient(site.app, headers=bearer(site.tokens["staff"]))
        assert SECRET_WORD["public"] in staff.get("/api/documents").text


def test_a_removed_document_is_gone_from_every_surface(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_site(tmp_path_factory.mktemp("removed")) as site:
        revision = site.assistant.show(NOTES["member"], reader="staff").revision
        (site.corpus / "wombatfern.md").unlink()
        site.assistant.sync(site.corpus)
        with TestClient(site.app, headers=bearer(site.tokens["staff"])) as client:
            found = "".join(
                surface(site, client, "staff") for surface in (ask, search, list_documents, show, mcp_search)
            )
            assert client.get(f"/api/documents/{NOTES['member']}?revision={revision}").status_code == 404
    assert SECRET_WORD["member"] not in found


def test_work_does_not_tell_what_is_hidden(tmp_path: Path) -> None:
    """What is hidden, however long, takes the statements that what is not there takes, and a few steps more.

    How that looks on a clock is in `docs/reliability.md`: 3 microseconds, which a network's jitter covers.
    """
    with open_site(tmp_path) as site:
        long = note("staff", words="The fee of the year is paid in March. " * 20_000).replace(
            "note-ibex", "long-ibex"
        )
        (site.corpus / "long.md").write_text(long, encoding="utf-8")
        assert site.assistant.sync(site.corpus).added == ["long-ibexlantern"]
        hidden, longer, missing = (
            work_of(site, name) for name in (NOTES["staff"], "long-ibexlantern", "note-nothing")
        )
    assert hidden.statements == longer.statements == missing.statements
    assert hidden.steps == longer.steps
    assert missing.steps < hidden.steps < missing.steps + 100


class Work(NamedTuple):
    statements: list[str]
    steps: int  # of SQLite's own machine


def work_of(site: Site, name: str) -> Work:
    """Ask for a document that its asker may not read, and count what the library does."""
    statements: list[str] = []
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    database = site.assistant.library._database
    with database._borrowed() as connection:  # the one that is borrowed next, too
        pass
    connection.set_trace_callback(lambda said: statements.append(said.replace(name, "NAME")))
    connection.set_progress_handler(count, 1)
    try:
        with pytest.raises(assistant.errors.NotFound):
            site.assistant.show(name)
    finally:
        connection.set_trace_callback(None)
        connection.set_progress_handler(None, 1)
    assert statements
    return Work(statements, steps)


def test_what_the_matrix_looks_for_is_there(site: Site) -> None:
    for audience, name in NOTES.items():
        stored = site.assistant.show(name, reader=audience)
        assert SECRET_WORD[audience] in json.dumps([stored.text, stored.provenance.title])
