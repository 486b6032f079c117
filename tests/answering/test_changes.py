"""What a newer version says instead of the old one that was quoted."""

from __future__ import annotations

import pytest

from assistant.answering.alignment import evenly
from assistant.answering.changes import find_change
from assistant.answering.clues import Clues
from assistant.answering.question import read_question
from tests.samples import make_passage
from tests.strategies import make_provenance

REVIEW = "How long does the scientific review take?"
NEW = "Members vote in May.\n\nThe scientific review takes 30 working days. It is free of charge."


@pytest.mark.parametrize(
    ("question", "old", "new", "expected"),
    [
        pytest.param(
            REVIEW,
            "The scientific review takes 45 working days.",
            NEW,
            "The scientific review takes 30 working days.",
            id="another-figure",
        ),
        pytest.param(REVIEW, "The scientific review takes thirty working days.", NEW, None, id="the-same-figure"),
        pytest.param(REVIEW, "The scientific review takes a while.", NEW, None, id="no-figure-before"),
        pytest.param(REVIEW, "The review takes 45 working days.", "Members vote in May.", None, id="no-figure-now"),
        pytest.param("Who reviews?", "Three of Article 8.", "Two of Article 9.", None, id="only-article-numbers"),
        pytest.param("评审要多久？", "评审期限为45个工作日。", "评审期限为30个工作日。", "评审期限为30个工作日。", id="zh"),
    ],
)  # fmt: skip
def test_find_change(question: str, old: str, new: str, expected: str | None) -> None:
    newer = [make_passage(new, "rules-v2")]
    found = find_change(read_question(question), [old], newer, make_provenance(id="rules-v2"), Clues(evenly))
    assert found == expected


def test_without_passages_of_the_newer_version_nothing_is_said() -> None:
    assert (
        find_change(read_question(REVIEW), ["45 working days"], [], make_provenance(), Clues(evenly)) is None
    )
