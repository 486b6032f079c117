"""A restore killed at any instant leaves the library that was there or the one of the backup, whole, and nothing beside it."""

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

from assistant.library.backup import restore_backup, write_backup
from assistant.library.lock import RESTORING, lock_index
from tests.integration.test_kill import texts_by_document, write_corpus
from tests.library.indexes import dump_index, folder_holds, open_index

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]

ROUNDS = int(os.environ.get("KILL_ROUNDS", "12"))


def restore_in_child(backup: Path, folder: Path, ready: Connection) -> None:
    """Restore, then open, which makes the vectors, as the command does."""
    ready.send("begin")
    restore_backup(backup, folder, force=True)
    ready.send("restored")
    with lock_index(folder), open_index(folder):
        ready.send("done")


def run_and_kill(backup: Path, folder: Path, seconds: float | None) -> tuple[float, float]:
    """Kill a restore so long after it began, or never; give how long it was at work in all and until it had restored."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["assistant.ingest.sync", "chromadb", "tests.library.indexes"])
    ready, send = context.Pipe(duplex=False)
    child = context.Process(target=restore_in_child, args=(backup, folder, send))
    child.start()
    send.close()
    assert ready.recv() == "begin"
    began = time.monotonic()
    restored = time.monotonic() - began if ready.poll(seconds) else 0.0
    child.join(None if seconds is None else max(0.0, began + seconds - time.monotonic()))
    took = time.monotonic() - began
    child.kill()
    child.join()
    assert child.exitcode in (0, -signal.SIGKILL), "the restore failed by itself"
    return took, restored


def test_a_killed_restore_leaves_one_of_the_two_libraries(tmp_path: Path) -> None:
    corpus, there = tmp_path / "corpus", tmp_path / "there"
    write_corpus(corpus, changed=True)
    with open_index(tmp_path / "other") as index:
        index.sync(corpus)
        expected = dump_index(index)
    new = texts_by_document(tmp_path / "other")
    backup = tmp_path / "backup"
    write_backup(tmp_path / "other", backup)
    write_corpus(corpus, changed=False)
    with open_index(there) as index:
        index.sync(corpus)
    old = texts_by_document(there)
    shutil.copytree(there, tmp_path / "undisturbed")
    whole_seconds, restored_seconds = run_and_kill(backup, tmp_path / "undisturbed", None)

    rng = random.Random(11)
    came_to: set[str] = set()
    for number in range(ROUNDS):
        folder = tmp_path / f"round-{number}"
        shutil.copytree(there, folder)
        # Unpacking and moving are a small part of the work; half of the kills fall there.
        longest = restored_seconds if number % 2 else whole_seconds
        run_and_kill(backup, folder, rng.uniform(0, longest))
        came_to.add("left over" if list(folder.glob(f"{RESTORING}*")) else "clean")
        with lock_index(folder), open_index(folder) as index:
            assert index.diagnose().problems == (), f"round {number}"
            assert list(folder.glob(f"{RESTORING}*")) == []
        found = texts_by_document(folder)
        assert found in (old, new), f"round {number}: a mixture"
        came_to.add("old" if found == old else "new")
        if found == old:
            assert not folder_holds(folder, "of the new alliance"), f"round {number}: remains of the backup"
        restore_backup(backup, folder, force=True)
        with lock_index(folder), open_index(folder) as index:
            again = dump_index(index)
        for part in ("documents", "revisions", "passages", "vectors"):
            assert again[part] == expected[part], f"round {number}: {part}"
        shutil.rmtree(folder)
    assert {"old", "new"} <= came_to, "the kills fell on one side of the exchange only"
