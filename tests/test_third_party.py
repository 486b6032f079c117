"""The list of licences holds what the lock holds."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def third_party() -> ModuleType:
    spec = importlib.util.spec_from_file_location("third_party", ROOT / ".ci" / "third_party.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_locked_package_has_a_row_with_its_version(third_party: ModuleType) -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    rows = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8").splitlines()
    pins = third_party.read_pins(lock)
    assert len(pins) == sum("==" in line for line in lock.splitlines())
    listed = [
        tuple(row.strip("| ").split(" | ")) for row in rows if row.startswith("| ") and "---" not in row
    ]
    assert [row[:2] for row in listed[1:]] == pins
    assert all(len(row) == 3 for row in listed)


def test_a_licence_is_read_from_the_package(third_party: ModuleType) -> None:
    assert third_party.name_licence("pytest") == "MIT"
