"""Expected questions beside the reader's: two questions on one thing lie nearer than a question and its answer."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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

FloatArray = NDArray[np.float32]


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
        readable = readable_audiences(reader)
        for questions in self._read().values():
            open_ = np.array([audience in readable for audience in questions.audiences], bool)
            if open_.sum() < LEAST_QUESTIONS:
                continue
            kept = np.flatnonzero(open_)
            rows = questions.vectors[kept]
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
                )
        return loaded


def measure_lift(meant: Iterable[Meant]) -> float:
    """Give how far the nearest of some expected questions stands above `EXPECTED_FROM`; 0 without any that near."""
    return max(0.0, max((one.nearness for one in meant), default=0.0) - EXPECTED_FROM)
