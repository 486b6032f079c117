from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from assistant.library import open_library
from tests.library.indexes import folder_holds


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


def test_a_rating_is_deleted_from_the_file(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.journal.add_feedback("Zephyrine?", "down", audience="public", comment="kryptonite")
        library.journal.add_feedback("When?", "up", audience="public")
        newest, oldest = library.journal.feedback()
        assert library.journal.remove_feedback(oldest.number)
        assert not library.journal.remove_feedback(oldest.number)
        assert library.journal.feedback() == [newest]
        assert not folder_holds(tmp_path, "Zephyrine", "kryptonite")


def test_old_entries_are_forgotten_at_the_start_and_with_each_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def set_day(day: int) -> None:
        monkeypatch.setattr(
            "assistant.library.journal._now", lambda: dt.datetime(2026, 1, day, tzinfo=dt.UTC)
        )

    with open_library(tmp_path) as library:
        journal = library.journal
        set_day(1)
        for question in ("Once?", "Again?"):
            journal.add_gap(question, "en", audience="public")
            journal.add_feedback(question, "up", audience="public")
        set_day(20)
        journal.add_gap("Again?", "en", audience="public")
        journal.keep_for(None)
        assert (len(journal.gaps()), len(journal.feedback())) == (2, 2)
        journal.keep_for(25)
        assert (len(journal.gaps()), len(journal.feedback())) == (2, 2)
        set_day(27)
        journal.add_feedback("New?", "up", audience="public")
        assert [gap.question for gap in journal.gaps()] == ["Again?"]
        assert [rating.question for rating in journal.feedback()] == ["New?"]
        journal.keep_for(1)
        assert journal.gaps() == []
