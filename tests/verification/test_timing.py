"""What a period runs from, what comes first and how often: read alike, and named where it differs."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.timing import (
    compare_timing,
    find_anchors,
    find_frequencies,
    find_orders,
    turned_orders,
)
from tests.strategies import lines
from tests.verification.pairs import align, codes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("The period runs from the parcel date.", {"parcel"}, id="date"),
        pytest.param("within 30 days after receipt of the parcel", {"parcel"}, id="receipt-of"),
        pytest.param("it starts on the day that the parcel shines", {"parcel", "shine"}, id="day-that"),
        pytest.param("自包裹送达之日起30日内", {"包裹", "=send"}, id="chinese"),
        pytest.param("within 30 days", set(), id="from-nothing"),
    ],
)
def test_what_a_period_runs_from(text: str, words: set[str]) -> None:
    assert set().union(*find_anchors(text)) == words


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        pytest.param("Wash the cup before dinner.", [(True, {"dinner"})], id="before"),
        pytest.param("Wash the cup after dinner.", [(False, {"dinner"})], id="after"),
        pytest.param("晚餐前洗杯子。", [(True, {"晚餐"})], id="before-zh"),
        pytest.param("晚餐后洗杯子。", [(False, {"晚餐"})], id="after-zh"),
        pytest.param("Wash the cup once a year, once per guest.", [], id="once-is-no-after"),
        pytest.param("后果自负，前款照旧。", [], id="no-order-zh"),
    ],
)
def test_what_comes_before_what(text: str, orders: list[tuple[bool, set[str]]]) -> None:
    assert [(order.is_before, order.event) for order in find_orders(text)] == orders


@pytest.mark.parametrize(
    ("english", "chinese", "period"),
    [("monthly", "每月", "month"), ("every quarter", "每季度", "quarter"), ("twice a year", "每年", "year"), ("each day", "每天", "day")],
)  # fmt: skip
def test_how_often_is_one_word_in_both_languages(english: str, chinese: str, period: str) -> None:
    assert find_frequencies(english) == find_frequencies(chinese) == {period}
    assert find_frequencies("the month of May") == frozenset()


@pytest.mark.parametrize(
    ("claim", "source", "found"),
    [
        pytest.param("The period runs from the delivery date.", "The period runs from the invoice date.", ["counts_from"], id="other-event"),
        pytest.param("期限自送达之日起计算。", "期限自下单之日起计算。", ["counts_from"], id="other-event-zh"),
        pytest.param("Lamps are checked monthly.", "Lamps are checked every week.", ["pace"], id="other-pace"),
        pytest.param("每月检查灯具。", "每周检查灯具。", ["pace"], id="other-pace-zh"),
        pytest.param("The period runs from the invoice date.", "The period starts on the date of the invoice.", [], id="same-event"),
        pytest.param("The period runs from the delivery date.", "The period is 3 days.", [], id="source-names-no-event"),
        pytest.param("Lamps are checked monthly.", "Lamps are checked every month and every year.", [], id="one-pace-of-two"),
        pytest.param("Lamps are checked monthly.", "Lamps are checked.", [], id="source-names-no-pace"),
    ],
)  # fmt: skip
def test_another_event_or_pace_is_named(claim: str, source: str, found: list[str]) -> None:
    assert codes(compare_timing(align(claim, source))) == found


@pytest.mark.parametrize(
    ("claim", "source", "found"),
    [
        pytest.param("Cups are washed before dinner.", "Cups are washed after dinner.", ["after"], id="turned"),
        pytest.param("晚餐后清洗杯子。", "晚餐前清洗杯子。", ["before"], id="turned-zh"),
        pytest.param("Dinner is served before the cups are washed.", "Cups are washed before dinner is served.", ["after"], id="sides-changed"),
        pytest.param("Dinner is served after the cups are washed.", "Cups are washed before dinner is served.", [], id="said-from-the-other-side"),
        pytest.param("Cups are washed before lunch.", "Cups are washed after dinner.", [], id="another-event"),
        pytest.param("Cups are washed before dinner.", "Cups are washed before and after dinner.", [], id="both-in-the-source"),
    ],
)  # fmt: skip
def test_a_turned_order_is_named_by_what_the_source_says(claim: str, source: str, found: list[str]) -> None:
    assert codes(turned_orders(align(claim, source))) == found


@given(lines, lines)
def test_any_text_is_read_and_no_event_is_empty(claim: str, source: str) -> None:
    pairs = align(claim, f"Wash the cup after dinner. {source}")
    assert compare_timing(pairs) == compare_timing(pairs)
    assert turned_orders(pairs) == turned_orders(pairs)
    assert all(find_anchors(claim))
    assert all(order.event for order in find_orders(claim))
