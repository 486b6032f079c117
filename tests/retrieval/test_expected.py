"""Expected questions in search: other words find the text, and only what the reader may read takes part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering.scoring import measure_expected
from assistant.retrieval.expected import EXPECTED_FROM, FARTHEST, LEAST_QUESTIONS, Meant
from assistant.retrieval.query import plain_query
from assistant.retrieval.search import Found, Scope, Searcher
from assistant.types import Span
from tests.fakes import WordEmbeddings
from tests.library.indexes import Index, open_index, write_rule

pytestmark = pytest.mark.integration
QUITTING = "do quitters get a refund"


def write_corpus(corpus: Path, *, fillers: int = LEAST_QUESTIONS, near_misses: int = 0) -> None:
    write_rule(corpus, "leaving.md", "Dues already paid stay with the Alliance after withdrawal.")
    write_rule(corpus, "stents.md", "Patients may receive stents.")
    write_rule(corpus, "secret.md", "The ballot on leavers is closed.", audience="member")
    topics = [f"topic{number} word{number}" for number in range(fillers)]
    write_rule(corpus, "other.md", "\n\n".join(f"Clause {topic} holds." for topic in topics))
    (corpus / "other.md.questions").write_text(
        "".join(
            f"> Clause {topic} holds\nwhat of {topic}\n"
            + (f"! price of {topic}\n" if number < near_misses else "")
            for number, topic in enumerate(topics)
        )
    )


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with open_index(tmp_path / "index", WordEmbeddings(dimension=512)) as index:
        yield index


def search(index: Index, corpus: Path, reader: str = "public", question: str = QUITTING) -> Found:
    assert index.sync(corpus).failed == []
    index.embed_questions()
    searcher = Searcher(index.library, index.vectors, index.embedder)
    return searcher.search(plain_query(question), Scope(reader), k=5)  # type: ignore[arg-type]


def test_a_question_in_other_words_finds_the_text_that_answers_it(index: Index, tmp_path: Path) -> None:
    write_corpus(tmp_path / "c")
    before = search(index, tmp_path / "c")
    assert before.hits[0].passage.document != "leaving"
    (tmp_path / "c" / "leaving.md.questions").write_text(
        "> stay with the Alliance\nWill quitters get a refund?\n"
    )
    found = search(index, tmp_path / "c")
    assert found.hits[0].passage.document == "leaving"
    (meant,) = found.meant[found.hits[0].passage.id]
    assert found.hits[0].passage.text[meant.start : meant.end] == "stay with the Alliance"
    assert meant.nearness > EXPECTED_FROM
    assert [hit.rank for hit in found.hits] == list(range(1, len(found.hits) + 1))
    assert sorted((hit.score for hit in found.hits), reverse=True) == [hit.score for hit in found.hits]


def test_questions_of_what_a_reader_may_not_read_change_nothing_for_him(index: Index, tmp_path: Path) -> None:
    write_corpus(tmp_path / "c")
    before = search(index, tmp_path / "c")
    (tmp_path / "c" / "secret.md.questions").write_text("> The ballot on leavers\ndo quitters get a refund\n")
    after = search(index, tmp_path / "c")
    assert [(h.passage.id, h.score) for h in after.hits] == [(h.passage.id, h.score) for h in before.hits]
    assert after.meant == before.meant
    member = search(index, tmp_path / "c", "member")
    assert member.hits[0].passage.document == "secret"


def test_a_handful_of_questions_is_not_compared(index: Index, tmp_path: Path) -> None:
    write_corpus(tmp_path / "c", fillers=LEAST_QUESTIONS - 2)
    (tmp_path / "c" / "leaving.md.questions").write_text(
        "> stay with the Alliance\nWill quitters get a refund?\n"
    )
    assert search(index, tmp_path / "c").meant == {}


def test_a_removed_document_takes_its_questions_along_at_once(index: Index, tmp_path: Path) -> None:
    write_corpus(tmp_path / "c")
    (tmp_path / "c" / "leaving.md.questions").write_text(
        "> stay with the Alliance\nWill quitters get a refund?\n"
    )
    assert search(index, tmp_path / "c").hits[0].passage.document == "leaving"
    for file in ("leaving.md", "leaving.md.questions"):
        (tmp_path / "c" / file).unlink()
    found = search(index, tmp_path / "c")
    assert "leaving" not in {hit.passage.document for hit in found.hits}
    assert not any(passage.startswith("leaving") for passage in found.meant)


def test_a_question_is_like_those_that_are_answered_or_like_near_misses(index: Index, tmp_path: Path) -> None:
    write_corpus(tmp_path / "c", near_misses=LEAST_QUESTIONS)
    answered = search(index, tmp_path / "c", question="what of topic3 word3").likeness
    missed = search(index, tmp_path / "c", question="price of topic3 word3").likeness
    assert None not in (answered, missed)
    assert -FARTHEST <= missed < 0 < answered <= FARTHEST  # type: ignore[operator]


def test_a_near_miss_lifts_no_passage(index: Index, tmp_path: Path) -> None:
    write_corpus(tmp_path / "c")
    before = search(index, tmp_path / "c")
    (tmp_path / "c" / "leaving.md.questions").write_text(f"> stay with the Alliance\n! {QUITTING}\n")
    after = search(index, tmp_path / "c")
    assert [(h.passage.id, h.score) for h in after.hits] == [(h.passage.id, h.score) for h in before.hits]
    assert after.meant == before.meant


def test_too_few_near_misses_say_nothing(index: Index, tmp_path: Path) -> None:
    write_corpus(tmp_path / "c", near_misses=LEAST_QUESTIONS - 1)
    assert search(index, tmp_path / "c").likeness is None


def test_near_misses_of_what_a_reader_may_not_read_say_nothing_to_him(index: Index, tmp_path: Path) -> None:
    write_corpus(tmp_path / "c", near_misses=LEAST_QUESTIONS)
    before = search(index, tmp_path / "c").likeness
    (tmp_path / "c" / "secret.md.questions").write_text(f"> The ballot on leavers\n! {QUITTING}\n")
    assert search(index, tmp_path / "c").likeness == before
    member = search(index, tmp_path / "c", "member").likeness
    assert None not in (before, member)
    assert member < before  # type: ignore[operator]


@pytest.mark.parametrize(
    ("start", "end", "nearness", "counts"),
    [(0, 5, EXPECTED_FROM + 2, 2.0), (5, 9, EXPECTED_FROM + 2, 0.0), (0, 5, EXPECTED_FROM - 1, 0.0)],
)
def test_a_span_counts_what_it_answers(start: int, end: int, nearness: float, counts: float) -> None:
    assert measure_expected(Span(0, 5, "sentence"), [Meant(start, end, nearness, "who?")]) == pytest.approx(
        counts
    )
    assert measure_expected(Span(0, 5, "sentence"), []) == 0.0
