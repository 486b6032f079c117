import asyncio
import json
import logging
import threading
import time
from collections.abc import Generator, Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from assistant.errors import IndexDamaged, ModelError
from assistant.types import Answer
from assistant.web.answers import Answers
from assistant.web.metrics import Metrics
from assistant.web.routes import request_cost, route_label
from tests.web.webapp import SECRET_WORD, Site, bearer, open_site, served

FEE = "What is the quokkaberry fee?"
DISCLOSURE = (
    "My unpublished invention is a bronchial valve with a helical spring anchored by three nitinol barbs; "
    "we have not filed a patent yet."
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site"), frame_ancestors="https://alliance.example") as opened:
        yield opened


@pytest.fixture
def client(site: Site) -> Iterator[TestClient]:
    with TestClient(site.app, headers=bearer(site.tokens["staff"])) as opened:
        yield opened


def events(text: str) -> list[tuple[str, Any]]:
    parts = [block.split("\n", 1) for block in text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]


# --- asking -----------------------------------------------------------------------------------------


def test_an_answer_is_the_same_as_in_python(site: Site, client: TestClient) -> None:
    reply = client.post("/api/ask", json={"question": FEE})
    assert reply.status_code == 200
    answer = Answer.model_validate(reply.json())
    expected = site.assistant.ask(FEE, reader="staff")
    assert answer.model_copy(update={"timings": {}}) == expected.model_copy(update={"timings": {}})
    assert answer.citations[0].quote == "The quokkaberry fee is 4200 yuan a year."


def test_a_stream_ends_with_the_whole_answer(site: Site, client: TestClient) -> None:
    reply = client.post("/api/ask", json={"question": FEE}, headers={"accept": "text/event-stream"})
    assert reply.headers["content-type"].startswith("text/event-stream")
    *growing, (last, data) = events(reply.text)
    assert last == "done"
    assert data == {}
    assert {name for name, _ in growing} == {"answer"}
    assert Answer.model_validate(growing[-1][1]).status == site.assistant.ask(FEE, reader="staff").status


def test_a_stream_ends_when_rights_change(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.gate.accounts.add("watched", "staff", "purple giraffe dances slowly")
    token = site.gate.accounts.create_token("watched").token
    answer = site.assistant.ask(FEE, reader="staff")

    def lowered_in_between(*_: object, **__: object) -> Iterator[Answer]:
        yield answer.model_copy(update={"question": "first"})
        site.gate.accounts.set_role("watched", "member")
        yield answer.model_copy(update={"question": "second"})

    monkeypatch.setattr(site.assistant, "stream", lowered_in_between)
    with TestClient(site.app) as client:
        headers = bearer(token) | {"accept": "text/event-stream"}
        reply = client.post("/api/ask", json={"question": FEE}, headers=headers)
        chat = {"model": "alliance-assistant", "stream": True, "messages": [{"role": "user", "content": FEE}]}
        site.gate.accounts.set_role("watched", "staff")
        chunks = client.post("/v1/chat/completions", json=chat, headers=bearer(token)).text
    assert [name for name, _ in events(reply.text)] == ["answer", "error"]
    assert "second" not in reply.text
    assert "[DONE]" not in chunks


def test_a_failure_in_the_middle_of_a_stream_is_told(
    client: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> Iterator[Answer]:
        yield site.assistant.ask(FEE)
        raise ModelError("The model server does not answer.", hint="Start it.")

    monkeypatch.setattr(site.assistant, "stream", breaks)
    reply = client.post("/api/ask", json={"question": FEE}, headers={"accept": "text/event-stream"})
    assert events(reply.text)[-1] == (
        "error",
        {"error": "The model server does not answer.", "hint": "Start it."},
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"question": ""}, 422, id="empty"),
        pytest.param({"question": "   "}, 400, id="blank"),
        pytest.param({"question": "x" * 4001}, 422, id="long"),
        pytest.param({"question": FEE, "as_of": "yesterday"}, 422, id="no-date"),
        pytest.param({"question": FEE, "as_of": 0}, 422, id="seconds-are-no-date"),
        pytest.param({"question": FEE, "as_of": "86400"}, 422, id="seconds-in-quotes"),
        pytest.param({"question": FEE, "reader": "staff"}, 422, id="rights-are-not-asked-for"),
        pytest.param({"question": FEE, "history": [{"role": "system", "content": "x"}]}, 422, id="role"),
        pytest.param(
            {"question": FEE, "history": [{"role": "user", "content": "x"}] * 41}, 422, id="history"
        ),
        pytest.param([], 422, id="no-object"),
    ],
)
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_wrong_question_is_told_what_to_mend(
    client: TestClient, body: object, status: int, accept: str
) -> None:
    reply = client.post("/api/ask", json=body, headers={"accept": accept})
    assert reply.status_code == status
    assert reply.json()["error"]
    assert reply.json()["hint"]


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff\xfe", b'{"question": "\\ud800"}', b'{"question": "a\\u0000b"}'], ids=repr
)
def test_hostile_bytes_are_no_server_error(client: TestClient, raw: bytes) -> None:
    for path in ("/api/ask", "/api/search", "/v1/chat/completions"):
        reply = client.post(path, content=raw, headers={"content-type": "application/json"})
        assert reply.status_code in (200, 400, 422), (path, reply.text)


