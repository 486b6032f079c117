"""Hybrid search over a real index: what is found, in which order, and for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answering.span_vectors import embed_missing_spans
from assistant.retrieval.dense import LEAST_BACKGROUND
from assistant.retrieval.query import Query, WeightedText, plain_query
from assistant.retrieval.reference import REFERENCE
from assistant.retrieval.retriever import LibraryRetriever
from assistant.retrieval.search import Found, Scope, Searcher
from assistant.types import AUDIENCES, LANGUAGES, Audience, Provenance
from assistant.words import detect_language
from tests.fakes import WordEmbeddings
from tests.library.indexes import Index, open_index, write_rule

TODAY = dt.date.today()
LONG_AGO = dt.date(2021, 1, 1)


def write_corpus(corpus: Path) -> None:
    write_rule(corpus, "dues.md", "Company members pay the dues within 15 working days.", version="2.0",
               supersedes="old-dues", effective_from="2024-09-01")  # fmt: skip
    write_rule(corpus, "old-dues.md", "Company members pay the dues within 30 working days.",
               effective_from="2020-01-01")  # fmt: skip
    write_rule(corpus, "draft-dues.md", "Company members pay the dues within 5 working days.", status="draft")
    write_rule(corpus, "stents.md", "Airway stents migrate in some patients of the trial.")
    write_rule(corpus, "member.md", "The member ballot on dues is counted by two tellers.", audience="member")
    write_rule(corpus, "committee.md", "The committee files hold the ballot of dues.", audience="committee")
    write_rule(corpus, "staff.md", "The staff note on dues names a late payer.", audience="staff")
    write_rule(corpus, "huifei.md", "企业会员应当在15个工作日内缴纳会费。", language="zh")
    write_rule(corpus, "zhijia.md", "部分患者的气道支架发生移位。", language="zh")
    write_rule(corpus, "daibiao.md", "大会由全体代表组成，每年召开一次。", language="zh")
    write_rule(corpus, "gongkai.md", "公开记录说明发起单位及地点。", language="zh")
    write_rule(corpus, "lengdong.md", "冷冻活检取得较大的组织标本。", language="zh")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("search")
    write_corpus(folder / "corpus")
    with open_index(folder / "index", WordEmbeddings(dimension=512)) as opened:
        assert opened.sync(folder / "corpus").failed == []
        yield opened


@pytest.fixture(scope="module")
def searcher(index: Index) -> Searcher:
    return Searcher(index.library, index.vectors, index.embedder)


def find(searcher: Searcher, text: str, reader: Audience = "public", **values: object) -> Found:
    return searcher.search(plain_query(text), Scope(reader, **values))  # type: ignore[arg-type]


def documents(found: Found) -> list[str]:
    return [hit.passage.document for hit in found.hits]


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("Within how many working days do company members pay dues?", "dues"),
        ("Do airway stents migrate?", "stents"),
        ("会员何时缴纳会费？", "huifei"),
        ("支架移位", "zhijia"),
    ],
)
def test_the_passage_that_answers_comes_first(searcher: Searcher, question: str, best: str) -> None:
    assert documents(find(searcher, question))[0] == best


def test_what_is_not_in_force_is_kept_out_and_named(searcher: Searcher) -> None:
    found = find(searcher, "When do company members pay dues?")
    assert {"old-dues", "draft-dues"}.isdisjoint(documents(found))
    kept_out = {hit.passage.document: validity.standing for hit, validity in found.kept_out}
    assert kept_out == {"old-dues": "superseded", "draft-dues": "draft"}
    assert [hit.rank for hit, _ in found.kept_out] == [1, 2]


def test_as_of_a_date_the_rule_of_that_date_answers(searcher: Searcher) -> None:
    found = find(searcher, "When do company members pay dues?", as_of=LONG_AGO)
    assert "old-dues" in documents(found)
    assert {hit.passage.document: v.standing for hit, v in found.kept_out}["dues"] == "not_yet"


def test_with_the_archive_everything_is_listed(searcher: Searcher) -> None:
    found = find(searcher, "When do company members pay dues?", include_archived=True)
    assert {"dues", "old-dues", "draft-dues"} <= set(documents(found))
    assert found.kept_out == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        ["dues ballot", "Who counts the member ballot?", "staff note late payer", "会费", "", "?!"]
    ),
    st.sampled_from(AUDIENCES),
    st.sampled_from([None, LONG_AGO, TODAY]),
    st.integers(1, 8),
)
def test_laws_of_a_search(
    index: Index, searcher: Searcher, text: str, reader: Audience, as_of: dt.date | None, k: int
) -> None:
    found = searcher.search(plain_query(text), Scope(reader, as_of), k=k)
    hits = found.hits
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert len(hits) <= k
    assert len(found.kept_out) <= k
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == len(hits)
    readable = AUDIENCES[: AUDIENCES.index(reader) + 1]
    for hit in [*hits, *(hit for hit, _ in found.kept_out)]:
        stored = index.library.document(hit.passage.document)
        assert stored is not None
        assert stored.audience in readable
        assert stored.text[hit.passage.start : hit.passage.end] == hit.passage.text
    again = searcher.search(plain_query(text), Scope(reader, as_of), k=k)
    assert again.hits == hits
    assert again.kept_out == found.kept_out


@pytest.mark.parametrize("reader", AUDIENCES)
def test_questions_searched_together_find_what_each_finds_alone(searcher: Searcher, reader: Audience) -> None:
    texts = (
        "When do members pay dues?",
        "支架移位",
        "Who counts the ballot, and is there a staff note?",
        "?!",
    )
    queries = [plain_query(text) for text in texts]
    together = searcher.search_all(queries, Scope(reader), k=5)
    for query, found in zip(queries, together, strict=True):
        alone = searcher.search(query, Scope(reader), k=5)
        assert (found.hits, found.kept_out, found.pool) == (alone.hits, alone.kept_out, alone.pool)
        assert found.backgrounds == alone.backgrounds


@pytest.mark.parametrize("reader", AUDIENCES)
def test_a_tier_sees_its_own_and_what_is_left_of_it(searcher: Searcher, reader: Audience) -> None:
    seen = set(documents(find(searcher, "Who counts the ballot of dues, late payer?", reader)))
    tiers = {"dues": "public", "member": "member", "committee": "committee", "staff": "staff"}
    assert seen & set(tiers) == {
        name for name, tier in tiers.items() if AUDIENCES.index(tier) <= AUDIENCES.index(reader)
    }


@pytest.mark.parametrize("reader", AUDIENCES)
def test_collections_a_reader_may_not_read_are_not_opened(
    index: Index, monkeypatch: pytest.MonkeyPatch, reader: Audience
) -> None:
    opened: set[str] = set()
    for name in ("query", "sample", "fetch"):
        real = getattr(index.vectors, name)

        def recorded(collection: str, *rest: object, real: Callable[..., object] = real) -> object:
            opened.add(collection)
            return real(collection, *rest)

        monkeypatch.setattr(index.vectors, name, recorded)
    find(Searcher(index.library, index.vectors, index.embedder), "Who counts the ballot of dues?", reader)
    assert {collection.split("-")[1] for collection in opened} == set(
        AUDIENCES[: AUDIENCES.index(reader) + 1]
    )


def test_an_audience_raised_meanwhile_hides_what_was_found(
    index: Index, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = index.library.provenance_by_document

    def raised(ids: Iterable[str]) -> dict[str, Provenance]:
        return {name: p.model_copy(update={"audience": "member"}) for name, p in real(ids).items()}

    monkeypatch.setattr(index.library, "provenance_by_document", raised)
    found = find(searcher, "When do company members pay dues?")
    assert (found.hits, found.kept_out) == ([], [])


def test_a_successor_the_reader_may_not_read_hides_nothing(tmp_path: Path) -> None:
    write_rule(tmp_path / "c", "v1.md", "Guests may attend the assembly.")
    write_rule(tmp_path / "c", "v2.md", "Guests may attend and speak.", audience="staff", supersedes="v1")
    with open_index(tmp_path / "i") as opened:
        opened.sync(tmp_path / "c")
        searcher = Searcher(opened.library, opened.vectors, opened.embedder)
        assert documents(find(searcher, "May guests attend?")) == ["v1"]
        assert documents(find(searcher, "May guests attend?", "staff")) == ["v2"]


def test_a_removed_document_is_found_no_more(tmp_path: Path) -> None:
    corpus = tmp_path / "c"
    gone = write_rule(corpus, "gone.md", "Guests may attend the assembly.")
    write_rule(corpus, "stays.md", "Members pay the dues.")
    with open_index(tmp_path / "i") as opened:
        opened.sync(corpus)
        searcher = Searcher(opened.library, opened.vectors, opened.embedder)
        assert "gone" in documents(find(searcher, "May guests attend?"))
        gone.unlink()
        opened.sync(corpus)
        assert documents(find(searcher, "May guests attend?")) == ["stays"]


def test_a_small_library_is_compared_with_reference_texts_and_a_larger_one_is_not(tmp_path: Path) -> None:
    for count, with_reference in ((1, True), (LEAST_BACKGROUND, False)):
        folder = tmp_path / str(count)
        for number in range(count):
            write_rule(folder / "c", f"rule{number}.md", f"Rule {number} of the alliance is kept.")
        with open_index(folder / "i") as opened:
            opened.sync(folder / "c")
            searcher = Searcher(opened.library, opened.vectors, opened.embedder)
            searcher.search(plain_query("Which rule is kept?"), Scope())
            assert bool(set(REFERENCE["en"]) & set(opened.embedder.embedded)) is with_reference
            assert not set(REFERENCE["zh"]) & set(opened.embedder.embedded)


def test_reference_texts_are_parallel_and_enough() -> None:
    assert len(REFERENCE["en"]) == len(REFERENCE["zh"]) >= LEAST_BACKGROUND
    for language in LANGUAGES:
        assert len(set(REFERENCE[language])) == len(REFERENCE[language])
        assert {detect_language(text) for text in REFERENCE[language]} == {language}


def test_an_empty_library_finds_nothing(tmp_path: Path) -> None:
    with open_index(tmp_path) as opened:
        searcher = Searcher(opened.library, opened.vectors, opened.embedder)
        assert find(searcher, "Who pays?").hits == []


def test_context_moves_the_search_and_the_question_leads_it(searcher: Searcher) -> None:
    follow_up = Query("And do they migrate?", "en", (WeightedText("airway stents and do they migrate", 0.5),),
                      (WeightedText("airway stents", 0.3),))  # fmt: skip
    assert documents(searcher.search(follow_up, Scope()))[0] == "stents"
    own = find(searcher, "When do company members pay dues within working days?").hits[0]
    assert own.passage.document == "dues"
    assert own.dense is not None
    assert own.lexical is not None


def test_the_langchain_face_gives_citable_documents(index: Index, searcher: Searcher) -> None:
    retriever = LibraryRetriever(searcher=searcher, k=2)
    found = retriever.invoke("Within how many working days do company members pay dues?")
    assert len(found) == 2
    assert found[0].metadata["document"] == "dues"
    assert found[0].metadata["status"] == "official"
    assert set(found[0].metadata) == {"document", "revision", "start", "end", "locator", "status", "score"}
    for document in found:
        place = document.metadata
        stored = index.library.document(place["document"], place["revision"])
        assert stored is not None
        assert stored.text[place["start"] : place["end"]] == document.page_content


def test_the_langchain_face_keeps_to_reader_and_date(searcher: Searcher) -> None:
    question = "Company members pay the dues; member ballot; staff note"

    def names(**values: object) -> set[str]:
        retriever = LibraryRetriever(searcher=searcher, **values)  # type: ignore[arg-type]
        return {document.metadata["document"] for document in retriever.invoke(question)}

    assert names().isdisjoint({"member", "committee", "staff", "old-dues"})
    assert "staff" in names(reader="staff")
    assert "old-dues" in names(as_of=LONG_AGO)
    assert LibraryRetriever(searcher=searcher).invoke(" \x00 ") == []


def test_a_rebuild_that_takes_the_vectors_away_leaves_search_by_words(tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus")
    with open_index(tmp_path / "index") as index:
        index.sync(tmp_path / "corpus")
        embed_missing_spans(index.library, index.embedder)
        searcher = Searcher(index.library, index.vectors, index.embedder)
        index.vectors.drop_all()
        found = find(searcher, "Within how many days do company members pay the dues?")
    assert found.hits[0].passage.document == "dues"


def test_a_collection_that_goes_away_meanwhile_does_not_stop_a_search(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = index.vectors.collections()
    monkeypatch.setattr(
        index.vectors, "collections", lambda: [*there, "en-public-archive", "zh-public-archive"]
    )
    searcher = Searcher(index.library, index.vectors, index.embedder)
    assert find(searcher, "airway stents").hits[0].passage.document == "stents"
