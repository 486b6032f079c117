"""A softmax regression over a turn's meaning and cues, fitted to this package's own examples."""

from __future__ import annotations

import functools
import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from assistant.guarding.categories import Category
from assistant.guarding.cues import read_cues
from assistant.models.stored import fetch_or_make

if TYPE_CHECKING:
    from assistant.models import Embedder

Floats = npt.NDArray[np.float64]

LABELS: tuple[str, ...] = ("pass", *get_args(Category))
CUE_WEIGHT = 0.3
"""Scale of a cue beside the meaning, whose length is 1 on average. On dev's case questions the area under the
curve is .983 without cues, .992 at .15, .994 at .3 and at .5, where emergencies are confused with treatment."""
PENALTY = 2e-4
STEPS = 200
FOLDS = 3
MAX_FALSE_ALARMS = 0.04
"""Share of ordinary examples that may be held back when they were left out of the fit. They are harder than
ordinary questions: bundled-e5 stays below, and an embedder that does not is trusted less."""

_FOLDER = Path(__file__).parent


class Example(NamedTuple):
    """One line of `examples.jsonl`."""

    label: str
    text: str


class Classifier(NamedTuple):
    """A fitted regression.

    Attributes:
        centre: Mean of the features, (d,).
        weights: (d, labels).
        bias: (labels,).
        scale: Factor on the meaning.
        caution: 0 for an embedder that tells the examples apart well; up to 1, never sure.
    """

    centre: Floats
    weights: Floats
    bias: Floats
    scale: float
    caution: float

    def probabilities(self, vectors: npt.NDArray[np.float32], texts: Sequence[str]) -> Floats:
        """Give (n, labels), rows that add up to 1, in the order of `LABELS`."""
        features = _features(vectors, texts, self.scale)
        return _softmax((features - self.centre) @ self.weights + self.bias)

    def to_bytes(self) -> bytes:
        """Give the file that `from_bytes` reads."""
        file = io.BytesIO()
        np.savez(file, **self._asdict())
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Classifier:
        """Read what `to_bytes` gave."""
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            return cls(
                file["centre"], file["weights"], file["bias"], float(file["scale"]), float(file["caution"])
            )


@functools.cache
def read_examples() -> tuple[Example, ...]:
    """Read the examples that come with the package."""
    lines = (_FOLDER / "examples.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(Example(row["category"], row["text"]) for row in map(json.loads, lines))


def load_classifier(embedder: Embedder, *, cache: Path) -> Classifier:
    """Fit the classifier to an embedder, or read it where that was done before.

    Args:
        cache: Folder for fitted weights; a damaged file is made again.
    """
    name = f"{hashlib.sha256(embedder.fingerprint.encode()).hexdigest()[:16]}-{_digest()}.npz"
    return Classifier.from_bytes(fetch_or_make(cache / "guard" / name, lambda: _fit_to(embedder).to_bytes()))


def _fit_to(embedder: Embedder) -> Classifier:
    examples = read_examples()
    texts = [example.text for example in examples]
    labels = np.array([LABELS.index(example.label) for example in examples])
    return fit_classifier(embedder.encode_queries(texts), texts, labels)


def fit_classifier(
    vectors: npt.NDArray[np.float32], texts: Sequence[str], labels: npt.NDArray[np.int_]
) -> Classifier:
    """Fit to examples; the same ones give the same classifier.

    Args:
        labels: Index into `LABELS` for each row.
    """
    spread = float(np.sqrt(((vectors - vectors.mean(0)) ** 2).sum(1).mean()))
    scale = 1 / max(spread, 1e-6)
    features = _features(vectors, texts, scale)
    folds = np.arange(len(labels)) % FOLDS
    held_out = np.empty((len(labels), len(LABELS)))
    for fold in range(FOLDS):
        train = folds != fold
        centre, weights, bias = _descend(features[train], labels[train])
        held_out[~train] = _softmax((features[~train] - centre) @ weights + bias)
    return Classifier(*_descend(features, labels), scale, _measure_caution(held_out, labels))


def _measure_caution(held_out: Floats, labels: npt.NDArray[np.int_]) -> float:
    """Give how far doubt must be cut for few false alarms among ordinary examples left out of the fit."""
    from assistant.guarding.decision import doubt_left

    ordinary = [row for row, label in enumerate(labels) if label == 0]
    left = np.sort([doubt_left(held_out[row]) for row in ordinary])
    allowed = int(MAX_FALSE_ALARMS * len(ordinary))
    return float(np.clip(left[::-1][allowed], 0, 1)) if len(left) > allowed else 0.0


def _features(vectors: npt.NDArray[np.float32], texts: Sequence[str], scale: float) -> Floats:
    cues = np.array([read_cues(text).row for text in texts])
    return np.hstack([vectors.astype(np.float64) * scale, cues * CUE_WEIGHT])


def _descend(features: Floats, labels: npt.NDArray[np.int_]) -> tuple[Floats, Floats, Floats]:
    """Minimise the cross-entropy with an L2 penalty by full-batch steps with momentum.

    Rare labels weigh more, by the root of their rarity. Source: Nesterov 1983.
    """
    centre = features.mean(0)
    rows, wanted = features - centre, np.eye(len(LABELS))[labels]
    weight = (1 / np.sqrt(np.bincount(labels, minlength=len(LABELS)).clip(1)))[labels]
    weight = weight[:, None] / weight.mean() / len(labels)
    step = 1 / (0.5 * _largest_eigenvalue(rows, weight[:, 0]) + PENALTY)
    weights = ahead = np.zeros((rows.shape[1], len(LABELS)))
    bias = bias_ahead = np.zeros(len(LABELS))
    for number in range(STEPS):
        error = (_softmax(rows @ ahead + bias_ahead) - wanted) * weight
        next_weights = ahead - step * (rows.T @ error + PENALTY * ahead)
        next_bias = bias_ahead - step * error.sum(0)
        momentum = number / (number + 3)
        ahead = next_weights + momentum * (next_weights - weights)
        bias_ahead = next_bias + momentum * (next_bias - bias)
        weights, bias = next_weights, next_bias
    return centre, weights, bias


def _largest_eigenvalue(rows: Floats, weight: Floats) -> float:
    """Bound the curvature by power iteration from a fixed start; never below 1."""
    vector = np.ones(rows.shape[1])
    size = 1.0
    for _ in range(30):
        vector = rows.T @ (weight * (rows @ vector))
        size = float(np.linalg.norm(vector))
        vector /= max(size, 1e-12)
    return max(1.05 * size, 1.0)


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


@functools.cache
def _digest() -> str:
    """Change with the examples and with the code that makes features of them."""
    files = (
        _FOLDER / name for name in ("examples.jsonl", "patterns.py", "rules.py", "cues.py", "decision.py")
    )
    parts = [path.read_bytes() for path in (*files, Path(__file__))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
