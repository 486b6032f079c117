from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.library import Library, open_library
from assistant.types import AUDIENCES, Audience
from assistant.words import lexical_terms
from tests.library.test_library import passages_of, source_of
from tests.strategies import make_document

TEXTS = {
    "device": "K182188 reached 47.7% on 2024-09-01, see clause 7.2: O'Neil's non-profit café_bar.",
    "dues": "Dues are due once a year; dues are low.",
    "zh": "联盟会员应当每年缴纳会费。",
    "members": "Only members read these dues.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_library(tmp_path_factory.mktemp("index")) as library:
        for name, text in TEXTS.items():
            audience = "member" if name == "members" else "public"
            document = make_document(text, id=name, title=name, audience=audience)
            library.publish(
                document, passages_of(document, 1000), source_of(document), archived=name == "dues"
            )
        yield library


def find(
    library: Library, *terms: str, audiences: tuple[Audience, ...] = AUDIENCES, archived: bool | None = None
) -> list[str]:
    found: list[str] = []
    for language in ("en", "zh"):
        hits = library.search_lexical(terms, language=language, audiences=audiences, archived=archived, k=10)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        found.extend(hit.id.split("@")[0] for hit in hits)
    return found


@pytest.mark.parametrize("name", ["device", "zh", "dues"])
def test_every_term_of_a_text_finds_it(library: Library, name: str) -> None:
    for term in lexical_terms(TEXTS[name]):
        assert name in find(library, term), term


@pytest.mark.parametrize("part", ["47", "7%", "2024", "182188", "profit", "neil", "缴"])
def test_a_part_of_a_term_is_another_term(library: Library, part: str) -> None:
    assert (find(library, part) == ["zh"]) == (part == "缴")


def test_more_and_rarer_terms_rank_higher(library: Library) -> None:
    assert find(library, "due", "year") == ["dues", "members"]


def test_audience_and_archive_filter(library: Library) -> None:
    assert find(library, "due", audiences=("public",)) == ["dues"]
    assert find(library, "due", archived=False) == ["members"]
    assert find(library, "due", archived=True) == ["dues"]
    assert find(library, "due", audiences=()) == []


def test_counts_are_per_language(library: Library) -> None:
    assert library.document_frequency(["due", "会费", "none", '"'], "en") == {
        "due": 2,
        "会费": 0,
        "none": 0,
        '"': 0,
    }
    assert library.document_frequency(["会费"], "zh") == {"会费": 1}
    assert (library.passage_count("en"), library.passage_count("zh")) == (3, 1)


HOSTILE = [
    '"',
    '" OR "a',
    "a*",
    "NEAR(a b)",
    "terms:a",
    "-",
    "\x00",
    "a\x00b",
    "\ud800",
    "' --",
    ")",
    "",
    " ",
    "x" * 9999,
]


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20)), max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_raises(library: Library, terms: list[str]) -> None:
    find(library, *terms)
    assert set(library.document_frequency(terms, "en")) == set(terms)


def test_very_long_queries_are_cut_not_refused(library: Library) -> None:
    assert "dues" in find(library, "due", *(f"t{number}" for number in range(20_000)))


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_indexed_and_found(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = Path(tmp_path_factory.mktemp("any"))
    text = text.encode("utf-8", "replace").decode()
    with open_library(folder) as library:
        document = make_document(f"a{text}", id="any", title="t")
        library.publish(document, passages_of(document, 1000), source_of(document))
        for term in lexical_terms(document.text):
            assert find(library, term), repr(term)
