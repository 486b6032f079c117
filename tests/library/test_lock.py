from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assistant.errors import IndexBusy, IndexFolderError
from assistant.library.lock import RESTORING, lock_index

HOLD = """
import sys, pathlib
from assistant.library.lock import RESTORING, lock_index
with lock_index(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    process = hold(tmp_path)
    try:
        with pytest.raises(IndexBusy, match=str(process.pid)) as caught, lock_index(tmp_path):
            pass
        assert "ASSISTANT_INDEX" in caught.value.hint
    finally:
        process.communicate(timeout=10)
    with lock_index(tmp_path):
        pass


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    process = hold(tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)
    with lock_index(tmp_path):
        pass


def test_a_dead_holder_whose_child_still_has_the_lock_is_waited_for(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(timeout=30)
    (tmp_path / ".lock.pid").write_text(str(ended.pid), encoding="utf-8")
    handle = os.open(tmp_path / ".lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(handle, fcntl.LOCK_EX)
    release = threading.Timer(0.3, os.close, [handle])
    release.start()
    with lock_index(tmp_path):
        release.join()


def test_the_same_process_cannot_open_it_twice(tmp_path: Path) -> None:
    with lock_index(tmp_path), pytest.raises(IndexBusy), lock_index(tmp_path):
        pass


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(IndexFolderError), lock_index(tmp_path / "file"):
        pass


def test_what_a_killed_restore_left_goes_when_the_folder_is_next_held(tmp_path: Path) -> None:
    left = tmp_path / f"{RESTORING}dead"
    left.mkdir()
    (left / "library.db").write_text("text of a removed document", encoding="utf-8")
    with lock_index(tmp_path):
        assert not left.exists()
