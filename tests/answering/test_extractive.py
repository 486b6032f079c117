"""The default answer: whole blocks, never reworded."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answering.clues import Clues
from assistant.answering.extractive import (
    LONG_PARAGRAPH_CHARS,
    READ_CHARS,
    Composition,
    compose,
    rank_blocks,
    read_parts,
)
from assistant.answering.question import read_question
from assistant.retrieval.answerable import Grade, Judgement
from assistant.types import Evidence, Passage
from assistant.verification.alignment import evenly
from tests import strategies
from tests.samples import make_evidence, make_passage


def write(question: str, evidence: list[Evidence]) -> Composition:
    read = read_question(question)
    return compose(read, read_parts(read, Clues(evenly, best_found=1.0)), evidence)


def answer(question: str, *texts: str, **values: object) -> list[str]:
    passages = [make_passage(text, f"doc{n}") for n, text in enumerate(texts)]
    return [sentence.text for sentence in write(question, make_evidence(*passages, **values)).sentences]


questions = st.sampled_from(
    [
        "Who pays the dues, and when?",
        "How is it submitted?",
        "会费是多少，何时缴纳？",
        "May a member withdraw?",
        "x",
    ]
)
evidence_lists = st.lists(strategies.texts.filter(lambda text: text.strip() != ""), max_size=5).map(
    lambda texts: make_evidence(*(make_passage(text, f"doc{n}", start=3 * n) for n, text in enumerate(texts)))
)


@settings(max_examples=60, deadline=None)
@given(questions, evidence_lists)
def test_every_sentence_is_a_supported_quote_of_the_evidence(question: str, evidence: list[Evidence]) -> None:
    composed = write(question, evidence)
    by_number = {citation.number: citation for citation in composed.citations}
    assert list(by_number) == list(range(1, len(by_number) + 1))
    passages = {item.passage.document: item.passage for item in evidence}
    for sentence in composed.sentences + composed.more:
        assert sentence.verdict.label == "supported"
        assert sentence.citations
        quotes = [by_number[number].quote for number in sentence.citations]
        assert any(letters(sentence.text) in letters(quote) for quote in quotes)
    for citation in by_number.values():
        passage = passages[citation.document]
        assert passage.text[citation.start - passage.start : citation.end - passage.start] == citation.quote
    used = {number for sentence in composed.sentences + composed.more for number in sentence.citations}
    assert used == set(by_number)
    assert write(question, evidence) == composed


def letters(text: str) -> str:
    """Letters and digits only: marks of Markdown may go, words may not."""
    return re.sub(r"[\W_]", "", text)


def test_no_evidence_no_words() -> None:
    assert write("Who pays?", []) == Composition([], [], (), ("Who pays?",), conflicting=False)


def test_the_deciding_paragraph_comes_first() -> None:
    assert answer(
        "Who pays the dues?", "The Council meets yearly.\n\nCompany members pay the dues.\n\nCats sleep."
    ) == ["Company members pay the dues."]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        pytest.param(
            "How is a need without a solution sent in?", "A need goes on the form.", id="another-question"
        ),
        pytest.param("I have no solution. May I submit a need?", "Yes.", id="the-same-question"),
    ],
)
def test_a_bare_yes_answers_only_its_own_question(question: str, first: str) -> None:
    passage = make_passage(
        "Yes. A need goes on the form.", "faq", headings=("I have no solution. May I submit a need?",)
    )
    assert write(question, make_evidence(passage)).sentences[0].text == first


def test_a_bare_yes_to_another_question_stays_out_of_a_long_paragraph_too() -> None:
    rest = " ".join(f"Step {n} of the desk is to look at the form with some care." for n in range(9))
    text = f"No. The employer shares the income with the inventor. {rest}"
    passage = make_passage(text, "faq", headings=("Does the Alliance take a part of my income?",))
    shown = write("Which share of income does the inventor get?", make_evidence(passage)).sentences
    assert "No." not in [sentence.text for sentence in shown]


@pytest.mark.parametrize("opening", ["都可以。", "不可以。", "没有。", "是。", "无须。"])
def test_a_bare_chinese_answer_belongs_to_its_own_question(opening: str) -> None:
    passage = make_passage(f"{opening}决定函会说明理由。", "faq", headings=("未被采纳，可以申诉吗？",))
    assert [s.text for s in write("决定由谁作出？", make_evidence(passage)).sentences] == [
        "决定函会说明理由。"
    ]


def test_a_line_that_names_the_basis_is_not_what_answers() -> None:
    passage = make_passage(
        "The form goes to the desk. Basis: Idea Submission Procedure v2.0, Article 4.", "faq"
    )
    question = read_question("How does idea submission work?")
    [ranked] = rank_blocks(read_parts(question, Clues(evenly, best_found=1.0))[0], make_evidence(passage))
    assert ranked.block.text_of(ranked.best_span) == "The form goes to the desk."


def test_an_faq_entry_on_another_question_stands_beside_no_answer() -> None:
    rule = make_passage("Tower dues are paid in May.", "rule")
    other = make_passage(
        "Yes, in May the tower is open.", "faq", headings=("Is the harbour lit at night by lamps?",)
    )
    same = make_passage("In May, with the tower dues.", "faq", headings=("When are the tower dues paid?",))
    question = "When are the tower dues paid?"
    assert {c.document for c in write(question, make_evidence(rule, other)).citations} == {"rule"}
    assert {c.document for c in write(question, make_evidence(rule, same)).citations} == {"rule", "faq"}


def test_what_a_source_does_not_say_stands_behind_no_answer() -> None:
    says, silent = (
        "The tower was opened in 1931 by the guild.",
        "The record does not say who opened the tower later.",
    )
    assert answer("When was the tower opened?", says, silent) == [says]
    assert answer("Who opened the tower later?", silent, "The harbour is deep.")[0] == silent


def test_a_procedure_stays_whole() -> None:
    text = "To submit an idea:\n\n1. fill in the form;\n2. sign it;\n3. send it."
    assert answer("How do I submit an idea?", text) == [
        "To submit an idea:", "fill in the form;", "sign it;", "send it.",
    ]  # fmt: skip


def test_a_table_answers_with_its_header_and_the_row_asked_for() -> None:
    text = (
        "| Tier | Dues |\n| --- | --- |\n| Governing | RMB 50,000 |\n| Member | RMB 20,000 |\n"
        "| Partner | RMB 9,000 |\n| Observer | RMB 0 |"
    )
    composed = write("How much are the dues of an observer?", make_evidence(make_passage(text)))
    assert [s.text for s in composed.sentences] == ["| Tier | Dues |", "| Observer | RMB 0 |"]
    assert [s.kind for s in composed.sentences] == ["heading", "row"]


def test_of_a_long_paragraph_the_best_sentence_and_its_neighbours_are_quoted() -> None:
    filler = "The Council of the Alliance meets in the autumn of every year to hear reports. "
    composed = write(
        "Who pays the dues?",
        make_evidence(make_passage(filler * 6 + "Company members pay the dues. " + filler * 6)),
    )
    assert any("pay the dues" in sentence.text for sentence in composed.sentences)
    assert len(composed.citations) == 1
    assert len(composed.citations[0].quote) <= LONG_PARAGRAPH_CHARS["en"]


def test_what_takes_longer_than_a_minute_goes_behind_more() -> None:
    line = "Company members pay the dues of the Alliance for year number {} in full, " + "and in time, " * 25
    texts = [line.format(n) + "always." for n in range(6)]
    composed = write(
        "Who pays the dues?", make_evidence(*(make_passage(t, f"d{n}") for n, t in enumerate(texts)))
    )
    assert composed.more
    assert sum(len(s.text) for s in composed.sentences) <= READ_CHARS["en"]
    assert composed.sentences[0].group < composed.more[0].group


def test_what_repeats_an_answer_goes_behind_more() -> None:
    rule = "The dues of a Member are 20,000 yuan a calendar year, paid to the account of the notice."
    texts = [rule, f"4.1 {rule}", "The dues of a Member buy 2 seats at events."]
    passages = [make_passage(text, f"doc{n}") for n, text in enumerate(texts)]
    composed = write("How much are the dues of a Member?", make_evidence(*passages))
    assert [sentence.text for sentence in composed.more] == [f"4.1 {rule}"]
    assert len(composed.sentences) == 2


def test_the_best_block_of_each_part_is_shown_however_long_the_others_are() -> None:
    items = "".join(
        f"\n- in year {n} at the meeting that opens the summer of the Council;" for n in range(18)
    )
    question = "Who elects the chair of the Council? Who mends the boats?"
    shown = answer(question, f"The Council elects the chair:{items}", "Ada North mends the boats.")
    assert len(" ".join(shown)) > READ_CHARS["en"]
    assert shown[0] == "The Council elects the chair:"
    assert "Ada North mends the boats." in shown


def test_a_block_in_the_other_language_stands_beside_one_that_it_comes_near() -> None:
    own = make_passage("Dues are paid in Reno.", "dues.en")
    other = make_passage("Dues 会费在上海以现金缴纳。", "dues.zh", language="zh")
    composed = write("Where are dues paid?", make_evidence(own, other))
    assert {citation.document for citation in composed.citations} == {"dues.en", "dues.zh"}


def test_a_block_in_the_other_language_that_trails_the_answer_is_left_out() -> None:
    own = make_passage("Dues are paid in Reno with a cheque.", "dues.en")
    trails = make_passage("会费 dues in cash 在上海以现金缴纳。", "dues.zh", language="zh")
    assert documents_of("Where are dues paid with a cheque?", own, trails) == {"dues.en"}
    assert documents_of("会费在何处缴纳？", own, trails) >= {"dues.zh"}


def documents_of(question: str, *passages: Passage) -> set[str]:
    return {citation.document for citation in write(question, make_evidence(*passages)).citations}


def test_each_part_of_a_question_is_answered_or_named() -> None:
    text = "MicroPort founded the Alliance.\n\nThe Alliance was founded on 30 December 2018."
    composed = write(
        "Who founded the Alliance, and when was the Alliance founded?", make_evidence(make_passage(text))
    )
    shown = " ".join(sentence.text for sentence in composed.sentences)
    assert "MicroPort" in shown
    assert "30 December 2018" in shown
    assert composed.missing == ()
    composed = write("Who founded the Alliance, and who repairs bicycles?", make_evidence(make_passage(text)))
    assert composed.missing == ("who repairs bicycles?",)


TEXT = "Company members pay the yearly dues.\n\nThe Council of the Alliance meets in May."


@pytest.mark.parametrize(
    ("question", "grades", "missing"),
    [
        pytest.param("Who pays the dues and who paints the council room?", "an", ("who paints the council room?",), id="judged-not-there"),
        pytest.param("Who pays the dues and who paints the council room?", "nn", (), id="no-part-answered"),
        pytest.param("Who pays the dues and who pays the yearly dues?", "an", (), id="its-words-are-there"),
        pytest.param("Who pays the dues and how much do council guests eat?", "aa", ("how much do council guests eat?",), id="no-figure"),
        pytest.param("Who pays the dues and what does the Council plan for 2031?", "aa", ("what does the Council plan for 2031?",), id="no-such-year"),
    ],
)  # fmt: skip
def test_a_part_is_missing_where_its_judgement_words_or_figures_say_so(
    question: str, grades: str, missing: tuple[str, ...]
) -> None:
    names: dict[str, Grade] = {"a": "answered", "n": "no_evidence"}
    judged = [Judgement(0.5, names[grade], ()) for grade in grades]
    read = read_question(question)
    parts = read_parts(read, Clues(evenly, best_found=1.0), judged)
    assert compose(read, parts, make_evidence(make_passage(TEXT))).missing == missing


def test_parts_that_meet_in_one_block_bring_the_next_of_its_text() -> None:
    """Here "Club" and "founded" stand in both sentences, and the date's holds more of both parts."""
    text = "The Club was founded on 30 December 2018 in Reno City.\n\nAda North and Bo South founded it."
    assert answer("Who founded the Club, and when?", text) == [
        "The Club was founded on 30 December 2018 in Reno City.",
        "Ada North and Bo South founded it.",
    ]
    # Asked for one thing, the block beside it is too far behind to be shown.
    assert answer("When was the Club founded on 30 December?", text) == [
        "The Club was founded on 30 December 2018 in Reno City."
    ]


