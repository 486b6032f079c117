"""Twenty kills of what `make torture` does two hundred times."""

from __future__ import annotations

from pathlib import Path
from pkgutil import resolve_name

import pytest

from tests.torture.rounds import Torture

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `take_small_steps` changes is as it was for the tests that follow."""
    for name in (
        "ingest.sync.BATCH_PASSAGES", "ingest.publishing.EMBED_AT_ONCE", "vectors.SYNC_ROWS", "vectors.HNSW",
    ):  # fmt: skip
        monkeypatch.setattr(f"assistant.{name}", resolve_name(f"assistant.{name}"))


def test_an_index_killed_again_and_again_loses_and_leaks_nothing(tmp_path: Path) -> None:
    tally = Torture(tmp_path / "home", seed=7).run(20, seconds=600)
    assert tally.findings == []
    assert len(tally.killed_in) > 2, "the kills did not fall into different work"
    assert tally.asked > tally.rounds
