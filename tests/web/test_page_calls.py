"""Requests to the page's own routes that the page would never send."""

import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.web.page_calls import DIRECT, QUEUED, is_served
from assistant.web.page_queue import MAX_SESSIONS, UnreadMessages
from assistant.web.routes import request_cost
from tests.web.webapp import SECRET_WORD, Site, bearer, open_site

pytestmark = pytest.mark.integration
FEE = ["What is the quokkaberry fee?", [], None]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("calls"), page=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[TestClient]:
    with TestClient(site.app) as opened:
        yield opened


def ask(client: TestClient) -> str:
    event = client.post("/gradio_api/call/ask", json={"data": FEE}).json()["event_id"]
    return client.get(f"/gradio_api/call/ask/{event}").text


def test_the_endpoints_of_the_page_are_the_ones_that_are_served(client: TestClient) -> None:
    declared = {d["api_name"]: d["queue"] for d in client.get("/config").json()["dependencies"]}
    assert {name for name, queued in declared.items() if queued is not False} == QUEUED
    assert set(declared) == QUEUED | DIRECT


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", "/gradio_api/heartbeat/abc", id="a stream without end"),
        pytest.param("GET", "/gradio_api/dev/reload", id="another"),
        pytest.param("GET", "/gradio_api/deep_link?session_hash=abc", id="writes a file"),
        pytest.param("POST", "/gradio_api/upload", id="keeps files"),
        pytest.param("GET", "/gradio_api/file=/etc/passwd", id="reads files"),
        pytest.param("GET", "/gradio_api/proxy=http://127.0.0.1:1/", id="calls others"),
        pytest.param("POST", "/gradio_api/run/ask", id="a question past the queue"),
        pytest.param("POST", "/gradio_api/run/ask/", id="a question past the price"),
        pytest.param("POST", "/gradio_api/api/ask", id="the older name"),
        pytest.param("POST", "/gradio_api/call/v2/ask", id="the newer name"),
        pytest.param("POST", "/gradio_api/call/source", id="past the direct way"),
        pytest.param("POST", "/gradio_api/component_server", id="components"),
        pytest.param("POST", "/gradio_api/process_recording", id="recordings"),
        pytest.param("POST", "/gradio_api/vibe-edit", id="an editor of the program"),
        pytest.param("POST", "/gradio_api/cancel", id="another reader's question"),
        pytest.param("GET", "/openapi.json", id="Gradio's own description"),
        pytest.param("GET", "/monitoring", id="who asks when"),
    ],
)
def test_what_the_page_does_not_use_is_closed(client: TestClient, method: str, path: str) -> None:
    reply = client.request(method, path, json={"data": FEE} if method == "POST" else None)
    assert (reply.status_code, reply.json()) == (404, {"error": "Not found."})


def test_what_the_page_uses_is_open(client: TestClient) -> None:
    for path in ("/", "/config", "/gradio_api/info", "/theme.css", "/web/main.js"):
        assert client.get(path).status_code == 200, path
        assert is_served("GET", path)
    assert "quokkaberry fee is" in ask(client)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param({"data": FEE, "fn_index": 0}, id="another function"),
        pytest.param({"data": FEE, "session_hash": "abc"}, id="another session"),
        pytest.param({"data": FEE, "event_data": {"x": 1}}, id="an event"),
        pytest.param({"data": "x"}, id="no list"),
        pytest.param([], id="no call"),
    ],
)
@pytest.mark.parametrize("path", ["/gradio_api/run/start", "/gradio_api/call/ask"])
def test_a_call_holds_its_data_alone(client: TestClient, path: str, call: Any) -> None:
    reply = client.post(path, json=call)
    assert reply.status_code == 400
    assert "quokkaberry" not in reply.text


def test_a_body_that_is_none_is_told(client: TestClient) -> None:
    for body, status in ((b"{", 400), (b"\xff", 400), (b"[" * 100_000, 400), (b"x" * 1_000_001, 413)):
        reply = client.post("/gradio_api/run/start", content=iter([body]))
        assert reply.status_code == status, reply.text
        assert "Traceback" not in reply.text


def test_every_way_to_ask_has_its_price() -> None:
    for path in (
        "/gradio_api/call/ask",
        "/gradio_api/queue/join",
        "/gradio_api/call/v2/ask",
        "/gradio_api/api/ask",
    ):
        assert request_cost("POST", path) == 1, path


SECRET = "My unpublished invention is a bronchial valve with a helical spring."


