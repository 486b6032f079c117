"""Search by words: names and figures cross languages, and no score depends on how long a question is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.lexical import LexicalSearch, carried_terms, rarity
from assistant.retrieval.query import plain_query
from assistant.types import Audience, Language
from assistant.words import lexical_terms
from tests.fakes import WordEmbeddings
from tests.library.indexes import Index, open_index, write_rule


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("lexical")
    corpus = folder / "corpus"
    write_rule(corpus, "trial.md", "TIMBER-4 treated 318 people with a pleural catheter.")
    write_rule(corpus, "other.md", "Another study treated 40 people at home.")
    write_rule(corpus, "maker.md", "青榆器械生产胸膜导管。", language="zh")
    write_rule(corpus, "hidden.md", "TIMBER-4 is discussed by the committee.", audience="committee")
    write_rule(corpus, "fees.md", "会员缴纳会费。", language="zh")
    with open_index(folder / "index", WordEmbeddings(dimension=64)) as opened:
        assert opened.sync(corpus).failed == []
        yield opened


def best(index: Index, text: str, reader: Audience = "public") -> list[str]:
    search, query = LexicalSearch(index.library), plain_query(text)
    scores = search.search(query, reader) | search.search_carried(query, reader)
    return [key.partition("@")[0] for key in sorted(scores, key=lambda key: -scores[key])]


@pytest.mark.parametrize(
    ("question", "document"),
    [
        pytest.param("TIMBER-4的结果如何？", "trial", id="a-code"),
        pytest.param("哪项试验治疗了318例？", "trial", id="a-figure"),
        pytest.param("What does 青榆器械 make?", "maker", id="a-name"),
    ],
)
def test_names_and_figures_are_found_in_the_other_language(
    index: Index, question: str, document: str
) -> None:
    assert best(index, question)[:1] == [document]


def test_words_of_the_other_language_open_no_closed_document(index: Index) -> None:
    assert "hidden" not in best(index, "TIMBER-4的结果如何？")
    assert "hidden" in best(index, "TIMBER-4的结果如何？", "committee")


def test_a_question_without_words_finds_nothing(index: Index) -> None:
    assert best(index, "?") == []


@pytest.mark.parametrize(
    ("text", "language", "carried"),
    [
        ("v1.0 的 AIR2 试验 190 例", "zh", ["air2", "190"]),
        ("2 期试验", "zh", []),
        ("What is 会费?", "en", ["会", "费", "会费"]),
        ("What are dues?", "en", []),
    ],
)
def test_what_both_languages_write_alike(text: str, language: Language, carried: list[str]) -> None:
    assert carried_terms(lexical_terms(text), language) == carried


def test_a_lone_figure_in_a_long_question_weighs_little(index: Index) -> None:
    def weigh(text: str) -> float:
        return max(LexicalSearch(index.library).search_carried(plain_query(text), "public").values())

    assert weigh("会员缴纳会费以后在理事会上能否就此事提出异议或申诉318例") < weigh("318例？") / 2


def test_words_of_the_question_s_language_stay_apart(index: Index) -> None:
    search, query = LexicalSearch(index.library), plain_query("318例会员")
    assert {key.partition("@")[0] for key in search.search(query, "public")} == {"fees"}
    assert {key.partition("@")[0] for key in search.search_carried(query, "public")} == {"trial"}


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_rarer_terms_weigh_more_and_none_is_negative(frequency: int, more: int) -> None:
    n = 2000
    assert rarity(frequency + more, n) <= rarity(frequency, n)
    assert rarity(frequency, n) >= 0
    assert np.isfinite(rarity(0, 0))