def test_search_lists_passages_best_first(client: TestClient) -> None:
    hits = client.post("/api/search", json={"question": FEE, "k": 2}).json()["hits"]
    assert [hit["rank"] for hit in hits] == [1, 2]
    assert hits[0]["document"] == "note-quokkaberry"
    assert set(hits[0]) == {
        "rank", "score", "document", "revision", "title", "audience", "locator", "text", "start", "end"
    }  # fmt: skip


# --- documents --------------------------------------------------------------------------------------


def test_documents_can_be_filtered(client: TestClient) -> None:
    listed = client.get("/api/documents").json()["documents"]
    assert [row["id"] for row in listed] == sorted(f"note-{word}" for word in SECRET_WORD.values())
    assert client.get("/api/documents?language=zh").json() == {"documents": []}
    assert len(client.get("/api/documents?status=official&kind=rule").json()["documents"]) == 4
    assert client.get("/api/documents?status=nonsense").status_code == 422


def test_a_citation_opens_with_what_stands_around_it(client: TestClient) -> None:
    cited = client.post("/api/ask", json={"question": FEE}).json()["citations"][0]
    where = {key: cited[key] for key in ("revision", "start", "end")}
    opened = client.get(f"/api/documents/{cited['document']}", params=where).json()
    whole = client.get(f"/api/documents/{cited['document']}").json()
    assert opened["quote"] == cited["quote"]
    assert opened["before"] + opened["quote"] + opened["after"] in whole["text"]
    assert client.get(f"/api/documents/{cited['document']}?start=5&end=5").status_code == 400


def test_the_original_is_sent_as_a_file(site: Site, client: TestClient) -> None:
    reply = client.get("/api/documents/note-ibexlantern/file")
    assert reply.content == (site.corpus / "ibexlantern.md").read_bytes()
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.headers["cache-control"] == "no-store"


def test_what_is_not_there_and_what_is_not_yours_look_alike(site: Site) -> None:
    with TestClient(site.app) as client:
        for path in ("/api/documents/{}", "/api/documents/{}/file", "/api/documents/{}?start=0&end=5"):
            hidden, missing = (client.get(path.format(name)) for name in ("note-ibexlantern", "note-nothing"))
            assert hidden.status_code == missing.status_code == 404
            assert hidden.json() == missing.json()
            different = set(hidden.headers.items()) ^ set(missing.headers.items())
            assert {name for name, _ in different} == {"x-request-id"}


@pytest.mark.parametrize("token", ["wrong", "aat_000000000000_" + "A" * 43, "", "public2"])
@pytest.mark.parametrize("path", ["/api/documents", "/v1/models", "/healthz"])
def test_a_token_that_opens_nothing_is_not_anonymous(site: Site, token: str, path: str) -> None:
    with TestClient(site.app) as client:
        reply = client.get(path, headers={"authorization": f"Bearer {token}"})
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert token not in reply.text or not token


# --- what a deployment watches ----------------------------------------------------------------------


