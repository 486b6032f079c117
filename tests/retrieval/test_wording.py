"""How well a passage meets the words of a question, and the order that follows from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from assistant.ingest.publishing import embed_texts
from assistant.library import Library, open_library
from assistant.models import Vectors
from assistant.models.interfaces import TokenBits
from assistant.models.token_bits import pack_tokens
from assistant.retrieval import wording
from assistant.retrieval.expected import Meant
from assistant.retrieval.query import Query, WeightedText, plain_query
from assistant.retrieval.wording import WordingMatcher
from assistant.types import Hit, Passage
from assistant.words import lexical_terms
from tests.fakes import WordEmbeddings
from tests.library.test_library import source_of
from tests.samples import make_hits, make_passage
from tests.strategies import make_document

DUES = make_passage("Dues fall due in January.", "dues.en", title="")
VOTES = make_passage("Members vote by ballot.", "votes.en", title="")
CHINESE = make_passage("会费在一月缴纳。", "dues.zh", title="")
EMPTY = make_passage("Hm.", "hm.en", title="")
PLACES = ("dues", "fall", "due", "januari", "member", "vote", "ballot", "hotel")


def orthogonal_signs(n: int) -> Vectors:
    """Give n rows of signs, each at a right angle to the others (Sylvester's matrix; n a power of 2)."""
    rows = np.ones((1, 1), np.float32)
    while len(rows) < n:
        rows = np.block([[rows, rows], [rows, -rows]]).astype(np.float32)
    return rows


class PlacedTokens(WordEmbeddings):
    """Gives each of `PLACES` a direction of its own and leaves out all other terms; `read` holds what was asked of it."""

    token_code = "places"

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def encode_with_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenBits]]:
        self.read.extend(texts)
        nothing = np.zeros(len(PLACES), np.float32)
        return self.encode_passages(texts), [pack_tokens(self._place(text), nothing) for text in texts]

    def encode_tokens(self, text: str, *, question: bool) -> Vectors:
        self.read.append(text)
        return self._place(text) / np.float32(np.sqrt(len(PLACES)))

    def encode_question_tokens(self, text: str) -> Vectors:
        return self._place(text) / np.float32(np.sqrt(len(PLACES)))

    def locate_tokens(self, text: str) -> list[int]:
        return [
            m.start()
            for m in re.finditer(r"\w+", text)
            if lexical_terms(m.group())[:1] in [[p] for p in PLACES]
        ]

    def _place(self, text: str) -> Vectors:
        signs = orthogonal_signs(len(PLACES))
        rows = [signs[PLACES.index(term)] for term in lexical_terms(text) if term in PLACES]
        return np.array(rows, np.float32).reshape(-1, len(PLACES))


@contextmanager
def opened(
    folder: Path, *passages: Passage, embedder: WordEmbeddings
) -> Iterator[tuple[WordingMatcher, Library]]:
    """Give a matcher over a library that took the passages with this embedder."""
    with open_library(folder) as library:
        for passage in passages:
            document = make_document(passage.text, id=passage.document, language=passage.language)
            library.publish(document, [passage], source_of(document))
        embed_texts([passage.embedded_text for passage in passages], library, embedder)
        if isinstance(embedder, PlacedTokens):
            embedder.read.clear()
        yield WordingMatcher(embedder, library), library


def order(folder: Path, query: Query, hits: list[Hit], embedder: WordEmbeddings | None = None) -> list[Hit]:
    passages = [hit.passage for hit in hits]
    with opened(folder, *passages, embedder=embedder or PlacedTokens()) as (matcher, _):
        return matcher.order(query, hits, matcher.read(passages))


@pytest.mark.parametrize(
    ("question", "met"),
    [
        pytest.param("dues in January", 1.0, id="all"),
        pytest.param("dues fall due, hotel", 0.75, id="three-of-four"),  # quartile of 0, 1, 1, 1
        pytest.param("hotel ballot", 0.0, id="none"),
    ],
)
def test_the_lower_quartile_of_the_best_matches(tmp_path: Path, question: str, met: float) -> None:
    with opened(tmp_path, DUES, embedder=PlacedTokens()) as (matcher, _):
        assert matcher.match(question, make_hits(DUES)) == pytest.approx(met, abs=1e-3)


def test_words_of_expected_questions_count_as_the_passages_own(tmp_path: Path) -> None:
    near = [Meant(0, 4, 3.0, text) for text in ("hotel ballot", "?", "January", "votes")]
    with opened(tmp_path, DUES, VOTES, embedder=PlacedTokens()) as (matcher, _):
        hits = make_hits(DUES)
        assert matcher.match("hotel ballot", hits, {DUES.id: near}) == pytest.approx(1.0, abs=1e-3)
        assert matcher.match("hotel ballot", hits, {DUES.id: near[1:]}) == pytest.approx(0.0, abs=1e-3)
        assert matcher.match("hotel ballot", hits, {VOTES.id: near}) == pytest.approx(0.0, abs=1e-3)


def test_of_the_passages_only_the_first_is_read(tmp_path: Path) -> None:
    embedder = PlacedTokens()
    with opened(tmp_path, DUES, VOTES, embedder=embedder) as (matcher, _):
        assert matcher.match("dues", make_hits(DUES, VOTES)[::-1]) == pytest.approx(1.0, abs=1e-3)
        assert embedder.read == ["dues", DUES.embedded_text]


