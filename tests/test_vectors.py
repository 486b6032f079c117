from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexDamaged, IndexFolderError, SettingsError
from assistant.vector_files import MANIFEST
from assistant.vectors import FloatArray, VectorStore, open_vectors
from tests.library.indexes import folder_holds, folder_holds_vector

pytestmark = pytest.mark.integration


def unit_rows(n: int, dimension: int = 32, seed: int = 0) -> FloatArray:
    rows = np.random.default_rng(seed).standard_normal((n, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def names(n: int) -> list[str]:
    return [f"rules.en@abc#{number}-{number + 1}" for number in range(n)]


@contextmanager
def opened(folder: Path) -> Iterator[VectorStore]:
    with closing(open_vectors(folder, None)) as vectors:
        yield vectors


def test_every_row_finds_itself_first_with_its_cosine(tmp_path: Path) -> None:
    rows = unit_rows(300)
    with opened(tmp_path) as vectors:
        vectors.upsert("en-public-live", names(300), rows)
        for number in range(0, 300, 7):
            found = vectors.query("en-public-live", rows[number], 300)
            assert found[0].id == names(300)[number]
            assert len(found) == 300
            expected = np.sort(rows @ rows[number])[::-1]
            np.testing.assert_allclose([hit.score for hit in found], expected, atol=1e-5)


def test_vectors_asked_together_find_what_each_finds_alone(tmp_path: Path) -> None:
    rows = unit_rows(60)
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", names(60), rows)
        together = vectors.query_all("en-live", rows[:5], 7)
        assert together == [vectors.query("en-live", row, 7) for row in rows[:5]]
        assert [len(found) for found in together] == [7] * 5
        assert vectors.query_all("en-live", rows[:0], 7) == []
        assert vectors.query_all("zh-live", rows[:2], 7) == [[], []]


def test_a_collection_made_anew_is_read_and_listed(tmp_path: Path) -> None:
    rows = unit_rows(6)
    with opened(tmp_path) as vectors:
        assert vectors.collections() == []
        for number in range(3):
            vectors.upsert("en-live", names(6)[number:], rows[number:])
            assert vectors.collections() == ["en-live"]
            assert vectors.query("en-live", rows[5], 1)[0].id == names(6)[5]
            assert vectors.ids("en-live") == set(names(6)[number:])
            vectors.drop("en-live")
            assert vectors.collections() == []
            assert vectors.query("en-live", rows[5], 1) == []


def test_what_was_settled_is_there_after_reopening(tmp_path: Path) -> None:
    rows = unit_rows(40)
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", names(40), rows)
        vectors.delete("en-live", names(10))
        vectors.settle()
    for _ in range(2):
        with opened(tmp_path) as vectors:
            assert vectors.repaired == ""
            assert vectors.ids("en-live") == set(names(40)[10:])
            fetched = vectors.fetch("en-live", names(40))
            assert list(sorted(fetched)) == sorted(names(40)[10:])
            np.testing.assert_allclose(fetched[names(40)[10]], rows[10], atol=1e-6)


def test_an_upsert_replaces_and_deletes_pass_over_what_is_not_there(tmp_path: Path) -> None:
    rows = unit_rows(2)
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", ["one"], rows[:1])
        vectors.upsert("en-live", ["one"], rows[1:])
        np.testing.assert_allclose(vectors.fetch("en-live", ["one", "none"])["one"], rows[1], atol=1e-6)
        vectors.delete("en-live", ["none"])
        vectors.delete("nowhere", ["one"])
        vectors.upsert("en-empty", [], rows[:0])
        assert vectors.collections() == ["en-live"]
        vectors.delete("en-live", ["one"])
        assert vectors.collections() == []


@pytest.mark.parametrize("n", [40, pytest.param(1300, id="with-a-graph-on-disk")])
def test_what_is_deleted_leaves_no_byte(tmp_path: Path, n: int) -> None:
    rows = unit_rows(n)
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", names(n), rows)
        vectors.upsert("zh-live", names(3), unit_rows(3, seed=1))
        vectors.settle()
        assert folder_holds_vector(tmp_path, rows[7])
        vectors.delete("en-live", names(n)[5:15])
        vectors.drop("zh-live")
        vectors.settle()
        assert len(vectors.query("en-live", rows[0], n)) == n - 10
    assert not any(folder_holds_vector(tmp_path, row) for row in rows[5:15])
    assert not any(folder_holds_vector(tmp_path, row) for row in unit_rows(3, seed=1))
    assert not folder_holds(tmp_path, *names(n)[10:15])
    assert folder_holds_vector(tmp_path, rows[0])
    with opened(tmp_path) as vectors:
        assert vectors.repaired == ""
        assert vectors.ids("en-live") == {*names(n)[:5], *names(n)[15:]}
        for number in (0, 4, 15, n - 1):
            assert vectors.query("en-live", rows[number], 1)[0].id == names(n)[number]


@pytest.mark.parametrize("n", [40, 1300])
def test_a_graph_file_holds_nothing_of_the_memory_of_its_process(tmp_path: Path, n: int) -> None:
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", names(n), unit_rows(n))
        vectors.settle()
    (graph,) = (tmp_path / "vectors").glob("*/data_level0.bin")
    numbers = np.frombuffer(graph.with_name("header.bin").read_bytes()[4:36], dtype="<u8")
    _, room, rows, row_bytes = (int(number) for number in numbers)
    assert rows * row_bytes <= graph.stat().st_size <= room * row_bytes
    assert not graph.read_bytes()[rows * row_bytes :].strip(b"\0")
    assert not graph.with_name("length.bin").read_bytes()[rows * 4 :].strip(b"\0")


def test_files_of_an_earlier_version_are_made_anew(tmp_path: Path) -> None:
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", names(4), unit_rows(4))
        vectors.settle()
    manifest = tmp_path / "vectors" / MANIFEST
    files = json.loads(manifest.read_text(encoding="utf-8"))
    del files["version"]
    manifest.write_text(json.dumps(files), encoding="utf-8")
    with opened(tmp_path) as vectors:
        assert "earlier version" in vectors.repaired
        assert vectors.collections() == []


def test_deleted_vectors_that_could_not_be_purged_are_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", names(40), unit_rows(40))
        vectors.settle()
        vectors.delete("en-live", names(10))
        with monkeypatch.context() as patched:
            patched.setattr("assistant.vector_files._VACUUM", "raise SystemExit(1)")
            vectors.settle()
        assert not (tmp_path / "vectors" / MANIFEST).exists()
        vectors.settle()
        assert (tmp_path / "vectors" / MANIFEST).exists()


def test_a_collection_that_is_not_there_is_empty(tmp_path: Path) -> None:
    with opened(tmp_path) as vectors:
        assert vectors.query("none", unit_rows(1)[0], 5) == []
        assert vectors.ids("none") == set()
        assert vectors.fetch("none", ["a"]) == {}
        ids, rows = vectors.sample("none", 3)
        assert (ids, len(rows)) == ([], 0)


def test_a_sample_is_the_same_each_time_and_spread(tmp_path: Path) -> None:
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", names(50), unit_rows(50))
        ids, rows = vectors.sample("en-live", 7)
        again, _ = vectors.sample("en-live", 7)
        assert ids == again
        assert len(set(ids)) == 7
        assert rows.shape == (7, 32)
        assert len(vectors.sample("en-live", 500)[0]) == 50


def test_more_rows_than_one_call_takes(tmp_path: Path) -> None:
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", names(6000), unit_rows(6000, 8))
        assert len(vectors.ids("en-live")) == 6000
        assert len(vectors.fetch("en-live", names(6000))) == 6000
        vectors.drop_all()
        assert vectors.collections() == []


def test_another_dimension_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", ["one"], unit_rows(1, 8))
        with pytest.raises(IndexDamaged, match="dimension"):
            vectors.upsert("en-live", ["two"], unit_rows(1, 9))
        with pytest.raises(ValueError, match="2 ids for 1 rows"):
            vectors.upsert("en-live", ["one", "two"], unit_rows(1, 8))


def test_an_unsettled_folder_comes_back_empty_and_says_so(tmp_path: Path) -> None:
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", names(5), unit_rows(5))
        vectors.settle()
        vectors.upsert("en-live", names(6), unit_rows(6))
    with opened(tmp_path) as vectors:
        assert "died" in vectors.repaired
        assert vectors.collections() == []
    with opened(tmp_path) as vectors:
        assert vectors.repaired == ""
        vectors.upsert("en-live", names(5), unit_rows(5))
        assert len(vectors.ids("en-live")) == 5


def damage(folder: Path, kind: str) -> None:
    graphs = sorted(folder.glob("*/*.bin"))
    if kind == "graph-cut":
        largest = max(graphs, key=lambda path: path.stat().st_size)
        largest.write_bytes(largest.read_bytes()[:10])
    elif kind == "graph-gone":
        shutil.rmtree(graphs[0].parent)
    elif kind == "database-cut":
        path = folder / "chroma.sqlite3"
        path.write_bytes(path.read_bytes()[:5000])
    elif kind == "database-broken":
        path = folder / "chroma.sqlite3"
        half = path.stat().st_size // 2
        path.write_bytes(path.read_bytes()[:half] + b"\xff" * half)
    elif kind == "database-gone":
        (folder / "chroma.sqlite3").unlink()
    elif kind == "manifest-cut":
        (folder / MANIFEST).write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    "kind", ["graph-cut", "graph-gone", "database-cut", "database-broken", "database-gone", "manifest-cut"]
)
def test_a_damaged_folder_comes_back_empty_and_says_so(tmp_path: Path, kind: str) -> None:
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", names(1200), unit_rows(1200, 8))
        vectors.settle()
    damage(tmp_path / "vectors", kind)
    with opened(tmp_path) as vectors:
        assert vectors.repaired
        assert vectors.collections() == []
        vectors.upsert("en-live", names(3), unit_rows(3, 8))
        assert len(vectors.query("en-live", unit_rows(3, 8)[0], 9)) == 3


def test_readers_go_on_while_rows_come_and_go(tmp_path: Path) -> None:
    rows = unit_rows(100)
    failures: list[BaseException] = []
    done = threading.Event()
    with opened(tmp_path) as vectors:
        vectors.upsert("en-live", names(100), rows)

        def read() -> None:
            try:
                while not done.is_set():
                    vectors.query("en-live", rows[0], 5)
                    vectors.fetch("en-other", names(5))
                    vectors.query("en-brief", rows[0], 2)
            except BaseException as error:
                failures.append(error)

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for _ in range(10):
            vectors.upsert("en-other", names(50), rows[:50])
            vectors.delete("en-other", names(50))
            vectors.delete("en-live", names(50))
            vectors.upsert("en-live", names(50), rows[:50])
            vectors.settle()
        for _ in range(60):
            vectors.upsert("en-brief", names(3), rows[:3])
            vectors.drop("en-brief")
        done.set()
        for reader in readers:
            reader.join()
    assert failures == []


def test_addresses_that_cannot_be_a_server() -> None:
    with pytest.raises(SettingsError):
        open_vectors(None, "localhost:8000")
    with pytest.raises(ValueError, match="folder or a URL"):
        open_vectors(None, None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_server_that_does_not_answer_is_reported() -> None:
    with pytest.raises(IndexFolderError, match="does not answer"):
        open_vectors(None, f"http://127.0.0.1:{free_port()}")


def test_the_same_calls_work_on_a_server(tmp_path: Path) -> None:
    port = free_port()
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(tmp_path)]
    server = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        vectors = wait_for(f"http://127.0.0.1:{port}")
        rows = unit_rows(20)
        vectors.upsert("en-public-live", names(20), rows)
        vectors.settle()
        assert vectors.query("en-public-live", rows[4], 3)[0].id == names(20)[4]
        vectors.delete("en-public-live", names(10))
        assert vectors.ids("en-public-live") == set(names(20)[10:])
        vectors.drop_all()
        assert vectors.collections() == []
        vectors.close()
    finally:
        server.terminate()
        server.wait(timeout=10)


def wait_for(url: str) -> VectorStore:
    import time

    for _ in range(100):
        try:
            return open_vectors(None, url)
        except IndexFolderError:
            time.sleep(0.2)
    raise AssertionError("the server did not start")
