"""What a conversation is about, and what few words mean in it."""

from __future__ import annotations

import pytest

from assistant.everyday import reword
from assistant.subjects import (
    _BY_SUBJECT,
    Subject,
    find_asker,
    list_subjects,
    name_subject,
    open_subject,
    word_by_subject,
)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("We make stents. Can we join?", "membership"),
        ("Can members read my idea?", "idea"),
        ("May we join the joint project?", "other"),
        ("Is there a confidentiality agreement?", "secrecy"),
        ("我们是做支架的公司，可以加入吗？", "membership"),
        ("全体会员大会何时召开？", None),
        ("我是评审专家，要看什么？", "idea"),
        ("How much is it?", None),
        ("I have an idea for a better biopsy needle.", "idea"),
        ("Which idea did the biopsy trial test?", "other"),
    ],
)
def test_the_subject_named_last_counts(text: str, subject: Subject | None) -> None:
    assert name_subject(text) == subject


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("I have an idea for a better biopsy needle.", "How do I submit an idea?"),
        ("I'm a nurse at a hospital and I have an idea for a tube.", "How do I submit an idea?"),
        ("I'm a nurse and I have a question about dues", None),
        ("One of our surgeons has an idea", "How do I submit an idea?"),
        ("我有个想法。", "怎样提交创意？"),
        ("I have an idea. Who reads it?", None),
        ("I have a question about the idea form.", None),
        ("I have an idea and my employer refuses to sign.", None),
        ("We have a prototype. Tell me about registration.", None),
        ("I have an idea that was declined.", None),
        ("I have a patient with a stenosis.", None),
        ("My idea has a docket number.", None),
        ("我的创意被退回了。", None),
    ],
)
def test_who_only_says_that_there_is_an_idea_asks_how_to_submit_it(text: str, asks: str | None) -> None:
    assert open_subject(text) == asks


def test_a_conversation_is_about_what_was_named_last() -> None:
    assert list_subjects(["How do I join?", "I have an idea.", "What does it cost?"]) == [
        "idea",
        "membership",
    ]
    assert list_subjects(["How do I join?", "Which stents were tested?", "How long?"]) == []
    assert list_subjects(["Good evening."]) == []


@pytest.mark.parametrize(
    ("subject", "text", "says"),
    [
        ("membership", "What does it cost?", "annual dues"),
        ("membership", "when do we have to pay?", "payment deadline"),
        ("membership", "什么时候交？", "缴费期限"),
        ("idea", "Who will read it?", "who may read"),
        ("idea", "谁能看？", "查阅保密披露"),
        ("idea", "What does it cost?", "free of charge"),
        ("membership", "谁来批准？", "理事会"),
        ("idea", "谁来批准？", "评审结论"),
        ("idea", "Does my hospital need to agree?", "opinion of the employer"),
        ("idea", "医院要同意吗？", "单位核查"),
        ("secrecy", "What if someone breaks it?", "breach"),
        ("idea", "要是没通过呢？", "不予采纳"),
        ("other", "What does it cost?", None),
        ("membership", "Which colours are there?", None),
    ],
)
def test_few_words_mean_what_the_subject_says(subject: Subject, text: str, says: str | None) -> None:
    worded = word_by_subject(text, subject)
    assert worded is None if says is None else says in (worded or "")


@pytest.mark.parametrize(
    ("turns", "asker"),
    [
        (["I run an office of a hospital.", "Can we join?"], ("hospital", "医院")),
        (["我们是一家初创公司"], ("start-up", "初创企业")),
        (["We make stents.", "Does a hospital pay?"], ("hospital", "医院")),
    ],
)
def test_for_whom_is_asked(turns: list[str], asker: tuple[str, str] | None) -> None:
    assert find_asker(turns) == asker


def test_dues_are_asked_for_the_one_who_asks() -> None:
    assert (
        word_by_subject("What does it cost?", "membership", ("hospital", "医院"))
        == "how much are the annual dues of a hospital"
    )
    assert (
        word_by_subject("有没有投票权？", "membership", ("hospital", "医院"))
        == "各层级在全体会员大会的表决权：医院几票"
    )


def test_wordings_are_in_the_words_of_rules_already() -> None:
    formal = [
        text
        for wordings in _BY_SUBJECT.values()
        for _, pair in wordings
        for text in (words.replace("@", "") for words in pair)
    ]
    assert formal
    assert [text for text in formal if reword(text) != text] == []


@pytest.mark.parametrize(
    ("turns", "asker"),
    [
        (["我们医院想加入联盟", "要交会费吗？"], ("hospital", "医院")),
        (["我们医院想加入联盟", "那公司呢，一年多少钱？"], None),
        (["We are a company.", "and for a hospital?"], ("hospital", "医院")),
        (["Does a hospital pay?", "and how much?"], None),
    ],
)
def test_the_party_that_the_last_turn_names_is_asked_for(
    turns: list[str], asker: tuple[str, str] | None
) -> None:
    assert find_asker(turns) == asker
