"""Serve a copy of the index on loopback, let readers ask while documents come, change and go, and report.

Ends by itself after `--seconds`, and leaves nothing behind but its report on standard output.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from assistant.access import may_read
from assistant.library import open_library
from assistant.types import AUDIENCES
from assistant.web.accounts import Accounts
from evals.cases import load_cases
from evals.load.memory import Memory
from evals.serving import serve_apart, without_settings

THINK_SECONDS = (20, 60)
"""Reading a cited answer takes about half a minute."""
ACCOUNTS = 8
"""Of each role; a reader of `public` has none."""
ANSWER_PATH = ("ask", "page: ask", "ask: stream")
TARGET_P95_SECONDS = 2.0
NEW_DOCUMENTS = 4
"""Each sync brings these, changes the ones before and takes away the ones before those."""


def main() -> int:
    """Run once; gives 1 when there was an error, a wrong role, or p95 above the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--index", type=Path, default=Path("index"))
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="assistant-load-") as name:
        folder = Path(name)
        shutil.copytree(chosen.index, folder / "index")
        (folder / "corpus").mkdir()
        plan = write_plan(folder)
        with served(folder) as (address, process):
            changing = Changing(address, folder, plan["staff"])
            memory = Memory(process.pid)
            load_before = os.getloadavg()[0]
            with memory, changing:
                ended = run_locust(folder, address, chosen.readers, chosen.seconds)
            rows = read_rows(folder)
            alive = process.poll() is None
    report = summarise(rows, memory, changing, chosen.readers, chosen.seconds) | {
        "load_average_before": round(load_before, 1), "server_alive": alive, "locust_exit": ended,
    }  # fmt: skip
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    return 0 if is_good(report) else 1


def is_good(report: dict[str, Any]) -> bool:
    """Tell whether nothing failed, the server still runs, and answers came in time."""
    failed = report["failures"] or report["syncs_failed"] or not report["server_alive"]
    return not failed and bool(report["p95_seconds"] <= TARGET_P95_SECONDS)


def write_plan(folder: Path) -> dict[str, Any]:
    """Make accounts and tokens in the copied index and write what the readers need to know."""
    with open_library(folder / "index") as library:
        audiences = {p.id: p.audience for p in library.provenances()}
    accounts = Accounts(folder / "index")
    readers: list[tuple[str, str]] = []
    for number in range(ACCOUNTS):
        readers.append(("public", ""))
        for role in ("member", "committee", "staff"):
            accounts.add(f"{role}{number}", role, "only for this run of load")
            readers.append((role, accounts.create_token(f"{role}{number}").token))
    accounts.add("librarian", "staff", "only for this run of load")
    plan = {
        "readers": readers,
        "think_seconds": THINK_SECONDS,
        "questions": [case.question for case in load_cases() if case.split == "dev"],
        "audiences": {r: [a for a in AUDIENCES if may_read(r, a)] for r in AUDIENCES},
        "allowed": {r: [d for d, a in audiences.items() if may_read(r, a)] for r in AUDIENCES},
    }
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    return plan | {"staff": accounts.create_token("librarian").token}


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve the copied index in a process of its own; its log goes to a file."""
    with (folder / "log").open("wb") as log:
        served_apart = serve_apart(
            "--corpus", str(folder / "corpus"), "--index", str(folder / "index"),
            environment=without_settings() | {"ASSISTANT_TRUSTED_PROXIES": "127.0.0.1"},
            stdout=log, stderr=log,
        )  # fmt: skip
        with served_apart as (port, process):
            address = f"http://127.0.0.1:{port}"
            wait_until_ready(address, process)
            yield address, process


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait for the first answer: models load at the first question."""
    deadline = time.monotonic() + 180
    body = {"question": "Who founded the Alliance, and when?"}
    last = "no reply"
    with httpx.Client(base_url=address, timeout=150, trust_env=False, verify=False) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                reply = client.post("/api/ask", json=body)
            except httpx.ConnectError:
                time.sleep(0.5)
                continue
            if reply.status_code == 200:
                return
            last = f"status {reply.status_code}: {reply.text[:200]}"
    raise RuntimeError(f"The server did not come up: {last}.")


