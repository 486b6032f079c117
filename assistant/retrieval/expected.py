"""Expected questions beside the reader's: two questions on one thing lie nearer than a question and its answer.

Those with an answer help to find it, and near misses, which have none, to tell that there is none.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.access import readable_audiences
from assistant.retrieval.fusion import measure_background
from assistant.types import LANGUAGES, Audience, Language
from assistant.words import detect_language

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.models import Embedder

LEAST_QUESTIONS = 24
"""With fewer of a language their spread is chance, and they are not compared."""
NEAREST = 30
"""Expected questions of each language that are looked at."""

EXPECTED_FROM = 1.5
"""Deviations above the mean from which on an expected question speaks for what answers it (docs/decisions/0008)."""

KERNEL = 0.8
"""Width of the kernel by which expected questions are like the reader's, in deviations of their cosines. Chosen on the dev half,
where narrower ones refuse more (.65 at .3, .58 at .8) and wider ones tell better in general (docs/decisions/0009)."""
HELD_OUT = 200
"""Near misses that show how like the answered ones a question without an answer is; the standard error is a fourteenth."""

FARTHEST = 4.0
"""Likenesses beyond are cut: a question in a near miss's very words needs no more, and few other signals to speak for it."""

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]


class Meant(NamedTuple):
    """An expected question near the reader's: where it is answered, how near, in deviations above the mean."""

    start: int  # offsets in the passage's document
    end: int
    nearness: float
    text: str  # for comparing, never to be shown


@dataclass(frozen=True)
class _Questions:
    vectors: FloatArray  # (n, d)
    texts: tuple[str, ...]
    passages: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    audiences: tuple[Audience, ...]
    near_misses: BoolArray  # (n,)
    seen: dict[Audience, _Seen] = field(default_factory=dict)  # sorted out when a reader first asks

    def seen_by(self, reader: Audience) -> _Seen:
        """Give those that belong to what a reader may read."""
        if (known := self.seen.get(reader)) is not None:
            return known
        readable = readable_audiences(reader)
        open_ = np.array([audience in readable for audience in self.audiences], bool)
        kept = np.flatnonzero(open_ & ~self.near_misses)
        answered, missed = self.vectors[kept], self.vectors[open_ & self.near_misses]
        enough = min(len(answered), len(missed)) >= LEAST_QUESTIONS
        self.seen[reader] = _Seen(kept, answered, missed, _measure_zero(answered, missed) if enough else None)
        return self.seen[reader]


class _Seen(NamedTuple):
    """What one reader may see of the expected questions of a language."""

    kept: NDArray[np.intp]  # places of the answered ones
    answered: FloatArray  # (n, d)
    missed: FloatArray  # (m, d)
    zero: _Zero | None  # of the likeness; `None` with too few of either


class _Zero(NamedTuple):
    """Mean and spread of the likeness of questions that are not answered."""

    mean: float
    deviation: float


