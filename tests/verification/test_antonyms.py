"""Opposite words are seen in both languages, whole words only, and never where a text has both sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verification.antonyms import both_end, compare_antonyms, find_opposites, names_opposite
from tests.strategies import lines
from tests.verification.pairs import align, codes

SIDES = (
    "the fee rises",
    "the fee falls",
    "visits online",
    "visits in person",
    "押金提高",
    "押金降低",
    "独占",
    "非独占",
    "a lamp",
)
phrases = st.lists(st.sampled_from(SIDES), min_size=1, max_size=4).map("; ".join)


@pytest.mark.parametrize(
    ("claim", "source", "theirs"),
    [
        pytest.param("The locker fee rises.", "The locker fee falls.", "falls", id="verb"),
        pytest.param("The locker fee has GROWN.", "The locker fee was lowered.", "lowered", id="other-form"),
        pytest.param("The tour is online.", "The tour is in person.", "in person", id="two-words"),
        pytest.param("An exclusive seat.", "A non-exclusive seat.", "non-exclusive", id="prefix"),
        pytest.param("押金在春季提高。", "押金在春季降低。", "降低", id="chinese"),
        pytest.param("非独占席位", "独占席位", "独占", id="chinese-prefix"),
    ],
)
def test_the_other_side_of_a_pair_is_named_as_the_source_has_it(claim: str, source: str, theirs: str) -> None:
    assert find_opposites(claim, source) == theirs


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        pytest.param("The locker fee rises and falls.", "The locker fee falls.", id="claim-has-both"),
        pytest.param("The locker fee rises.", "The locker fee rises or falls.", id="source-has-both"),
        pytest.param("The locker fee rises.", "The tour is in person.", id="sides-of-two-pairs"),
        pytest.param("A price floor.", "The waterfall.", id="part-of-a-word"),
        pytest.param("The lights of the seminar.", "A dinner for the guests.", id="no-pair"),
    ],
)
def test_no_pair_is_torn_apart(claim: str, source: str) -> None:
    assert find_opposites(claim, source) is None


@given(phrases | lines, phrases | lines)
def test_opposition_holds_both_ways_and_no_text_opposes_itself(one: str, other: str) -> None:
    assert (find_opposites(one, other) is None) == (find_opposites(other, one) is None)
    assert find_opposites(one, one) is None


def test_only_clauses_that_are_otherwise_close_are_compared() -> None:
    source = "The deposit for a locker rises every spring."
    assert codes(compare_antonyms(align("The deposit for a locker falls every spring.", source))) == [
        "opposite"
    ]
    assert compare_antonyms(align("The number of penguins in the bay falls.", source)) == []


@pytest.mark.parametrize(
    ("word", "is_side"),
    [("loses", True), ("rejects", True), ("排除", True), ("lamp", False), ("fallow", False), ("窗户", False)],
)
def test_a_word_by_itself_is_a_side_or_not(word: str, is_side: bool) -> None:
    assert names_opposite(word) is is_side


def test_two_words_for_an_end_say_the_same() -> None:
    assert both_end("The permit lapses.", "The account is closed.")
    assert both_end("许可届满。", "账户关闭。")
    assert not both_end("The permit lapses.", "The account grows.")
    assert not both_end("The seminar is closed to guests.", "The permit lapses.")