class Changing:
    """Syncs without pause in a thread: adds documents, changes them, takes them away."""

    def __init__(self, address: str, folder: Path, token: str) -> None:
        self.syncs, self.failed = 0, 0
        self._corpus = folder / "corpus"
        self._client = httpx.Client(
            base_url=address,
            headers={"authorization": f"Bearer {token}"},
            timeout=120,
            trust_env=False,
            verify=False,
        )
        self._sentences = _sentences(
            json.loads((folder / "plan.json").read_text(encoding="utf-8"))["questions"]
        )
        self._random = random.Random(7)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Changing:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join(timeout=180)
        self._client.close()

    def _run(self) -> None:
        while not self._ending.is_set():
            self._change_files(self.syncs)
            try:
                event = self._client.post("/gradio_api/call/sync", json={"data": [False]}).json()["event_id"]
                told = self._client.get(f"/gradio_api/call/sync/{event}").text
            except (httpx.HTTPError, KeyError):
                self.failed += 1
                continue
            if '"report"' not in told or '"failed": [{' in told:
                self.failed += 1
            self.syncs += 1
            self._ending.wait(1)

    def _change_files(self, turn: int) -> None:
        for number in range(NEW_DOCUMENTS):
            audience = AUDIENCES[number % len(AUDIENCES)]
            for age, name in ((2, turn - 2), (1, turn - 1), (0, turn)):
                path = self._corpus / f"load-{audience}-{name}.md"
                if age == 2:
                    path.unlink(missing_ok=True)
                elif name >= 0:
                    self._write(path, audience)

    def _write(self, path: Path, audience: str) -> None:
        words = "\n\n".join(" ".join(self._random.choices(self._sentences, k=6)) for _ in range(8))
        front = (
            f"id: {path.stem}\ntitle: Notes {path.stem}\nstatus: sample\nlanguage: en\naudience: {audience}"
        )
        path.write_text(f"---\n{front}\n---\n# Notes\n\n{words}\n", encoding="utf-8")


def _sentences(questions: list[str]) -> list[str]:
    """Turn questions into statements nobody asks for: words of the library, in another order."""
    shuffled = random.Random(5)
    found = []
    for question in questions:
        words = question.rstrip("?？").split()
        shuffled.shuffle(words)
        found.append(" ".join(words).capitalize() + ".")
    return found


def run_locust(folder: Path, address: str, readers: int, seconds: int) -> int:
    """Let the readers in, for at most `seconds`; gives locust's exit code."""
    command = [
        sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("readers.py")), "--headless",
        "--users", str(readers), "--spawn-rate", "5", "--run-time", f"{seconds}s", "--stop-timeout", "30",
        "--host", address, "--csv", str(folder / "locust"), "--only-summary",
    ]  # fmt: skip
    environment = os.environ | {"LOAD_PLAN": str(folder / "plan.json")}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=seconds + 120, check=False)
    if not (folder / "locust_stats.csv").exists():
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["no word"]
        raise SystemExit(f"locust did not run: {said[-1]}\nInstall what tests need with `make install`.")
    return done.returncode


def read_rows(folder: Path) -> dict[str, dict[str, str]]:
    """Read locust's table, a row for each name, and its failures under '!'."""
    with (folder / "locust_stats.csv").open(encoding="utf-8") as file:
        rows = {row["Name"]: dict(row) for row in csv.DictReader(file)}
    with (folder / "locust_failures.csv").open(encoding="utf-8") as file:
        rows["!"] = {f"{row['Name']}: {row['Error']}": row["Occurrences"] for row in csv.DictReader(file)}
    return rows


def summarise(
    rows: dict[str, dict[str, str]], memory: Memory, changing: Changing, readers: int, seconds: int
) -> dict[str, Any]:
    """Give the figures of a run; the answer path is the slowest of its three routes."""
    answers = [rows[name] for name in ANSWER_PATH if name in rows]
    return {
        "readers": readers,
        "seconds": seconds,
        "think_seconds": THINK_SECONDS,
        "answers": sum(int(row["Request Count"]) for row in answers),
        "requests": int(rows["Aggregated"]["Request Count"]),
        "failures": rows["!"],
        "p50_seconds": max(float(row["50%"]) for row in answers) / 1000,
        "p95_seconds": max(float(row["95%"]) for row in answers) / 1000,
        "p95_by_route": {row["Name"]: float(row["95%"]) / 1000 for row in answers},
        "syncs": changing.syncs,
        "syncs_failed": changing.failed,
        "memory_mib": memory.bounds(),
        "memory_slope_mib_per_minute": round(memory.slope(), 2),
    }


if __name__ == "__main__":
    sys.exit(main())
