"""A probability with its reasons, and the grade it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.retrieval.answerable import GRADES, Grades, Signals, judge_answerable
from assistant.types import LANGUAGES, Language

EVEN = Grades(weights=(1,) * len(Signals._fields), bias=-1, answer_from=0.5, refuse_below=0.25)
ORDER = ("no_evidence", "partial", "answered")
NOTHING = Signals(*(0.0 for _ in Signals._fields))
SOMETHING = Signals(*(1.0 for _ in Signals._fields))
numbers = st.floats(-50, 50)
signals = st.builds(Signals, *(numbers for _ in Signals._fields))


@pytest.mark.parametrize(
    ("bias", "grade"),
    [
        pytest.param(0.0, "answered", id="a-half-answers"),  # 1 / (1 + e^0) = .5
        pytest.param(-0.85, "partial", id="between"),  # 1 / (1 + e^.85) = .299
        pytest.param(-2.0, "no_evidence", id="below"),  # 1 / (1 + e^2) = .119
    ],
)
def test_grades_by_threshold(bias: float, grade: str) -> None:
    flat = EVEN.model_copy(update={"weights": (0,) * len(Signals._fields), "bias": bias})
    assert judge_answerable(SOMETHING, flat).grade == grade


@given(signals, st.sampled_from(LANGUAGES))
def test_a_probability_with_a_reason_for_each_signal(found: Signals, language: Language) -> None:
    judgement = judge_answerable(found, GRADES[language])
    assert 0 <= judgement.probability <= 1
    assert len(judgement.reasons) == len(Signals._fields)


@given(signals, st.sampled_from(Signals._fields), st.floats(0.1, 50))
def test_a_stronger_signal_never_makes_the_reply_weaker(found: Signals, name: str, more: float) -> None:
    stronger = found._replace(**{name: getattr(found, name) + more})
    if any(stronger):
        before, after = judge_answerable(found, EVEN), judge_answerable(stronger, EVEN)
        assert after.probability >= before.probability
        assert ORDER.index(after.grade) >= ORDER.index(before.grade)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_found_is_never_an_answer(language: Language) -> None:
    sure = GRADES[language].model_copy(update={"bias": 50.0})
    assert judge_answerable(NOTHING, sure).grade == "no_evidence"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fitted_thresholds_are_in_order(language: Language) -> None:
    assert 0 < GRADES[language].refuse_below <= GRADES[language].answer_from < 1


def test_a_weight_for_each_signal_is_demanded() -> None:
    with pytest.raises(ValidationError):
        Grades(weights=(1.0,), bias=0, answer_from=0.5, refuse_below=0.25)
