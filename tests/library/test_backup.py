"""A backup made while others write is one instant of the library; restored, it answers the same."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from assistant.errors import (
    AssistantError,
    IndexBusy,
    IndexDamaged,
    IndexFolderError,
    IndexMismatch,
    InputError,
)
from assistant.ingest.publishing import fill_tokens
from assistant.library import open_library
from assistant.library.backup import CONTENTS, LOCK, SCRATCH, restore_backup, write_backup
from assistant.library.database import FILE_NAME
from assistant.library.lock import lock_index
from tests.fakes import TokenEmbeddings
from tests.library.indexes import dump_index, folder_holds, open_index, write_rule

pytestmark = pytest.mark.integration


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with `corpus`, `index` of it and `backup` of that."""
    write_rule(tmp_path / "corpus", "dues.md", "# Dues\n\nDues are paid once a year.\n\n## Late\n\nInterest.")
    write_rule(tmp_path / "corpus", "zh.md", "# 会费\n\n会员每年缴纳会费。", language="zh", audience="member")
    with open_index(tmp_path / "index") as index:
        index.sync(tmp_path / "corpus")
    write_backup(tmp_path / "index", tmp_path / "backup")
    return tmp_path


def dump(folder: Path) -> dict[str, object]:
    with open_index(folder) as index:
        assert index.diagnose().problems == ()
        return dump_index(index)


