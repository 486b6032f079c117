"""Fitting the grades: what the weights may depend on, and what a probability means."""

from __future__ import annotations

import numpy as np
import pytest

from evals.fit_grades import calibration_error, fit_model, fit_weights

GROUPS = np.array(["en", "zh"] * 60)


def questions(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Make 120 questions of two groups; the first signal tells, the second is noise, the third misleads."""
    rng = np.random.default_rng(seed)
    labels = (rng.random(120) < 0.8).astype(np.float64)
    rows = rng.normal(size=(120, 3))
    rows[:, 0] += 2 * labels
    rows[:, 2] -= 2 * labels
    return rows, labels


def test_no_signal_speaks_against_an_answer() -> None:
    weights = fit_weights(*questions(), GROUPS)
    assert weights[0] > 0.5
    assert weights[2] == 0


def test_weights_do_not_depend_on_where_a_group_lies() -> None:
    rows, labels = questions()
    moved = rows + 3 * (GROUPS == "zh")[:, None]
    assert fit_weights(moved, labels, GROUPS) == pytest.approx(fit_weights(rows, labels, GROUPS), abs=1e-2)


def test_the_mean_probability_is_the_share_of_our_own_cases_that_is_answerable() -> None:
    rows, labels = questions()
    groups = np.where(np.arange(120) < 40, "a set", GROUPS)
    labels[:40] = np.arange(40) % 2  # another share, in a set that is not ours
    weights, bias = fit_model(rows, labels, groups)
    own = groups != "a set"
    assert (1 / (1 + np.exp(-(rows[own] @ weights + bias)))).mean() == pytest.approx(
        labels[own].mean(), abs=1e-3
    )


def test_calibration_error_is_the_distance_weighted_by_bins() -> None:
    # Ten bins of two: nine said .5 and half came true, one said .9 and none did: .9 / 10.
    probabilities = np.array([0.5] * 18 + [0.9] * 2)
    labels = np.array([0.0, 1.0] * 9 + [0.0, 0.0])
    assert calibration_error(probabilities, labels) == pytest.approx(0.09)
