"""More or less: a comparison of two things is held against the source's figures, then against its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.verification.comparison import compare_comparisons, find_comparison
from assistant.verification.segments import read_units
from tests.strategies import lines
from tests.verification.pairs import codes

PRICES = "The cost was 40 yuan with the brush and 70 yuan with the needle."
PRICES_ZH = "刷检费用40元，针吸费用70元。"
WORDS = (
    "the brush",
    "is longer",
    "than",
    "not",
    "a needle",
    "40 yuan",
    "刷检",
    "高于",
    "比",
    "更短",
    "70元",
    "as long as",
    "，",
)
patchwork = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        pytest.param("The new kettle is heavier and longer than the old kettle.", "more", id="more"),
        pytest.param("Red valves leak less often than blue valves.", "less", id="less"),
        pytest.param("新茶壶长于旧茶壶。", "more", id="more-zh"),
        pytest.param("新茶壶比旧茶壶更短。", "less", id="less-zh"),
    ],
)
def test_two_things_are_compared(text: str, direction: str) -> None:
    compared = find_comparison(text)
    assert compared
    assert compared.direction == direction


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The kettle boils for more than 30 days.", id="bare-figure"),
        pytest.param("茶壶使用时间超过三十天。", id="bare-figure-zh"),
        pytest.param("The new kettle is not longer than the old kettle.", id="denied"),
        pytest.param("新茶壶不长于旧茶壶。", id="denied-zh"),
        pytest.param("新茶壶并不比旧茶壶更短。", id="denied-before-zh"),
        pytest.param("The kettle is as long as the pan.", id="as-long-as"),
        pytest.param("It is longer than that.", id="nothing-named"),
        pytest.param("The kettle is long.", id="nothing-compared"),
    ],
)
def test_what_compares_no_two_things_is_none(text: str) -> None:
    assert find_comparison(text) is None


@pytest.mark.parametrize(
    ("claim", "source", "found"),
    [
        pytest.param("Costs were lower with the brush than with the needle.", PRICES, [], id="figures-agree"),
        pytest.param("Costs were higher with the brush than with the needle.", PRICES, ["figures_compare"], id="figures-differ"),
        pytest.param("刷检费用低于针吸费用。", PRICES_ZH, [], id="figures-agree-zh"),
        pytest.param("刷检费用高于针吸费用。", PRICES_ZH, ["figures_compare"], id="figures-differ-zh"),
        pytest.param("The brush is better than the needle.", "The needle is worse than the brush.", [], id="other-way-round"),
        pytest.param("The brush is better than the needle.", "The needle is better than the brush.", ["compare"], id="sides-changed"),
        pytest.param("The brush is better than the needle.", "The brush and the needle share a box.", ["compare"], id="no-comparison"),
        pytest.param("Costs were higher with the brush than with the glue.", PRICES, ["compare"], id="no-figure-for-one-side"),
        pytest.param("The brush costs 40 yuan.", PRICES, [], id="claim-compares-nothing"),
    ],
)  # fmt: skip
def test_a_comparison_is_borne_out_or_not(claim: str, source: str, found: list[str]) -> None:
    assert codes(compare_comparisons(read_units(claim), read_units(source))) == found


@given(patchwork | lines, patchwork | lines)
def test_any_text_is_read_the_same_each_time(claim: str, source: str) -> None:
    read = read_units(claim), read_units(source)
    assert compare_comparisons(*read) == compare_comparisons(*read)
    if (compared := find_comparison(claim)) is not None:
        assert compared.left.strip()
        assert compared.right.strip()
