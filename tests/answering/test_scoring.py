"""How well a span answers."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.answering.alignment import evenly
from assistant.answering.blocks import cut_blocks
from assistant.answering.question import read_question
from assistant.answering.scoring import ScoredBlock, fits_question, measure_meanings, score_block
from assistant.retrieval.fusion import Background
from assistant.types import Span
from tests.samples import make_evidence, make_passage

DUES = "How many working days are there to pay the dues?"


def score(
    text: str,
    question: str = DUES,
    *,
    meanings: dict[Span, float] | None = None,
    rank_share: float = 1,
    **values: object,
) -> ScoredBlock:
    [evidence] = make_evidence(make_passage(text, **values))
    read = read_question(question)
    [block] = cut_blocks(evidence)
    return score_block(block, read, question, rarity=evenly, meanings=meanings or {}, rank_share=rank_share)


def test_the_span_with_the_words_and_the_figure_is_best() -> None:
    scored = score("The Council meets yearly. Dues are paid within 15 working days. Fees differ.")
    assert scored.block.text_of(scored.best_span) == "Dues are paid within 15 working days."
    assert scored.fits
    assert scored.score == max(scored.span_scores)
    assert len(scored.span_scores) == len(scored.block.spans)


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


def test_meaning_and_rank_count() -> None:
    text = "Dues are paid early."
    plain = score(text)
    assert score(text, meanings={plain.block.spans[0]: 2.0}).score > plain.score
    assert score(text, rank_share=0).score < plain.score


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


def test_meanings_are_measured_against_the_language_s_background() -> None:
    english, chinese = make_evidence(make_passage("Dues. Fees."), make_passage("会费。", "zh"))
    rows = {
        english.passage.id: np.array([[1.0, 0.0], [0.6, 0.8]], np.float32),
        chinese.passage.id: np.array([[1.0, 0.0]], np.float32),
    }
    meanings = measure_meanings(
        [english, chinese], np.array([1.0, 0.0], np.float32), {"en": Background(0.6, 0.2)}, lambda _: rows
    )
    # (1.0 - .6) / .2 and (.6 - .6) / .2; no background of Chinese, so nothing is claimed there.
    assert meanings == {
        (english.passage.id, english.spans[0]): pytest.approx(2.0),
        (english.passage.id, english.spans[1]): pytest.approx(0.0, abs=1e-6),
    }
