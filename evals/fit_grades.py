"""Fit the grades of answerability on the dev half of the cases and print them as code.

`python -m evals.fit_grades [--index DIR] [--set DIR]`. Signals are scaled by each library's own calibration
first, so one model serves both languages and every library; another one also has the likeness to questions that are
answered, for libraries that keep near misses. `--set` adds a third-party set whose questions are labelled answerable
or not. Nothing is read from the report half.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from assistant.build import Assistant, build_assistant
from assistant.respond import Asked, Trace
from assistant.retrieval.answerable import Signals
from assistant.retrieval.search import Scope
from assistant.settings import Settings, load_settings
from assistant.types import Turn
from evals.cases import EvalCase, load_cases
from evals.set_index import open_set
from evals.set_measures import area_under_curve
from evals.sets import read_queries

Floats = NDArray[np.float64]
RIDGE = 30.0
FOLDS = 5
BINS = 10
FALSE_REFUSALS = 0.05
"""Share of answerable dev questions that may be refused outright; sets `refuse_below`."""
HELD_BACK = 0.10
"""Share of them that may be shown as closest passages or less; sets `answer_from`."""
OWN = ("en", "zh")
"""Groups made of our own cases; the thresholds are quantiles of these."""


class Row(NamedTuple):
    """What is known of one question."""

    group: str
    signals: Signals
    likeness: float
    answerable: bool


class Fit(NamedTuple):
    """Grades as numbers."""

    weights: list[float]
    bias: float
    answer_from: float
    refuse_below: float


def fit_weights(rows: Floats, labels: Floats, groups: NDArray[np.str_]) -> Floats:
    """Fit the weights with a ridge; each group and each class of it counts the same.

    Each group has a bias of its own here: how near its unanswerable questions are to the library is a matter
    of who wrote them, and with one bias for all the weights would be bent to make up for it. No weight is
    negative: every signal speaks for an answer.

    Args:
        rows: (n, d) scaled signals.
        labels: (n,) of 0 and 1.
        groups: (n,) names of languages and sets.
    """
    names = np.unique(groups)
    member = (groups[:, None] == names[None, :]).astype(np.float64)
    share = np.zeros(len(labels))
    for group in names:
        for label in (0, 1):
            cell = (groups == group) & (labels == label)
            share[cell] = 100 / max(1, cell.sum())
    width = rows.shape[1]

    def loss(theta: Floats) -> float:
        logits = rows @ theta[:width] + member @ theta[width:]
        losses = np.logaddexp(0, logits) - labels * logits
        return float((share * losses).sum() + RIDGE * (theta[:width] ** 2).sum())

    bounds = [(0.0, None)] * width + [(None, None)] * len(names)
    theta = minimize(loss, np.zeros(width + len(names)), method="L-BFGS-B", bounds=bounds).x
    weights: Floats = theta[:width]
    return weights


def fit_model(rows: Floats, labels: Floats, groups: NDArray[np.str_]) -> tuple[Floats, float]:
    """Fit weights on all groups, and the bias on the mix of our own cases (on all, without any).

    So a probability is the share of questions like the dev cases that the evidence answers: four in five.
    """
    weights = fit_weights(rows, labels, groups)
    own = np.isin(groups, OWN)
    kept = own if own.any() else np.ones(len(labels), bool)
    scores = rows[kept] @ weights

    def loss(theta: Floats) -> float:
        logits = scores + theta[0]
        return float((np.logaddexp(0, logits) - labels[kept] * logits).sum())

    return weights, float(minimize(loss, np.zeros(1), method="L-BFGS-B").x[0])


def cross_validate(rows: Floats, labels: Floats, groups: NDArray[np.str_]) -> Floats:
    """Give each question the log-odds of a model that did not see it."""
    scores = np.zeros(len(rows))
    for fold in range(FOLDS):
        held = np.arange(len(rows)) % FOLDS == fold
        weights, bias = fit_model(rows[~held], labels[~held], groups[~held])
        scores[held] = rows[held] @ weights + bias
    return scores


def leave_one_out(rows: Floats, labels: Floats, groups: NDArray[np.str_]) -> Floats:
    """Give each question the log-odds of a model that saw nothing of its group."""
    scores = np.zeros(len(rows))
    for group in np.unique(groups):
        held = groups == group
        weights, bias = fit_model(rows[~held], labels[~held], groups[~held])
        scores[held] = rows[held] @ weights + bias
    return scores


def calibration_error(probabilities: Floats, labels: Floats) -> float:
    """Give how far probabilities lie from the shares that came true, over ten bins of equal size.

    Source: Naeini, Cooper & Hauskrecht, AAAI 2015 (expected calibration error).
    """
    bins = np.array_split(np.argsort(probabilities, kind="stable"), min(BINS, len(labels)))
    apart = sum(len(cell) * abs(probabilities[cell].mean() - labels[cell].mean()) for cell in bins)
    return float(apart / len(labels))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the fitted grades, and how well they tell for each language and set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, default=None)
    parser.add_argument("--set", type=Path, action="append", default=[], dest="sets")
    options = parser.parse_args(arguments)
    settings = load_settings(index=options.index)
    found = list(_dev_rows(settings))
    for folder in options.sets:
        found += _set_rows(folder, settings)
    groups = np.array([row.group for row in found])
    rows = np.array([row.signals for row in found], dtype=np.float64)
    labels = np.array([row.answerable for row in found], dtype=np.float64)
    likeness = np.array([row.likeness for row in found], dtype=np.float64)
    without = _report(rows, labels, groups)
    print("# with the likeness to questions that are answered:")
    beside = _report(np.c_[rows, likeness], labels, groups)
    *weights, last = beside.weights
    print(f"WITH_LIKENESS = {_write(beside._replace(weights=weights), f'likeness={last:.4g}')}")
    print(f"GRADES = {_write(without, 'with_likeness=WITH_LIKENESS')}")


def _dev_rows(settings: Settings) -> Iterator[Row]:
    with build_assistant(settings) as assistant:
        assistant.calibrate()
        for case in load_cases():
            if case.split == "dev" and case.expected.guard is None:
                answerable = case.expected.status != "no_evidence"
                if (row := _ask(assistant, _asked(case), answerable)) is not None:
                    yield row


def _set_rows(folder: Path, settings: Settings) -> list[Row]:
    with open_set(folder, settings) as index:
        queries = [q for q in read_queries(folder / "queries.jsonl") if q.answerable is not None]
        rows = (
            _ask(index.assistant, Asked(q.text, Scope("public"), q.history), bool(q.answerable))
            for q in queries
        )
        return [row._replace(group=folder.name) for row in rows if row is not None]


def _ask(assistant: Assistant, asked: Asked, answerable: bool) -> Row | None:
    prepared = assistant.responder.prepare(asked, Trace())
    if prepared.scaled is None:
        return None
    # A library without near misses says the same of all questions.
    return Row(prepared.query.language, prepared.scaled, prepared.found.likeness or 0.0, answerable)


def _asked(case: EvalCase) -> Asked:
    as_of = dt.date.fromisoformat(str(case.as_of)) if case.as_of else None
    history = tuple(Turn(role=turn.role, content=turn.content) for turn in case.history)
    return Asked(case.question, Scope(case.role, as_of), history)


def _report(rows: Floats, labels: Floats, groups: NDArray[np.str_]) -> Fit:
    by_fit: Mapping[str, Floats] = {
        "cross-validated": cross_validate(rows, labels, groups),
        "group left out": leave_one_out(rows, labels, groups),
    }
    own = np.isin(groups, OWN)
    unseen = _logistic(by_fit["cross-validated"])
    low, high = _thresholds(unseen[own & (labels == 1)])
    for group in np.unique(groups):
        cell = groups == group
        areas = ", ".join(
            f"{name} {area_under_curve(list(scores[cell]), [bool(x) for x in labels[cell]]):.3f}"
            for name, scores in by_fit.items()
        )
        yes, no = unseen[cell & (labels == 1)], unseen[cell & (labels == 0)]
        print(f"# {group}: {len(yes)} answerable, {len(no)} not; AUROC {areas}")
        print(f"#   cross-validated, refused: {(no < low).mean():.2f} of the unanswerable, {(yes < low).mean():.2f}"
              f" of the answerable; not answered: {(no < high).mean():.2f}, {(yes < high).mean():.2f}")  # fmt: skip
    error = calibration_error(unseen[own], labels[own])
    print(f"# probabilities of our own cases, cross-validated: expected calibration error {error:.3f}")
    weights, bias = fit_model(rows, labels, groups)
    low, high = _thresholds(_logistic(rows @ weights + bias)[own & (labels == 1)])
    return Fit(weights.tolist(), bias, high, low)


def _write(fit: Fit, more: str) -> str:
    numbers = ", ".join(f"{w:.4g}" for w in fit.weights)
    return (
        f"Grades(weights=({numbers}), bias={fit.bias:.4g}, answer_from={fit.answer_from:.3f},"
        f" refuse_below={fit.refuse_below:.3f}, {more})"
    )


def _thresholds(probabilities: Floats) -> tuple[float, float]:
    """Give where refusing ends and answering begins, from answerable questions of ours."""
    low, high = (float(np.quantile(probabilities, share)) for share in (FALSE_REFUSALS, HELD_BACK))
    return low, high


def _logistic(logits: Floats) -> Floats:
    probabilities: Floats = 1 / (1 + np.exp(-logits))
    return probabilities


if __name__ == "__main__":
    main()
