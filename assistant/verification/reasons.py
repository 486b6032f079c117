"""Why a sentence passed or failed the check: a code with its values in no language, worded for a reader."""

from __future__ import annotations

from assistant.phrases import FIGURES, REASONS, WORDS, list_values
from assistant.types import Language, Reason
from assistant.verification.facts import Fact


def because(code: str, *values: str) -> Reason:
    """Give a reason by the code of its wording in `phrases.REASONS`.

    Raises:
        KeyError: no wording has that code.
    """
    REASONS[code]
    return Reason(code=code, values=values)


def name_fact(fact: Fact) -> str:
    """Write a figure as a value of a reason: kind, bound and value, which no reader sees as they are."""
    return f"{fact.kind}|{fact.bound}|{fact.value}"


def say_reason(reason: Reason, language: Language) -> str:
    """Word a reason for a reader; a code without a wording is shown as it is."""
    if reason.code not in REASONS:
        return " ".join((reason.code, *reason.values))
    kinds, *wordings = REASONS[reason.code]
    named = kinds.split()
    shown = [
        _say_value(value, named[min(i, len(named) - 1)] if named else "text", language)
        for i, value in enumerate(reason.values)
    ]
    last = len(named) - 1  # the last kind takes all values that are left
    values = [*shown[:last], list_values(shown[last:], language)] if named else []
    return wordings[0 if language == "en" else 1].format(*values)


def _say_value(value: str, kind: str, language: Language) -> str:
    if kind == "figure":
        return _say_figure(value, language)
    if kind == "word" and value in WORDS:
        return WORDS[value][0 if language == "en" else 1]
    return value


def _say_figure(named: str, language: Language) -> str:
    kind, bound, value = named.split("|", 2)
    unit = (
        "dated" if kind == "money" and not value[:1].isdigit() else kind
    )  # a currency is named in the value
    wording = FIGURES.get(unit, FIGURES["number"])[0 if language == "en" else 1]
    return (WORDS[bound][0 if language == "en" else 1] if bound else "") + wording.format(value)