@pytest.mark.parametrize(
    ("embedder", "question", "hits"),
    [
        pytest.param(PlacedTokens(), "dues", [], id="no-hits"),
        pytest.param(PlacedTokens(), "?", make_hits(DUES), id="no-words"),
        pytest.param(PlacedTokens(), "dues", make_hits(EMPTY), id="an-empty-passage"),
        pytest.param(WordEmbeddings(), "dues", make_hits(DUES), id="no-token-vectors"),
    ],
)
def test_nothing_to_match_is_no_figure(
    tmp_path: Path, embedder: WordEmbeddings, question: str, hits: list[Hit]
) -> None:
    with opened(tmp_path, *(hit.passage for hit in hits), embedder=embedder) as (matcher, _):
        assert matcher.match(question, hits) is None


def test_a_passage_is_read_once_until_the_library_changes(tmp_path: Path) -> None:
    embedder = PlacedTokens()
    with opened(tmp_path, DUES, VOTES, embedder=embedder) as (matcher, library):
        for _ in range(2):
            matcher.match("dues", make_hits(DUES))
        assert embedder.read.count(DUES.embedded_text) == 1
        library.remove(VOTES.document)
        matcher.match("dues", make_hits(DUES))
        assert embedder.read.count(DUES.embedded_text) == 2


def test_what_was_not_asked_about_for_longest_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "KEPT_PASSAGES", 1)
    embedder = PlacedTokens()
    with opened(tmp_path, DUES, VOTES, embedder=embedder) as (matcher, _):
        for passage in (DUES, VOTES, DUES):
            matcher.match("dues", make_hits(passage))
    assert embedder.read.count(DUES.embedded_text) == 2


def test_the_passage_that_meets_the_words_comes_first_and_places_keep_their_scores(tmp_path: Path) -> None:
    hits = make_hits(VOTES, DUES)
    ordered = order(tmp_path, plain_query("dues in January"), hits)
    assert [hit.passage.id for hit in ordered] == [DUES.id, VOTES.id]
    assert [(hit.rank, hit.score) for hit in ordered] == [(hit.rank, hit.score) for hit in hits]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_passages_of_one_language_change_places_among_themselves(tmp_path: Path, language: str) -> None:
    hits = make_hits(VOTES, CHINESE, DUES)
    ordered = order(tmp_path, Query("dues in January", language), hits)  # type: ignore[arg-type]
    assert [hit.passage.id for hit in ordered] == [DUES.id, CHINESE.id, VOTES.id]


def test_the_turn_before_counts_with_its_weight(tmp_path: Path) -> None:
    hits = make_hits(VOTES, DUES)
    query = Query("ballot", "en", meaning_context=(WeightedText("dues fall due", 3.0),))
    assert order(tmp_path / "a", query, hits)[0].passage == DUES
    lighter = Query("ballot", "en", meaning_context=(WeightedText("dues fall due", 0.3),))
    assert order(tmp_path / "b", lighter, hits)[0].passage == VOTES


@pytest.mark.parametrize("embedder", [WordEmbeddings(), PlacedTokens()])
def test_without_words_to_compare_the_order_stays(tmp_path: Path, embedder: WordEmbeddings) -> None:
    hits = make_hits(VOTES, DUES)
    assert order(tmp_path, plain_query("?"), hits, embedder) == hits


def test_a_passage_of_which_nothing_is_known_keeps_its_place(tmp_path: Path) -> None:
    hits = make_hits(VOTES, EMPTY, make_passage("Hotels.", "hotels.en", title=""), DUES)
    with opened(tmp_path, VOTES, EMPTY, DUES, embedder=PlacedTokens()) as (matcher, _):
        known = matcher.read([hit.passage for hit in hits])
        ordered = matcher.order(plain_query("dues in January"), hits, known)
    assert [hit.passage.document for hit in ordered] == ["dues.en", "hm.en", "hotels.en", "votes.en"]


def test_only_the_first_hits_change_places(tmp_path: Path) -> None:
    passages = [make_passage(f"Ballot {n}.", f"rule-{n}.en", title="") for n in range(wording.ORDERED)]
    hits = make_hits(*passages, DUES)
    assert order(tmp_path, plain_query("dues in January"), hits) == hits
    assert order(tmp_path / "b", plain_query("dues in January"), hits[1:])[0].passage == DUES


def test_stretches_are_measured_against_the_mean_of_their_language(tmp_path: Path) -> None:
    title = make_passage("Members vote. Dues fall due.", "mixed.en", title="Ballot")
    first, second = (0, 13), (14, 28)
    with opened(tmp_path, DUES, title, embedder=PlacedTokens()) as (matcher, _):
        met = matcher.meet_stretches(
            plain_query("dues due ballot"), {title: [first, second], DUES: [(0, 25)], CHINESE: [(0, 8)]}
        )
    # Of three words the first sentence meets none (the ballot is in the title), the others two; the mean is 4/9.
    assert met == {
        (title.id, 0): pytest.approx(-4 / 9, abs=1e-3),
        (title.id, 14): pytest.approx(2 / 9, abs=1e-3),
        (DUES.id, 0): pytest.approx(2 / 9, abs=1e-3),
    }


def test_without_token_vectors_no_stretch_is_met(tmp_path: Path) -> None:
    with opened(tmp_path, DUES, embedder=WordEmbeddings()) as (matcher, _):
        assert matcher.meet_stretches(plain_query("dues"), {DUES: [(0, 25)]}) == {}
