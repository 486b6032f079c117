"""The weights that a fit writes are those that the verification reads."""

from __future__ import annotations

from pathlib import Path

from assistant.verification import support_weights
from evals.fit_support import TARGET


def test_a_fit_writes_where_the_weights_are_read() -> None:
    assert Path(support_weights.__file__).resolve() == TARGET.resolve()