CEREMONY = "The ceremony took place in Reno City."


@pytest.mark.parametrize(
    ("question", "text", "first"),
    [
        pytest.param(
            "When was the Club founded?",
            f"{CEREMONY} The Club was founded on 30 December 2018.",
            "The Club was founded on 30 December 2018.",
            id="the-value",
        ),
        pytest.param(
            "May a member leave the Club?",
            f"{CEREMONY} A member may leave the Club in May.",
            "A member may leave the Club in May.",
            id="the-deciding-clause",
        ),
        pytest.param("When was the Club founded?", f"{CEREMONY} It was founded on 30 December 2018.", CEREMONY, id="not-it"),
        pytest.param(
            "May a member leave the Club?", "No. A member may leave the Club after a year.", "No.", id="not-before-a-plain-no"
        ),
        pytest.param(
            "会员可以退出俱乐部吗？",
            "俱乐部秘书处根据章程和历年做法给出的建议如下，先向秘书处书面说明本单位的全部情况和理由；"
            "会员可以在五月退出俱乐部；退出之前应当缴清会费并归还全部材料、证件、钥匙和其他属于俱乐部的物品，以便秘书处办理后续手续。",
            "俱乐部秘书处根据章程和历年做法给出的建议如下，先向秘书处书面说明本单位的全部情况和理由；",
            id="not-a-clause-of-a-sentence",
        ),
        pytest.param("俱乐部什么时候成立？", "成立仪式当天在上海市东方医院举行。俱乐部于2018年12月30日成立。", "俱乐部于2018年12月30日成立。", id="zh"),
    ],
)  # fmt: skip
def test_an_answer_leads_with_what_decides_it(question: str, text: str, first: str) -> None:
    composed = write(question, make_evidence(make_passage(text)))
    assert composed.sentences[0].text == first
    assert len(composed.citations) == 1
    assert letters("".join(s.text for s in composed.sentences)) != ""
    assert {s.text for s in composed.sentences} == {s.strip() for s in re.findall(r"[^.；。]+[.；。]", text)}


