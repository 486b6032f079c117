from __future__ import annotations

import logging
import multiprocessing
from pathlib import Path

import pytest

from assistant.models.stored import fetch_or_make


class Maker:
    """Gives `data` and counts how often it was asked."""

    def __init__(self, data: bytes = b"graph") -> None:
        self.data = data
        self.asked = 0

    def __call__(self) -> bytes:
        self.asked += 1
        return self.data


def test_second_time_reads_the_file(tmp_path: Path) -> None:
    maker = Maker()
    path = tmp_path / "deep" / "model.onnx"
    assert [fetch_or_make(path, maker) for _ in range(3)] == [b"graph"] * 3
    assert maker.asked == 1
    assert sorted(file.name for file in path.parent.iterdir()) == ["model.onnx", "model.onnx.sha256"]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.write_bytes(b"grapf"), id="changed"),
        pytest.param(lambda path: path.write_bytes(b""), id="emptied"),
        pytest.param(lambda path: path.unlink(), id="file-gone"),
        pytest.param(lambda path: Path(f"{path}.sha256").unlink(), id="checksum-gone"),
        pytest.param(lambda path: Path(f"{path}.sha256").write_bytes(b"\xff\xfe"), id="checksum-binary"),
    ],
)
def test_damage_is_repaired(damage, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    maker = Maker()
    fetch_or_make(path, maker)
    damage(path)
    assert fetch_or_make(path, maker) == b"graph"
    assert maker.asked == 2
    assert path.read_bytes() == b"graph"
    assert fetch_or_make(path, maker) == b"graph"
    assert maker.asked == 2


def test_a_folder_that_cannot_be_written_costs_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_bytes(b"")
    with caplog.at_level(logging.WARNING):
        assert fetch_or_make(tmp_path / "file" / "model.onnx", Maker()) == b"graph"
    assert "cannot be kept" in caplog.text


def _race(path: Path) -> bool:
    data = bytes(range(256)) * 4096
    return all(fetch_or_make(path, lambda: data) == data for _ in range(20))


def test_processes_do_not_collide(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_race, [path] * 3) == [True] * 3
    assert len(list(tmp_path.iterdir())) == 2
