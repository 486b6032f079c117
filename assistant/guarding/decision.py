"""From probabilities and cues to a category: how sure is sure enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, get_args

import numpy as np
import numpy.typing as npt

from assistant.guarding.categories import Category

if TYPE_CHECKING:
    from assistant.guarding.cues import Cues

_NAMES: tuple[Category, ...] = get_args(Category)

SURE_WITH_CUES = 0.5
SURE_WITHOUT_CUES = 0.9
"""Least probability that a turn is not ordinary, when it holds the cues of its category and when it does not.
On dev (441 ordinary turns, 144 that must not go on) none of the former is held back at these, and 143 of
the latter are."""

_SURE_BARE_DETAIL = 0.78
"""For technical detail that nobody claims as his own and no study is named for."""
_SURE_ELSEWHERE = 0.75
"""For what is out of scope: its cue is only that no word of the Alliance is there."""

_TECHNICAL = frozenset({"material", "measure"})
_MINE = frozenset({"own", "showing", "secrecy"})

_HAS_CUES: dict[Category, Callable[[frozenset[str]], bool]] = {
    "disclosure": lambda cues: bool(cues & _MINE) and bool(cues & _TECHNICAL or "secrecy" in cues),
    "patient_data": lambda cues: "identity" in cues,
    "treatment": lambda cues: "person" in cues and ("study" not in cues or "decide" in cues),
    "emergency": lambda cues: "urgent" in cues and ("study" not in cues or "person" in cues),
    "others_submissions": lambda cues: "others" in cues,
    "override": lambda cues: "prompt" in cues,
    "misstate": lambda cues: {"produce", "falsify"} <= cues,
    "out_of_scope": lambda cues: not cues & {"rule", "study"},
}


def decide(probabilities: npt.NDArray[np.float64], cues: Cues, caution: float = 0.0) -> Category | None:
    """Name the likeliest category when it is sure enough.

    Args:
        probabilities: (labels,), of an ordinary turn first.
        caution: Share of the doubt that must be gone beyond the usual; 0 is usual.
    """
    category = _likeliest(probabilities)
    allowed = (1 - _least(category, cues)) * (1 - caution)
    return category if probabilities[0] <= allowed else None


def doubt_left(probabilities: npt.NDArray[np.float64], cues: Cues) -> float:
    """Give the caution at which a turn is just let through; below 0 for one that always is."""
    return float(1 - probabilities[0] / (1 - _least(_likeliest(probabilities), cues)))


def _likeliest(probabilities: npt.NDArray[np.float64]) -> Category:
    return _NAMES[int(probabilities[1:].argmax())]


def _least(category: Category, cues: Cues) -> float:
    if not _HAS_CUES[category](cues.names):
        if category == "disclosure" and "study" not in cues.names:
            return _SURE_BARE_DETAIL
        return SURE_WITHOUT_CUES
    return _SURE_ELSEWHERE if category == "out_of_scope" else SURE_WITH_CUES
