"""Only, all and dropped conditions: a claim may not reach further than its source, nor less far."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.scope import compare_scope, says_only, stands_for_exception
from assistant.verification.segments import read_units
from tests.strategies import lines
from tests.verification.pairs import align, codes

LED = "Guests may enter the tower only if a pilot leads them."
SNOW = "Guests may enter the tower, except when it snows."


def compare(claim: str, source: str) -> set[str]:
    return set(codes(compare_scope(align(claim, source), read_units(claim), read_units(source))))


@pytest.mark.parametrize(
    ("claim", "source", "found"),
    [
        pytest.param("Only pilots may enter the tower.", "Pilots may enter the tower.", {"only"}, id="only-added"),
        pytest.param("只有飞行员可以进入塔楼。", "飞行员可以进入塔楼。", {"only"}, id="only-added-zh"),
        pytest.param("All pilots may enter the tower.", "Only trained pilots may enter the tower.", {"all"}, id="all-for-only"),
        pytest.param("所有飞行员可以进入塔楼。", "只有受训飞行员可以进入塔楼。", {"all"}, id="all-for-only-zh"),
        pytest.param("Every guest may bring several lamps.", "A guest may bring at most 3 lamps.", {"all"}, id="all-for-a-cap"),
        pytest.param("Guests may enter the tower.", LED, {"condition"}, id="condition-dropped"),
        pytest.param("访客可以进入塔楼。", "未经飞行员同意，访客不得进入塔楼。", {"condition"}, id="condition-dropped-zh"),
        pytest.param("Guests may enter.", "Guests may enter if a pilot agrees in writing.", {"condition"}, id="if-dropped"),
        pytest.param("The pilot must be told.", "If it snows, the pilot must be told.", {"condition"}, id="if-in-front-dropped"),
        pytest.param("访客可以进入塔楼。", "飞行员书面同意的，访客可以进入塔楼。", {"condition"}, id="if-dropped-zh"),
        pytest.param("访客可以进入塔楼。", "如果飞行员同意，访客可以进入塔楼。", {"condition"}, id="ruguo-dropped-zh"),
        pytest.param("The tower is always open.", "The tower is open when it snows.", {"condition"}, id="always"),
        pytest.param("Guests may enter the tower, even if it snows.", SNOW, {"overridden"}, id="exception-set-aside"),
        pytest.param("Non-pilots enter the tower.", "Pilots enter the tower.", {"not_spoken_of"}, id="non-added"),
        pytest.param("飞行员进入塔楼。", "非飞行员进入塔楼。", {"spoken_of"}, id="non-left-out-zh"),
    ],
)  # fmt: skip
def test_another_reach_is_named(claim: str, source: str, found: set[str]) -> None:
    assert compare(claim, source) == found


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        pytest.param(
            "Only pilots may enter the tower.", "The tower is closed except to pilots.", id="only-for-except"
        ),
        pytest.param(
            "Only pilots may enter the tower.", "Pilots alone may enter the tower.", id="only-for-alone"
        ),
        pytest.param(
            "Pilots do not fly only by day.", "Pilots fly by day and by night.", id="not-by-day-only"
        ),
        pytest.param("Not only pilots may enter the tower.", "Pilots may enter the tower.", id="not-only"),
        pytest.param(
            "All pilots may enter the tower.", "Pilots may enter the tower.", id="all-where-nothing-limits"
        ),
        pytest.param("Guests may enter the tower if a pilot leads them.", LED, id="condition-kept"),
        pytest.param("Guests may enter the tower, except when it snows.", SNOW, id="exception-kept"),
        pytest.param(
            "Guests may enter.", "Guests may enter, if necessary by the back door.", id="if-necessary"
        ),
        pytest.param(
            "灯留在塔楼三天。", "灯留在塔楼三天，无人看管的可以取走。", id="another-statement-s-condition-zh"
        ),
        pytest.param("Guests may not enter the tower.", LED, id="a-denial-needs-no-condition"),
        pytest.param(
            "访客经飞行员同意可以进入塔楼。", "未经飞行员同意，访客不得进入塔楼。", id="condition-kept-zh"
        ),
    ],
)
def test_the_same_reach_is_not(claim: str, source: str) -> None:
    assert compare(claim, source) == set()


@pytest.mark.parametrize(
    ("text", "only"),
    [("Pilots alone fly.", True), ("仅限飞行员", True), ("not only pilots", False), ("不仅限飞行员", False), ("lonely pilots", False)],
)  # fmt: skip
def test_only_is_read_unless_denied(text: str, only: bool) -> None:
    assert says_only(text) is only


def test_only_a_stands_for_none_except_a() -> None:
    claim = "Only pilots may enter the tower."
    assert stands_for_exception(align(claim, "Nobody may enter the tower, except pilots."))
    assert not stands_for_exception(align(claim, "Nobody may enter the tower, except cooks."))
    assert not stands_for_exception(align("Pilots may enter.", "Nobody may enter the tower, except pilots."))


@given(lines, lines)
def test_any_text_is_read_the_same_each_time(claim: str, source: str) -> None:
    source = f"{SNOW} {source}"
    assert compare(claim, source) == compare(claim, source)