def test_different_figures_in_two_documents_are_a_conflict() -> None:
    question = "How much are the member dues?"
    differing = make_evidence(
        make_passage("Member dues are RMB 20,000.", "a"), make_passage("Member dues are RMB 30,000.", "b")
    )
    assert write(question, differing).conflicting
    agreeing = make_evidence(
        make_passage("Member dues are RMB 20,000.", "a"), make_passage("Member dues are RMB 20,000.", "b")
    )
    assert not write(question, agreeing).conflicting


def test_what_a_text_says_of_an_old_version_is_no_conflict() -> None:
    told = make_evidence(
        make_passage("The review takes 30 working days.", "rule"),
        make_passage("Under v1.0 the review takes 45 working days.", "faq"),
    )
    assert not write("How long does the review take?", told).conflicting


def test_figures_of_different_kinds_are_no_conflict() -> None:
    apart = make_evidence(
        make_passage("The member review takes 30 working days.", "a"),
        make_passage("The member review is kept 5 years.", "b"),
    )
    assert not write("How long does the member review take?", apart).conflicting


def test_sources_stand_together() -> None:
    evidence = make_evidence(
        make_passage("Members pay the dues.\n\nMembers pay the dues each year.", "a"),
        make_passage("Members pay the dues in spring.", "b"),
    )
    documents = [c.document for c in write("Who pays the dues?", evidence).citations]
    assert documents == sorted(documents)
