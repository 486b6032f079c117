"""Figures of both languages come out in one form, with their bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verification.facts import Fact, carries, extract_facts, family, locate_facts, same_value
from assistant.verification.numerals import fold_numerals


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5万元", "50,000 yuan"),
        ("RMB 0.1 million", "10万元"),
        ("三十个工作日", "30 working days"),
        ("2024年9月1日", "1 September 2024"),
        ("2024-09-01", "September 1, 2024"),
        ("3月31日", "31 March"),
        ("三分之二", "2/3"),
        ("百分之五", "5 per cent"),
        ("第九十三条", "Article 93"),
        ("v2.0", "version 2"),
        ("最多三名", "at most 3"),
        ("不低于50%", "at least 50 %"),
        ("过半数", "more than half"),
        ("a simple majority", "超过50%"),
        ("两年", "two years"),
    ],
)
def test_two_notations_give_one_fact(one: str, other: str) -> None:
    assert extract_facts(one) == extract_facts(other) != []


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("不超过5人", "at_most"),
        ("超过5人", "at_least"),
        ("no more than 5 members", "at_most"),
        ("more than 5 members", "at_least"),
        ("5 members or more", ""),
        ("5 or more members", "at_least"),
        ("5日以内", "at_most"),
        ("at the latest 45 days", "at_most"),
        ("数据须早于三个月", "at_least"),
        ("before 1 May 2024", "at_most"),
        ("2024年5月1日以后", "at_least"),
        ("规定不低于转让净收入的50%", "at_least"),
    ],
)
def test_the_bound_beside_a_figure_is_read(text: str, bound: str) -> None:
    assert extract_facts(text)[0].bound == bound


@pytest.mark.parametrize("text", ["12F细管", "FEV1", "may be", "一般情况", ""])
def test_codes_and_words_are_no_figures(text: str) -> None:
    assert extract_facts(text) == []


def test_a_year_is_twelve_months_and_a_bare_number_any_unit() -> None:
    assert same_value(Fact("months", "12"), Fact("years", "1"))
    assert same_value(Fact("number", "5000"), Fact("money", "5000"))
    assert not same_value(Fact("day", "30"), Fact("working_day", "30"))
    assert same_value(Fact("date", "2024-03-31"), Fact("date", "03-31"))
    assert same_value(Fact("date", "2024-03-31"), Fact("year", "2024"))


def test_opposite_bounds_do_not_carry() -> None:
    assert not carries(Fact("day", "30", "at_least"), Fact("day", "30", "at_most"))
    assert carries(Fact("day", "30"), Fact("day", "30", "at_most"))


def test_spans_of_time_are_one_family() -> None:
    assert family(Fact("day", "5")) == family(Fact("working_day", "3"))
    assert family(Fact("percent", "5")) != family(Fact("money", "5"))


@given(st.text(max_size=80))
def test_any_text_is_read_and_places_are_inside_it(text: str) -> None:
    folded = fold_numerals(text)
    for located in locate_facts(folded):
        assert 0 <= located.start < located.end <= len(folded)


@given(st.integers(min_value=2, max_value=999_999))
def test_thousands_separators_do_not_matter(number: int) -> None:
    assert extract_facts(f"{number} yuan") == extract_facts(f"{number:,} yuan")
