"""What a clause demands, allows or denies is read alike in both languages."""

from __future__ import annotations

import pytest

from assistant.verification.parties import between_parties, find_parties, is_passive, strike_parties
from assistant.verification.polarity import (
    NEGATIVE,
    clashes,
    find_markers,
    find_modalities,
    find_stance,
    opposes,
)
from assistant.verification.segments import cut_segments

STANCES = {
    "must_not": [
        "Members must not vote", "Members may not vote", "Members cannot vote", "Voting is prohibited", "No member may vote",
        "Members are not allowed to vote", "会员不得表决", "禁止表决", "会员无权表决", "不允许表决",
    ],
    "need_not": ["Members need not vote", "Members do not have to vote", "No reason is needed", "无须说明理由", "会员不必到场", "不以此为条件"],
    "must": ["Members must vote", "Members are required to vote", "Members shall vote", "会员应当表决", "会员必须表决"],
    "may": ["Members may vote", "Members are entitled to vote", "Renewal is possible", "会员可以表决", "会员有权表决", "并不排除表决"],
    "denies": ["Silence is not consent", "Observers pay no dues", "Review is free of charge", "沉默不视为同意", "没有表决权"],
    "affirms": ["The fee is due", "No later than May", "应请求删除", "可能性", "不超过五人", "未来计划", "会费为5万元"],
    "needs": ["A change needs consent", "试验需经审查"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("stance", "text"), [(stance, text) for stance, texts in STANCES.items() for text in texts]
)
def test_the_stance_of_a_clause(stance: str, text: str) -> None:
    assert find_stance(text).stance == stance


def test_signs_and_clashes() -> None:
    assert opposes("may", "must_not")
    assert not opposes("must_not", "denies")
    assert clashes("must", "may")
    assert clashes("may", "must")
    assert clashes("must_not", "need_not")
    assert not clashes("affirms", "must")


def test_modalities_come_in_order_of_mention() -> None:
    assert find_modalities("A member may leave but must tell the Secretariat.") == ["may", "must"]
    assert find_modalities("会员可以退出，但不得转让席位。") == ["may", "must_not"]


def test_bounds_deny_nothing() -> None:
    def denials(text: str) -> int:
        return sum(marker.stance in NEGATIVE for marker in find_markers(text))

    assert denials("不超过30日") == denials("no later than May") == 0
    assert denials("Members may not vote and pay no dues") == 2


def test_parties_have_one_name_in_both_languages() -> None:
    assert find_parties("The Secretariat informs the General Assembly") == ["secretariat", "assembly"]
    assert find_parties("秘书处通知会员大会") == ["secretariat", "assembly"]
    assert find_parties("受让方") == ["受让方"]
    assert "Secretariat" not in strike_parties("the Secretariat decides")
    assert between_parties("the Council elects the Secretariat", ["council", "secretariat"]).split() == [
        "elects",
        "the",
    ]
    assert is_passive("由理事会通过")
    assert is_passive("adopted by the Council")


def test_conditions_are_cut_off() -> None:
    clauses = cut_segments("A member may vote only if the dues are paid.")
    assert [(clause.is_condition, clause.stance) for clause in clauses] == [(False, "may"), (True, "needs")]
    clauses = cut_segments("未经书面同意，接收方不得复制材料。")
    assert [(clause.is_condition, clause.stance) for clause in clauses] == [
        (True, "denies"),
        (False, "must_not"),
    ]


def test_the_governing_member_is_known_by_its_name_in_the_charter() -> None:
    assert find_parties("理事单位（治理级）缴纳会费") == find_parties("治理会员缴纳会费") == ["governing"]
