"""From files to cited answers with everything real: Chroma, SQLite and the bundled embedder."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.build import MAX_QUESTION_CHARS, Assistant, build_assistant
from assistant.errors import IndexBusy, InputError, NotFound
from assistant.settings import Settings
from assistant.types import Answer, Audience, Turn
from tests.library.indexes import folder_holds
from tests.tiny import write_tiny

pytestmark = [pytest.mark.integration, pytest.mark.model]

DUES = "How much are the membership dues of a company?"
BALLOT = "Who counts the ballot papers of the General Assembly?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ask")
    write_tiny(folder / "corpus")
    return folder


@pytest.fixture(scope="module")
def assistant(home: Path) -> Iterator[Assistant]:
    with build_assistant(Settings(index=home / "index")) as opened:
        report = opened.sync(home / "corpus")
        assert (len(report.added), report.failed) == (6, [])
        yield opened


def codes(answer: Answer) -> list[str]:
    return [notice.code for notice in answer.notices]


def assert_cited(answer: Answer, assistant: Assistant, reader: Audience = "public") -> None:
    """Promise 1: every sentence has a verified citation, every quote is a slice the reader may open."""
    by_number = {citation.number: citation for citation in answer.citations}
    assert list(by_number) == list(range(1, len(by_number) + 1))
    for sentence in answer.sentences + answer.more:
        assert sentence.verdict.label == "supported"
        assert sentence.citations
        assert set(sentence.citations) <= set(by_number)
    for citation in by_number.values():
        stored = assistant.show(citation.document, citation.revision, reader=reader)
        assert stored.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    ("question", "document", "words"),
    [
        pytest.param(
            "Who founded the Alliance, and when?",
            "founding.en",
            ["MicroPort", "Shanghai East Hospital", "30 December 2018"],
            id="english-over-english",
        ),
        pytest.param(DUES, "dues-2025.en", ["RMB 20,000"], id="the-rule-in-force"),
        pytest.param("创意的评审需要多久？", "ideas.zh", ["30个工作日"], id="chinese-over-chinese"),
    ],
)
def test_a_question_is_answered_from_its_document(
    assistant: Assistant, question: str, document: str, words: list[str]
) -> None:
    answer = assistant.ask(question)
    assert answer.status == "answered"
    assert answer.citations[0].document == document
    shown = " ".join(sentence.text for sentence in answer.sentences)
    assert all(word in shown for word in words)
    assert_cited(answer, assistant)


def test_a_chinese_question_over_an_english_document_keeps_the_quote_english(assistant: Assistant) -> None:
    answer = assistant.ask("硅酮气道支架的移位率是多少？")
    assert answer.language == "zh"
    assert answer.citations[0].document == "stents.en"
    assert "migrated in 9 % of patients" in answer.citations[0].quote
    assert "other_language" in codes(answer)
    assert "英文" in {notice.code: notice.text for notice in answer.notices}["other_language"]
    assert_cited(answer, assistant)


@pytest.mark.parametrize(
    "question",
    [
        "What is the Alliance's bank account number?",
        "What is the capital of France?",
        "联盟的银行账号是什么？",
    ],
)
def test_what_the_library_does_not_hold_is_refused(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "no_evidence"
    assert (answer.sentences, answer.citations, answer.more) == ((), (), ())
    assert codes(answer)[0] == "not_found"
    assert answer.contact
    assert answer.nearest


def test_a_question_for_an_identifier_beside_another_leaves_that_one_answered(assistant: Assistant) -> None:
    asked = "How much are the annual dues of a company member, and what is the bank account number?"
    answer = assistant.ask(asked)
    assert answer.status == "partial"
    assert answer.citations[0].document == "dues-2025.en"
    missing = [notice.text for notice in answer.notices if "bank account number" in notice.text]
    assert len(missing) == 1
    assert_cited(answer, assistant)


def test_a_superseded_rule_answers_only_as_of_its_time(assistant: Assistant) -> None:
    today = assistant.ask(DUES)
    assert "dues-2023.en" not in {citation.document for citation in today.citations}
    then = assistant.ask(DUES, as_of=dt.date(2023, 6, 1))
    assert {citation.document for citation in then.citations} == {"dues-2023.en"}
    assert "RMB 12,000" in then.sentences[0].text
    assert codes(then)[:2] == ["as_of", "superseded"]
    assert "Dues Rules 2025" in then.notices[1].text
    assert_cited(then, assistant)


def test_a_member_document_never_shows_for_the_public(assistant: Assistant) -> None:
    for question in (BALLOT, "purple ballot box", "投票箱由谁保管？"):
        answer = assistant.ask(question)
        assert "ballot" not in answer.model_dump_json(exclude={"question"}).lower()
        assert "ballot.en" not in {hit.passage.document for hit in assistant.search(question)}
    with pytest.raises(NotFound):
        assistant.show("ballot.en")
    inside = assistant.ask(BALLOT, reader="member")
    assert inside.citations[0].document == "ballot.en"
    assert_cited(inside, assistant, "member")


def test_a_follow_up_is_understood(assistant: Assistant) -> None:
    history = [Turn(role="user", content=DUES), Turn(role="assistant", content="RMB 20,000 each year.")]
    answer = assistant.ask("And within how many days are they paid?", history=history)
    assert any("15 working days" in sentence.text for sentence in answer.sentences)


def test_the_same_question_has_the_same_answer_and_the_stream_ends_in_it(assistant: Assistant) -> None:
    first = assistant.ask(DUES).model_dump(exclude={"timings"})
    assert assistant.ask(DUES).model_dump(exclude={"timings"}) == first
    *_, last = assistant.stream(DUES)
    assert last.model_dump(exclude={"timings"}) == first


@pytest.mark.parametrize(
    "question",
    [" \n", "\x00", pytest.param("x" * (MAX_QUESTION_CHARS + 1), id="too-long")],
)
def test_what_is_no_question_is_an_input_error(assistant: Assistant, question: str) -> None:
    with pytest.raises(InputError):
        assistant.ask(question)


@pytest.mark.parametrize(
    "question", ["?", "…", "\ud800 dues", "ﷺ" * 10, "'; DROP TABLE passage; --", "0" * 300]
)
def test_odd_questions_get_an_answer(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert_cited(answer, assistant)
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


def test_a_second_opening_of_the_folder_is_refused(assistant: Assistant, home: Path) -> None:
    with pytest.raises(IndexBusy):
        build_assistant(Settings(index=home / "index"))


def test_what_is_removed_is_gone_from_answers_and_files(tmp_path: Path) -> None:
    write_tiny(tmp_path / "corpus")
    for name in ("ideas.zh.md", "stents.en.md", "dues-2023.en.md"):
        (tmp_path / "corpus" / name).unlink()
    with build_assistant(Settings(index=tmp_path / "index")) as assistant:
        assistant.sync(tmp_path / "corpus")
        assert assistant.ask(BALLOT, reader="staff").citations[0].document == "ballot.en"
        (tmp_path / "corpus" / "ballot.en.md").unlink()
        assert assistant.sync(tmp_path / "corpus").removed == ["ballot.en"]
        answer = assistant.ask(BALLOT, reader="staff")
        assert "ballot.en" not in answer.model_dump_json()
        assert "purple" not in answer.model_dump_json()
        assert assistant.remove("founding.en")
        assert not assistant.remove("founding.en")
        founders = assistant.ask("Who founded the Alliance, and when?")
        assert "MicroPort" not in founders.model_dump_json(exclude={"question"})
        assert assistant.diagnose().problems == ()
    shutil.rmtree(tmp_path / "corpus")
    assert not folder_holds(tmp_path / "index", "purple ballot", "MicroPort")
