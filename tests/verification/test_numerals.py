"""Number words become digits; words that only look like numbers stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verification.numerals import fold_numerals, parse_chinese_number


@pytest.mark.parametrize(
    ("text", "value"),
    [("三十", 30), ("十五", 15), ("一百零五", 105), ("二〇二四", 2024), ("一万二千", 12000), ("两", 2)],
)
def test_chinese_numbers_are_read(text: str, value: int) -> None:
    assert parse_chinese_number(text) == value


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("三十个工作日", "30个工作日"),
        ("百分之五", "5%"),
        ("三分之二", "66.67%"),
        ("半数", "50%"),
        ("过半数", "超过50%"),
        ("2/3", "66.67%"),
        ("two-thirds", "66.67%"),
        ("Thirty-two months", "32 months"),
        ("one page", "1 page"),
        ("ordinary majority", "more than 50%"),
        ("a two-thirds majority", "a 66.67% majority"),
    ],
)
def test_number_words_become_digits(text: str, folded: str) -> None:
    assert fold_numerals(text).strip() == folded


@pytest.mark.parametrize("text", ["一般", "十分重要", "一方", "no one knows", "24/7", "2024/5/6"])
def test_other_words_stay(text: str) -> None:
    assert fold_numerals(text) == text


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more_in_digits(text: str) -> None:
    once = fold_numerals(text)
    assert [c for c in fold_numerals(once) if c.isdigit()] == [c for c in once if c.isdigit()]
