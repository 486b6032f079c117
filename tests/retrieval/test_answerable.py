"""A probability with its reasons, and the grade it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.retrieval.answerable import GRADES, Grades, Scale, Signals, judge_answerable

EVEN = Grades(weights=(1,) * len(Signals._fields), bias=-1, answer_from=0.5, refuse_below=0.25)
SCALE = Scale(mean=(0.8, -2.0, 4.0, 0.7), deviation=(0.1, 1.0, 0.5, 0.1))
ORDER = ("no_evidence", "partial", "answered")
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


@given(signals)
def test_a_probability_with_a_reason_for_each_signal(found: Signals) -> None:
    judgement = judge_answerable(found, GRADES)
    assert 0 <= judgement.probability <= 1
    assert len(judgement.reasons) == len(Signals._fields)


@given(signals, st.sampled_from(Signals._fields), st.floats(0.1, 50))
def test_a_stronger_signal_never_makes_the_reply_weaker(found: Signals, name: str, more: float) -> None:
    stronger = found._replace(**{name: getattr(found, name) + more})
    for grades in (EVEN, GRADES):
        before, after = judge_answerable(found, grades), judge_answerable(stronger, grades)
        assert after.probability >= before.probability
        assert ORDER.index(after.grade) >= ORDER.index(before.grade)


@given(signals, st.floats(-3, 3))
def test_what_a_reranker_adds_moves_the_probability_its_way_and_is_named(found: Signals, lean: float) -> None:
    without, read = judge_answerable(found, GRADES), judge_answerable(found, GRADES, lean)
    assert (read.probability - without.probability) * lean >= 0
    assert read.reasons == (*without.reasons, f"reranker {lean:+.2f}")
    assert judge_answerable(None, GRADES, lean) == judge_answerable(None, GRADES)


@given(signals, st.floats(-3, 3))
def test_likeness_counts_where_it_is_known_and_is_named(found: Signals, likeness: float) -> None:
    beside = GRADES.beside(likeness)
    assert (beside, GRADES.beside(None)) == (GRADES.with_likeness, GRADES)
    neutral, told = judge_answerable(found, beside), judge_answerable(found, beside, None, likeness)
    assert (told.probability - neutral.probability) * likeness >= 0
    if abs(likeness) > 0.1 and 0.01 < neutral.probability < 0.99:
        assert told.probability != neutral.probability
    assert told.reasons == (*neutral.reasons, f"likeness {likeness:+.2f}")
    assert EVEN.beside(likeness) == EVEN


def test_nothing_found_is_never_an_answer() -> None:
    sure = GRADES.model_copy(update={"bias": 50.0})
    assert judge_answerable(None, sure).grade == "no_evidence"


@given(signals)
def test_a_rule_refuses_with_at_most_the_probability_of_a_refusal(found: Signals) -> None:
    judgement = judge_answerable(found, GRADES)
    refused = judgement.refused("by rule", GRADES)
    assert (refused.grade, refused.reasons[0]) == ("no_evidence", "by rule")
    assert refused.probability == min(judgement.probability, GRADES.refuse_below)


def test_the_fitted_thresholds_are_in_order() -> None:
    for grades in (GRADES, GRADES.with_likeness):
        assert grades is not None
        assert 0 < grades.refuse_below <= grades.answer_from < 1


def test_a_weight_for_each_signal_is_demanded() -> None:
    with pytest.raises(ValidationError):
        Grades(weights=(1.0,), bias=0, answer_from=0.5, refuse_below=0.25)


def test_a_scale_gives_distances_in_deviations() -> None:
    # (.9 - .8) / .1, (-1 + 2) / 1, (3 - 4) / .5, (.9 - .7) / .1
    assert SCALE.apply(Signals(0.9, -1.0, 3.0, 0.9)) == pytest.approx((1.0, 1.0, -2.0, 2.0))
