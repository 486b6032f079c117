"""The process that is killed: changes an index without end, says before and after what, and reads it all the while."""

from __future__ import annotations

import json
import os
import random
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.build import Assistant, open_assistant
from assistant.settings import Settings
from tests.fakes import WordEmbeddings
from tests.torture.rules import NAMES, question_about, versions_in, versions_on_disk, write_version

SECONDS_PER_TEXT = 0.002
LOG = "log.jsonl"

State = dict[str, int | None]


def open_torn(home: Path, *, real: bool) -> Assistant:
    """Open the assistant under test: all real but, unless `real`, the embedder."""
    take_small_steps()
    import assistant.models as models

    real_loader = models.load_embedder
    if not real:
        models.load_embedder = lambda *_, **__: WordEmbeddings(seconds_per_text=SECONDS_PER_TEXT)
    try:
        return open_assistant(Settings(index=home / "index", cache=home.parent / "cache"), check_stamp=True)
    finally:
        models.load_embedder = real_loader


def take_small_steps() -> None:
    """Make everything happen in many steps, with graphs written to disk all the time."""
    import assistant.ingest.publishing as publishing
    import assistant.ingest.sync as sync
    import assistant.vectors as vectors

    sync.BATCH_PASSAGES = 6
    publishing.EMBED_AT_ONCE = 4
    vectors.SYNC_ROWS = 16
    vectors.HNSW = {**vectors.HNSW, "batch_size": 4, "sync_threshold": 8}


def work(home: Path, seed: int, known: State, first_version: int, real: bool) -> None:
    """Change and read until killed."""
    log = Log(home / LOG)
    with open_torn(home, real=real) as assistant:
        log.write(open=True)
        ledger = Ledger(known)
        threading.Thread(target=read_all_the_while, args=(assistant, ledger, log, seed), daemon=True).start()
        rng = random.Random(seed)
        for version in range(first_version, first_version + 900):
            change(assistant, home / "corpus", rng, version, ledger, log)


class Log:
    """Lines that outlive the process: each is one write."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

    def write(self, **line: Any) -> None:
        os.write(self._handle, json.dumps(line).encode() + b"\n")


class Ledger:
    """What readers may see: before, while and after each change."""

    def __init__(self, known: State) -> None:
        self._lock = threading.Lock()
        self._history: list[dict[str, set[int | None]]] = [{name: {known.get(name)} for name in NAMES}]

    def begin(self, may: Mapping[str, int | None]) -> None:
        with self._lock:
            last = self._history[-1]
            self._history.append(
                {name: last[name] | ({may[name]} if name in may else set()) for name in NAMES}
            )

    def end(self, may: Mapping[str, int | None]) -> None:
        with self._lock:
            last = self._history[-1]
            self._history.append({name: {may[name]} if name in may else last[name] for name in NAMES})

    def now(self) -> int:
        with self._lock:
            return len(self._history) - 1

    def since(self, start: int, name: str) -> set[int | None]:
        with self._lock:
            return set().union(*(allowed[name] for allowed in self._history[start:]))


def change(
    assistant: Assistant, corpus: Path, rng: random.Random, version: int, ledger: Ledger, log: Log
) -> None:
    """Do one change; `may` is what it makes of each document, None for gone."""
    kind = rng.choices(("ingest", "sync", "remove", "rebuild", "rest"), (3, 3, 2, 1, 1))[0]
    names = rng.sample(NAMES, rng.randint(1, 4))
    may: State = {}
    if kind == "ingest":
        paths = [write_version(corpus, name, version) for name in names]
        may = dict.fromkeys(names, version)
    elif kind == "sync":
        for name in names:
            if rng.random() < 0.3:
                (corpus / f"{name}.md").unlink(missing_ok=True)
            else:
                write_version(corpus, name, version)
        on_disk = versions_on_disk(corpus)
        may = {name: on_disk.get(name) for name in NAMES}
    elif kind == "remove":
        names = names[:1]
        (corpus / f"{names[0]}.md").unlink(missing_ok=True)
        may = {names[0]: None}
    ledger.begin(may)
    log.write(begin=kind, may=may)
    if kind == "ingest":
        failed = assistant.ingest(paths).failed
    elif kind == "sync":
        failed = assistant.sync(corpus, force=True).failed
    else:
        failed = []
        if kind == "remove":
            assistant.remove(names[0])
        elif kind == "rebuild":
            assistant.rebuild()
        else:
            time.sleep(0.1)
    log.write(done=kind, may=may, failed=[str(line) for line in failed])
    ledger.end(may)


def read_all_the_while(assistant: Assistant, ledger: Ledger, log: Log, seed: int) -> None:
    """Ask without end; report answers that hold what no reader may see, or two revisions of one document."""
    rng = random.Random(seed + 1)
    try:
        while True:
            name = rng.choice(NAMES)
            start = ledger.now()
            answer = assistant.ask(question_about(name), reader="staff")
            hits = assistant.search(question_about(name), reader="staff", k=12)
            quotes = "\n".join(citation.quote for citation in answer.citations)
            log.write(asked=name)
            for what, text in (("answer", quotes), ("search", "\n".join(hit.passage.text for hit in hits))):
                seen = versions_in(text)
                if len({document for document, _ in seen}) < len(seen):
                    log.write(mixed=what, seen=sorted(seen))
                for document, version in sorted(seen):
                    if version not in ledger.since(start, document):
                        log.write(leaked=what, document=document, version=version)
            revisions = {(citation.document, citation.revision) for citation in answer.citations}
            if len({document for document, _ in revisions}) < len(revisions):
                log.write(mixed="citations", seen=sorted(revisions))
    except BaseException:
        log.write(error=traceback.format_exc()[-1500:])
        raise
