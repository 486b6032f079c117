from __future__ import annotations

import datetime as dt

import pytest

from assistant.library.archive import collection_name, is_archived, superseded_by_others
from tests.strategies import make_provenance

TODAY = dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"status": "official"}, False, id="in-force"),
        pytest.param({"status": "sample"}, False, id="sample"),
        pytest.param({"status": "superseded"}, True, id="marked-superseded"),
        pytest.param({"status": "draft"}, True, id="draft"),
        pytest.param({"status": "official", "effective_to": "2026-05-31"}, True, id="ran-out-yesterday"),
        pytest.param({"status": "official", "effective_to": "2026-06-01"}, False, id="last-day"),
        pytest.param({"status": "official", "id": "old"}, True, id="named-by-a-successor"),
    ],
)
def test_is_archived(values: dict[str, object], expected: bool) -> None:
    assert is_archived(make_provenance(**values), {"old"}, TODAY) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"status": "official"}, {"old"}, id="official"),
        pytest.param({"status": "draft"}, set(), id="draft-replaces-nothing"),
        pytest.param({"status": "official", "effective_from": "2026-06-02"}, set(), id="not-yet"),
        pytest.param({"status": "official", "effective_from": "2026-06-01"}, {"old"}, id="from-today"),
    ],
)
def test_superseded_by_others(values: dict[str, object], expected: set[str]) -> None:
    successor = make_provenance(id="new", supersedes="old", **values)
    assert superseded_by_others([successor], TODAY) == expected


def test_collection_name() -> None:
    assert collection_name("zh", "staff", True) == "zh-staff-archive"
    assert collection_name("en", "public", False) == "en-public-live"
