"""A process killed at any instant of a sync: what it acknowledged is there, the next sync ends the same."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from assistant.library import open_library
from tests.fakes import WordEmbeddings
from tests.library.indexes import dump_index, open_index, write_rule

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

ROUNDS = int(os.environ.get("KILL_ROUNDS", "8"))
SECONDS_PER_TEXT = 0.004


def sync_in_child(folder: Path, corpus: Path, ready: Connection) -> None:
    """Sync slowly and in many steps, with graphs written to disk all the time."""
    import assistant.ingest.publishing as publishing
    import assistant.ingest.sync as sync
    import assistant.vectors as vectors

    sync.BATCH_PASSAGES = 6
    publishing.EMBED_AT_ONCE = 4
    vectors.HNSW = {**vectors.HNSW, "batch_size": 4, "sync_threshold": 8}
    with open_index(folder, WordEmbeddings(seconds_per_text=SECONDS_PER_TEXT)) as index:
        ready.send("open")
        index.sync(corpus)
    ready.send("done")


def write_corpus(corpus: Path, *, changed: bool) -> None:
    shutil.rmtree(corpus, ignore_errors=True)
    for number in range(14):
        clauses = "\n\n".join(
            f"## Article {clause}\n\nRule {number} clause {clause} of the alliance." for clause in range(1, 6)
        )
        if changed and number in (2, 3, 4, 5):
            clauses = clauses.replace("of the alliance", "of the new alliance")
        if changed and number == 6:
            continue
        audience = "member" if changed and number in (7, 8) else "public"
        write_rule(corpus, f"rule-{number:02}.md", clauses, audience=audience)
    if changed:
        write_rule(corpus, "rule-20.md", "A rule that takes the place of another.", supersedes="rule-09")
        write_rule(corpus, "rule-21.md", "联盟会员应当每年缴纳会费。", language="zh")


def run_and_kill(folder: Path, corpus: Path, seconds: float) -> bool:
    """Kill a sync so long after it opened the index; tell whether it was still at work."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["assistant.ingest.sync", "chromadb", "tests.library.indexes"])
    ready, send = context.Pipe(duplex=False)
    child = context.Process(target=sync_in_child, args=(folder, corpus, send))
    child.start()
    send.close()
    assert ready.recv() == "open"
    time.sleep(seconds)
    child.kill()
    child.join()
    assert child.exitcode in (0, -signal.SIGKILL), "the sync failed by itself"
    return child.exitcode != 0


def texts_by_document(folder: Path) -> dict[str, tuple[str, list[str]]]:
    """Give what each document says to a reader who comes before anything is mended."""
    with open_library(folder, read_only=True) as library:
        found = {}
        for document in library.documents("staff"):
            name = document.provenance.id
            stored = library.document(name)
            assert stored is not None
            cut = library.document_passages(name)
            assert all(stored.text[p.start : p.end] == p.text and p.revision == stored.revision for p in cut)
            found[name] = (stored.text, [p.text for p in cut])
        return found


def test_a_killed_sync_and_a_second_one_end_as_one_undisturbed(tmp_path: Path) -> None:
    corpus, start, undisturbed = tmp_path / "corpus", tmp_path / "start", tmp_path / "undisturbed"
    write_corpus(corpus, changed=False)
    with open_index(start) as index:
        index.sync(corpus)
    old = texts_by_document(start)
    shutil.copytree(start, undisturbed)
    write_corpus(corpus, changed=True)
    with open_index(undisturbed, WordEmbeddings(seconds_per_text=SECONDS_PER_TEXT)) as index:
        began = time.monotonic()
        index.sync(corpus)
        whole_seconds = time.monotonic() - began
        expected = dump_index(index)
    new = texts_by_document(undisturbed)

    rng = random.Random(7)
    at_work = 0
    for number in range(ROUNDS):
        # Half of the rounds start from nothing, half change an index that is there.
        folder = tmp_path / f"round-{number}"
        if number % 2:
            shutil.copytree(start, folder)
        at_work += run_and_kill(folder, corpus, rng.uniform(0, 1.3 * whole_seconds))
        for name, said in texts_by_document(folder).items():
            assert said in (old.get(name), new.get(name)), f"round {number}: {name} is half written"
        with open_index(folder) as index:
            assert index.diagnose().problems == (), f"round {number}"
            index.sync(corpus)
            assert index.diagnose().problems == (), f"round {number}"
            found = dump_index(index)
        if not number % 2:  # an index from nothing has no retired revisions
            expected_here = {
                **expected,
                "revisions": [r for r in expected["revisions"] if r in found["revisions"]],
            }
            assert len(found["revisions"]) == len(new)
        else:
            expected_here = expected
        for part, value in expected_here.items():
            assert found[part] == value, f"round {number}: {part}"
        shutil.rmtree(folder)
    assert at_work >= ROUNDS // 4, "the kills came too late to mean anything"