class ExpectedQuestions:
    """The expected questions of one library in memory, read again when it has changed; safe to share between threads."""

    def __init__(self, library: Library, embedder: Embedder) -> None:
        self._library = library
        self._embedder = embedder
        self._lock = threading.Lock()
        self._by_language: Mapping[Language, _Questions] = {}
        self._generation = -1

    def nearest(self, vectors: FloatArray, reader: Audience) -> list[dict[str, tuple[Meant, ...]]]:
        """Give for each question what it may mean: by passage id the nearest expected questions, best first.

        Args:
            vectors: (n, d) of the readers' questions.
            reader: Only what is answered for this reader is compared, or counts for the mean.
        """
        found: list[dict[str, tuple[Meant, ...]]] = [{} for _ in vectors]
        for questions in self._read().values():
            kept, rows, *_ = questions.seen_by(reader)
            if len(kept) < LEAST_QUESTIONS:
                continue
            for own, vector in zip(found, vectors, strict=True):
                background = measure_background(vector, rows)
                cosines = rows @ vector
                for place in np.argsort(-cosines, kind="stable")[:NEAREST]:
                    at = int(kept[place])
                    near = background.standardise(float(cosines[place]))
                    meant = Meant(*questions.places[at], near, questions.texts[at])
                    passage = questions.passages[at]
                    own[passage] = (*own.get(passage, ()), meant)
        return [
            {passage: tuple(sorted(meant, key=lambda one: -one.nearness)) for passage, meant in own.items()}
            for own in found
        ]

    def liken(
        self, vectors: FloatArray, languages: Sequence[Language], reader: Audience
    ) -> list[float | None]:
        """Tell for each question how much more it is like those that the library answers than like near misses.

        It is the log of the ratio of two densities, of answered questions and of near misses of its language, in
        deviations from what near misses show when each is held out: about 0 for a question without an answer, at most
        `FARTHEST` either way.

        Source of the estimate: Parzen, 1962 (densities by kernels).

        Args:
            vectors: (n, d) of the readers' questions.
            languages: Of each of them.
            reader: Only what belongs to what this reader may read is compared.

        Returns:
            `None` where the library has fewer than `LEAST_QUESTIONS` of either kind in that language.
        """
        found: list[float | None] = [None] * len(vectors)
        for language, questions in self._read().items():
            own = [place for place, spoken in enumerate(languages) if spoken == language]
            _, answered, missed, zero = questions.seen_by(reader)
            if not own or zero is None:
                continue
            ratios = _compare(vectors[own] @ answered.T, vectors[own] @ missed.T)
            for place, ratio in zip(own, ratios, strict=True):
                likeness = (float(ratio) - zero.mean) / zero.deviation
                found[place] = round(max(-FARTHEST, min(FARTHEST, likeness)), 4)
        return found

    def _read(self) -> Mapping[Language, _Questions]:
        with self._lock:
            generation = self._library.generation
            if generation != self._generation:
                self._by_language = self._load()
                self._generation = generation
            return self._by_language

    def _load(self) -> Mapping[Language, _Questions]:
        stored = self._library.expected_questions(self._embedder.fingerprint)
        languages = [detect_language(one.text) for one in stored]
        loaded: dict[Language, _Questions] = {}
        for language in LANGUAGES:
            own = [one for one, spoken in zip(stored, languages, strict=True) if spoken == language]
            if own:
                loaded[language] = _Questions(
                    np.stack([one.vector for one in own]),
                    tuple(one.text for one in own),
                    tuple(one.passage for one in own),
                    tuple((one.start, one.end) for one in own),
                    tuple(one.audience for one in own),
                    np.array([one.near_miss for one in own], bool),
                )
        return loaded


def _measure_zero(answered: FloatArray, missed: FloatArray) -> _Zero:
    """Give what some near misses show, each held out."""
    rows = np.linspace(0, len(missed) - 1, min(HELD_OUT, len(missed)), dtype=np.int64)
    among = missed[rows] @ missed.T
    among[np.arange(len(rows)), rows] = -np.inf
    ratios = _compare(missed[rows] @ answered.T, among)
    return _Zero(float(ratios.mean()), max(float(ratios.std()), 1e-3))


def _compare(answered: FloatArray, missed: FloatArray) -> FloatArray:
    """Give the log of the ratio of two sums over kernels, row by row; `-inf` is the cosine of what is held out."""
    width = KERNEL * np.maximum(answered.std(axis=1, keepdims=True), 1e-6)
    return _sum_kernels(answered, width) - _sum_kernels(missed, width)


def _sum_kernels(cosines: FloatArray, width: FloatArray) -> FloatArray:
    best = cosines.max(axis=1, keepdims=True)
    summed: FloatArray = (best / width + np.log(np.exp((cosines - best) / width).sum(axis=1, keepdims=True)))[
        :, 0
    ]
    return summed


def measure_lift(meant: Iterable[Meant]) -> float:
    """Give how far the nearest of some expected questions stands above `EXPECTED_FROM`; 0 without any that near."""
    return max(0.0, max((one.nearness for one in meant), default=0.0) - EXPECTED_FROM)
