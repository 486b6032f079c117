"""Two versions of a rule: what differs in substance, and what only in words."""

from __future__ import annotations

import pytest
from hypothesis import given

from assistant.answering.substance import tell_difference
from tests import strategies


@pytest.mark.parametrize(
    ("shown", "other", "kind"),
    [
        pytest.param(
            "The trainee must keep the training logbook.",
            "The trainee may keep the training logbook.",
            "stance",
            id="must-for-may",
        ),
        pytest.param(
            "The trainee does not keep the training logbook.",
            "The trainee keeps the training logbook.",
            "stance",
            id="denied",
        ),
        pytest.param(
            "The Council keeps the training logbook in the archive.",
            "The Secretariat keeps the training logbook in the archive.",
            "party",
            id="another-party",
        ),
        pytest.param(
            "A guest may open the training archive only with the written approval of the librarian.",
            "A guest may open the training archive.",
            "condition",
            id="condition-added",
        ),
        pytest.param(
            "A guest may open the training archive.",
            "A guest may open the training archive unless the librarian has locked the cabinet.",
            "condition",
            id="condition-gone",
        ),
        pytest.param(
            "The trainee returns the training logbook within 14 days.",
            "The trainee returns the training logbook.",
            "limit",
            id="limit-added",
        ),
        pytest.param("秘书处应当公布培训名单。", "秘书处可以公布培训名单。", "stance", id="zh-must-for-may"),
        pytest.param("理事会公布培训年度名单。", "秘书处公布培训年度名单。", "party", id="zh-party"),
        pytest.param(
            "The trainee keeps the training logbook.",
            "The training logbook is kept by the trainee.",
            None,
            id="voice",
        ),
        pytest.param(
            "The trainee must keep the training logbook.",
            "The trainee keeps the training logbook.",
            None,
            id="plain-words-demand-too",
        ),
        pytest.param(
            "Guests pay the training fee.",
            "Guests pay the training fee and owe no other sum.",
            None,
            id="no-of-something-else",
        ),
        pytest.param(
            "The trainee must keep the training logbook.",
            "Trains may leave early on Sundays.",
            None,
            id="another-topic",
        ),
        pytest.param("秘书处应当公布培训名单。", "秘书处应公布培训名单。", None, id="zh-same"),
    ],
)
def test_differences(shown: str, other: str, kind: str | None) -> None:
    assert tell_difference(shown, other) == kind


def test_a_limit_that_stands_in_a_sentence_of_its_own_is_not_new() -> None:
    shown = "The trainee returns the training logbook within 14 days."
    other = "The trainee returns the training logbook."
    around = ["Training logbooks are returned within 14 days."]
    assert tell_difference(shown, other, around) is None


@given(strategies.lines)
def test_a_sentence_never_differs_from_itself(text: str) -> None:
    assert tell_difference(text, text) is None
