"""Fits the weights of the support score: `python -m evals.fit_support support.jsonl [--write]`.

Logistic regression with a ridge over `SupportFeatures`. Every set weighs the same, WiCE three times as
much. Folds never part the rows of one source, nor the chunks of one WiCE claim: they share its label,
and a model that sees one of them knows the others (boosting then reports .91 on WiCE, .79 without).
"""

from __future__ import annotations

import argparse
import math
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.verification.support_features import SupportFeatures, read_features
from assistant.words import lexical_terms
from evals.support_rows import SupportRow, read_support

FOLDS = 5
RIDGE = 8.0
SET_WEIGHT = 300.0
WICE_FACTOR = 3.0
TARGET = Path(__file__).parent.parent / "assistant" / "verification" / "support_weights.py"

Floats = NDArray[np.float64]


def count_rarity(rows: Sequence[SupportRow]) -> Callable[[str], float]:
    """Give the inverse document frequency of terms over the different sources."""
    sources = sorted({row.source for row in rows})
    counts = Counter(term for source in sources for term in set(lexical_terms(source)))
    n = len(sources)
    return lambda term: math.log(1 + (n - counts[term] + 0.5) / (counts[term] + 0.5))


def assign_folds(rows: Sequence[SupportRow]) -> NDArray[np.int64]:
    """Give each row a fold; rows that share a source or a claim share it."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for row in rows:
        first, second = sorted((root(f"source {row.source}"), root(f"claim {row.claim}")))
        parent[second] = first
    return np.array([zlib.crc32(root(f"source {row.source}").encode()) % FOLDS for row in rows])


def weigh_rows(rows: Sequence[SupportRow]) -> Floats:
    """Give every set the same total weight, WiCE more."""
    sizes = Counter(row.set for row in rows)
    return np.array(
        [SET_WEIGHT / sizes[row.set] * (WICE_FACTOR if row.set == "wice-oracle" else 1) for row in rows]
    )


def fit(features: Floats, labels: Floats, weights: Floats) -> Floats:
    """Give weights of the raw features and, last, the bias."""
    from scipy.optimize import minimize

    mean, spread = features.mean(0), features.std(0) + 1e-9
    scaled = np.c_[(features - mean) / spread, np.ones(len(features))]

    def loss(beta: Floats) -> tuple[float, Floats]:
        z = scaled @ beta
        value = float((weights * (np.logaddexp(0, z) - labels * z)).sum() + RIDGE * (beta[:-1] ** 2).sum())
        slope = scaled.T @ (weights * (1 / (1 + np.exp(-z)) - labels))
        slope[:-1] += 2 * RIDGE * beta[:-1]
        return value, slope

    beta = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x
    raw = beta[:-1] / spread
    return np.append(raw, beta[-1] - float(raw @ mean))


def cross_validate(features: Floats, rows: Sequence[SupportRow]) -> Floats:
    """Give each row the score of a model that saw neither its source nor its claim."""
    labels = np.array([float(row.supported) for row in rows])
    folds, weights = assign_folds(rows), weigh_rows(rows)
    scores = np.zeros(len(rows))
    for fold in range(FOLDS):
        seen, held = folds != fold, folds == fold
        if not held.any():
            continue
        beta = fit(features[seen], labels[seen], weights[seen])
        scores[held] = 1 / (1 + np.exp(-(features[held] @ beta[:-1] + beta[-1])))
    return scores


def measure_rows(rows: Sequence[SupportRow]) -> Floats:
    """Give the features of every row."""
    rarity = count_rarity(rows)
    return np.array([read_features(row.sentence, [row.source], rarity) for row in rows])


def main() -> None:
    """Fit on all rows and print, or write, the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true", help=f"replace {TARGET.name}")
    arguments = parser.parse_args()
    rows = read_support(arguments.file)
    beta = fit(measure_rows(rows), np.array([float(row.supported) for row in rows]), weigh_rows(rows))
    lines = [
        '"""Weights of the support score, written by `python -m evals.fit_support`; see there for data and method."""',
        "",
        "WEIGHTS = (",
        *(
            f"    {value:.5g},  # {name}"
            for name, value in zip(SupportFeatures._fields, beta[:-1], strict=True)
        ),
        ")",
        f"BIAS = {beta[-1]:.5g}",
    ]
    text = "\n".join(lines) + "\n"
    if arguments.write:
        TARGET.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
