"""Expected questions: tied to the text that answers them, or noted by line; the document is taken all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.ingest.questions import MAX_QUESTION_CHARS, MAX_QUESTIONS, read_questions
from assistant.ingest.readers import read_document
from assistant.ingest.sources import find_sources
from tests.library.indexes import Index, open_index, write_rule

TEXT = "# Dues\n\nDues are paid once\na year.\n\n| Tier | Yuan |\n| --- | --- |\n| Member | 20,000 |\n\nLeavers get nothing back."


def test_each_question_has_the_piece_above_it_whatever_its_line_breaks() -> None:
    raw = "> Dues are paid once a year\nHow often do we pay?\n每年交几次？\n\n> Leavers get nothing back\nrefund?\n"
    expected = read_questions(raw, TEXT, "dues.md.questions")
    assert [(q.text, TEXT[q.start : q.end]) for q in expected.questions] == [
        ("How often do we pay?", "Dues are paid once\na year"),
        ("每年交几次？", "Dues are paid once\na year"),
        ("refund?", "Leavers get nothing back"),
    ]
    assert expected.notes == ()


def test_a_near_miss_is_a_question_that_nothing_answers() -> None:
    raw = "> Leavers get nothing back\nrefund?\n! How many left last year?\n！去年走了几家？\n!who?"
    assert [(q.text, q.near_miss) for q in read_questions(raw, TEXT, "q").questions] == [
        ("refund?", False),
        ("How many left last year?", True),
        ("去年走了几家？", True),
        ("who?", True),
    ]


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("> Dues are paid twice\nHow often?", "line 1 (not once in the text)"),
        ("> ues\nWhat?", "line 1 (not once in the text)"),
        (">\nWhat?", "line 1 (not once in the text)"),
        ("What?\n> Leavers get nothing back\nrefund?", "line 1 (a question before the first '>' line)"),
        (
            f"> Leavers get nothing back\n{'x' * (MAX_QUESTION_CHARS + 1)}",
            f"longer than {MAX_QUESTION_CHARS}",
        ),
        ("> Leavers get nothing back\n!\nrefund?", "line 2 (no question behind '!')"),
        ("> Leavers get nothing back\nrefund?\n! refund?", "line 3 (both answered and not)"),
    ],
)
def test_what_cannot_be_used_is_named_by_line(raw: str, told: str) -> None:
    expected = read_questions(raw, TEXT, "dues.md.questions")
    assert told in expected.notes[0]
    assert expected.notes[0].startswith("dues.md.questions: not used: ")
    assert {q.text for q in expected.questions} <= {"refund?"}


def test_a_flood_of_questions_and_of_mistakes_is_cut() -> None:
    many = "> Leavers get nothing back\n" + "".join(f"Question {i}?\n" for i in range(MAX_QUESTIONS + 9))
    expected = read_questions(many, TEXT, "q")
    assert len(expected.questions) == MAX_QUESTIONS
    assert "and 4 more" in expected.notes[0]


def test_a_question_asked_twice_counts_once_where_it_stood_first() -> None:
    raw = "> Leavers get nothing back\nrefund?\n> Dues are paid once a year\nrefund?"
    (only,) = read_questions(raw, TEXT, "q").questions
    assert TEXT[only.start : only.end] == "Leavers get nothing back"


def test_a_file_that_is_no_text_costs_the_questions_not_the_document(tmp_path: Path) -> None:
    write_rule(tmp_path, "dues.md", TEXT)
    (tmp_path / "dues.md.questions").write_bytes(b"\x00\x01\x02\xff" * 50)
    (source,) = find_sources(tmp_path).sources
    document = read_document(source)
    assert document.questions == ()
    assert any("questions are not used" in note for note in document.notes)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with open_index(tmp_path / "index") as index:
        yield index


def kept(index: Index) -> dict[str, str]:
    """Give the questions in force with their documents; all vectors made first."""
    index.embed_questions()
    found = index.library.expected_questions(index.embedder.fingerprint)
    return {one.text: one.passage.partition("@")[0] for one in found}


@pytest.mark.integration
def test_questions_follow_their_file_and_go_with_their_document(index: Index, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write_rule(corpus, "dues.md", "Leavers get nothing back.")
    beside = corpus / "dues.md.questions"
    beside.write_text("> Leavers get nothing back\nDo quitters get a refund?\n")
    assert index.sync(corpus).added == ["dues"]
    assert kept(index) == {"Do quitters get a refund?": "dues"}
    revision = index.library.live_revisions(["dues"])

    beside.write_text("> Leavers get nothing back\nDo quitters get a refund?\nmoney back\n")
    report = index.sync(corpus)
    assert (report.unchanged, report.updated) == (1, [])  # the text is what it was, and so is its revision
    assert index.library.live_revisions(["dues"]) == revision
    assert kept(index) == {"Do quitters get a refund?": "dues", "money back": "dues"}

    write_rule(corpus, "dues.md", "Whoever leaves is paid back a half.")
    assert "not once in the text" in index.sync(corpus).warnings[0]
    assert kept(index) == {}

    write_rule(corpus, "dues.md", "Leavers get nothing back.")
    index.sync(corpus)
    assert len(kept(index)) == 2
    beside.unlink()
    index.sync(corpus)
    assert kept(index) == {}

    beside.write_text("> Leavers get nothing back\nrefund?\n")
    write_rule(corpus, "stents.md", "A stent is a tube.")
    index.sync(corpus)
    assert kept(index) == {"refund?": "dues"}
    (corpus / "dues.md").unlink()
    index.sync(corpus)
    assert kept(index) == {}


@pytest.mark.integration
def test_a_near_miss_becomes_an_answered_question_when_its_file_says_so(index: Index, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write_rule(corpus, "dues.md", "Leavers get nothing back.")
    beside = corpus / "dues.md.questions"
    for line, near_miss, read in (("! Why so?", True, 1), ("Why so?", False, 0), ("! Why so?", True, 0)):
        beside.write_text(f"> Leavers get nothing back\n{line}\n")
        index.sync(corpus)
        assert index.embed_questions() == read
        (only,) = index.library.expected_questions(index.embedder.fingerprint)
        assert (only.text, only.near_miss) == ("Why so?", near_miss)


@pytest.mark.integration
def test_only_new_questions_are_embedded(index: Index, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write_rule(corpus, "dues.md", "Leavers get nothing back.")
    beside = corpus / "dues.md.questions"
    beside.write_text("> Leavers get nothing back\none?\ntwo?\n")
    index.sync(corpus)
    assert index.embed_questions() == 2
    beside.write_text("> Leavers get nothing back\ntwo?\nthree?\n")
    index.sync(corpus)
    assert index.embed_questions() == 1
    assert set(kept(index)) == {"two?", "three?"}
