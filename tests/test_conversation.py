"""A follow-up brings its conversation to the search, a new topic less of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import (
    MAX_CONTEXT_CHARS,
    ask_part,
    leans_on_history,
    read_conversation,
    refers_back,
)
from assistant.retrieval.versions import Named
from assistant.types import Turn
from tests import strategies

turns = st.lists(
    st.builds(
        Turn, role=st.sampled_from(["user", "assistant"]), content=strategies.lines | st.text(max_size=20)
    ),
    max_size=6,
)


def said(*contents: str) -> list[Turn]:
    return [Turn(role="user", content=content) for content in contents]


@pytest.mark.parametrize(
    "text",
    [
        "Who pays it?",
        "And how long does the review by the committee take?",
        "what about observers",
        "dues?",
        "那它由谁审核？",
        "为什么需要提前三十个工作日提交申请表？",
        "企业会员呢？",
    ],
)
def test_what_leans_on_history(text: str) -> None:
    assert leans_on_history(text)


@pytest.mark.parametrize(
    "text",
    [
        "Who founded the China Interventional Pulmonology Innovation Industry Alliance in Shanghai?",
        "企业会员每年应当缴纳多少会费？",
    ],
)
def test_what_stands_alone(text: str) -> None:
    assert not leans_on_history(text)


def test_a_first_turn_is_searched_alone() -> None:
    query = read_conversation("Who pays the dues?", [])
    assert query.meaning_parts == (("Who pays the dues?", 1.0),)
    assert query.word_parts == (("Who pays the dues?", 1.0),)


def test_a_follow_up_brings_first_and_previous_turn() -> None:
    query = read_conversation("Who pays it?", said("How is an idea submitted?", "What are the dues?"))
    assert [part.text for part in query.meaning_context] == [
        "How is an idea submitted? Who pays it?",
        "What are the dues? Who pays it?",
    ]
    assert [part.text for part in query.word_context] == ["What are the dues?"]
    assert query.text == "Who pays it?"


def test_a_question_that_stands_alone_brings_less() -> None:
    history = said("How is an idea submitted?")
    leaning = read_conversation("Who pays it?", history)
    alone = read_conversation("Does MicroPort Medical Group hold a seat on the Governing Council?", history)
    for mine, theirs in zip(alone.meaning_context, leaning.meaning_context, strict=True):
        assert 0 < mine.weight < theirs.weight


def test_the_language_is_that_of_the_last_turn() -> None:
    assert read_conversation("它何时缴纳？", said("What are the dues?")).language == "zh"


@given(strategies.lines, turns)
def test_the_question_weighs_most_and_answers_are_not_searched(text: str, history: list[Turn]) -> None:
    query = read_conversation(text, history)
    context = query.meaning_context + query.word_context
    assert all(0 < part.weight < 1 for part in context)
    assert all(part.text.strip() for part in context)
    assert all(len(part.text) <= MAX_CONTEXT_CHARS + 1 + len(text) for part in context)
    without_answers = [turn for turn in history if turn.role == "user"]
    assert read_conversation(text, without_answers) == query
    if not any(turn.content.strip() for turn in without_answers):
        assert not context


REVIEW = "How long does the review take?"


@pytest.mark.parametrize(
    ("text", "words", "named"),
    [
        pytest.param("and under v1.0?", "How long does the review take v1.0?", Named(frozenset({"1.0"})), id="version"),
        pytest.param("What was that under v1.0?", "How long does the review take v1.0?", Named(frozenset({"1.0"})), id="that"),
        pytest.param("那 v1.0 的时候呢？", "How long does the review take v1.0?", Named(frozenset({"1.0"})), id="chinese"),
        pytest.param("And in 2023?", "How long does the review take 2023?", Named(years=frozenset({2023})), id="year"),
        pytest.param("2023年呢？", "How long does the review take 2023?", Named(years=frozenset({2023})), id="chinese-year"),
        pytest.param("and before that?", "How long does the review take?", Named(earlier=True), id="earlier"),
        pytest.param("那现在呢？", "How long does the review take?", Named(), id="now"),
    ],
)  # fmt: skip
def test_a_turn_that_names_only_a_version_or_time_asks_the_turn_before_again(
    text: str, words: str, named: Named
) -> None:
    query = read_conversation(text, said("What are the dues?", REVIEW))
    assert (query.text, query.named) == (words, named)
    assert [part.text for part in query.word_context] == ["What are the dues?"]
    assert query.language == ("zh" if "呢" in text else "en")


def test_asking_again_goes_back_to_the_last_turn_with_a_topic() -> None:
    query = read_conversation("and now?", said(REVIEW.replace("?", " under v1.0?"), "and in 2023?"))
    assert (query.text, query.named) == ("How long does the review take?", Named())


@pytest.mark.parametrize(
    "text", ["Who owned ideas under v1.0?", "And what do we pay now?", "那企业会员现在呢？"]
)
def test_a_turn_with_a_topic_of_its_own_is_asked_itself(text: str) -> None:
    assert read_conversation(text, said(REVIEW)).text == text


def test_a_part_is_searched_beside_the_whole_question() -> None:
    query = read_conversation("Who pays it, and when is it due?", said("What are the dues?"))
    part = ask_part(query, "when is it due?")
    assert part.text == "when is it due?"
    assert part.meaning_context[0].text == query.text
    assert part.meaning_context[1:] == query.meaning_context


def test_greetings_and_turns_that_name_only_a_version_are_no_context() -> None:
    plain = read_conversation("Who pays it?", said("What are the dues?"))
    around = said("Hello!", "What are the dues?", "and under v1.0?", "thanks")
    assert read_conversation("Who pays it?", around) == plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("And for a company?", "What are the dues of a company?", id="and-for"),
        pytest.param("and for us as a company?", "What are the dues of a company?", id="for-us"),
        pytest.param("what about start-ups", "What are the dues of a start-ups?", id="what-about"),
        pytest.param("and for next year", "What are the dues of a hospital next year?", id="no-party"),
        pytest.param("那初创会员呢？", "What are the dues of a 初创会员?", id="chinese"),
        pytest.param("那对我们企业来说呢？", "What are the dues of a 企业?", id="chinese-us"),
        pytest.param("And who pays them?", "And who pays them?", id="a-question-of-its-own"),
        pytest.param(
            "What about the review clock and the secrecy of disclosures?", None, id="much-of-its-own"
        ),
    ],
)
def test_a_turn_that_names_only_another_thing_asks_the_question_of_it(text: str, words: str | None) -> None:
    history = said("What are the dues of a hospital?", "and for foreign firms?")
    assert read_conversation(text, history).text == (words or text)
    assert read_conversation(text, []).text == text


@pytest.mark.parametrize(
    ("before", "text", "asked"),
    [
        ("Who keeps the samples I send?", "and for us as a company?", "Who keeps the samples I send as a company?"),
        ("样品由谁保管？", "那对企业来说呢", "样品由谁保管 企业?"),
        ("Can a doctor visit without being a member?", "and a company?", "Can a company visit without being a member?"),
        ("医生可以参观吗", "那企业呢", "企业可以参观吗?"),
    ],
)  # fmt: skip
def test_another_party_takes_the_place_of_the_one_asked_about(before: str, text: str, asked: str) -> None:
    assert read_conversation(text, said(before)).text == asked


def test_a_replaced_party_is_no_context_any_more() -> None:
    assert not read_conversation("and a company?", said("Can a doctor visit?")).meaning_context


def test_a_turn_on_another_time_asks_what_was_asked_of_another_thing() -> None:
    query = read_conversation("那2021年的时候呢", said("场地费多少", "样机呢"))
    assert query.text == "场地费多少 样机 2021?"
    assert query.named.years == {2021}


def test_few_words_are_read_by_what_the_conversation_is_about() -> None:
    query = read_conversation("what does it cost", said("Can our company join?"))
    assert (query.text, query.asked) == ("what does it cost", "how much are the annual dues of a member")
    assert read_conversation("what does it cost", []).formal == ""
    assert not read_conversation("Can we join, and does it cost anything?", said("I run a hospital.")).formal
    assert read_conversation("那费用呢？", said("我有个创意，怎么提交？")).formal.startswith("提交创意")
    assert ask_part(query, "who pays?").asked == "who pays?"


def test_another_party_is_asked_of_what_few_words_meant() -> None:
    history = said("我们公司可以加入吗？", "那费用呢？")
    assert read_conversation("医院呢？", history).text == "医院年度会费多少?"


@pytest.mark.parametrize(
    ("before", "text", "asked"),
    [
        ("What is the yield of cryobiopsy?", "and the risk of bleeding?", "What is the risk of bleeding of cryobiopsy?"),
        ("What is the yield of cryobiopsy?", "what about forceps", "What is the yield of forceps?"),
        ("二类器械去哪注册", "三类的呢", "三类器械去哪注册?"),
        ("Where is class II registered?", "and for class III?", "Where is class III registered?"),
    ],
)  # fmt: skip
def test_another_property_thing_or_class_takes_the_place_of_the_one_asked_about(
    before: str, text: str, asked: str
) -> None:
    assert read_conversation(text, said(before)).text == asked
    between = said(before, "how does that compare with needles?")
    assert read_conversation(text, between).text == asked  # which points back, and names nothing whole


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Different topic: who pays the hall?", "who pays the hall?"),
        ("By the way, where is the hall?", "where is the hall?"),
        ("换个话题，场地在哪", "场地在哪"),
    ],
)
def test_who_changes_the_topic_leaves_the_conversation_behind(text: str, rest: str) -> None:
    query = read_conversation(text, said("How many seats are there?"))
    assert (query.text, query.meaning_context) == (rest, ())


def test_who_points_back_goes_on() -> None:
    assert read_conversation("By the way, who pays it?", said("How big is the hall?")).meaning_context


def test_what_only_takes_note_is_no_question() -> None:
    assert read_conversation("医院呢？", said("场地费多少", "企业的我知道了")).text == "场地费多少 医院?"


def test_a_greeting_before_the_question_is_not_searched() -> None:
    assert read_conversation("Hello there, who pays the hall?", ()).text == "who pays the hall?"


def test_the_first_turn_with_a_topic_is_the_topic() -> None:
    query = read_conversation("And who pays?", said("Hi!", "Hello, may I rent the hall?", "How big is it?"))
    assert query.topic == "may I rent the hall?"


@pytest.mark.parametrize(
    ("text", "points_back"),
    [
        ("How do I submit it?", True),
        ("I'm a pulmonologist with an idea for an airway stent. How do I submit it?", False),
        ("Thanks. How do I submit it?", True),
        ("And if they decline?", True),
        ("我有一个气道支架的创意。它怎么提交？", False),
        ("它怎么提交？", True),
    ],
)
def test_a_pronoun_means_what_its_own_turn_named_before(text: str, points_back: bool) -> None:
    assert refers_back(text) is points_back
