"""Fixed phrases: both languages say the same with the same values."""

from __future__ import annotations

import datetime as dt
import string

import pytest

from assistant.phrases import _PHRASES, format_date, name_language, say
from assistant.types import LANGUAGES
from assistant.words import share_of_chinese

VALUES = {"until": "2024", "before": "Dues were paid late.",
    "contact": "desk@alliance.example", "titles": "Rules", "n": 3, "date": "2024", "language": "English",
    "old": "Rules 1", "new": "Rules 2", "quote": "…", "part": "when?", "title": "Rules", "topic": "dues",
    "reason": "timed out", "reasons": "number not in source", "marks": "[9]", "detail": "503",
}  # fmt: skip


def fields_of(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


@pytest.mark.parametrize("name", sorted(_PHRASES))
def test_both_languages_take_the_same_values(name: str) -> None:
    english, chinese = _PHRASES[name]
    assert fields_of(english) >= fields_of(chinese)
    for language in LANGUAGES:
        said = say(name, language, **VALUES)
        assert "{" not in said
        assert said


@pytest.mark.parametrize("name", sorted(_PHRASES))
def test_each_language_is_that_language(name: str) -> None:
    english, chinese = _PHRASES[name]
    assert share_of_chinese(english) == 0
    assert share_of_chinese(chinese) > 0.5


def test_an_unknown_phrase_or_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("no such phrase", "en")
    with pytest.raises(KeyError):
        say("contact", "en")


@pytest.mark.parametrize(
    ("date", "language", "written"),
    [
        (dt.date(2024, 9, 1), "en", "1 September 2024"),
        (dt.date(2024, 9, 1), "zh", "2024年9月1日"),
        ("?", "en", "?"),
    ],
)
def test_dates_are_written_as_their_reader_does(date: object, language: str, written: str) -> None:
    assert format_date(date, language) == written  # type: ignore[arg-type]


def test_languages_are_named_in_the_other() -> None:
    assert (name_language("zh", "en"), name_language("en", "zh")) == ("Chinese", "英文")
