"""Wordings of one thing get one name in both languages; figures and words of stance are no terms."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.lexicon import find_terms
from tests.strategies import lines


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("hand in", "submits", id="phrase-and-word"),
        pytest.param("by secret ballot", "无记名", id="phrase-and-chinese"),
        pytest.param("take out the balloon", "remove balloons", id="forms-of-a-word"),
        pytest.param("unregistered", "register", id="negative-prefix-is-left-to-stance"),
        pytest.param("ＴＡＫＥ ＯＵＴ", "take out", id="full-width-and-capitals"),
        pytest.param("不得转让", "转让", id="modal-in-chinese-cuts"),
    ],
)
def test_two_wordings_give_one_term(one: str, other: str) -> None:
    assert find_terms(one) == find_terms(other) != []


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("The lanterns must glow for 30 days, v2, 40%", ["lantern", "glow"], id="stance-and-figures-fall-out"),
        pytest.param("灯笼展", ["灯笼", "笼展"], id="unlisted-chinese-is-bigrams"),
        pytest.param("灯笼的展", ["灯笼"], id="function-word-cuts-a-run"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_the_terms_of_a_text(text: str, terms: list[str]) -> None:
    assert find_terms(text) == terms


def test_the_longest_listed_wording_wins() -> None:
    assert find_terms("方案修改") == ["=amend protocol"]
    assert find_terms("方案") == ["=protocol"]


@given(lines, lines)
def test_terms_of_two_lines_are_those_of_each(one: str, other: str) -> None:
    assert find_terms(f"{one}\n|\n{other}") == find_terms(one) + find_terms(other)


@given(lines)
def test_case_does_not_matter_and_no_term_is_empty(text: str) -> None:
    assert all(find_terms(text))
    if text.isascii():
        assert find_terms(text.upper()) == find_terms(text)
