"""Joining dense and lexical scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.fusion import compared_language, fuse_scores, measure_background
from tests.samples import make_passage

ids = st.sampled_from([f"doc@0#{n}-{n + 1}" for n in range(8)])
dense_scores = st.dictionaries(ids, st.sampled_from([-1.5, 0.0, 0.5, 2.0]), max_size=8)
word_scores = st.dictionaries(ids, st.sampled_from([0.0, 0.25, 1.0]), max_size=8)


def test_words_and_meaning_add_up() -> None:
    # b: 1.0 + 2 * 0.5; a: 1.5; c has words only and gets the lowest dense score, 1.0 + 2 * 0.1.
    fused = fuse_scores({"a": 1.5, "b": 1.0}, {"b": 0.5, "c": 0.1}, lexical_weight=2.0)
    assert fused == [("b", 2.0), ("a", 1.5), ("c", 1.2)]


@given(dense_scores, word_scores)
def test_every_candidate_once_scores_not_increasing_ties_by_id(
    dense: dict[str, float], lexical: dict[str, float]
) -> None:
    fused = fuse_scores(dense, lexical)
    assert sorted(key for key, _ in fused) == sorted(dense.keys() | lexical.keys())
    assert fused == sorted(fused, key=lambda item: (-item[1], item[0]))


@given(dense_scores, word_scores, st.randoms())
def test_order_of_candidates_does_not_matter(
    dense: dict[str, float], lexical: dict[str, float], rng: object
) -> None:
    mixed, words = list(dense.items()), list(lexical.items())
    rng.shuffle(mixed)  # type: ignore[attr-defined]
    rng.shuffle(words)  # type: ignore[attr-defined]
    assert fuse_scores(dict(mixed), dict(words)) == fuse_scores(dense, lexical)


@given(dense_scores, word_scores, ids)
def test_a_better_word_match_never_lowers_a_passage(
    dense: dict[str, float], lexical: dict[str, float], chosen: str
) -> None:
    def rank(words: dict[str, float]) -> int:
        return [key for key, _ in fuse_scores(dense | {chosen: 0.0}, words)].index(chosen)

    assert rank(lexical | {chosen: 5.0}) <= rank(lexical | {chosen: 1.0})


def test_background_is_mean_and_spread_of_cosines() -> None:
    vector = np.array([1.0, 0.0], np.float32)
    sample = np.array([[1.0, 0.0], [0.6, 0.8]], np.float32)  # cosines 1.0 and 0.6
    background = measure_background(vector, sample)
    assert background.mean == pytest.approx(0.8)
    assert background.deviation == pytest.approx(0.2)
    assert background.standardise(1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_background_of_too_few_or_equal_passages_stays_finite(rows: int) -> None:
    vector = np.array([1.0, 0.0], np.float32)
    background = measure_background(vector, np.tile(vector, (rows, 1)))
    assert np.isfinite(background.standardise(0.9))
    assert background.deviation > 0


def test_a_text_of_both_languages_is_compared_with_the_question_s() -> None:
    mixed = make_passage("Dues | 会费 | what a member pays each year", language="en")
    assert compared_language(mixed, "zh") == "zh"
    assert compared_language(make_passage("Dues are annual."), "zh") == "en"
    assert compared_language(make_passage("会费按年缴纳。"), "en") == "zh"
