"""A party in another's place is named; one who gets what another gives, or a wider name, is not."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.roles import compare_roles, find_approvers
from assistant.verification.segments import read_units
from tests.strategies import lines
from tests.verification.pairs import align, codes, read

TENT = "The hospital has cleaned the tent, and the sponsor has swept the yard."


def compare(claim: str, source: str) -> set[str]:
    return set(codes(compare_roles(align(claim, source), read_units(claim), read(source))))


@pytest.mark.parametrize(
    ("claim", "source", "found"),
    [
        pytest.param("The sponsor cleans the tent.", "The hospital cleans the tent.", {"party_absent", "doer"}, id="absent"),
        pytest.param("申办方清洗帐篷。", "医院清洗帐篷。", {"party_absent", "doer"}, id="absent-zh"),
        pytest.param("The sponsor has cleaned the tent.", TENT, {"doer"}, id="other-clause"),
        pytest.param("The sponsor cleans the tent.", "The hospital cleans the tent. The sponsor sweeps.", {"party_other", "doer"}, id="other-sentence"),
        pytest.param("The sponsor thanks the hospital.", "The hospital thanks the sponsor.", {"parties_swapped"}, id="swapped"),
        pytest.param("申办方感谢医院。", "医院感谢申办方。", {"parties_swapped"}, id="swapped-zh"),
        pytest.param("The sponsor pays 30 yuan.", "The sponsor pays 40 yuan, the others pay 30 yuan.", {"doer"}, id="figure-of-the-others"),
        pytest.param("The tent is mended with consent of the gardener.", "The tent is mended with consent of the cook.", {"party_other"}, id="who-consents"),
        pytest.param("帐篷修理须经园丁长批准。", "帐篷修理须经厨师长批准。", {"party_other"}, id="who-approves-zh"),
    ],
)  # fmt: skip
def test_a_party_in_anothers_place_is_named(claim: str, source: str, found: set[str]) -> None:
    assert compare(claim, source) == found


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        pytest.param("The sponsor has swept the yard.", TENT, id="own-clause"),
        pytest.param("The tent was cleaned by the hospital.", TENT, id="passive"),
        pytest.param("The sponsor is thanked by the hospital.", "The hospital thanks the sponsor.", id="passive-of-two"),
        pytest.param("The sponsor has cleaned the tent.", "The hospital has cleaned the tent, and the sponsor has cleaned the tent.", id="both-do"),
        pytest.param("The tent is clean.", TENT, id="nobody-named"),
        pytest.param("The hospital receives the tent.", "The sponsor sends the tent.", id="who-gets-for-who-gives"),
        pytest.param("A council member cleans the tent.", "A member cleans the tent.", id="one-of-those-named"),
        pytest.param("理事会员清洗帐篷。", "会员清洗帐篷。", id="one-of-those-named-zh"),
        pytest.param("The sponsor thanks the crew.", "The hospital helps the sponsor. It thanks the crew, and the client must sing.", id="pronoun"),
        pytest.param("The tent is mended with consent of the cook.", "The tent is mended with consent of the cook.", id="same-approver"),
        pytest.param("The tent is mended with consent of all the crew.", "The tent is mended with consent of the cook.", id="everyone-consents"),
    ],
)  # fmt: skip
def test_a_party_in_its_place_is_not(claim: str, source: str) -> None:
    assert compare(claim, source) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("The plan is signed by the gardener.", [("=sign", "gardener")], id="signed"),
        pytest.param(
            "计划经园丁长书面同意，报厨师长批准。",
            [("=consent", "园丁长"), ("=approve", "厨师长")],
            id="two-acts-zh",
        ),
        pytest.param("The gardener waters the plan.", [], id="no-such-act"),
    ],
)
def test_who_approves_is_read_behind_the_act(text: str, found: list[tuple[str, str]]) -> None:
    assert find_approvers(text) == found


@given(lines, lines)
def test_any_text_is_read_the_same_each_time(claim: str, source: str) -> None:
    source = f"The hospital thanks the sponsor. {source}"
    assert compare(claim, source) == compare(claim, source)
