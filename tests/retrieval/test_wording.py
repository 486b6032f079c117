"""How well a passage meets the words of a question, and what is kept of passages meanwhile."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.models import Vectors
from assistant.models.interfaces import unit_rows
from assistant.retrieval import wording
from assistant.retrieval.query import Query, WeightedText, plain_query
from assistant.retrieval.wording import WordingMatcher
from assistant.types import Hit
from assistant.words import lexical_terms
from tests.fakes import WordEmbeddings
from tests.samples import make_hits, make_passage

DUES = make_passage("Dues fall due in January.", "dues.en", title="")
VOTES = make_passage("Members vote by ballot.", "votes.en", title="")
PLACES = ("dues", "fall", "due", "januari", "member", "vote", "ballot", "hotel")


class TokenEmbeddings(WordEmbeddings):
    """Gives each of `PLACES` an axis of its own and leaves out all other terms; `read` holds what was asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def encode_tokens(self, text: str, *, question: bool) -> Vectors:
        self.read.append(text)
        rows = [np.eye(len(PLACES))[PLACES.index(t)] for t in lexical_terms(text) if t in PLACES]
        return unit_rows(np.array(rows, np.float32)) if rows else np.zeros((0, len(PLACES)), np.float32)


def matcher_of(embedder: WordEmbeddings, generations: list[int] | None = None) -> WordingMatcher:
    steps = generations if generations is not None else [1]
    return WordingMatcher(embedder, lambda: steps[-1])


@pytest.mark.parametrize(
    ("question", "met"),
    [
        pytest.param("dues in January", 1.0, id="all"),
        pytest.param("dues fall due, hotel", 0.75, id="three-of-four"),  # quartile of 0, 1, 1, 1
        pytest.param("hotel ballot", 0.0, id="none"),
    ],
)
def test_the_lower_quartile_of_the_best_matches(question: str, met: float) -> None:
    assert matcher_of(TokenEmbeddings()).match(question, make_hits(DUES)) == pytest.approx(met)


def test_only_the_passage_ranked_first_is_read() -> None:
    embedder = TokenEmbeddings()
    hits = make_hits(DUES, VOTES)[::-1]
    assert matcher_of(embedder).match("dues", hits) == 1.0
    assert embedder.read == ["dues", DUES.embedded_text]


@pytest.mark.parametrize(
    ("embedder", "question", "hits"),
    [
        pytest.param(TokenEmbeddings(), "dues", [], id="no-hits"),
        pytest.param(TokenEmbeddings(), "?", make_hits(DUES), id="no-words"),
        pytest.param(
            TokenEmbeddings(), "dues", make_hits(make_passage("Hm.", title="")), id="an-empty-passage"
        ),
        pytest.param(WordEmbeddings(), "dues", make_hits(DUES), id="no-token-vectors"),
    ],
)
def test_nothing_to_match_is_no_figure(embedder: WordEmbeddings, question: str, hits: list[Hit]) -> None:
    assert matcher_of(embedder).match(question, hits) is None


def test_a_passage_is_read_once_until_the_library_changes() -> None:
    embedder, generations = TokenEmbeddings(), [1]
    matcher = matcher_of(embedder, generations)
    for generation in (1, 1, 2, 2):
        generations.append(generation)
        matcher.match("dues", make_hits(DUES))
    assert embedder.read.count(DUES.embedded_text) == 2


def test_what_was_not_asked_about_for_longest_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "KEPT_PASSAGES", 1)
    embedder = TokenEmbeddings()
    matcher = matcher_of(embedder)
    for passage in (DUES, VOTES, DUES):
        matcher.match("dues", make_hits(passage))
    assert embedder.read.count(DUES.embedded_text) == 2


def test_the_passage_that_meets_the_words_comes_first_and_places_keep_their_scores() -> None:
    hits = make_hits(VOTES, DUES)
    ordered = matcher_of(TokenEmbeddings()).order(Query("dues in January", "zh"), hits)
    assert [hit.passage.id for hit in ordered] == [DUES.id, VOTES.id]
    assert [(hit.rank, hit.score) for hit in ordered] == [(hit.rank, hit.score) for hit in hits]


def test_what_is_in_the_question_s_language_keeps_its_place() -> None:
    chinese = make_passage("会费在一月缴纳。", "dues.zh", title="")
    hits = make_hits(VOTES, chinese, DUES)
    ordered = matcher_of(TokenEmbeddings()).order(Query("dues in January", "zh"), hits)
    assert [hit.passage.id for hit in ordered] == [DUES.id, chinese.id, VOTES.id]
    embedder = TokenEmbeddings()
    assert matcher_of(embedder).order(plain_query("dues in January"), hits) == hits
    assert embedder.read == []


def test_the_turn_before_counts_with_its_weight() -> None:
    hits = make_hits(VOTES, DUES)
    query = Query("ballot", "zh", meaning_context=(WeightedText("dues fall due", 3.0),))
    assert matcher_of(TokenEmbeddings()).order(query, hits)[0].passage == DUES
    lighter = Query("ballot", "zh", meaning_context=(WeightedText("dues fall due", 0.3),))
    assert matcher_of(TokenEmbeddings()).order(lighter, hits)[0].passage == VOTES


@pytest.mark.parametrize("embedder", [WordEmbeddings(), TokenEmbeddings()])
def test_without_words_to_compare_the_order_stays(embedder: WordEmbeddings) -> None:
    hits = make_hits(VOTES, DUES)
    assert matcher_of(embedder).order(Query("?", "zh"), hits) == hits


def test_only_the_first_hits_are_read() -> None:
    embedder = TokenEmbeddings()
    passages = [make_passage(f"Dues {n}.", f"rule-{n}.en", title="") for n in range(wording.ORDERED + 2)]
    hits = make_hits(*passages)
    assert matcher_of(embedder).order(Query("dues", "zh"), hits)[wording.ORDERED :] == hits[wording.ORDERED :]
    assert len(embedder.read) == 1 + wording.ORDERED


def test_a_hit_far_below_the_best_is_not_read_and_stays() -> None:
    embedder = TokenEmbeddings()
    first, second = make_hits(VOTES, DUES)
    far = replace(second, score=first.score - wording.REACH - 0.1)
    assert matcher_of(embedder).order(Query("dues in January", "zh"), [first, far]) == [first, far]
    assert embedder.read == []
