"""Acting parties are named alike in both languages; what only looks like one is left in the text."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.parties import (
    between_parties,
    find_parties,
    is_passive,
    replace_party,
    strike_parties,
)
from tests.strategies import lines


@pytest.mark.parametrize(
    ("english", "chinese", "parties"),
    [
        pytest.param("The Council Member thanks the Council.", "理事会员感谢理事会。", ["council member", "council"], id="longer-name-first"),
        pytest.param("The General Assembly and a member", "会员大会和会员", ["assembly", "member"], id="assembly-is-no-member"),
        pytest.param("A sponsor asks the ethics board.", "申办方询问伦理审查委员会。", ["sponsor", "ethics committee"], id="trial"),
        pytest.param("the chairwoman of a firm", "公司主席", ["chair", "company"], id="order-is-that-of-the-text"),
    ],
)  # fmt: skip
def test_both_languages_name_the_same_parties(english: str, chinese: str, parties: list[str]) -> None:
    assert find_parties(english) == parties
    assert sorted(find_parties(chinese)) == sorted(parties)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("co-owner", id="co-owner"),
        pytest.param("双方，每方，两方面", id="both-sides"),
        pytest.param("会员管理办法", id="title-of-rules"),
        pytest.param("The lamp stands in a hospitality tent.", id="part-of-a-word"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_only_looks_like_a_party_stays(text: str) -> None:
    assert find_parties(text) == []
    assert strike_parties(text) == text


def test_any_side_of_a_contract_goes_by_its_wording() -> None:
    assert find_parties("甲方向运营方付款") == ["甲方", "运营方"]


@pytest.mark.parametrize(
    ("text", "parties", "between"),
    [
        pytest.param(
            "The hospital pays the sponsor.", ["sponsor", "hospital"], "pays the", id="two-that-act"
        ),
        pytest.param("医院付款给申办方。", ["hospital", "sponsor"], "付款给", id="two-that-act-zh"),
        pytest.param(
            "the name of the Alliance helps the sponsor", ["alliance", "sponsor"], "", id="one-only-owns"
        ),
        pytest.param("联盟的名称帮助申办方", ["alliance", "sponsor"], "", id="one-only-owns-zh"),
        pytest.param("the observer hospital", ["observer", "hospital"], "", id="one-and-the-same"),
        pytest.param("the hospital pays", ["hospital", "sponsor"], "", id="one-is-missing"),
    ],
)
def test_what_stands_between_two_parties(text: str, parties: list[str], between: str) -> None:
    assert between_parties(text, parties).strip() == between


@pytest.mark.parametrize(
    ("text", "passive"),
    [("paid by the sponsor", True), ("由申办方支付", True), ("the sponsor stands by", True), ("nearby", False), ("申办方支付", False)],
)  # fmt: skip
def test_the_doer_may_stand_behind(text: str, passive: bool) -> None:
    assert is_passive(text) is passive


def test_the_first_of_some_parties_is_replaced() -> None:
    text = "Hospitals pay sponsors; sponsors thank hospitals."
    assert replace_party(text, {"sponsor"}, "boats") == "Hospitals pay boats; sponsors thank hospitals."
    assert replace_party(text, {"client"}, "boats") == text


@given(lines)
def test_striking_leaves_what_is_no_party(text: str) -> None:
    if not find_parties(text):
        assert strike_parties(text) == text
    assert len(strike_parties(text)) <= len(text)
    assert find_parties(f"{text}\nsponsor") == [*find_parties(text), "sponsor"]
