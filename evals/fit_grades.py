"""Fit the grades of answerability on the dev half of the cases and print them as code.

`python -m evals.fit_grades [--index DIR]`. Nothing is read from the report half.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assistant.build import build_assistant
from assistant.respond import Asked, Trace
from assistant.retrieval.answerable import Signals
from assistant.retrieval.search import Scope
from assistant.settings import load_settings
from assistant.types import LANGUAGES, Turn
from evals.cases import load_cases

Floats = NDArray[np.float64]
RIDGE = 1.0
FALSE_REFUSALS = 0.03
"""Share of answerable dev questions that may be refused outright; sets `refuse_below`."""
HELD_BACK = 0.12
"""Share of them that may be shown as closest passages or less; sets `answer_from`."""


def fit_logistic(rows: Floats, labels: Floats) -> tuple[Floats, float]:
    """Fit weights and bias, both classes weighing the same, with a ridge on standardised signals.

    No weight is negative: every signal speaks for an answer, and a fit that says otherwise (the
    mean cosine of the question got the largest weight) refused "Who founded the Alliance?".

    Args:
        rows: (n, d) signals.
        labels: (n,) of 0 and 1.
    """
    mean, spread = rows.mean(0), rows.std(0) + 1e-9
    scaled = (rows - mean) / spread
    share = np.where(labels == 1, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))

    def loss(theta: Floats) -> float:
        logits = scaled @ theta[:-1] + theta[-1]
        losses = np.logaddexp(0, logits) - labels * logits
        return float((share * losses).sum() + RIDGE * (theta[:-1] ** 2).sum())

    bounds = [(0.0, None)] * rows.shape[1] + [(None, None)]
    theta = minimize(loss, np.zeros(rows.shape[1] + 1), method="L-BFGS-B", bounds=bounds).x
    weights = theta[:-1] / spread
    return weights, float(theta[-1] - (weights * mean).sum())


def auroc(scores: Floats, labels: Floats) -> float:
    """Give the chance that an answerable question scores above an unanswerable one."""
    positive, negative = scores[labels == 1], scores[labels == 0]
    return float(
        (positive[:, None] > negative[None, :]).mean() + 0.5 * (positive[:, None] == negative).mean()
    )


def cross_validate(rows: Floats, labels: Floats, folds: int = 5) -> Floats:
    """Give each question the score of a model that did not see it."""
    scores = np.zeros(len(rows))
    for fold in range(folds):
        held = np.arange(len(rows)) % folds == fold
        weights, bias = fit_logistic(rows[~held], labels[~held])
        scores[held] = rows[held] @ weights + bias
    return scores


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the fitted grades of each language with their cross-validated AUROC."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=None)
    options = parser.parse_args(arguments)
    rows: dict[str, list[tuple[Signals, bool]]] = {language: [] for language in LANGUAGES}
    with build_assistant(load_settings(index=options.index)) as assistant:
        for case in load_cases():
            if case.split != "dev" or case.expected.guard is not None:
                continue
            asked = _asked(case)
            prepared = assistant.responder.prepare(asked, Trace())
            answerable = case.expected.status != "no_evidence"
            rows[prepared.query.language].append((prepared.signals, answerable))
    for language, pairs in rows.items():
        signals = np.array([pair[0] for pair in pairs], dtype=np.float64)
        labels = np.array([pair[1] for pair in pairs], dtype=np.float64)
        _report(language, signals, labels)


def _asked(case: Any) -> Asked:
    as_of = dt.date.fromisoformat(str(case.as_of)) if case.as_of else None
    history = tuple(Turn(role=turn.role, content=turn.content) for turn in case.history)
    return Asked(case.question, Scope(case.role, as_of), history)


def _report(language: str, signals: Floats, labels: Floats) -> None:
    held_out = cross_validate(signals, labels)
    weights, bias = fit_logistic(signals, labels)
    probabilities = 1 / (1 + np.exp(-(signals @ weights + bias)))
    low, high = (float(np.quantile(probabilities[labels == 1], q)) for q in (FALSE_REFUSALS, HELD_BACK))
    print(
        f"# {language}: n = {len(labels)}, answerable {int(labels.sum())}, cross-validated AUROC {auroc(held_out, labels):.3f}"
    )
    print(f"# refused of the unanswerable: {(probabilities[labels == 0] < low).mean():.2f} outright, "
          f"{(probabilities[labels == 0] < high).mean():.2f} not answered")  # fmt: skip
    numbers = ", ".join(f"{w:.4g}" for w in weights)
    print(
        f'"{language}": Grades(weights=({numbers}), bias={bias:.4g}, answer_from={high:.3f}, refuse_below={low:.3f}),'
    )


if __name__ == "__main__":
    main()