def repack(source: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Write a backup again with other members."""
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(source, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def test_a_restored_index_is_the_same_to_the_last_vector(home: Path) -> None:
    contents = restore_backup(home / "backup", home / "restored")
    assert (contents.documents, contents.embedder) == (2, "words")
    assert dump(home / "restored") == dump(home / "index")


def test_tokens_come_back_and_a_backup_without_them_is_taken(home: Path) -> None:
    with open_index(home / "index", TokenEmbeddings()) as index:
        assert fill_tokens(index.library, index.embedder) > 0
        before = dump_index(index)
    write_backup(home / "index", home / "with")
    restore_backup(home / "with", home / "restored")
    assert dump(home / "restored") == before
    with closing(sqlite3.connect(home / "index" / FILE_NAME)) as database:
        database.execute("DROP TABLE token_bits")
    write_backup(home / "index", home / "without")
    restore_backup(home / "without", home / "restored", force=True)
    assert dump(home / "restored") == before | {"tokens": []}


def test_a_backup_is_made_while_another_process_holds_the_folder_and_writes(home: Path) -> None:
    with lock_index(home / "index"), open_library(home / "index") as library:
        done = threading.Event()

        def write() -> None:
            number = 0
            while not done.is_set():
                number += 1
                library.write_value("first", number)
                library.write_value("second", number)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(8):
                write_backup(home / "index", home / f"backup-{number}")
        finally:
            done.set()
            writer.join()
    for number in range(8):
        restore_backup(home / f"backup-{number}", home / f"restored-{number}")
        with open_library(home / f"restored-{number}") as restored:
            first, second = restored.read_value("first") or 0, restored.read_value("second") or 0
            assert first - second in (0, 1)
            assert restored.find_corruption() == []


def test_a_backup_is_for_its_owner_and_replaces_nothing_unasked(home: Path) -> None:
    assert (home / "backup").stat().st_mode & 0o777 == 0o600
    with pytest.raises(InputError, match="there already"):
        write_backup(home / "index", home / "backup")
    write_backup(home / "index", home / "backup", force=True)
    with pytest.raises(IndexFolderError, match="no library"):
        write_backup(home / "nothing", home / "other")
    with pytest.raises(InputError, match="no folder"):
        write_backup(home / "index", home / "no" / "such" / "folder")
    assert sorted(path.name for path in home.iterdir()) == ["backup", "corpus", "index"]


def test_a_library_that_is_there_is_replaced_only_when_forced(home: Path) -> None:
    before = dump(home / "index")
    (home / "corpus" / "zh.md").unlink()
    write_rule(home / "corpus", "new.md", "A zephyrine rule.")
    with open_index(home / "index") as index:
        index.sync(home / "corpus")
    with pytest.raises(IndexFolderError, match="There is a library"):
        restore_backup(home / "backup", home / "index")
    restore_backup(home / "backup", home / "index", force=True)
    assert dump(home / "index") == before
    assert not folder_holds(home / "index", "zephyrin", "new@")


def test_a_library_that_was_killed_and_damaged_gives_way_with_its_log(home: Path) -> None:
    before = dump(home / "index")
    with open_library(home / "index") as library:
        library.write_value("late", 1)
        shutil.copytree(home / "index", home / "killed")
    log = home / "killed" / f"{FILE_NAME}-wal"
    assert log.stat().st_size > 0
    (home / "killed" / FILE_NAME).write_bytes(b"x" * 20_000)
    restore_backup(home / "backup", home / "killed", force=True)
    assert not log.exists()
    assert dump(home / "killed") == before


def test_a_folder_in_use_is_not_restored_into(home: Path) -> None:
    with lock_index(home / "index"), pytest.raises(IndexBusy):
        restore_backup(home / "backup", home / "index", force=True)


def test_accounts_come_back_only_where_there_are_none(home: Path) -> None:
    def note(place: Path, value: str) -> None:
        with closing(sqlite3.connect(place)) as database, database:
            database.execute("CREATE TABLE account (name TEXT)")
            database.execute("INSERT INTO account VALUES (?)", (value,))

    note(home / "index" / "accounts.db", "then")
    write_backup(home / "index", home / "with-accounts", also=["accounts.db"])
    (home / "other").mkdir()
    note(home / "other" / "accounts.db", "now")
    for name, expected in (("empty", "then"), ("other", "now")):
        restore_backup(home / "with-accounts", home / name)
        with closing(sqlite3.connect(home / name / "accounts.db")) as database:
            assert database.execute("SELECT name FROM account").fetchall() == [(expected,)]


def flip(members: dict[str, bytes]) -> None:
    data = bytearray(members[FILE_NAME])
    data[len(data) // 2] ^= 1
    members[FILE_NAME] = bytes(data)


def lengthen(members: dict[str, bytes]) -> None:
    members[FILE_NAME] += bytes(10_000_000)


def shorten(members: dict[str, bytes]) -> None:
    members[FILE_NAME] = members[FILE_NAME][:-4096]


def rename(members: dict[str, bytes]) -> None:
    contents = json.loads(members[CONTENTS])
    contents["files"][0]["name"] = "../evil.db"
    members[CONTENTS] = json.dumps(contents).encode()
    members["../evil.db"] = members.pop(FILE_NAME)


def without_library(members: dict[str, bytes]) -> None:
    contents = json.loads(members[CONTENTS])
    contents["files"] = []
    members[CONTENTS] = json.dumps(contents).encode()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (flip, IndexDamaged),
        (lengthen, IndexDamaged),
        (shorten, IndexDamaged),
        (rename, InputError),
        (without_library, InputError),
        (lambda members: members.pop(CONTENTS), InputError),
        (lambda members: members.update({CONTENTS: b"{"}), InputError),
        (lambda members: members.pop(FILE_NAME), InputError),
    ],
    ids=["bit", "longer", "shorter", "path", "no-library", "no-list", "broken-list", "no-file"],
)
def test_what_is_no_whole_backup_changes_nothing(
    home: Path, change: Callable[[dict[str, bytes]], None], error: type[AssistantError]
) -> None:
    before = dump(home / "index")
    repack(home / "backup", change)
    with pytest.raises(error):
        restore_backup(home / "backup", home / "index", force=True)
    assert dump(home / "index") == before
    assert not (home / "evil.db").exists()
    assert not list((home / "index").glob(".restore-*"))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * 5000])
def test_any_other_file_is_no_backup(home: Path, data: bytes) -> None:
    (home / "other").write_bytes(data)
    with pytest.raises(InputError, match="no whole backup"):
        restore_backup(home / "other", home / "restored")
    with pytest.raises(InputError, match="no file"):
        restore_backup(home / "absent", home / "restored")
    assert not (home / "restored" / FILE_NAME).exists()


def test_any_cut_or_byte_changed_is_noticed(home: Path) -> None:
    whole = (home / "backup").read_bytes()
    for part in range(1, 20):
        (home / "cut").write_bytes(whole[: len(whole) * part // 20])
        with pytest.raises(AssistantError):
            restore_backup(home / "cut", home / "restored")
        at = len(whole) * part // 20
        (home / "cut").write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with pytest.raises(AssistantError):
            restore_backup(home / "cut", home / "restored")


def test_another_layout_is_refused(home: Path) -> None:
    with closing(sqlite3.connect(home / "index" / FILE_NAME)) as database:
        database.execute("PRAGMA user_version = 99")
    write_backup(home / "index", home / "later")
    with pytest.raises(IndexMismatch, match="layout 99"):
        restore_backup(home / "later", home / "restored")


def test_a_damaged_library_is_not_backed_up_as_if_it_were_whole(home: Path) -> None:
    place = home / "index" / FILE_NAME
    data = place.read_bytes()
    half = len(data) // 2
    place.write_bytes(data[:half] + b"\xff" * (len(data) - half))
    with pytest.raises(IndexDamaged):
        write_backup(home / "index", home / "second")
    assert not (home / "second").exists()


_KILLED = """
import os, signal, sys
from pathlib import Path
from assistant.library import backup
backup._sync_to_disk = lambda path: os.kill(os.getpid(), signal.SIGKILL)
backup.write_backup(Path(sys.argv[1]) / "index", Path(sys.argv[1]) / "killed")
"""


def test_what_a_killed_backup_leaves_goes_with_the_next_one(home: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(home)], check=False)
    assert killed.returncode == -signal.SIGKILL
    [left] = [path for path in home.glob(f"{SCRATCH}*") if path.is_dir()]
    assert (left / FILE_NAME).is_file()  # a copy of the library, members' rules and all
    at_work = home / f"{SCRATCH}other"
    at_work.mkdir()
    with FileLock(f"{at_work}{LOCK}"):
        write_backup(home / "index", home / "again")
        assert sorted(path.name for path in home.glob(f"{SCRATCH}*")) == [
            at_work.name,
            f"{at_work.name}{LOCK}",
        ]
    write_backup(home / "index", home / "third")
    assert not list(home.glob(f"{SCRATCH}*"))
    assert not (home / "killed").exists()
