"""Every reason has a wording in both languages, with its values as the reader writes them."""

from __future__ import annotations

import string

import pytest

from assistant.phrases import FIGURES, REASONS, WORDS
from assistant.types import Reason
from assistant.verification.facts import FactKind, extract_facts
from assistant.verification.parties import PARTIES
from assistant.verification.polarity import Stance
from assistant.verification.reasons import because, name_fact, say_reason
from assistant.verification.verify import Source, verify
from assistant.words import share_of_chinese


def fields_of(wording: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(wording) if name is not None}


@pytest.mark.parametrize("code", sorted(REASONS))
def test_both_wordings_take_the_values_that_are_declared(code: str) -> None:
    kinds, english, chinese = REASONS[code]
    assert fields_of(english) == fields_of(chinese) == {str(i) for i in range(len(kinds.split()))}
    assert set(kinds.split()) <= {"text", "word", "figure"}
    assert share_of_chinese(english) == 0
    assert share_of_chinese(chinese) > 0.9


def test_parties_and_stances_have_names_and_figures_have_units() -> None:
    assert {name for name, _ in PARTIES} <= WORDS.keys()
    assert set(Stance.__args__) <= WORDS.keys()  # type: ignore[attr-defined]
    without = {"date", "month", "year"}  # written as they are
    assert set(FactKind.__args__) - without <= FIGURES.keys()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("claim", "source", "english", "chinese"),
    [
        pytest.param(
            "会费应当在至少45个工作日内缴纳。", "会费应当在15个工作日内缴纳。",
            "at least 45 working day is not in the source, which says at most 15 working day",
            "原文没有“至少45个工作日”，原文是“至多15个工作日”", id="figures",
        ),
        pytest.param(
            "Members must attend.", "Members may attend.",
            "the source allows what the sentence demands", "原文允许的事，句子却要求必须做", id="stances",
        ),
        pytest.param(
            "The Secretariat pays the insurance.", "The sponsor pays the insurance.",
            "the source does not speak of the secretariat", "原文没有提到秘书处", id="parties",
        ),
        pytest.param(
            "Wednesday suits Siemens and Olympus.", "Wednesday suits.",
            "name not in source: Siemens, Olympus", "原文没有的名称：Siemens、Olympus", id="lists",
        ),
    ],
)  # fmt: skip
def test_a_verdict_is_worded_for_either_reader(claim: str, source: str, english: str, chinese: str) -> None:
    reasons = verify(claim, [Source(source)]).reasons
    assert english in [say_reason(reason, "en") for reason in reasons]
    assert chinese in [say_reason(reason, "zh") for reason in reasons]


def test_a_foreign_currency_keeps_its_name() -> None:
    (fact,) = extract_facts("The fee is USD 300.")
    assert "yuan" not in say_reason(because("figure_missing", name_fact(fact)), "en")


def test_an_unknown_code_cannot_be_made_and_is_shown_as_it_is() -> None:
    with pytest.raises(KeyError):
        because("no such reason")
    assert say_reason(Reason(code="from_elsewhere", values=("9",)), "zh") == "from_elsewhere 9"
