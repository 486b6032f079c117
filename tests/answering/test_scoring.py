"""How well a span answers."""

from __future__ import annotations

import pytest

from assistant.answering.asides import (
    describes,
    is_about_document,
    lists_what_is_not_said,
    speaks_of_slides,
    tells_scope,
)
from assistant.answering.blocks import cut_blocks
from assistant.answering.clues import Clues
from assistant.answering.fitting import (
    fits_question,
    fits_row,
    measure_act,
    measure_other_question,
    names_doer,
)
from assistant.answering.question import read_question
from assistant.answering.scoring import BEFORE_PENALTY, ScoredBlock, find_known, measure_shown, score_block
from assistant.types import Span
from assistant.verification.alignment import evenly
from tests.samples import make_evidence, make_passage

DUES = "How many working days are there to pay the dues?"


def score(
    text: str,
    question: str = DUES,
    *,
    meanings: dict[Span, float] | None = None,
    clues: Clues | None = None,
    **values: object,
) -> ScoredBlock:
    [evidence] = make_evidence(make_passage(text, **values))
    read = read_question(question)
    [block] = cut_blocks(evidence)
    by_place = {(evidence.passage.id, span): meaning for span, meaning in (meanings or {}).items()}
    return score_block(block, read, question, clues or Clues(evenly, by_place, best_found=1.0))


def test_the_span_with_the_words_and_the_figure_is_best() -> None:
    scored = score("The Council meets yearly. Dues are paid within 15 working days. Fees differ.")
    assert scored.block.text_of(scored.best_span) == "Dues are paid within 15 working days."
    assert scored.fits
    assert scored.score == max(scored.span_scores)
    assert len(scored.span_scores) == len(scored.block.spans)


def test_known_are_the_chinese_terms_that_some_text_or_heading_holds() -> None:
    items = make_evidence(
        make_passage("禁止红包。", headings=("购物卡",)), make_passage("Gifts are banned.", "b.en")
    )
    blocks = [block for item in items for block in cut_blocks(item)]
    assert find_known(frozenset({"红包", "购物", "小红", "gift"}), blocks) == {"红包", "购物"}
    assert find_known(frozenset({"gift"}), blocks) == frozenset()


def test_a_chinese_word_counts_whatever_pairs_of_characters_no_text_holds() -> None:
    asked = read_question("过节给医生发个小红包金额不大没事吧")
    items = make_evidence(make_passage("会议按年召开。"), make_passage("禁止发放红包。", "b.en"))
    blocks = [block for item in items for block in cut_blocks(item)]
    known = find_known(frozenset({"红包"}), blocks)
    meets, voids = (score_block(block, asked, asked.text, Clues(evenly), known).score for block in blocks)
    plain = score_block(blocks[1], asked, asked.text, Clues(evenly)).score
    assert voids > plain
    assert score_block(blocks[0], asked, asked.text, Clues(evenly)).score == meets


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param("Dues are paid early.", "Cats sleep a lot.", id="words"),
        pytest.param("Dues take 15 working days.", "Dues take a while.", id="the-kind-of-figure-asked-for"),
        pytest.param("Dues take 15 working days.", "Dues take 15 yuan.", id="not-another-kind"),
    ],
)
def test_what_scores_higher(better: str, worse: str) -> None:
    assert score(better).score > score(worse).score


def test_meaning_counts() -> None:
    text = "Dues are paid early."
    plain = score(text)
    assert score(text, meanings={plain.block.spans[0]: 2.0}).score > plain.score


def test_meeting_the_words_of_the_question_counts() -> None:
    [evidence] = make_evidence(make_passage("Dues are early."))
    met = Clues(evenly, met={(evidence.passage.id, 0): 0.1}, best_found=1.0)
    assert score("Dues are early.", clues=met).score == pytest.approx(score("Dues are early.").score + 1.5)


def test_what_stands_around_a_block_counts() -> None:
    text = "Dues are paid early."
    plain = score(text)
    passage_id = plain.block.evidence.passage.id
    found_behind = Clues(evenly, best_found=3.0)
    assert score(text, clues=found_behind).score < plain.score
    named = Clues(evenly, referenced={passage_id: 0}, best_found=1.0)
    named_late = Clues(evenly, referenced={passage_id: 5}, best_found=1.0)
    assert score(text, clues=named).score > score(text, clues=named_late).score > plain.score
    leaning = Clues(evenly, context=frozenset({"earli"}), context_share=1.0, best_found=1.0)
    astray = Clues(evenly, context=frozenset({"cat"}), context_share=1.0, best_found=1.0)
    assert score(text, clues=leaning).score > score(text, clues=astray).score


