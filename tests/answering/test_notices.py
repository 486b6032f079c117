"""What a reader must know beside an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answering.extractive import Composition
from assistant.answering.notices import beside_answer
from assistant.respond import Trace
from assistant.retrieval.search import Searcher
from assistant.types import Answer
from tests.answering.responders import CONTACT, asked, codes, grades, make_responder, open_rules
from tests.library.indexes import Index

YEAR_ONE = dt.date(2021, 5, 1)
BORROW = "May a trainee borrow a training scope?"
DUES = "Within how many working days are the dues paid?"
TABLE = "| Tier | Fee |\n| --- | --- |\n| Partner | {} yuan |\n| Guest | 0 yuan |"
RULES = {
    "fees": (TABLE.format("20,000"), {"supersedes": "old-fees", "effective_from": "2024-09-01"}),
    "old-fees": (TABLE.format("15,000"), {"effective_from": "2020-01-01"}),
    "dues": ("Dues are paid within 15 working days.", {"supersedes": "old-dues", "effective_from": "2024-09-01"}),
    "old-dues": ("Dues are paid within 30 working days.", {"effective_from": "2020-01-01"}),
    "scopes": (
        "A trainee may borrow a training scope only with the written approval of the warden.",
        {"supersedes": "old-scopes", "effective_from": "2024-09-01"},
    ),
    "old-scopes": ("A trainee may borrow a training scope.", {"effective_from": "2020-01-01"}),
    "ballot": ("The ballot is secret.", {"status": "draft"}),
    "seal": ("The seal is kept by the chair.", {"effective_from": "2999-01-01"}),
    "archive": ("The archive is kept for ten years.", {"effective_to": "2022-12-31"}),
    "sample": ("The logo is blue.", {"status": "sample"}),
    "stents": ("Stents migrated in 9 % of patients.", {"kind": "literature"}),
    "fee-a": ("The booth fee is RMB 500.", {}),
    "fee-b": ("The booth fee is RMB 900.", {}),
    "cartel": (
        "Article 56 fines an association that organises a cartel up to RMB 3 million.",
        {"kind": "law", "status": "public-record", "adopted": "2022-06-24", "state_of": "2025-04-19"},
    ),
    "huizhang": ("会徽由秘书处保管。", {"language": "zh"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with open_rules(tmp_path_factory.mktemp("notices"), RULES) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _always_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.respond.GRADES", grades())


def ask(index: Index, text: str, **scope: object) -> Answer:
    return make_responder(index).answer(asked(text, **scope))


def refuse(index: Index, monkeypatch: pytest.MonkeyPatch, text: str, **scope: object) -> Answer:
    monkeypatch.setattr("assistant.respond.GRADES", grades(answer=False))
    return ask(index, text, **scope)


def test_a_plain_answer_has_no_notice(tmp_path: Path) -> None:
    rules = {"club": ("The club meets in May.", {})}
    with open_rules(tmp_path, rules) as other:
        assert codes(ask(other, "When does the club meet?")) == []


CARTEL = "What is the fine of an association that organises a cartel?"


def test_law_is_quoted_with_the_day_it_was_read(index: Index) -> None:
    answer = ask(index, CARTEL)
    assert answer.citations[0].document == "cartel"
    assert codes(answer) == ["law_state"]
    assert "19 April 2025" in answer.notices[0].text


def test_law_answers_for_no_day_before_it_was_passed(index: Index) -> None:
    answer = ask(index, CARTEL, as_of=dt.date(2010, 1, 1))
    assert all(citation.document != "cartel" for citation in answer.citations)


def test_a_refusal_names_the_law_that_was_not_passed_yet(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = refuse(index, monkeypatch, CARTEL, as_of=dt.date(2010, 1, 1))
    assert "not_yet" in codes(answer)
    assert any(
        "“Cartel” speaks of this but was passed only on 24 June 2022." in n.text for n in answer.notices
    )


def test_law_without_a_first_day_says_so_in_an_answer_as_of_a_day(index: Index) -> None:
    answer = ask(index, CARTEL, as_of=dt.date(2023, 1, 1))
    assert answer.citations[0].document == "cartel"
    assert codes(answer) == ["as_of", "undated", "law_state"]
    assert "“Cartel”" in answer.notices[1].text
    assert "1 January 2023" in answer.notices[1].text


def test_what_the_version_before_said_is_quoted_beside_the_one_in_force(index: Index) -> None:
    answer = ask(index, DUES)
    assert answer.citations[0].document == "dues"
    [notice] = answer.notices
    assert notice.code == "changed"
    assert "Dues are paid within 15 working days." in notice.text
    assert "Dues are paid within 30 working days." in notice.text
    assert "1 September 2024" in notice.text


def test_a_condition_that_the_version_before_did_not_make_is_told_with_both(index: Index) -> None:
    answer = ask(index, BORROW)
    assert answer.citations[0].document == "scopes"
    [notice] = [notice for notice in answer.notices if notice.code == "changed"]
    assert "only with the written approval of the warden" in notice.text
    assert (
        "“Old-Scopes”, in force until 31 August 2024: A trainee may borrow a training scope." in notice.text
    )


def test_a_condition_that_came_later_is_told_beside_the_old_rule(index: Index) -> None:
    answer = ask(index, BORROW, as_of=YEAR_ONE)
    assert answer.citations[0].document == "old-scopes"
    [notice] = [notice for notice in answer.notices if notice.code == "changed"]
    assert "in force from 1 September 2024" in notice.text
    assert "only with the written approval of the warden" in notice.text


def test_what_stands_beside_an_answer_is_checked_before_it_is_given(index: Index) -> None:
    prepared = make_responder(index).prepare(asked(BORROW), Trace())
    live = index.library.live_revisions(["scopes", "old-scopes"])
    assert {name: prepared.revisions.get(name) for name in live} == live
    alone = replace(prepared, found=replace(prepared.found, hits=[], kept_out=[]))
    assert alone.revisions["old-scopes"] == live["old-scopes"]


def test_as_of_says_so_and_names_the_successor(index: Index) -> None:
    answer = ask(index, DUES, as_of=YEAR_ONE)
    assert answer.citations[0].document == "old-dues"
    assert codes(answer) == ["as_of", "superseded", "changed"]
    assert "1 May 2021" in answer.notices[0].text
    assert "“Dues”" in answer.notices[1].text
    assert "1 September 2024" in answer.notices[1].text
    assert "Dues are paid within 15 working days." in answer.notices[2].text


def test_a_row_that_changed_is_quoted_without_its_bars(index: Index) -> None:
    answer = ask(index, "How much is the fee of a partner?")
    assert answer.citations[0].document == "fees"
    [notice] = [notice for notice in answer.notices if notice.code == "changed"]
    assert "Partner · 20,000 yuan" in notice.text
    assert "Partner · 15,000 yuan" in notice.text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("What colour is the logo?", "sample", id="sample"),
        pytest.param("Did stents migrate in patients?", "no_advice", id="literature"),
        pytest.param("How much is the booth fee?", "conflict", id="sources-differ"),
        pytest.param("Who founded the 会徽由秘书处保管 and when?", "other_language", id="other-language"),
    ],
)
def test_notices_of_an_answer(index: Index, text: str, code: str) -> None:
    assert code in codes(ask(index, text))


def test_a_part_without_an_answer_is_named(index: Index) -> None:
    responder = make_responder(index)
    prepared = responder.prepare(asked(DUES), Trace())
    composition = Composition([], [], (), ("who repairs bicycles?",), conflicting=False)
    [notice] = beside_answer(
        prepared, composition, Searcher(index.library, index.vectors, index.embedder), lambda _: {}
    )
    assert notice.code == "part_missing"
    assert "who repairs bicycles?" in notice.text


def test_the_closest_passages_are_called_that(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.respond.GRADES", grades(partial=True))
    answer = ask(index, DUES)
    assert answer.status == "partial"
    assert codes(answer)[0] == "closest"
    assert answer.sentences


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("Is the ballot secret?", "draft_only", id="draft"),
        pytest.param("Who keeps the seal of the chair?", "not_yet", id="planned"),
        pytest.param("How many years is the archive kept?", "only_superseded", id="run-out"),
    ],
)
def test_a_refusal_names_the_document_that_is_not_in_force(
    index: Index, monkeypatch: pytest.MonkeyPatch, text: str, code: str
) -> None:
    answer = refuse(index, monkeypatch, text)
    assert codes(answer) == ["not_found", code, "looked_at", "contact"]


def test_a_refusal_shows_nearest_documents_and_the_contact_but_no_citation(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = refuse(index, monkeypatch, DUES, as_of=YEAR_ONE)
    assert answer.status == "no_evidence"
    assert (answer.sentences, answer.citations, answer.more) == ((), (), ())
    assert answer.contact == CONTACT
    assert CONTACT in answer.notices[-1].text
    assert 1 <= len(answer.nearest) <= 3
    assert {line.outcome for line in answer.considered} <= {"used", "rejected"}
    assert "1 May 2021" in {n.code: n.text for n in answer.notices}["looked_at"]


def test_notices_are_in_the_language_of_the_question(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = refuse(index, monkeypatch, "会徽由谁保管？")
    assert answer.language == "zh"
    assert all("。" in notice.text for notice in answer.notices)


def test_the_ledger_says_what_became_of_each_passage(index: Index) -> None:
    answer = ask(index, DUES)
    outcomes = {line.document: (line.outcome, line.reason) for line in answer.considered}
    assert outcomes["dues"][0] == "cited"
    assert outcomes["old-dues"] == ("rejected", "not in force: superseded")
    assert outcomes["ballot"] == ("rejected", "not in force: draft")
    cited = {citation.document for citation in answer.citations}
    assert {line.document for line in answer.considered if line.outcome == "cited"} == cited
