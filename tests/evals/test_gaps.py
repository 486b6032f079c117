import datetime as dt
import json
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.library.journal import Gap
from evals.gaps import group_gaps, write_candidates

DAY = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
AXES = {"dues": 0, "stent": 1, "valve": 2}


def gap(question: str, asked: int = 1, **fields: object) -> Gap:
    values = {
        "question": question,
        "language": "en",
        "audience": "public",
        "asked": asked,
        "first_at": DAY,
        "last_at": DAY,
    }
    return Gap.model_validate(values | fields)


def encode(texts: Sequence[str]) -> NDArray[np.float32]:
    """Give one axis to each word of AXES: questions that share one are alike."""
    rows = np.full((len(texts), 4), 0.01, dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        row[next((axis for word, axis in AXES.items() if word in text), 3)] = 1
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_groups_are_counted_together_and_led_by_the_most_asked() -> None:
    gaps = [gap("old dues?"), gap("a valve?", 3), gap("new dues?", 4), gap("the stent?", 2), gap("all dues?")]
    groups = group_gaps(gaps, encode)
    assert [(g.gaps[0].question, g.asked) for g in groups] == [
        ("new dues?", 6),
        ("a valve?", 3),
        ("the stent?", 2),
    ]
    assert group_gaps([], encode) == []


@given(st.permutations([gap("dues 1"), gap("dues 2"), gap("stent", 2), gap("valve"), gap("else")]))
def test_order_does_not_matter(gaps: list[Gap]) -> None:
    assert group_gaps(gaps, encode) == group_gaps(sorted(gaps, key=lambda g: g.question), encode)


def test_candidates_are_lines_a_reviewer_completes() -> None:
    groups = group_gaps([gap("dues 2025?", 2, nearest=("dues.en",)), gap("dues 2026?")], encode)
    (line,) = write_candidates(groups).splitlines()
    candidate = json.loads(line)
    assert candidate["question"] == "dues 2025?"
    assert (candidate["asked"], candidate["also"], candidate["nearest"]) == (3, ["dues 2026?"], ["dues.en"])
    assert "expected" not in candidate