def test_the_figures_of_the_question_count() -> None:
    question = "What follows after 60 working days?"
    assert (
        score("A petition follows 60 working days.", question).score
        > score("A petition follows 30 working days.", question).score
    )


def test_a_heading_s_word_counts_less_than_the_text_s() -> None:
    without = score("They are paid early.").score
    headed = score("They are paid early.", headings=("Dues",)).score
    assert without < headed < score("Dues are paid early.").score


def test_a_list_s_introduction_speaks_for_its_items() -> None:
    scored = score("Dues are paid by:\n- members;\n- partners.", "Who pays the dues?")
    assert scored.span_scores[1] > score("- members;", "Who pays the dues?").score


@pytest.mark.parametrize(
    ("text", "question", "fits"),
    [
        ("A member may withdraw.", "May a member withdraw?", True),
        ("The list is long.", "May a member withdraw?", False),
        ("会员可以退出。", "会员可以退出吗？", True),
        ("It was MicroPort.", "Who founded it?", True),
        ("it was long ago.", "Who founded it?", False),
        ("On 30 December 2018.", "When was it founded?", True),
        ("It was founded late.", "When was it founded?", False),
    ],
)
def test_fits_question(text: str, question: str, fits: bool) -> None:
    assert fits_question(text, read_question(question)) is fits


@pytest.mark.parametrize(
    ("heads", "question", "fits"),
    [
        ("| Tier | Annual dues (yuan) |", "How much does a boat pay?", True),
        ("Dues in RMB: | Tier | a year |", "How much does a boat pay?", True),
        ("| 层级 | 年度会费（元） |", "How much does a boat pay?", True),
        ("| Tier | days |", "How much does a boat pay?", False),
        ("| Tier | working days |", "How many working days does a boat have?", True),
        ("| Tier | days |", "Who pays?", False),
    ],
)
def test_a_row_has_the_unit_of_its_header(heads: str, question: str, fits: bool) -> None:
    asked = read_question(question)
    assert fits_row("| Boat | 400 |", heads, asked) is fits
    assert not fits_row("| Boat | none |", heads, asked)


def test_a_row_with_the_unit_in_the_header_holds_what_is_asked_for() -> None:
    table = "| Vessel | Fee (yuan) |\n| --- | --- |\n| Boat | 400 |\n| Ship | none |"
    assert score(table, "How much does a boat pay?").fits
    assert not score(table.replace("yuan", "note"), "How much does a boat pay?").fits


def test_the_document_of_the_version_asked_for_is_meant() -> None:
    text = "Review takes 45 days."
    asked_for = Clues(evenly, best_found=1.0, named=frozenset({"doc"}))
    [evidence] = make_evidence(make_passage(text, "doc"))
    [block] = cut_blocks(evidence)
    read = read_question("How long did the review take under v1.0?")
    named = score_block(block, read, read.text, asked_for).score
    assert named > score_block(block, read, read.text, Clues(evenly, best_found=1.0)).score


@pytest.mark.parametrize(
    ("question", "decides", "beside"),
    [
        pytest.param(
            "May a guest borrow a scope?",
            "Guests may not borrow scopes.",
            "Guests may visit; scopes are borrowed often.",
            id="english",
        ),
        pytest.param(
            "学员可以借用支气管镜吗？",
            "学员不得借用支气管镜。",
            "学员可以参观，支气管镜常被借用。",
            id="chinese",
        ),
    ],
)
def test_the_clause_that_decides_the_very_act_counts(question: str, decides: str, beside: str) -> None:
    asked = read_question(question)
    assert measure_act(decides, asked) > measure_act(beside, asked)
    assert score(decides, question).score > score(beside, question).score


def test_only_yes_or_no_questions_ask_for_a_decision() -> None:
    assert measure_act("Guests may not borrow scopes.", read_question("Who may borrow a scope?")) == 0


@pytest.mark.parametrize(
    ("heading", "asked", "share"),
    [
        ("May guests borrow a scope?", "Can guests borrow scopes?", 0.0),
        ("学员可以借用支气管镜吗？", "支气管镜能借用给学员吗", 0.0),
        ("Is parking free?", "Can guests borrow scopes?", 1.0),
        ("Parking", "Can guests borrow scopes?", 0.0),
    ],
)
def test_an_answer_to_another_question(heading: str, asked: str, share: float) -> None:
    assert measure_other_question(("Visitors", heading), asked) == share


