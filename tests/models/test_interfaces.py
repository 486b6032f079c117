from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assistant.errors import SettingsError
from assistant.models import load_embedder, load_reranker
from assistant.models.interfaces import unit_rows


@given(
    arrays(
        np.float32, st.tuples(st.integers(0, 4), st.integers(1, 5)), elements=st.floats(-1e6, 1e6, width=32)
    )
)
def test_rows_have_length_one_and_keep_their_direction(vectors: np.ndarray) -> None:
    rows = unit_rows(vectors)
    assert rows.shape == vectors.shape
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(rows)), abs=1e-4)
    directed = np.linalg.norm(vectors, axis=1) > 1e-12  # a shorter row counts as zero
    assert ((rows * vectors).sum(axis=1)[directed] >= 0).all()


def test_a_row_without_direction_is_still_a_unit_vector() -> None:
    rows = unit_rows(np.array([[0, 0], [np.nan, 1]], np.float32))
    assert rows.tolist() == [[1, 0], [1, 0]]


@pytest.mark.parametrize("spec", ["", "bundled", "openai:x", "sentence-transformers:", "Bundled-E5"])
def test_an_unknown_spec_is_refused(spec: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No embedder"):
        load_embedder(spec, cache=tmp_path)
    with pytest.raises(SettingsError, match="No reranker"):
        load_reranker(spec)
