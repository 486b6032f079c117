"""What `make load` counts and judges: on values worked out by hand, and readers over a server that errs on purpose."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from evals.load.__main__ import Changing, is_good, read_rows, run_locust, summarise
from evals.load.judging import judge_answer, last_answer, last_event
from evals.load.memory import Memory, slope_per_minute

ALLOWED = {"rule", "dues"}
READABLE = ["public", "member"]


def answer(*named: str, **changed: object) -> dict[str, Any]:
    cited = [{"document": name, "revision": "r", "start": 0, "end": 3, "quote": "abc"} for name in named]
    return {"status": "answered", "citations": cited, "nearest": [], "considered": [], **changed}


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        pytest.param(answer("rule", "dues"), None, id="all-allowed"),
        pytest.param(answer(), None, id="refused"),
        pytest.param(answer("rule", "secret"), "WRONG ROLE member: secret", id="cited"),
        pytest.param(answer("rule", nearest=[{"document": "secret"}]), "WRONG ROLE member: secret", id="nearest"),
        pytest.param(answer(considered=[{"document": "secret"}]), "WRONG ROLE member: secret", id="considered"),
        pytest.param(answer("load-member-3"), None, id="of-the-running-sync"),
        pytest.param(answer("load-staff-3"), "WRONG ROLE member: load-staff-3", id="of-the-sync-but-hidden"),
        pytest.param(answer(status="working"), "no complete answer", id="not-done"),
        pytest.param(None, "no complete answer", id="none"),
        pytest.param({"error": "x"}, "no complete answer", id="an-error"),
    ],
)  # fmt: skip
def test_an_answer_of_another_role_is_seen(given: dict[str, Any] | None, fault: str | None) -> None:
    assert judge_answer(given, "member", ALLOWED, READABLE) == fault


def test_the_last_event_of_a_stream_is_the_answer() -> None:
    first, last = json.dumps({"status": "a"}), json.dumps({"status": "b"})
    whole = f"event: answer\ndata: {first}\n\nevent: answer\ndata: {last}\n\nevent: done\ndata: {{}}\n\n"
    assert last_answer(whole) == {"status": "b"}
    assert last_answer(whole.split("event: done")[0]) is None, "a stream that broke off is no answer"
    page = (
        f"event: generating\ndata: [{first}]\n\nevent: complete\ndata: [{last}]\n\nevent: close\ndata: null\n"
    )
    assert last_event(page) == {"status": "b"}
    assert last_event("event: error\ndata: null\n\n") is None


@pytest.mark.parametrize(
    ("samples", "slope"),
    [
        pytest.param([(0, 100), (60, 106), (120, 112)], 6.0, id="six-a-minute"),
        pytest.param([(0, 100), (60, 100)], 0.0, id="flat"),
        # Mean at 90 s and 103; sum of products 90*3 + 30*1 + 30*1 + 90*3 = 600 over 18,000: 2 a minute.
        pytest.param([(0, 100), (60, 102), (120, 104), (180, 106)], 2.0, id="a-line"),
        # Products -90*-1 + -30*1 + 30*-1 + 90*1 = 120 over 18,000: 0.4 a minute.
        pytest.param([(0, 99), (60, 101), (120, 99), (180, 101)], 0.4, id="saw"),
        pytest.param([(5, 100)], 0.0, id="one"),
        pytest.param([(5, 100), (5, 200)], 0.0, id="no-time"),
        pytest.param([], 0.0, id="none"),
    ],
)
def test_the_slope_is_the_least_squares_line(samples: list[tuple[float, float]], slope: float) -> None:
    assert slope_per_minute(samples) == pytest.approx(slope)


def test_memory_of_the_first_third_does_not_count() -> None:
    memory = Memory(0)
    memory.samples = [(0, 10), (60, 500), (120, 900), (180, 906), (240, 912), (300, 918)]
    assert memory.bounds() == [900, 918]
    assert memory.slope() == pytest.approx(6)
    assert Memory(0).bounds() == []


# --- readers over a server that errs on purpose -----------------------------------------------------


@contextmanager
def erring_server() -> Iterator[str]:
    """Answers every third question rightly, every third with another role's document, every third with 500."""
    turns = iter(range(1_000_000))
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            with lock:
                turn = next(turns) % 3
            body = json.dumps(answer("rule" if turn else "secret")).encode()
            if turn == 2:
                body = b"{}"
            elif "event-stream" in self.headers.get("accept", ""):
                body = b"event: answer\ndata: " + body + b"\n\nevent: done\ndata: {}\n\n"
            self.send_response(500 if turn == 2 else 200)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"quote": "another"}')

        def log_message(self, *_: object) -> None:
            """Keep requests out of the output of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def erred(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Two readers for five seconds."""
    folder = tmp_path_factory.mktemp("load")
    plan = {
        "readers": [["member", "t"]], "think_seconds": [0.05, 0.1], "questions": ["Who?"],
        "audiences": {"member": READABLE}, "allowed": {"member": sorted(ALLOWED)},
    }  # fmt: skip
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    with erring_server() as address:
        run_locust(folder, address, readers=2, seconds=5)
    return read_rows(folder)


