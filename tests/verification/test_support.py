"""How much a source carries: shares of words, figures and parties, and a score that follows them."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.verification.alignment import evenly
from assistant.verification.support import Covered, cover_claim, credit_term, score_crossing, score_support
from tests.strategies import lines
from tests.verification.pairs import align, read


def cover(
    claim: str, source: str, *, context: frozenset[str] = frozenset(), crossing: bool = False
) -> Covered:
    return cover_claim(align(claim, source), read(source), context, evenly, crossing=crossing)


@pytest.mark.parametrize(
    ("term", "known", "credit"),
    [
        pytest.param("lamp", {"lamp"}, 1.0, id="known"),
        pytest.param("approval", {"approved"}, 0.7, id="same-beginning"),
        pytest.param("lam", {"lamp"}, 0.0, id="too-short-for-a-beginning"),
        pytest.param("=vote", {"=votes"}, 0.0, id="a-listed-wording-is-known-or-not"),
        pytest.param("灯笼", {"灯塔", "笼子"}, 0.5, id="both-characters"),
        pytest.param("灯笼", {"灯塔"}, 0.25, id="one-character"),
        pytest.param("lamp", set(), 0.0, id="nothing-known"),
    ],
)
def test_credit_of_a_term(term: str, known: set[str], credit: float) -> None:
    assert credit_term(term, frozenset(known)) == credit


@pytest.mark.parametrize(
    ("claim", "source", "whole"),
    [
        pytest.param("Guests climb the tower.", "Guests climb the tower.", 1.0, id="all"),
        pytest.param(
            "Guests climb the harbour at night.", "Guests climb the tower.", 0.5, id="half-the-words"
        ),
        pytest.param("Guests climb for 3 days.", "Guests climb for 4 days.", 2 / 3, id="figure-missing"),
        pytest.param("The sponsor climbs.", "The hospital climbs.", 0.5, id="party-missing"),
        pytest.param("灯笼高挂。", "灯笼高挂。", 1.0, id="chinese"),
    ],
)
def test_the_share_of_a_claim_that_its_source_has(claim: str, source: str, whole: float) -> None:
    assert cover(claim, source).whole == pytest.approx(whole)


def test_headings_carry_words_and_the_weakest_clause_shows() -> None:
    source = "Guests climb the tower. Cooks bake bread."
    claim = "Guests climb the tower; pirates steal golden cups."
    assert cover(claim, source).weakest < cover(claim, source).whole
    assert cover(claim, source, context=frozenset({"pirat", "steal", "golden", "cup"})) == (1.0, 1.0)


def test_across_languages_only_listed_wordings_compare() -> None:
    assert cover("提交材料", "Submit the materials.", crossing=True).whole == 1.0
    assert cover("灯笼高挂", "Lanterns glow.", crossing=True).whole == 0.0


def test_the_score_of_a_pair_of_two_languages() -> None:
    covered = Covered(0.5, 0.5)
    assert score_crossing(covered, None, 0.82) == pytest.approx(0.4)
    assert (
        score_crossing(covered, 0.7, 0.82)
        < score_crossing(covered, 0.82, 0.82)
        == 0.5
        < score_crossing(covered, 0.9, 0.82)
    )


def test_a_copy_scores_above_a_sentence_of_something_else() -> None:
    source = "Guests climb the tower on Mondays."
    assert (
        score_support(source, [source], evenly)
        > 0.5
        > score_support("Pirates steal golden cups at sea.", [source], evenly)
    )


@given(lines, lines)
def test_shares_and_scores_lie_between_0_and_1(claim: str, source: str) -> None:
    source = f"Guests climb the tower. {source}"
    covered = cover(claim, source)
    assert 0 <= covered.whole <= 1
    assert 0 <= covered.weakest <= 1
    assert 0 <= score_support(claim, [source], evenly) <= 1
