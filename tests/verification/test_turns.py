"""A clause turned round is named once; one turned in two ways at once says the same again."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.segments import read_units
from assistant.verification.turns import weigh_turns
from tests.strategies import lines
from tests.verification.pairs import align, codes, read

ENTER = "Guests may enter the tower."


def weigh(claim: str, source: str) -> list[str]:
    return codes(weigh_turns(align(claim, source), read_units(claim), read(source)))


@pytest.mark.parametrize(
    ("claim", "source", "found"),
    [
        pytest.param("Guests may not enter the tower.", ENTER, ["stance"], id="stance"),
        pytest.param("访客不得进入塔楼。", "访客可以进入塔楼。", ["stance"], id="stance-zh"),
        pytest.param("Guests must enter the tower.", ENTER, ["stance"], id="clash"),
        pytest.param(
            "Keep the film at least 30 days.", "Keep the film at most 30 days.", ["bound"], id="bound"
        ),
        pytest.param(
            "Cups are washed before dinner.", "Cups are washed after dinner.", ["after"], id="order"
        ),
        pytest.param(
            "The window closes at noon.", "The window stays open at noon.", ["opposite"], id="opposite"
        ),
        pytest.param(
            "The guest loses the seat.", "The guest keeps the seat.", ["stance"], id="a-word-that-denies"
        ),
    ],
)
def test_one_turn_is_named(claim: str, source: str, found: list[str]) -> None:
    assert weigh(claim, source) == found


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        pytest.param("No guest may enter without a ticket.", "A guest may enter only with a ticket.", id="statement-and-condition"),
        pytest.param("The window does not close at noon.", "The window stays open at noon.", id="word-and-stance"),
        pytest.param("The guest does not keep the seat.", "The guest loses the seat.", id="stance-and-word"),
        pytest.param("Loads over 25 % may not be carried.", "Loads up to 25 % may be carried.", id="bound-and-stance"),
        pytest.param("重量超过25%的不得搬运。", "重量不超过25%的可以搬运。", id="bound-and-stance-zh"),
        pytest.param("Nobody but pilots may enter the tower.", "Only pilots may enter the tower.", id="nobody-but-for-only"),
        pytest.param("Entering needs a ticket.", "Guests may not enter unless they hold a ticket.", id="needs-for-not-unless"),
        pytest.param(ENTER, ENTER, id="nothing-turned"),
    ],
)  # fmt: skip
def test_two_turns_say_the_same(claim: str, source: str) -> None:
    assert weigh(claim, source) == []


@given(lines, lines)
def test_any_text_is_weighed_the_same_each_time(claim: str, source: str) -> None:
    source = f"{ENTER} {source}"
    assert weigh(claim, source) == weigh(claim, source)
