"""A sentence that takes its subject from one item and the rest from the next is seen; a true item is not."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.parallel import compare_clauses, compare_items, read_items
from assistant.verification.segments import read_units
from tests.strategies import lines
from tests.verification.pairs import align

LAMPS = "The red lamp is lit at dawn, the blue lamp is lit at dusk."
FLAGS = "红旗应当在早晨由队长升起，蓝旗应当在傍晚由队长升起。"
PORTERS = "The red lamp is lit at dawn by the cook; the blue lamp is lit at dusk by the porter."
KEEPERS = "红色灯笼由厨师看管；蓝色灯笼由门房看管。"


@pytest.mark.parametrize(
    ("claim", "source", "is_mixed"),
    [
        pytest.param("The red lamp is lit at dusk.", LAMPS, True, id="second-end"),
        pytest.param("红旗应当在傍晚由队长升起。", FLAGS, True, id="second-end-zh"),
        pytest.param("The red lamp is lit at dawn.", LAMPS, False, id="first-item"),
        pytest.param("The blue lamp is lit at dusk.", LAMPS, False, id="second-item"),
        pytest.param("蓝旗应当在傍晚由队长升起。", FLAGS, False, id="second-item-zh"),
        pytest.param("The red lamp is lit at noon.", LAMPS, False, id="from-no-item"),
        pytest.param("The red lamp is lit at dusk in winter.", LAMPS, False, id="a-word-of-neither"),
        pytest.param(
            "Red boats rest.",
            "Red boats sail at dawn, blue boats rest under sheets.",
            False,
            id="items-unlike",
        ),
        pytest.param(
            "The red lamp is lit at dusk.", LAMPS.replace(", the", ". The"), False, id="sentences-apart"
        ),
    ],
)
def test_one_item_mixes_two_of_an_enumeration(claim: str, source: str, is_mixed: bool) -> None:
    found = compare_items(align(claim, source))
    assert [reason.code for reason in found] == ["mixed"] * is_mixed


@pytest.mark.parametrize(
    ("claim", "source", "taken"),
    [
        pytest.param("The red lamp is lit at dusk by the porter.", PORTERS, {"dusk", "red"}, id="crossed"),
        pytest.param("Red tickets cost 40 yuan.", "Red tickets cost 30 yuan; blue tickets cost 40 yuan.", {"40", "red"}, id="crossed-figure"),
        pytest.param("The red lamp is lit at dawn by the cook.", PORTERS, set(), id="first-clause"),
        pytest.param("The blue lamp is lit at dusk by the porter.", PORTERS, set(), id="second-clause"),
        pytest.param("红色灯笼由厨师看管。", KEEPERS, set(), id="first-clause-zh"),
        pytest.param("The red lamp is lit at dusk by the porter.", PORTERS.replace("; the", ". The"), set(), id="no-semicolon"),
        pytest.param("The red lamp is lit at dusk by a hired porter from abroad.", PORTERS, set(), id="much-of-neither"),
        pytest.param("Boats sail at noon.", PORTERS, set(), id="of-neither"),
    ],
)  # fmt: skip
def test_a_clause_takes_words_from_behind_the_semicolon(claim: str, source: str, taken: set[str]) -> None:
    found = compare_clauses(read_units(claim), read_units(source))
    assert {value for reason in found for value in reason.values} == taken


def test_a_chinese_clause_takes_words_from_behind_the_semicolon() -> None:
    assert compare_clauses(read_units("红色灯笼由门房看管。"), read_units(KEEPERS))


def test_items_without_words_are_left_out() -> None:
    assert [len(words) for words in read_items("Cups, , bowls; 30, and plates")] == [1, 1, 1]


@given(lines, lines)
def test_any_text_is_read_and_a_sentence_does_not_mix_itself(one: str, other: str) -> None:
    compare_items(align(one, f"Lamps glow. {other}"))
    compare_clauses(read_units(one), read_units(other))
    assert compare_clauses(read_units(one), read_units(one)) == []
