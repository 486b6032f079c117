"""A clause whose words stand under another stance in its source is named, with the stance of both."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.stances import compare_stances
from tests.strategies import lines
from tests.verification.pairs import align, read

ENTER = "Guests may enter the tower."


@pytest.mark.parametrize(
    ("claim", "source", "flips", "stances"),
    [
        pytest.param("Guests must not enter the tower.", ENTER, True, ("may", "must_not"), id="forbidden"),
        pytest.param("访客不得进入塔楼。", "访客可以进入塔楼。", True, ("may", "must_not"), id="forbidden-zh"),
        pytest.param("The tower does not glow.", "The tower glows.", True, ("affirms", "denies"), id="denied"),
        pytest.param("Guests must enter the tower.", ENTER, False, ("may", "must"), id="demanded"),
        pytest.param("访客必须进入塔楼。", "访客可以进入塔楼。", False, ("may", "must"), id="demanded-zh"),
        pytest.param("Guests need not enter the tower.", "Guests must not enter the tower.", False, ("must_not", "need_not"), id="left-open"),
    ],
)  # fmt: skip
def test_another_stance_is_named(claim: str, source: str, flips: bool, stances: tuple[str, str]) -> None:
    found = compare_stances(align(claim, source), read(source))
    assert [(turn.is_condition, turn.flips, turn.reason.values) for turn in found] == [
        (False, flips, stances)
    ]


def test_a_turned_condition_is_marked_as_one() -> None:
    source = "Guests may enter the tower without paying."
    turned = compare_stances(align("Guests may enter the tower if they pay.", source), read(source))
    assert [turn.is_condition for turn in turned] == [True]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        pytest.param(ENTER, ENTER, id="same"),
        pytest.param("Guests can enter the tower.", ENTER, id="same-in-other-words"),
        pytest.param("访客必须进入塔楼。", "访客应当进入塔楼。", id="same-in-other-words-zh"),
        pytest.param("Penguins must not enter frozen harbours at night.", ENTER, id="not-close"),
        pytest.param("Guests may receive up to 3 lamps.", "Guests receive 3 lamps.", id="may-up-to-is-a-cap"),
        pytest.param("Guests lose their seats in the tower.", "Seats of guests in the tower are closed.", id="both-end"),
        pytest.param("Guests may enter the yard.", "Guests may not enter the yard by night. By day guests may enter the yard.", id="said-elsewhere"),
    ],
)  # fmt: skip
def test_the_same_stance_is_not(claim: str, source: str) -> None:
    assert compare_stances(align(claim, source), read(source)) == []


@given(lines, lines)
def test_any_text_is_read_the_same_each_time(claim: str, source: str) -> None:
    source = f"{ENTER} {source}"
    assert compare_stances(align(claim, source), read(source)) == compare_stances(
        align(claim, source), read(source)
    )
