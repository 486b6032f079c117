"""Of a text and its translation the one in the reader's language is found, at the better rank of the two."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from assistant.retrieval.query import plain_query
from assistant.retrieval.search import Scope, Searcher
from assistant.retrieval.translations import find_counterpart
from assistant.types import Passage
from tests.fakes import WordEmbeddings
from tests.library.indexes import Index, open_index, write_rule
from tests.samples import make_passage


def make_sections(document: str, *texts: str, clauses: tuple[str | None, ...] = ()) -> list[Passage]:
    passages, at = [], 0
    for number, text in enumerate(texts):
        clause = clauses[number] if clauses else None
        passages.append(make_passage(text, document, start=at, headings=(f"§{number}",), clause=clause))
        at += len(text) + 1
    return passages


def test_sections_pair_by_their_place() -> None:
    own = make_sections("rules.en", "Dues are yearly.", "Members may leave.", "Votes are counted.")
    others = make_sections("rules.zh", "会费按年缴纳。", "会员可以退出。", "票数由监票人清点。")
    assert [find_counterpart(one, own, others) for one in own] == others
    assert [find_counterpart(one, others, own) for one in others] == own


def test_other_numbers_of_sections_pair_by_clause() -> None:
    own = make_sections("rules.en", "Scope.", "Dues.", clauses=("1", "2"))
    others = make_sections("rules.zh", "说明。", "范围。", "会费。", clauses=(None, "1", "2"))
    assert [find_counterpart(one, own, others) for one in own] == others[1:]
    doubled = make_sections("rules.zh", "说明。", "范围。", "范围。", clauses=(None, "1", "1"))
    assert [find_counterpart(one, own, doubled) for one in own] == [None, None]
    unnumbered = make_sections("rules.zh", "说明。", "范围。", "会费。")
    assert [find_counterpart(one, own, unnumbered) for one in own] == [None, None]


def test_a_section_that_is_cut_otherwise_pairs_with_nothing() -> None:
    own = [make_passage("Dues. Votes.", "rules.en")]
    halves = [make_passage("会费。", "rules.zh"), make_passage("票数。", "rules.zh", start=4)]
    assert find_counterpart(own[0], own, halves) is None
    assert find_counterpart(halves[0], halves, halves) == halves[0]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("translations")
    corpus = folder / "corpus"
    english = "Airway stents migrate in patients 30 % of the time."
    write_rule(corpus, "open.md", english, version="1.0")
    write_rule(
        corpus,
        "open-zh.md",
        "会费按年缴纳，票数由监票人清点。",
        language="zh",
        translation_of="open",
        version="1.0",
    )
    write_rule(corpus, "closed.md", "Silicone valves leak in trials 40 % of the time.", version="1.0")
    write_rule(
        corpus, "closed-zh.md", "代表大会每年召开。", language="zh", translation_of="closed", version="1.0",
        audience="staff",
    )  # fmt: skip
    write_rule(corpus, "newer.md", "Plasma probes burn tissue 50 % of the time.", version="1.0")
    write_rule(
        corpus, "newer-zh.md", "冷冻活检取得组织。", language="zh", translation_of="newer", version="2.0"
    )
    with open_index(folder / "index", WordEmbeddings(dimension=512)) as opened:
        assert opened.sync(corpus).failed == []
        yield opened


def find_first(index: Index, text: str, reader: str = "public") -> str:
    searcher = Searcher(index.library, index.vectors, index.embedder)
    return searcher.search(plain_query(text), Scope(reader)).hits[0].passage.document  # type: ignore[arg-type]


def test_a_translation_that_was_not_found_itself_stands_where_the_text_was(index: Index) -> None:
    assert find_first(index, "患者 airway stents 30 % 移位多少次") == "open-zh"
    assert find_first(index, "How often do airway stents migrate in patients, 30 %?") == "open"


def test_no_translation_that_the_reader_may_not_read(index: Index) -> None:
    assert find_first(index, "患者 silicone valves 40 % 漏气多少次") == "closed"
    assert find_first(index, "患者 silicone valves 40 % 漏气多少次", reader="staff") == "closed-zh"


def test_no_translation_of_another_version(index: Index) -> None:
    assert find_first(index, "患者 plasma probes 50 % 灼伤多少次") == "newer"


def test_each_passage_comes_once_with_falling_scores(index: Index) -> None:
    searcher = Searcher(index.library, index.vectors, index.embedder)
    hits = searcher.search(plain_query("患者 airway stents 30 % 会费票数"), Scope()).hits
    assert len({hit.passage.id for hit in hits}) == len(hits)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(one.score >= other.score for one, other in itertools.pairwise(hits))