def test_health_and_readiness(client: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").json() == {"alive": True}
    assert client.get("/readyz").json() == {"ready": True}

    def broken(*_: object) -> None:
        raise IndexDamaged("The library is broken.", hint="Restore it.")

    monkeypatch.setattr(site.assistant, "documents", broken)
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_metrics_hold_numbers_and_no_words(site: Site, client: TestClient) -> None:
    client.post("/api/ask", json={"question": FEE})
    client.get("/api/documents/note-ibexlantern")
    client.get("/a-question-typed-into-the-address-bar")
    text = client.get("/metrics").text
    assert 'assistant_http_requests_total{route="/api/documents/{id}",status="200"}' in text
    assert 'assistant_answers_total{language="en"' in text
    assert "assistant_documents 4.0" in text
    assert not any(word in text for word in ("quokkaberry", "ibexlantern", "typed"))


def test_metrics_are_for_this_machine_and_staff(site: Site) -> None:
    for token, address, status in (
        ("", "203.0.113.5", 404), (site.tokens["committee"], "203.0.113.5", 404),
        (site.tokens["staff"], "203.0.113.5", 200), ("", "127.0.0.1", 200),
    ):  # fmt: skip
        client = TestClient(site.app, base_url="http://localhost", client=(address, 1), headers=bearer(token))
        assert client.get("/metrics").status_code == status


def test_the_api_describes_itself_without_calling_out(client: TestClient) -> None:
    described = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/ask", "/api/search", "/api/documents", "/v1/chat/completions", "/healthz"} <= set(described)
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert all(path in page.text for path in described)
    assert "<script" not in page.text
    assert "src=" not in page.text


# --- protection -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/healthz", "/api/documents", "/login", "/nothing/here", "/api/documents/x"]
)
def test_every_reply_carries_safe_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors" in headers["content-security-policy"]
    assert len(headers["x-request-id"]) == 16


def test_named_origins_may_embed_the_page(client: TestClient) -> None:
    headers = client.get("/healthz").headers
    assert headers["content-security-policy"].endswith("frame-ancestors 'self' https://alliance.example")
    assert "x-frame-options" not in headers


def test_a_body_is_bounded_whatever_it_says_of_itself(site: Site) -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"question": "'
        for _ in range(40):
            yield b"x" * 50_000

    with TestClient(site.app) as client:
        for path in ("/api/ask", "/v1/chat/completions", "/login"):
            form = path == "/login"
            headers = {"content-type": "application/x-www-form-urlencoded" if form else "application/json"}
            assert client.post(path, content=b"x" * 1_100_000, headers=headers).status_code == 413
            assert client.post(path, content=endless(), headers=headers).status_code == 413


def test_a_name_pointed_at_this_machine_is_not_served(site: Site) -> None:
    local = TestClient(site.app, base_url="http://attacker.example", client=("127.0.0.1", 1))
    assert local.get("/api/documents").status_code == 421
    for host in ("localhost:7860", "127.0.0.1", "[::1]:7860"):
        assert local.get("/api/documents", headers={"host": host}).status_code == 200


def test_a_client_that_asks_too_often_waits(tmp_path_factory: pytest.TempPathFactory) -> None:
    with (
        open_site(tmp_path_factory.mktemp("limited"), requests_per_minute=3) as site,
        TestClient(site.app) as client,
    ):
        replies = [client.post("/api/search", json={"question": FEE}) for _ in range(5)]
        assert [reply.status_code for reply in replies] == [200, 200, 200, 429, 429]
        assert 1 <= int(replies[-1].headers["retry-after"]) <= 20
        assert "hint" in replies[-1].json()
        assert client.get("/healthz").status_code == 200
        # Somebody signed in has a bucket of their own, wherever they ask from.
        member = bearer(site.tokens["member"])
        assert client.post("/api/search", json={"question": FEE}, headers=member).status_code == 200
        openai = client.post("/v1/chat/completions", json={})
        assert openai.status_code == 429
        assert openai.json()["error"]["type"] == "rate_limit_error"


