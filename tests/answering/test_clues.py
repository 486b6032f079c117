"""What speaks for a passage beside its own words."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.answering.clues import ALONE_SHARE, measure_meanings, read_clues
from assistant.conversation import read_conversation
from assistant.retrieval.fusion import Background
from assistant.retrieval.search import Found
from assistant.types import Turn
from assistant.verification.alignment import evenly
from tests.samples import make_evidence, make_passage


def test_a_follow_up_brings_the_words_of_the_turn_before() -> None:
    candidates = make_evidence(make_passage("Dues are paid early."))
    before = (Turn(role="user", content="When are dues paid?"),)
    leaning = read_clues(
        read_conversation("And by whom?", before), Found([]), candidates, lambda _: {}, evenly
    )
    assert leaning.context == {"due", "paid"}
    assert leaning.context_share == 1.0
    other = read_clues(
        read_conversation("Who elects the chair?", before), Found([]), candidates, lambda _: {}, evenly
    )
    assert other.context_share == ALONE_SHARE
    first = read_clues(read_conversation("When?", ()), Found([]), candidates, lambda _: {}, evenly)
    assert (first.context, first.best_found) == (frozenset(), 1.0)


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
