"""Clauses with figures: where they are cut, what counts as a measure, and what is alike but for it."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.answering.clauses import MAX_CLAUSE_CHARS, cut_clauses, find_measures, likeness
from tests.strategies import lines


@pytest.mark.parametrize(
    ("sentence", "clauses"),
    [
        pytest.param("The rope is 30 yuan, the lamp 1,000 yuan and tea is free; ask.", ["The rope is 30 yuan", "the lamp 1,000 yuan", "tea is free", "ask."], id="english"),
        pytest.param("绳30元，灯1,000元、茶免费；请问。", ["绳30元", "灯1,000元", "茶免费", "请问"], id="chinese"),
        pytest.param("| rope | 30, not 40 |", ["| rope | 30, not 40 |"], id="a-row-is-one"),
        pytest.param("x" * (MAX_CLAUSE_CHARS + 1), [], id="too-long"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_clauses_of_a_sentence(sentence: str, clauses: list[str]) -> None:
    cut = cut_clauses(sentence)
    assert [clause.text for clause in cut] == clauses
    assert all(clause.sentence == sentence for clause in cut)


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        pytest.param("3.2 The rope costs 30 yuan", {("money", "30")}, id="number-of-the-clause-is-none"),
        pytest.param("（一）绳子30元", {("money", "30")}, id="number-of-the-clause-zh"),
        pytest.param("30 days after the call", {("day", "30")}, id="a-period-opens-the-clause"),
        pytest.param("15 % of the price", {("percent", "15")}, id="a-share-opens-the-clause"),
        pytest.param("up to 3 guests", {("number", "3")}, id="bare-number"),
        pytest.param("Article 5 of version 2, in 2031", set(), id="labels-are-none"),
    ],
)
def test_measures_of_a_clause(text: str, measures: set[tuple[str, str]]) -> None:
    assert find_measures(text) == measures


def test_figures_do_not_make_texts_unlike() -> None:
    assert likeness("The rope costs 30 yuan", "The rope costs 40 yuan") == 1
    assert 0 < likeness("The rope costs 30 yuan", "The rope was lost") < 1
    assert likeness("绳子30元", "灯塔") == likeness("", "") == 0


@given(lines, lines)
def test_likeness_is_a_share_and_holds_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1
    assert likeness(one, one) in (0, 1)


@given(lines)
def test_clauses_come_in_order_from_their_sentence(sentence: str) -> None:
    at = 0
    for clause in cut_clauses(sentence):
        assert clause.text
        at = sentence.index(clause.text, at) + len(clause.text)