def test_too_many_at_once_are_turned_away_and_the_rest_answered(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.web.answers.WAITING_PER_PLACE", 2)
    with open_site(tmp_path_factory.mktemp("busy"), concurrent_answers=1) as site:
        at_once, most = 0, 0
        lock, released, real = threading.Lock(), threading.Event(), site.assistant.stream

        def held(*arguments: Any, **options: Any) -> Generator[Answer]:
            nonlocal at_once, most
            with lock:
                at_once += 1
                most = max(most, at_once)
            released.wait(20)
            with lock:
                at_once -= 1
            return real(*arguments, **options)

        monkeypatch.setattr(site.assistant, "stream", held)

        async def ask_all(address: str) -> list[httpx.Response]:
            replies: list[httpx.Response] = []
            async with httpx.AsyncClient(base_url=address, timeout=30, trust_env=False) as client:
                asking = [client.post("/api/ask", json={"question": FEE}) for _ in range(6)]
                for coming in asyncio.as_completed(asking):
                    replies.append(await coming)
                    if len(replies) == 3:  # those turned away need not wait for those answered
                        released.set()
            return replies

        with served(site.app) as address:
            replies = asyncio.run(ask_all(address))
    assert [reply.status_code for reply in replies] == [503, 503, 503, 200, 200, 200]
    assert all(reply.headers["retry-after"] == "5" for reply in replies if reply.status_code == 503)
    assert most == 1


def test_a_reader_who_leaves_frees_the_place(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_site(tmp_path_factory.mktemp("left"), concurrent_answers=1) as site:
        answer = site.assistant.ask(FEE)

        lengths = iter((200, 1))

        def endless(*_: object, **__: object) -> Iterator[Answer]:
            for number in range(next(lengths)):
                yield answer.model_copy(update={"question": str(number)})
                time.sleep(0.05)

        monkeypatch.setattr(site.assistant, "stream", endless)
        with (
            served(site.app) as address,
            httpx.Client(base_url=address, trust_env=False, timeout=10) as client,
        ):
            headers = {"accept": "text/event-stream"}
            with client.stream("POST", "/api/ask", json={"question": FEE}, headers=headers) as reply:
                next(reply.iter_text())
            started = time.monotonic()
            assert client.post("/api/ask", json={"question": FEE}).status_code == 200
            assert time.monotonic() - started < 5


def test_a_library_that_opens_late_keeps_nobody_else_waiting(site: Site) -> None:
    def opens_late() -> Generator[Answer]:
        time.sleep(1)
        return site.assistant.stream(FEE)

    async def longest_pause() -> float:
        asking = asyncio.ensure_future(answers.ask(opens_late, stays))
        longest, before = 0.0, time.monotonic()
        while not asking.done():
            await asyncio.sleep(0.01)
            longest, before = max(longest, time.monotonic() - before), time.monotonic()
        assert (await asking).citations
        return longest

    async def stays() -> bool:
        return False

    answers = Answers(site.assistant, Metrics(documents=lambda: 0), places=1)
    assert asyncio.run(longest_pause()) < 0.8


# --- logs -------------------------------------------------------------------------------------------


def test_the_log_has_a_line_for_each_request_and_nothing_that_was_typed(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reply = client.post(
        "/api/ask?note=typed-here", json={"question": "How many zyzzyvas does a Xylophage eat?"}
    )
    client.post("/api/ask", json={"question": DISCLOSURE})
    client.get("/typed-into-the-address")
    lines = [json.loads(record.message) for record in caplog.records if record.name == "assistant.access"]
    assert [line["route"] for line in lines] == ["/api/ask", "/api/ask", "other"]
    assert lines[0]["id"] == reply.headers["x-request-id"]
    assert (lines[0]["reader"], lines[0]["audience"], lines[0]["status"]) == ("staff", "staff", 200)
    ours = [record.getMessage() for record in caplog.records if record.name != "httpx2"]  # the client's own
    everything = " ".join(ours).lower()
    assert not any(word in everything for word in ("zyzzyva", "typed", "helical", "nitinol", "aat_"))


def test_an_unexpected_error_tells_neither_reader_nor_log_what_was_asked(
    client: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(question: str, **_: object) -> Answer:
        raise RuntimeError(f"cannot parse {question}")

    monkeypatch.setattr(site.assistant, "stream", breaks)
    reply = client.post("/api/ask", json={"question": "a secret zyzzyva"})
    assert reply.status_code == 500
    assert reply.headers["x-request-id"] in reply.json()["hint"]
    told = reply.text + caplog.text
    assert "RuntimeError" in caplog.text
    assert "test_api.py" in caplog.text
    assert "zyzzyva" not in told
    assert "Traceback" not in told


def test_a_disclosure_is_declined_and_not_repeated(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": DISCLOSURE}).json()
    assert answer["status"] == "declined"
    assert "helical" not in json.dumps(answer)


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/api/documents/my-invention", "/api/documents/{id}"),
        ("/gradio_api/call/ask/abc", "/gradio_api/ask"),
        ("/gradio_api/call/my-words", "/gradio_api"),
        ("/my words", "other"),
        ("/login/my-words", "other"),
    ],
)
def test_labels_of_routes_hold_no_words_of_readers(path: str, label: str) -> None:
    assert route_label(path) == label


def test_questions_cost_more_than_pages() -> None:
    assert request_cost("POST", "/api/ask") == request_cost("POST", "/gradio_api/call/ask") == 1
    assert request_cost("GET", "/gradio_api/call/ask/abc") < request_cost("POST", "/login")
    assert request_cost("GET", "/healthz") == 0
