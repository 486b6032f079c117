"""The parts of a question."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.answering.parts import MAX_PARTS, refers_to_part, split_parts
from assistant.words import content_terms
from tests import strategies


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("Who founded it, and when?", ("Who founded it", "when?"), id="two-questions"),
        pytest.param("Who and when founded it?", ("Who founded it?", "when founded it?"), id="two-words"),
        pytest.param("Who pays? How much?", ("Who pays?", "How much?"), id="two-marks"),
        pytest.param("When do we pay, and by when are we out?", ("When do we pay", "by when are we out?"), id="by-when"),
        pytest.param("We are ten. do we apply, and do we vote?", ("We are ten. do we apply", "do we vote?"), id="told-before"),
        pytest.param("Is it free & how fast is it?", ("Is it free", "how fast is it?"), id="ampersand"),
        pytest.param("Class III review time and the official fee", ("Class III review time", "official fee"), id="things"),
        pytest.param("How much? I heard there is a fee.", ("How much? I heard there is a fee.",), id="remark"),
        pytest.param("Dues and fees?", ("Dues and fees?",), id="and-between-words"),
        pytest.param("And when it lapses, do we keep it?", ("when it lapses, do we keep it?",), id="condition"),
        pytest.param("联盟由谁发起，何时成立？", ("联盟由谁发起", "何时成立？"), id="chinese"),
        pytest.param("会费是多少，以及什么时候缴？", ("会费是多少", "什么时候缴？"), id="yiji"),
        pytest.param("谁评审？还有多久出结果？", ("谁评审？", "多久出结果？"), id="haiyou"),
        pytest.param("理事会员和普通会员的会费分别是多少？", ("理事会员的会费是多少？", "普通会员的会费是多少？"), id="fenbie"),
        pytest.param("材料发错了，几小时内上报，多久写报告", ("材料发错了，几小时内上报", "多久写报告"), id="told-first"),
        pytest.param("协会是哪一年、由谁发起的？", ("协会是哪一年", "由谁发起的？"), id="dun"),
        pytest.param("营业执照、申请表交给谁？", ("营业执照、申请表交给谁？",), id="dun-between-things"),
        pytest.param("会费，按年缴纳？", ("会费，按年缴纳？",), id="comma-inside"),
        pytest.param("?", ("?",), id="nothing-asked"),
    ],
)  # fmt: skip
def test_parts(text: str, parts: tuple[str, ...]) -> None:
    assert split_parts(text) == parts


@given(strategies.lines)
def test_parts_add_no_words_and_are_few(text: str) -> None:
    parts = split_parts(text)
    assert 1 <= len(parts) <= MAX_PARTS
    assert all(set("".join(part.split())) <= set("".join(text.split())) for part in parts)
    assert split_parts(text) == parts


def test_a_question_about_one_thing_loses_no_word() -> None:
    text = "May a member that left in 2024 come back?"
    assert set(content_terms(" ".join(split_parts(text)))) == set(content_terms(text))


@pytest.mark.parametrize(
    ("part", "refers"),
    [
        ("what happens to it then?", True),
        ("how sure is that number?", True),
        ("那它们怎么保存？", True),
        ("how long is the course?", False),
        ("课程多长？", False),
        ("今年这个月有课吗", False),
    ],
)
def test_a_part_that_speaks_of_what_another_named(part: str, refers: bool) -> None:
    assert refers_to_part(part) is refers