def test_readers_see_errors_wrong_roles_and_wrong_quotes(erred: dict[str, dict[str, str]]) -> None:
    faults = " ".join(erred["!"])
    assert "WRONG ROLE member: secret" in faults
    assert "status 500" in faults
    assert "another text than was cited" in faults
    assert int(erred["ask"]["Request Count"]) > 5


class Changed(Changing):
    """A sync that was, without one."""

    def __init__(self, failed: int = 0) -> None:
        self.syncs, self.failed = 3, failed


def row(name: str, count: int, p50: int, p95: int) -> dict[str, str]:
    return {"Name": name, "Request Count": str(count), "50%": str(p50), "95%": str(p95)}


ROWS = {
    "ask": row("ask", 60, 200, 1500), "page: ask": row("page: ask", 30, 300, 1999),
    "page: begin": row("page: begin", 30, 9000, 9000), "Aggregated": row("Aggregated", 120, 1, 1), "!": {},
}  # fmt: skip


def test_the_slowest_answer_route_is_reported() -> None:
    report = summarise(ROWS, Memory(0), Changed(), 50, 180)
    assert (report["answers"], report["requests"]) == (90, 120)
    assert (report["p50_seconds"], report["p95_seconds"]) == (0.3, 1.999)
    assert report["p95_by_route"] == {"ask": 1.5, "page: ask": 1.999}
    assert report["memory_mib"] == []


@pytest.mark.parametrize(
    ("changed", "failed", "alive", "good"),
    [
        pytest.param({}, 0, True, True, id="good"),
        pytest.param({"page: ask": row("page: ask", 30, 300, 2001)}, 0, True, False, id="slow"),
        pytest.param({"!": {"ask: status 500": "1"}}, 0, True, False, id="an-error"),
        pytest.param({}, 1, True, False, id="a-sync-failed"),
        pytest.param({}, 0, False, False, id="dead"),
    ],
)
def test_a_run_is_good_when_nothing_failed_and_it_was_fast(
    changed: dict[str, Any], failed: int, alive: bool, good: bool
) -> None:
    report = summarise({**ROWS, **changed}, Memory(0), Changed(failed), 50, 180) | {"server_alive": alive}
    assert is_good(report) is good


def test_what_the_sync_writes_comes_changes_and_goes(tmp_path: Path) -> None:
    import random

    changing = Changed()
    changing._corpus, changing._random, changing._sentences = tmp_path, random.Random(1), ["A b.", "C d."]
    names = []
    for turn in range(4):
        changing._change_files(turn)
        names.append(sorted({path.stem.split("-")[2] for path in tmp_path.iterdir()}))
    assert names == [["0"], ["0", "1"], ["1", "2"], ["2", "3"]]
    assert "audience: staff" in (tmp_path / "load-staff-3.md").read_text(encoding="utf-8")


def test_without_locust_the_next_step_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, b"", b"python: No module named locust\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(SystemExit, match=r"No module named locust\n.*make install"):
        run_locust(tmp_path, "http://127.0.0.1:1", readers=1, seconds=1)
