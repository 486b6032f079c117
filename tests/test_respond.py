"""The path of an answer while the library changes under it, and beside a refusal to answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.guard import Screened
from assistant.respond import Asked
from assistant.retrieval.search import Found, Scope
from assistant.types import Turn
from tests.answering.responders import asked, codes, grades, make_responder, open_rules

pytestmark = pytest.mark.integration


def test_a_document_removed_between_search_and_answer_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {
        "dues": ("Company members pay the yearly dues within 15 working days.", {}),
        "old-dues": ("Company members pay the yearly dues within 30 working days.", {"status": "superseded"}),
        "booth": ("Company members pay the booth fee within 15 working days.", {}),
    }
    with open_rules(tmp_path, rules) as index:
        responder = make_responder(index)
        search = responder._searcher.search_all

        def search_then_remove(*args: object, **options: object) -> list[Found]:
            found = search(*args, **options)  # type: ignore[arg-type]
            index.library.remove_all(["dues", "old-dues"])
            return found

        question = Asked("Within how many days do company members pay the yearly dues?", Scope("public"))
        before = responder.answer(question)
        assert "dues" in {hit.document for hit in (*before.citations, *before.nearest)}
        monkeypatch.setattr(responder._searcher, "search_all", search_then_remove)
        after = responder.answer(question)
    assert {hit.document for hit in (*after.citations, *after.nearest)} <= {"booth"}


class HoldsBack:
    """Declines everything and points to what the library says of another question."""

    def screen(self, text: str, history: Sequence[Turn] = ()) -> Screened:
        return Screened("disclosure", "en", "Please stop.", "How are ideas submitted?", may_echo=False)

    def drop_held_back(self, history: Sequence[Turn]) -> tuple[Turn, ...]:
        return ()


def test_a_declined_answer_says_that_the_path_it_shows_is_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.respond.GRADES", grades())
    rules = {"ideas": ("Ideas are submitted by the form of the Secretariat.", {"status": "sample"})}
    with open_rules(tmp_path, rules) as index:
        responder = make_responder(index)
        responder._guard = HoldsBack()  # type: ignore[assignment]
        answer = responder.answer(asked("My valve has a nitinol frame."))
    assert answer.status == "declined"
    assert answer.citations[0].sample
    assert codes(answer) == ["guard:disclosure", "sample"]
