"""Kill the worker at an instant of chance, open what it left, and compare with what it had said."""

from __future__ import annotations

import json
import multiprocessing
import random
import signal
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from assistant.build import Assistant
from tests.torture.rules import MARK, NAMES, PASSAGE, mark_of, question_about, versions_in, write_version
from tests.torture.worker import LOG, State, open_torn, work

SPAN_SECONDS = 2.0
"""A kill falls evenly into so long after the opening, which is killed itself in `OPENING_SHARE` of the rounds."""
OPENING_SHARE = 0.15


@dataclass
class Tally:
    """What all rounds came to; `findings` has a line for each thing that was wrong."""

    rounds: int = 0
    killed_in: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    asked: int = 0  # questions that the killed processes answered meanwhile
    checked: int = 0  # documents asked for after a kill
    repaired: int = 0  # times that vectors were made anew at the opening

    def note(self, kind: str, what: str) -> None:
        self.wrong[kind] += 1
        self.findings.append(f"round {self.rounds}: {kind}: {what}")


Unclear = dict[str, set[int | None]]
"""What documents may have become by changes of which nobody said that they were done."""


@dataclass
class Told:
    """What a killed worker had said."""

    known: State
    pending: Unclear = field(default_factory=dict)
    at: str = "open"

    def allows(self, name: str) -> set[int | None]:
        return {self.known.get(name)} | self.pending.get(name, set())


class Torture:
    """Rounds over one index folder, so that what one kill leaves behind meets the next."""

    def __init__(self, home: Path, *, seed: int, real: bool = False) -> None:
        self.home = home
        self.real = real
        self.tally = Tally()
        self._rng = random.Random(seed)
        self._known: State = {name: None for name in NAMES}
        self._unclear: Unclear = {}  # of a round that could not be checked
        self._version = 1
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["assistant.ingest.sync", "chromadb", "tests.torture.worker"])
        (home / "corpus").mkdir(parents=True)
        for name in NAMES[:4]:
            write_version(home / "corpus", name, 0)
        with open_torn(home, real=real) as assistant:  # the models' caches are not what is tortured
            assistant.ask("warm", reader="staff")

    def run(self, rounds: int, *, seconds: float) -> Tally:
        """Do so many rounds, or as many as fit into the time."""
        ends_at = time.monotonic() + seconds
        for _ in range(rounds):
            if time.monotonic() > ends_at:
                break
            self._run_once()
        return self.tally

    def _run_once(self) -> None:
        self.tally.rounds += 1
        (self.home / LOG).unlink(missing_ok=True)
        seed = self._rng.randrange(2**31)
        child = self._context.Process(
            target=work, args=(self.home, seed, self._known, self._version, self.real)
        )
        self._version += 1000
        child.start()
        span_seconds = SPAN_SECONDS * (2 if self.real else 1)
        if self._rng.random() > OPENING_SHARE:
            self._wait_until_open(child)
        child.join(self._rng.uniform(0, span_seconds))
        child.kill()
        child.join()
        if child.exitcode != -signal.SIGKILL:
            self.tally.note("crashed", f"the worker ended by itself with {child.exitcode}")
        told = self._read_log()
        self.tally.killed_in[told.at] += 1
        try:
            with open_torn(self.home, real=self.real) as assistant:
                self._check(assistant, told)
            self._unclear = {}
            self._check_bytes()
        except Exception:
            self._known, self._unclear = told.known, told.pending
            self.tally.note("crashed", traceback.format_exc()[-1500:])

    def _wait_until_open(self, child: BaseProcess) -> None:
        ends_at, log = time.monotonic() + 60, self.home / LOG
        while child.is_alive() and time.monotonic() < ends_at and not (log.exists() and log.stat().st_size):
            time.sleep(0.005)

    def _read_log(self) -> Told:
        told, unclear = Told(dict(self._known), self._unclear), dict(self._unclear)
        path = self.home / LOG
        for line in path.read_bytes().splitlines() if path.exists() else []:
            entry = json.loads(line)
            if "open" in entry:
                told.at = "answer"
            elif "begin" in entry:
                told.at = entry["begin"]
                told.pending = unclear | {n: unclear.get(n, set()) | {v} for n, v in entry["may"].items()}
            elif "done" in entry:
                told.known.update(entry["may"])
                unclear = {n: made for n, made in unclear.items() if n not in entry["may"]}
                told.at, told.pending = "answer", unclear
                if entry["failed"]:
                    self.tally.note("crashed", f"files failed: {entry['failed']}")
            elif "asked" in entry:
                self.tally.asked += 1
            else:
                kind = next(kind for kind in ("mixed", "leaked", "error") if kind in entry)
                self.tally.note("crashed" if kind == "error" else kind, line.decode())
        return told

    def _check(self, assistant: Assistant, told: Told) -> None:
        self.tally.repaired += bool(assistant.vectors.repaired)
        for problem in assistant.diagnose().problems:
            self.tally.note("unhealed", problem.what)
        stored = {document.provenance.id: document for document in assistant.documents("staff")}
        for name in NAMES:
            text = assistant.show(name, reader="staff").text if name in stored else ""
            found = {version for _, version in versions_in(text)} or {None}
            version = next(iter(found))
            if len(found) != 1:
                self.tally.note("mixed", f"{name} holds {found}")
            elif version not in told.allows(name):
                kind = "leaked" if told.known.get(name) is None else "lost"
                self.tally.note(kind, f"{name} is {version}, allowed {told.allows(name)} ({told.at})")
            self._known[name] = version
        for name in NAMES:
            self._check_answers(assistant, name)

    def _check_answers(self, assistant: Assistant, name: str) -> None:
        """A document that is there is found and cited; what is found is of the versions that are there."""
        self.tally.checked += 1
        answer = assistant.ask(question_about(name), reader="staff")
        hits = assistant.search(question_about(name), reader="staff", k=12)
        live = {(other, version) for other, version in self._known.items() if version is not None}
        cited = versions_in("\n".join(citation.quote for citation in answer.citations))
        found = versions_in("\n".join(hit.passage.text for hit in hits))
        if not (cited | found) <= live:
            self.tally.note("leaked", f"{sorted((cited | found) - live)} answer for {name}")
        version = self._known[name]
        # What a question must share with its evidence to be answered is set for the bundled embedder.
        if version is not None and (name, version) not in (found & cited if self.real else found):
            self.tally.note("lost", f"{name} does not answer: {answer.status}, found {sorted(found)}")

    def _check_bytes(self) -> None:
        """No file of the index holds a mark or a passage of what the library does not hold."""
        from assistant.library import open_library

        with open_library(self.home / "index", read_only=True) as library:
            revisions = library.documents("staff", include_retired=True)
            texts = [library.document(r.provenance.id, r.revision) for r in revisions]
        marks = {m for text in texts if text for m in (mark_of(*v) for v in versions_in(text.text))}
        passages = {f"{r.provenance.id}@{r.revision}".encode() for r in revisions}
        for path in sorted((self.home / "index").rglob("*")):
            data = path.read_bytes() if path.is_file() else b""
            left = {m.group() for m in MARK.finditer(data.decode("latin-1"))} - marks
            left_ids = set(PASSAGE.findall(data)) - passages
            if left or left_ids:
                self.tally.note("leaked", f"{path.name} holds {sorted(left)} {sorted(left_ids)}")
