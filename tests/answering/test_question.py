"""What a question asks for."""

from __future__ import annotations

import pytest

from assistant.answering.question import find_shape, read_question
from assistant.verification.facts import extract_facts


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Who founded the Alliance?", "who"),
        ("When was it founded?", "when"),
        ("How long does the review take?", "how_long"),
        ("How many working days are there to pay?", "how_long"),
        ("How much are the dues?", "how_much"),
        ("How many votes does a member have?", "how_much"),
        ("How do I submit an idea?", "procedure"),
        ("May a member withdraw?", "yes_no"),
        ("Why is the chat not confidential?", "why"),
        ("What is a stage B submission?", "definition"),
        ("Which rights does an observer have?", "list"),
        ("Tell me about stents", "other"),
        ("official registration fee", "how_much"),
        ("What is the diagnostic yield of a forceps?", "how_much"),
        ("How often do they bleed?", "how_much"),
        ("How often must the form be renewed?", "other"),
        ("诊断率有多高？", "how_much"),
        ("what am I paid per session", "how_much"),
        ("What did we have to pay in 2020?", "how_much"),
        ("tell me what we owe for the year", "how_much"),
        ("What does a member pay now?", "how_much"),
        ("What do members do for the Alliance?", "other"),
        ("what lamp is safe when I sail", "other"),
        ("who keeps the key when a member leaves", "who"),
        ("The fee is due when?", "when"),
        ("联盟由谁发起？", "who"),
        ("联盟何时成立？", "when"),
        ("评审需要多久？", "how_long"),
        ("会费是多少？", "how_much"),
        ("怎么提交创意？", "procedure"),
        ("会员可以退出吗？", "yes_no"),
        ("为什么不能在这里提交？", "why"),
        ("有哪些会员权利？", "list"),
        ("", "other"),
    ],
)
def test_shape(text: str, shape: str) -> None:
    assert find_shape(text) == shape


@pytest.mark.parametrize(
    ("question", "text", "wanted"),
    [
        ("How long does it take?", "30 working days", True),
        ("How long does it take?", "RMB 30,000", False),
        ("How much are dues?", "RMB 30,000", True),
        ("When was it founded?", "30 December 2018", True),
        ("When was it founded?", "47 %", False),
        ("Who founded it?", "30 December 2018", False),
    ],
)
def test_which_figures_are_wanted(question: str, text: str, wanted: bool) -> None:
    [fact] = extract_facts(text)
    assert read_question(question).wants(fact) is wanted
