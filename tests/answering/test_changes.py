"""What a newer version says instead of the old one that was quoted."""

from __future__ import annotations

import pytest

from assistant.answering.changes import Change, find_change, find_counterpart
from assistant.answering.clues import Clues
from assistant.answering.question import read_question
from assistant.verification.alignment import evenly
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
        pytest.param(
            REVIEW,
            "The scientific review takes 45 working days.",
            f"{NEW}\n\nUnder v1.0 the scientific review takes 50 working days.",
            "The scientific review takes 30 working days.",
            id="not-what-it-says-of-the-old-one",
        ),
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


OLD = (
    "The Secretariat confirms receipt within 2 working days; form check 10 working days, scientific review 45 working days.\n\n"
    "Secrecy lasts 3 years from the date of disclosure.\n\nMembers vote in May."
)


@pytest.mark.parametrize(
    ("question", "shown", "said_before"),
    [
        pytest.param(
            REVIEW,
            "After it arrives: confirmation 2 working days, form check 10 working days, scientific review 30 working days.",
            OLD.splitlines()[0],
            id="another-figure-in-the-clause-asked-about",
        ),
        pytest.param(
            "Is the scientific review still 45 working days?",
            "After it arrives: form check 10 working days, scientific review 30 working days.",
            OLD.splitlines()[0],
            id="the-asker-has-the-old-figure",
        ),
        pytest.param(
            "How long does the form check take?",
            "After it arrives: form check 10 working days, scientific review 30 working days.",
            None,
            id="another-clause-changed",
        ),
        pytest.param(
            "How long is a disclosure kept secret?",
            "A disclosure is kept secret for 5 years from the date of disclosure.",
            "Secrecy lasts 3 years from the date of disclosure.",
            id="other-words-for-it",
        ),
        pytest.param(REVIEW, "The scientific review takes 45 working days.", None, id="the-same"),
        pytest.param(REVIEW, "The scientific review takes a while.", None, id="no-figure"),
        pytest.param(
            REVIEW,
            "Ideas docketed early follow version 1.0 with a scientific review of 40 working days.",
            None,
            id="a-sentence-on-another-version",
        ),
        pytest.param("Who votes?", "4.1 Members vote in May.", None, id="only-its-number"),
        pytest.param("How long is a visa valid?", "A visa is valid for 90 days.", None, id="nothing-like-it-before"),
    ],
)  # fmt: skip
def test_find_counterpart(question: str, shown: str, said_before: str | None) -> None:
    change = find_counterpart(read_question(question), [shown], [make_passage(OLD, "rules-v1")], evenly)
    assert change == (said_before and Change(shown, said_before))


def test_a_row_of_a_table_changed() -> None:
    old = make_passage("| Tier | Dues |\n| --- | --- |\n| Member | 15,000 |\n| Observer | 0 |", "dues-v1")
    question = read_question("How much does a member pay?")
    assert find_counterpart(question, ["| Member | 20,000 |"], [old], evenly) == Change(
        "| Member | 20,000 |", "| Member | 15,000 |"
    )
    assert find_counterpart(question, ["| Member | 15,000 | 20,000 |"], [old], evenly) is None
