"""The order of a reranker, with ranks and ties decided."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.rerank import rerank
from tests.fakes import OverlapReranker
from tests.samples import make_hits, make_passage


class Given:
    """Gives the scores it was made with."""

    name = fingerprint = "given"

    def __init__(self, scores: list[float]) -> None:
        self._scores = scores

    def score(self, question: str, texts: list[str]) -> np.ndarray:
        assert len(texts) == len(self._scores)
        return np.array(self._scores, np.float32)


def test_the_passage_that_answers_moves_up() -> None:
    hits = make_hits(
        make_passage("The Council meets yearly.", "a"), make_passage("Members pay the dues in spring.", "b")
    )
    reranker = OverlapReranker()
    reranked = rerank("When do members pay dues?", hits, reranker, 5)
    assert [(hit.rank, hit.passage.document) for hit in reranked] == [(1, "b"), (2, "a")]
    assert reranker.asked == ["When do members pay dues?"]


def test_headings_are_read_too() -> None:
    hits = make_hits(make_passage("Cats.", "a"), make_passage("Cats.", "b", headings=("Dues",)))
    assert rerank("dues", hits, OverlapReranker(), 1)[0].passage.document == "b"


@given(st.lists(st.sampled_from([-1.0, 0.0, 0.5]), max_size=6), st.integers(1, 6), st.randoms())
def test_ranks_from_one_scores_not_increasing_ties_as_found(scores: list[float], k: int, rng: object) -> None:
    hits = make_hits(*(make_passage("x", f"doc{n}") for n in range(len(scores))))
    pairs = list(zip(hits, scores, strict=True))
    reranked = rerank("q", hits, Given(scores), k)
    assert [hit.rank for hit in reranked] == list(range(1, min(k, len(hits)) + 1))
    assert [hit.score for hit in reranked] == sorted((hit.score for hit in reranked), reverse=True)
    for first, second in itertools.pairwise(reranked):
        assert first.score > second.score or first.passage.document < second.passage.document
    rng.shuffle(pairs)  # type: ignore[attr-defined]
    shuffled = rerank("q", [hit for hit, _ in pairs], Given([score for _, score in pairs]), k)
    assert shuffled == reranked


def test_a_reranker_that_loses_a_passage_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        rerank("q", make_hits(make_passage("x"), make_passage("y", "b")), Forgetful(), 5)


class Forgetful:
    """Gives one score too few."""

    name = fingerprint = "short"

    def score(self, question: str, texts: list[str]) -> np.ndarray:
        return np.zeros(len(texts) - 1, np.float32)
