"""What a search says about whether it found the answer."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.signals import read_signals
from assistant.retrieval.fusion import Background
from assistant.types import Hit, Language
from tests.samples import make_hits, make_passage

EN, ZH = Background(0.75, 0.02), Background(0.70, 0.02)
BACKGROUNDS: dict[Language, Background] = {"en": EN, "zh": ZH}


def hits_of(*rows: tuple[float, float | None]) -> list[Hit]:
    """Make hits of (cosine, word score), ranked in the order given."""
    made = make_hits(*(make_passage(f"Rule number {i} on dues.", f"d{i}.en") for i in range(len(rows))))
    return [replace(hit, dense=dense, lexical=words) for hit, (dense, words) in zip(made, rows, strict=True)]


@pytest.mark.parametrize(
    ("rows", "rank"),
    [
        pytest.param([(0.9, 0.5), (0.8, 0.2)], 0, id="both-searches-meet"),
        pytest.param([(0.9, 0.1), (0.85, None), (0.8, 0.6)], 2, id="best-by-words-is-third-by-meaning"),
        pytest.param([(0.9, None), (0.8, None)], 2, id="no-shared-word"),
    ],
)
def test_agreement_is_the_rank_of_the_best_passage_by_words(
    rows: list[tuple[float, float | None]], rank: int
) -> None:
    signals = read_signals(hits_of(*rows), BACKGROUNDS, "en")
    assert signals is not None
    assert signals.agreement == pytest.approx(-math.log1p(rank), abs=1e-4)


def test_a_passage_in_the_other_language_is_as_near_as_its_distance_from_its_own_mean() -> None:
    hit = replace(make_hits(make_passage("会员应当缴纳会费。", "d.zh"))[0], dense=0.80)
    signals = read_signals([hit], BACKGROUNDS, "en")
    assert signals is not None
    assert signals.nearness == pytest.approx(0.85)  # .80 - .70 + .75
    assert signals.span == pytest.approx(5.0)  # no spans looked at: (.80 - .70) / .02
    across = read_signals([hit], BACKGROUNDS, "en", 0.7)
    assert across is not None
    assert across.wording == pytest.approx(0.73)  # .7 + .6 * (.75 - .70)


def test_the_nearest_span_counts_where_spans_were_looked_at() -> None:
    hits = [
        replace(hit, span=value) for hit, value in zip(hits_of((0.8, 1), (0.79, 1)), (2.0, 6.5), strict=True)
    ]
    signals = read_signals(hits, BACKGROUNDS, "en")
    assert signals is not None
    assert signals.span == 6.5


def test_nearness_is_that_of_the_passage_the_whole_search_puts_first() -> None:
    signals = read_signals(hits_of((0.8, 1), (0.9, 1)), BACKGROUNDS, "en", 0.77)
    assert signals is not None
    assert (signals.nearness, signals.wording) == (0.8, 0.77)


def test_nearness_stands_in_for_the_wording_of_an_embedder_without_token_vectors() -> None:
    signals = read_signals(hits_of((0.8, 1)), BACKGROUNDS, "en", None)
    assert signals is not None
    assert signals.wording == signals.nearness


@pytest.mark.parametrize(
    "hits", [pytest.param([], id="none"), pytest.param(hits_of((0.8, 1)), id="no-background")]
)
def test_nothing_to_compare_gives_no_signals(hits: list[Hit]) -> None:
    assert read_signals(hits, {}, "en") is None


@given(st.lists(st.tuples(st.floats(0.6, 1), st.none() | st.floats(0.01, 2)), min_size=1, max_size=8, unique=True),
       st.integers())  # fmt: skip
def test_order_of_hits_does_not_matter(rows: list[tuple[float, float | None]], seed: int) -> None:
    hits = hits_of(*rows)
    shuffled = list(hits)
    Random(seed).shuffle(shuffled)
    assert read_signals(shuffled, BACKGROUNDS, "en") == read_signals(hits, BACKGROUNDS, "en")
