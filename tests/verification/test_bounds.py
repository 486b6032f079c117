"""A figure bounded from the other side is named; one whose bound is left out is not."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.bounds import exceeds_only_one, opposite_bounds
from assistant.verification.facts import Fact
from assistant.verification.segments import read_units
from tests.strategies import lines
from tests.verification.pairs import codes


@pytest.mark.parametrize(
    ("claim", "source", "code"),
    [
        pytest.param("Keep the film at least 30 days.", "Keep the film at most 30 days.", "bound", id="least-for-most"),
        pytest.param("胶片至少保存30天。", "胶片最多保存30天。", "bound", id="least-for-most-zh"),
        pytest.param("Come before 1 May 2031.", "Come after 1 May 2031.", "bound", id="before-for-after"),
        pytest.param("The reply takes at least 30 days.", "The limit for a reply is 30 days.", "limit", id="limit"),
        pytest.param("答复至少需要30天。", "答复期限为30天。", "limit", id="limit-zh"),
        pytest.param("Two guests may come.", "Only one guest may come.", "only_one", id="only-one"),
        pytest.param("Keep films at least 30 days.", "Keep 30 films at most 30 days.", "bound", id="a-bare-30-beside"),
        pytest.param("两名访客可以到场。", "只能有一名访客到场。", "only_one", id="only-one-zh"),
    ],
)  # fmt: skip
def test_the_other_side_is_named(claim: str, source: str, code: str) -> None:
    assert codes(opposite_bounds(read_units(claim), read_units(source))) == [code]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        pytest.param("Keep the film 30 days.", "Keep the film at most 30 days.", id="bound-left-out"),
        pytest.param("Keep the film at least 30 days.", "Keep the film 30 days.", id="plain-source"),
        pytest.param("胶片至少保存30天。", "胶片至少保存30天，最多保存60天。", id="same-side-zh"),
        pytest.param("At least 9 guests come.", "At most 3 guests come.", id="another-figure"),
        pytest.param("At least 30 guests come.", "The limit for a tour is 30 guests.", id="no-span-of-time"),
        pytest.param("Films last at least 30 days.", "Reply within 5 days. Films last 30 days.", id="limit-of-something-else"),
        pytest.param("At most 2 guests come.", "Only one guest may come.", id="within-only-one"),
        pytest.param("Two guests may come.", "Only one guest sits, two stand.", id="two-are-given"),
    ],
)  # fmt: skip
def test_what_does_not_turn_a_bound_is_left_alone(claim: str, source: str) -> None:
    assert opposite_bounds(read_units(claim), read_units(source)) == []


@pytest.mark.parametrize(
    ("fact", "exceeds"),
    [
        pytest.param(Fact("number", "2"), True, id="two"),
        pytest.param(Fact("number", "1"), False, id="one"),
        pytest.param(Fact("number", "2", "at_most"), False, id="at-most-two"),
        pytest.param(Fact("day", "2"), False, id="a-period"),
    ],
)
def test_only_a_bare_number_above_one_exceeds_only_one(fact: Fact, exceeds: bool) -> None:
    assert exceeds_only_one(fact, read_units("仅限一人登台。")) is exceeds
    assert not exceeds_only_one(fact, read_units("Guests may come."))


@given(lines, lines)
def test_any_text_is_read_and_none_bounds_itself_from_the_other_side(one: str, other: str) -> None:
    assert opposite_bounds(read_units(one), read_units(one)) == []
    assert len(opposite_bounds(read_units(one), [])) == 0
    assert set(codes(opposite_bounds(read_units(one), read_units(other)))) <= {"bound", "limit", "only_one"}