def test_a_call_with_too_few_values_is_refused(client: TestClient) -> None:
    for path in ("/gradio_api/call/ask", "/gradio_api/run/source", "/gradio_api/run/source_page"):
        reply = client.post(path, json={"data": [SECRET]})
        assert reply.status_code == 400, path
        assert "invention" not in reply.text


def test_what_fails_in_gradio_is_logged_without_what_was_sent(
    client: TestClient, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    asked = next(d["id"] for d in client.get("/config").json()["dependencies"] if d["api_name"] == "ask")
    call = {"data": [SECRET], "fn_index": asked, "session_hash": "abc", "trigger_id": None}
    assert client.post("/gradio_api/queue/join", json=call).status_code == 200
    with client.stream("GET", "/gradio_api/queue/data?session_hash=abc") as reply:
        told = reply.read().decode()
    assert '"success":false' in told.replace(" ", "")
    written = "".join(capfd.readouterr())
    assert "invention" not in told + written + caplog.text
    assert "Traceback" not in written
    assert "ValueError at blocks.py" in caplog.text


@pytest.mark.parametrize("header", ["x-forwarded-host", "forwarded"])
def test_nobody_but_a_proxy_names_another_host(client: TestClient, header: str) -> None:
    for path in ("/", "/config", "/login", "/logout", "/web"):
        reply = client.get(path, headers={header: "evil.example"}, follow_redirects=False)
        assert "evil.example" not in reply.text + str(reply.headers), path


@pytest.mark.parametrize("half", ["[::1", "::1]", "[x]", "[v1.x"])
def test_half_an_address_is_refused_not_stumbled_over(site: Site, half: str) -> None:
    local = TestClient(site.app, client=("127.0.0.1", 1), raise_server_exceptions=False)
    assert local.get("/healthz", headers={"host": half}).status_code == 421
    headers = {"host": "localhost", "origin": f"http://{half}"}
    assert local.post("/api/search", json={"question": "fee"}, headers=headers).status_code == 403


def test_a_link_signs_nobody_out(site: Site, client: TestClient) -> None:
    reply = client.get("/logout", follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/login")
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/ask", 405),
        ("PUT", "/v1/chat/completions", 405),
        ("DELETE", "/api/documents/note-quokkaberry", 405),
        ("POST", "/api/docs", 405),
        ("GET", "/api/nothing", 404),
        ("POST", "/v1/embeddings", 404),
    ],
)
def test_other_methods_and_paths_of_the_api_are_told_in_its_shape(
    client: TestClient, method: str, path: str, status: int
) -> None:
    reply = client.request(method, path)
    assert reply.status_code == status
    assert ("allow" in reply.headers) == (status == 405)
    error = reply.json()["error"]
    assert error["message"] if path.startswith("/v1/") else isinstance(error, str)


def test_nothing_of_calls_that_are_over_piles_up(site: Site, client: TestClient) -> None:
    mounted: Any = next(r.app for r in site.app.routes if hasattr(getattr(r, "app", None), "get_blocks"))
    queue, states = mounted.get_blocks()._queue, mounted.state_holder
    for number in range(MAX_SESSIONS + 30):
        if number % 2:
            ask(client)
        else:  # a reader who leaves before the answer
            client.post("/gradio_api/call/ask", json={"data": FEE})
    ask(client)  # behind all others, so that they are over
    assert len(states.session_data) <= MAX_SESSIONS
    assert len(queue.pending_messages_per_session) <= MAX_SESSIONS
    assert len(queue.pending_event_ids_session) <= MAX_SESSIONS
    ends_at = time.monotonic() + 20  # an event goes just after its last message
    while queue.event_ids_to_events and time.monotonic() < ends_at:
        time.sleep(0.01)
    assert not queue.event_ids_to_events
    assert len(queue.event_analytics) <= 100


def test_a_session_at_work_is_never_forgotten() -> None:
    queue = SimpleNamespace(
        event_ids_to_events={"e": SimpleNamespace(session_hash="long")},
        pending_event_ids_session={"long": {"e"}, "over-0": set()},
    )
    unread = UnreadMessages(queue)
    unread["long"] = "an eval of an hour"
    for number in range(3 * MAX_SESSIONS):
        unread[f"over-{number}"] = "an answer"
    assert "long" in unread
    assert len(unread) == MAX_SESSIONS
    assert set(queue.pending_event_ids_session) == {"long"}


def test_roles_hold_on_the_page_all_the_same(site: Site, client: TestClient) -> None:
    for role in ("public", "member"):
        rows = client.post(
            "/gradio_api/run/library", json={"data": []}, headers=bearer(site.tokens[role])
        ).text
        assert (SECRET_WORD["member"] in rows) == (role == "member")
