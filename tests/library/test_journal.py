from __future__ import annotations

from pathlib import Path

from assistant.library import open_library


def test_a_question_asked_again_is_counted(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        journal = library.journal
        journal.add_gap("What is the fee in Bern?", "en", audience="public", nearest=["dues"])
        journal.add_gap("伯尔尼的费用？", "zh", audience="member")
        journal.add_gap("What is the fee in Bern?", "en", audience="public", nearest=["dues", "rules"])
        most, other = journal.gaps()
        assert (most.asked, most.nearest, other.asked) == (2, ("dues", "rules"), 1)
        assert journal.remove_gap(most.question)
        assert not journal.remove_gap(most.question)
        assert [gap.language for gap in journal.gaps()] == ["zh"]


def test_feedback_is_listed_newest_first(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.journal.add_feedback("Who?", "up", audience="public")
        library.journal.add_feedback("When?", "down", audience="staff", comment="no", documents=["a@1"])
        newest, oldest = library.journal.feedback()
        assert (newest.question, newest.verdict, newest.documents) == ("When?", "down", ("a@1",))
        assert oldest.comment == ""
