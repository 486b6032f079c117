"""Twenty kills of what `make torture` does two hundred times."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.rounds import Torture

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]


def test_an_index_killed_again_and_again_loses_and_leaks_nothing(tmp_path: Path) -> None:
    tally = Torture(tmp_path / "home", seed=7).run(20, seconds=600)
    assert tally.findings == []
    assert len(tally.killed_in) > 2, "the kills did not fall into different work"
    assert tally.asked > tally.rounds
