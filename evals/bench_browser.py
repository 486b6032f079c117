"""Time the page in headless Chromium: `python -m evals.bench_browser [--json FILE] [--questions N]`.

Starts `assistant serve --sync` on the index as `make run` does, and measures what a reader sees: seconds until
the page takes a question, and until one asked at that moment is answered; milliseconds from asking to the first
sentence afterwards, the memory of the process, and requests that leave the machine. Times depend on the machine and on what else it does, which
`load_average` shows.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from evals.cases import load_cases
from evals.serving import serve_apart

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
TARGETS = {"usable_seconds": 6.0, "first_sentence_ms": 300.0, "memory_gb": 1.2}
"""What the page has to keep, on two cores."""

_ASK = """(question) => new Promise((resolve) => {
  const box = document.querySelector("#question");
  const turns = document.querySelectorAll(".turn").length;
  const shown = () => document.querySelectorAll(".turn")[turns]?.querySelector(".answer .sentence, .refusal, .guard");
  const watch = new MutationObserver(() => {
    if (!shown()) return;
    watch.disconnect();
    requestAnimationFrame(() => resolve(performance.now() - asked));
  });
  watch.observe(document.querySelector("#assistant"), { childList: true, subtree: true });
  box.value = question;
  const asked = performance.now();
  box.form.requestSubmit();
})"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=None, help="folder of the index; default as set")
    parser.add_argument("--json", type=Path, default=None, help="file to write the figures to")
    parser.add_argument("--questions", type=int, default=30, help="dev questions to ask")
    options = parser.parse_args(arguments)
    figures = measure(options.index, options.questions)
    for name, value in figures.items():
        target = f"  (target {TARGETS[name]:g})" if name in TARGETS else ""
        print(f"{name:>24} {value}{target}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def measure(index: Path | None, count: int) -> dict[str, Any]:
    """Give the figures of one start and `count` questions, each in a conversation of its own."""
    from playwright.sync_api import sync_playwright

    questions = [c.question for c in load_cases() if c.split == "dev" and not c.history][:count]
    load = os.getloadavg()[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        started = time.perf_counter()
        with served(index) as (address, process):
            page = browser.new_page()
            outside: list[str] = []
            page.on("request", lambda request: _note_outside(request.url, address, outside))
            open_page(page, address, process)
            usable = time.perf_counter() - started
            first_sentence(page, questions[0])
            answered = time.perf_counter() - started
            processor = processor_seconds(process.pid)
            times = [first_sentence(page, question) for question in questions]
            memory = memory_gb(process.pid)
        browser.close()
    return {
        "usable_seconds": round(usable, 2),
        "first_answer_seconds": round(answered, 2),
        "first_answer_processor_seconds": round(processor, 2),
        "first_sentence_ms": round(statistics.median(times)),
        "first_sentence_p95_ms": round(_percentile(times, 0.95)),
        "within_300_ms": f"{sum(t <= TARGETS['first_sentence_ms'] for t in times)} of {len(times)}",
        "memory_gb": round(memory, 3),
        "requests_outside": len(outside),
        "load_average": round(load, 1),
        "cores": os.cpu_count(),
    }


@contextmanager
def served(index: Path | None) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start `assistant serve` as `make run` does on a free port; gives its address and process, and ends it."""
    # All questions come from one address within a minute or two.
    environment = os.environ | {"ASSISTANT_REQUESTS_PER_MINUTE": "10000"}
    if index is not None:
        environment["ASSISTANT_INDEX"] = str(index)
    arguments = ("--corpus", "corpus", "--sync")
    with serve_apart(*arguments, environment=environment, stdout=sys.stderr, stderr=subprocess.DEVNULL) as (
        port,
        process,
    ):
        yield f"http://127.0.0.1:{port}/", process


def open_page(
    page: Any, address: str, process: subprocess.Popen[bytes], timeout_seconds: float = 120
) -> None:
    """Open the page as soon as the server answers, and wait until it takes a question.

    Raises:
        RuntimeError: the server ended, or did not answer in time.
    """
    port = urlsplit(address).port
    deadline = time.monotonic() + timeout_seconds
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The server did not start (exit code {process.poll()}).")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.02)
    page.goto(address)
    page.wait_for_selector("#assistant[data-ready] #question")


def first_sentence(page: Any, question: str) -> float:
    """Ask in a new conversation; give milliseconds until the first sentence, or the refusal, is drawn."""
    page.locator(".tools .new").click()
    milliseconds = float(page.evaluate(_ASK, question))
    page.wait_for_selector(".send:not(.stop):visible")
    return milliseconds


def memory_gb(pid: int) -> float:
    """Give the peak of a process's resident memory in 10^9 bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(row for row in status.splitlines() if row.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e9


def processor_seconds(pid: int) -> float:
    """Give the processor time that a process has used, which other processes do not lengthen."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _note_outside(url: str, address: str, outside: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(address).netloc:
        outside.append(url)


def _percentile(values: Sequence[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, round(share * (len(ranked) - 1)))]


if __name__ == "__main__":
    main()