def test_an_answer_to_the_readers_own_question_scores_higher() -> None:
    own = score("Ask at the desk.", "Can guests borrow scopes?", headings=("May guests borrow a scope?",))
    other = score("Ask at the desk.", "Can guests borrow scopes?", headings=("May guests park a car?",))
    assert own.score > other.score


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("The Council decides on the application.", True),
        ("The Alliance does not decide.", False),
        ("Although the Alliance does not decide, the Council decides on rules.", True),
        ("理事会决定会费标准。", True),
        ("联盟不裁定权属。", False),
    ],
)
def test_who_does_it_is_not_who_does_not(text: str, does: bool) -> None:
    assert names_doer(text) is does


@pytest.mark.parametrize(
    ("heading", "about"),
    [
        ("About this page", True),
        ("How to use this form", True),
        ("关于本记录", True),
        ("如何使用本指南", True),
        ("About the lamps", False),
        ("关于灯的规定", False),
        ("How to use the lamp", False),
    ],
)
def test_a_section_on_the_document_itself(heading: str, about: bool) -> None:
    assert is_about_document(("Lamps", heading)) is about
    told, telling = (score("Dues are paid early.", headings=(name,)) for name in (heading, "Dues"))
    assert (told.score < telling.score - 1) is about


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("The report does not say:\n- who paid;\n- who built the tower.", True),
        ("报告没有说明下列事项：\n- 谁付款；\n- 谁建塔。", True),
        ("The report names:\n- who paid;\n- who built the tower.", False),
        ("The report does not say who paid.", False),
    ],
)
def test_a_list_of_what_is_not_said(text: str, silent: bool) -> None:
    assert lists_what_is_not_said(score(text).block) is silent


@pytest.mark.parametrize(
    "text",
    [
        "1.1 These Membership Rules govern who may become a member.",
        "This page lists the events of 2026.",
        "1.1 本办法规定会员的条件。",
        "本指南适用于新会员。",
    ],
)
def test_a_sentence_on_what_its_document_is_for(text: str) -> None:
    assert tells_scope(text)


@pytest.mark.parametrize(
    "text",
    [
        "This permission covers evaluation only.",
        "These rights end with membership.",
        "Dues set by these rules apply yearly.",
        "本联盟规定会费。",
    ],
)
def test_a_rule_is_no_scope(text: str) -> None:
    assert not tells_scope(text)


def test_what_the_conversation_has_shown_stands_back() -> None:
    text = "Dues are paid within 15 working days. Fees differ."
    shown = Clues(evenly, best_found=1.0, shown=f"Hello. {text}")
    assert score(text, clues=shown).score < score(text).score - 1
    half = Clues(evenly, best_found=1.0, shown="Fees differ.")
    assert score(text, clues=shown).score < score(text, clues=half).score < score(text).score
    assert measure_shown(score(text).block, "") == 0.0


@pytest.mark.parametrize(
    ("heading", "about"),
    [
        ("What a stent is", True),
        ("支架是什么", True),
        ("What the trial found", False),
        ("Stents: results", False),
    ],
)
def test_what_a_thing_is_has_no_figure_of_it(heading: str, about: bool) -> None:
    assert describes((heading,)) is about
    text, asked = "A stent holds the airway open.", "How large is the share of stents that hold?"
    told, telling = score(text, asked, headings=(heading,)), score(text, asked, headings=("Stents hold",))
    assert (told.score < telling.score - 1) is about


def test_a_scope_clause_comes_after_a_rule() -> None:
    asked = "How do I submit an idea?"
    scope = score("1.1 This procedure sets the steps to submit an idea.", asked)
    assert score("Ideas are submitted by mail.", asked).score > scope.score


def test_an_faq_on_the_same_thing_in_more_words_is_no_other_question() -> None:
    asked = "How do I submit an idea?"
    wider = ("How does a clinician submit an idea, for example for an airway stent?",)
    assert measure_other_question(wider, asked) == 0.0
    other = ("Is my idea published when a patent is granted?",)
    assert 0 < measure_other_question(other, asked) < 1


def test_what_changed_comes_after_what_holds() -> None:
    asked = "How much are the annual dues?"
    now = "2.1 The annual dues in yuan are:\n\n| Tier | Dues |\n|---|---|\n| Member | 20,000 |"
    then = now.replace("in yuan are:", "changed compared with the notice that is no longer in force:")
    assert score(now, asked).score - score(then, asked).score >= BEFORE_PENALTY / 2
    before = "How much have the annual dues changed?"
    assert score(then, before).score > score(now, before).score


def test_notes_on_the_slides_come_after_the_matter() -> None:
    asked = "What is the Alliance about?"
    notes = "Notes: Welcome. All rules in these slides are samples of the Alliance."
    assert speaks_of_slides(notes)
    assert not speaks_of_slides("The patient slides the valve into the airway.")
    assert score("The Alliance turns ideas into devices.", asked).score > score(notes, asked).score
