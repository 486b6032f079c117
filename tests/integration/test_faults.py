"""What disks, other programs and clocks do to an index: a message with the next step, and nothing lost."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.errors import AssistantError, IndexBusy, IndexFolderError
from assistant.library.database import FILE_NAME
from assistant.library.lock import lock_index
from assistant.vectors import open_vectors
from tests.library.indexes import Index, dump_index, open_index, write_rule

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

ROOT = Path(__file__).parent.parent.parent
NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting and changing the user need root")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for number in range(6):
        write_rule(
            tmp_path / "corpus",
            f"rule-{number}.md",
            f"# Rule\n\nRule {number} is on topic{number}.\n\n## More\n\nText.",
        )
    write_rule(tmp_path / "corpus", "zh.md", "# 会费\n\n会员每年缴纳会费。", language="zh", audience="member")
    return tmp_path / "corpus"


def answers(index: Index) -> set[str]:
    """Give the documents that are found by their own words."""
    found = set()
    for document in index.library.documents("staff"):
        name = document.provenance.id
        vector = index.embedder.encode_queries([index.library.document_passages(name)[0].embedded_text])[0]
        for collection in index.vectors.collections():
            hits = index.vectors.query(collection, vector, 1)
            found |= {p.document for p in index.library.passages([hit.id for hit in hits]).values()} & {name}
    return found


# --- disk ---------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@as_root
@pytest.mark.parametrize("size", ["2m", "4m", "8m"])
def test_a_full_disk_loses_nothing(tmp_path: Path, small_disk: Path, corpus: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(small_disk)], check=True)
    many = tmp_path / "many"
    for number in range(120):
        clauses = (
            f"## Article {c}\n\n" + " ".join(f"w{number}x{c}x{w}" for w in range(60)) for c in range(8)
        )
        write_rule(many, f"many-{number:03}.md", "\n\n".join(clauses))
    with open_index(small_disk / "index") as index:
        index.sync(corpus)
        with pytest.raises(IndexFolderError, match="disk is full"):
            index.sync(many)
        there = {document.provenance.id for document in index.library.documents("staff")}
    assert len(there) >= 7
    subprocess.run(["mount", "-o", "remount,size=80m", str(small_disk)], check=True)
    with open_index(small_disk / "index") as index:
        assert index.diagnose().problems == ()
        assert {document.provenance.id for document in index.library.documents("staff")} == there
        assert answers(index) == there
        assert index.sync(many).failed == []
        assert len(answers(index)) == 127
        assert index.diagnose().problems == ()


AS_NOBODY = """
import os, sys, tempfile
from pathlib import Path
from assistant.errors import AssistantError
from tests.library.indexes import open_index, write_rule
from assistant.library.lock import lock_index
folder = Path(sys.argv[1])
with tempfile.TemporaryDirectory() as place, open_index(Path(place) / "index") as index:
    write_rule(Path(place) / "corpus", "warm.md", "Modules are loaded while they may be.")
    index.sync(Path(place) / "corpus")
    with lock_index(Path(place)):
        pass
os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    with lock_index(folder), open_index(folder) as index:
        print(len(index.library.documents("staff")))
        if len(sys.argv) > 2:
            os.chmod(folder, 0o500), os.chmod(folder / "library.db", 0o400), os.chmod(folder / "vectors", 0o500)
            try:
                print(len(index.library.documents("staff")))
                index.sync(Path(sys.argv[2]))
            finally:
                os.chmod(folder, 0o700), os.chmod(folder / "library.db", 0o600), os.chmod(folder / "vectors", 0o700)
except AssistantError as error:
    print(type(error).__name__, "|", error.message, "|", error.hint)
"""


def run_as_nobody(*args: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, *map(str, args)],
        capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "HOME": "/nonexistent"}, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


@pytest.fixture
def open_place(corpus: Path) -> Iterator[Path]:
    """A folder that another user may reach, with an index in it; pytest's own are for one user."""
    place = Path(f"/var/tmp/faults-{os.getpid()}")
    place.mkdir(mode=0o755)
    try:
        with open_index(place / "index") as index:
            index.sync(corpus)
        yield place
    finally:
        shutil.rmtree(place)


@as_root
def test_a_folder_of_somebody_else_is_refused_in_two_lines(open_place: Path) -> None:
    (line,) = run_as_nobody(open_place / "index")
    assert line.startswith("IndexFolderError | The index folder")
    assert "permissions" in line
    with open_index(open_place / "index") as index:
        assert index.diagnose().problems == ()


@as_root
def test_permissions_lost_while_it_runs_lose_no_document(open_place: Path, corpus: Path) -> None:
    new = open_place / "new"
    shutil.copytree(corpus, new)
    for path in new.iterdir():
        path.write_text(path.read_text(encoding="utf-8").replace("id: ", "id: new-"), encoding="utf-8")
    for path in open_place.rglob("*"):
        os.chown(path, NOBODY, NOBODY)
    os.chown(open_place, NOBODY, NOBODY)
    lines = run_as_nobody(open_place / "index", new)
    assert lines[:2] == ["7", "7"], "what was open goes on answering"
    assert len(lines) == 2 or lines[2].startswith("Index")
    (again,) = run_as_nobody(open_place / "index")
    assert again in ("7", "14")
    with open_index(open_place / "index") as index:
        assert index.diagnose().problems == ()


