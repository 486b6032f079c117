"""Token vectors as signs: what is kept of them compares as the whole vectors do, as far as signs can tell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.token_bits import centre_tokens, meet_tokens, pack_tokens


def random_tokens(n: int, dimension: int = 64, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((n, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 99))
def test_a_met_token_is_the_greatest_cosine_with_a_vector_of_signs(asked: int, told: int, seed: int) -> None:
    mean = random_tokens(1, seed=seed + 1000)[0] / 3
    question, passage = random_tokens(asked, seed=seed), random_tokens(told, seed=seed + 500)
    bits = pack_tokens(passage, mean)
    assert (bits.shape, bits.dtype) == ((told, 8), np.uint8)
    signs = np.where(passage > mean, 1, -1) / np.sqrt(64)
    centred = centre_tokens(question, mean)
    np.testing.assert_allclose(np.linalg.norm(centred, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(meet_tokens(centred, bits), (centred @ signs.T).max(axis=1), atol=1e-5)


def test_a_token_is_nearest_to_itself_by_its_signs() -> None:
    mean = random_tokens(1, seed=7)[0] / 2
    tokens = random_tokens(40)
    alone = [meet_tokens(centre_tokens(tokens, mean), pack_tokens(tokens[[n]], mean)) for n in range(40)]
    assert np.array_equal(np.argmax(alone, axis=0), np.arange(40))
    assert np.diag(alone) == pytest.approx(np.sqrt(2 / np.pi), abs=0.1)  # what the signs of a normal row keep


@pytest.mark.parametrize(("asked", "told"), [(0, 3), (3, 0), (0, 0)])
def test_without_tokens_nothing_is_met(asked: int, told: int) -> None:
    mean = np.zeros(64, np.float32)
    bits = pack_tokens(random_tokens(told), mean)
    assert bits.shape == (told, 8)
    assert len(meet_tokens(centre_tokens(random_tokens(asked), mean), bits)) == 0
