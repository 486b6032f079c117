"""The path of an answer while the library changes under it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.respond import Asked
from assistant.retrieval.search import Found, Scope
from tests.answering.responders import make_responder, open_rules

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
        search = responder._searcher.search

        def search_then_remove(*args: object, **options: object) -> Found:
            found = search(*args, **options)  # type: ignore[arg-type]
            index.library.remove_all(["dues", "old-dues"])
            return found

        asked = Asked("Within how many days do company members pay the yearly dues?", Scope("public"))
        before = responder.answer(asked)
        assert "dues" in {hit.document for hit in (*before.citations, *before.nearest)}
        monkeypatch.setattr(responder._searcher, "search", search_then_remove)
        after = responder.answer(asked)
    assert {hit.document for hit in (*after.citations, *after.nearest)} <= {"booth"}
