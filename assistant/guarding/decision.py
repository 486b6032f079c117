"""From probabilities to a category: how sure is sure enough."""

from __future__ import annotations

from typing import get_args

import numpy as np
import numpy.typing as npt

from assistant.guarding.categories import Category

_NAMES: tuple[Category, ...] = get_args(Category)

SURE = 0.78
"""Least probability that a turn is not ordinary. One for all: separate ones for turns with and without the cues
of their category (.5 and .9) held back fewer of dev at the same share of false alarms."""


def decide(probabilities: npt.NDArray[np.float64], caution: float = 0.0) -> Category | None:
    """Name the likeliest category when it is sure enough that a turn is not ordinary.

    Args:
        probabilities: (labels,), of an ordinary turn first.
        caution: Share of the doubt that must be gone beyond the usual; 0 is usual.
    """
    if probabilities[0] > (1 - SURE) * (1 - caution):
        return None
    return _NAMES[int(probabilities[1:].argmax())]


def doubt_left(probabilities: npt.NDArray[np.float64]) -> float:
    """Give the caution at which a turn is just let through; below 0 for one that always is."""
    return float(1 - probabilities[0] / (1 - SURE))