# --- other programs -----------------------------------------------------------------------------------


def test_a_library_that_another_program_writes_is_busy_for_a_moment(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.library.database.BUSY_TIMEOUT_SECONDS", 0.2)
    with open_index(tmp_path / "index") as index:
        index.sync(corpus)
        with closing(sqlite3.connect(tmp_path / "index" / FILE_NAME)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert len(answers(index)) == 7, "readers go on"
            with pytest.raises(IndexBusy) as caught:
                index.library.remove("rule-1")
            assert caught.value.hint == "Try again in a moment."
            other.rollback()
        assert index.library.remove("rule-1")


def test_an_index_opened_while_another_program_writes_heals_later(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.library.database.BUSY_TIMEOUT_SECONDS", 0.2)
    with open_index(tmp_path / "index") as index:
        index.sync(corpus)
    with closing(sqlite3.connect(tmp_path / "index" / FILE_NAME)) as other:
        other.execute("BEGIN IMMEDIATE")
        with open_index(tmp_path / "index") as index:
            assert len(answers(index)) == 7
            other.rollback()
            assert index.sync(corpus).unchanged == 7


def test_a_lock_file_left_by_a_dead_process_locks_nothing(tmp_path: Path) -> None:
    (tmp_path / ".lock").touch()
    (tmp_path / ".lock.pid").write_text("999999999", encoding="utf-8")
    with lock_index(tmp_path):
        pass


# --- damage -------------------------------------------------------------------------------------------


def test_vectors_deleted_come_back_and_the_doctor_says_so(corpus: Path, tmp_path: Path) -> None:
    with open_index(tmp_path / "index") as index:
        index.sync(corpus)
        before = dump_index(index)
    shutil.rmtree(tmp_path / "index" / "vectors")
    with open_index(tmp_path / "index") as index:
        assert "the folder of vectors was empty or gone" in index.diagnose().render()
        assert dump_index(index) == before


def test_a_new_index_is_not_called_repaired(corpus: Path, tmp_path: Path) -> None:
    with closing(open_vectors(tmp_path / "index", None)) as vectors:
        assert vectors.repaired == ""
    with open_index(tmp_path / "new") as index:
        index.sync(corpus)
        assert index.diagnose().repaired == ""


DAMAGES = int(os.environ.get("DAMAGE_ROUNDS", "40"))


def damage_library(path: Path, rng: random.Random) -> None:
    """Do what failing disks do: random bytes over a stretch, zeros over a page, one flipped bit, or an end cut off."""
    data = bytearray(path.read_bytes())
    at = rng.randrange(len(data))
    kind = rng.choice(("bytes", "page", "bit", "cut"))
    if kind == "bytes":
        length = min(rng.choice((16, 300, 5000)), len(data) - at)
        data[at : at + length] = rng.randbytes(length)
    elif kind == "page":
        start = at // 4096 * 4096
        data[start : start + 4096] = bytes(len(data[start : start + 4096]))
    elif kind == "bit":
        data[at] ^= 1 << rng.randrange(8)
    else:
        del data[at:]
    path.write_bytes(bytes(data))


def test_a_damaged_library_is_told_or_answers_as_before(corpus: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    with open_index(whole) as index:
        index.sync(corpus)
        texts = {
            d.provenance.id: index.library.document(d.provenance.id) for d in index.library.documents("staff")
        }
    told = 0
    for number in range(DAMAGES):
        folder = tmp_path / f"round-{number}"
        shutil.copytree(whole, folder)
        damage_library(folder / FILE_NAME, random.Random(number))
        try:
            with open_index(folder) as index:
                if index.diagnose().problems:
                    told += 1
                    continue
                now = {name: index.library.document(name) for name in texts}
                assert answers(index) == set(texts), f"round {number}"
            assert now == texts, f"round {number}"
        except AssistantError:  # two lines for a person, checked by its class
            told += 1
        shutil.rmtree(folder)
    assert told > DAMAGES // 4, "the damage met nothing that matters"


# --- clock --------------------------------------------------------------------------------------------


def test_a_clock_that_jumps_back_and_forth_loses_nothing(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = dt.date.today()
    offered = {"effective_from": (today - dt.timedelta(30)).isoformat(), "effective_to": today.isoformat()}
    write_rule(corpus, "offer.md", "An offer for some weeks.", **offered)
    write_rule(corpus, "newer.md", "A rule that takes the place of another.", supersedes="rule-1",
               effective_from=(today - dt.timedelta(10)).isoformat())  # fmt: skip
    with open_index(tmp_path / "index") as index:
        index.sync(corpus)
        before = dump_index(index)
    for days in (400, -400, 3650, -3650, 0):
        jumped = type(
            "Jumped", (dt.date,), {"today": classmethod(lambda _, days=days: today + dt.timedelta(days))}
        )
        with monkeypatch.context() as patched:
            patched.setattr("assistant.ingest.publishing.dt.date", jumped)
            with open_index(tmp_path / "index") as index:
                assert index.sync(corpus).unchanged == 9
                assert index.diagnose().problems == (), days
                assert len(answers(index)) == 9
    with open_index(tmp_path / "index") as index:
        assert dump_index(index) == before
