"""Search by meaning: the nearest passages of every collection a reader may open, for several questions at once."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.access import readable_audiences
from assistant.retrieval.fusion import Background, measure_background
from assistant.retrieval.lexical import CANDIDATES
from assistant.retrieval.query import Query
from assistant.retrieval.reference import REFERENCE
from assistant.types import LANGUAGES, Audience, Language

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.models import Embedder
    from assistant.vectors import VectorStore

BACKGROUND_SIZE = 1000
"""Passages of a language a question is compared with; 300 already gave the same ranking."""
LEAST_BACKGROUND = 24
"""With fewer, reference texts are added: two passages have a spread by chance, and one of them is the answer."""

FloatArray = NDArray[np.float32]
Collections = Mapping[Language, Sequence[str]]


class DenseSearch:
    """Search by meaning over one library; safe to share between threads.

    Holds a sample of each language's vectors, read again when the library has changed.
    """

    def __init__(self, library: Library, vectors: VectorStore, embedder: Embedder) -> None:
        self._library = library
        self._vectors = vectors
        self._embedder = embedder
        self._lock = threading.Lock()
        self._samples: dict[tuple[str, ...], FloatArray] = {}
        self._generation = -1

    def embed(self, queries: Sequence[Query]) -> FloatArray:
        """Give the weighted mean of each question's texts, (n, d) float32, rows of length 1."""
        parts = [query.meaning_parts for query in queries]
        rows = iter(self._embedder.encode_queries([part.text for own in parts for part in own]))
        summed = [np.sum([part.weight * next(rows) for part in own], axis=0) for own in parts]
        vectors = np.stack(summed).astype(np.float32)
        scaled: FloatArray = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return scaled

    def collections(self, reader: Audience) -> dict[Language, list[str]]:
        """Name the collections that hold what a reader may read, by language; languages without any are left out."""
        audiences = readable_audiences(reader)
        present = set(self._vectors.collections())
        wanted: dict[Language, list[str]] = {}
        for language in LANGUAGES:
            names = [f"{language}-{a}-{part}" for a in audiences for part in ("live", "archive")]
            if kept := [name for name in names if name in present]:
                wanted[language] = kept
        return wanted

    def backgrounds(self, vectors: FloatArray, collections: Collections) -> list[dict[Language, Background]]:
        """Measure for each question how near it lies to the passages of a language in general."""
        samples = {language: self._sample(language, names) for language, names in collections.items()}
        return [
            {language: measure_background(vector, sample) for language, sample in samples.items()}
            for vector in vectors
        ]

    def nearest(self, vectors: FloatArray, collections: Collections) -> list[dict[str, float]]:
        """Give for each question the cosines of the nearest passages of every collection, by passage id."""
        cosines: list[dict[str, float]] = [{} for _ in vectors]
        for names in collections.values():
            for name in names:
                for own, scored in zip(
                    cosines, self._vectors.query_all(name, vectors, CANDIDATES), strict=True
                ):
                    own.update({row.id: row.score for row in scored})
        return cosines

    def add_cosines(
        self,
        cosines: Sequence[dict[str, float]],
        found: Sequence[Iterable[str]],
        vectors: FloatArray,
        collections: Collections,
    ) -> None:
        """Give passages that were found in other ways the cosine they have, for each question."""
        lacking = [
            [key for key in sorted(other) if key not in own]
            for own, other in zip(cosines, found, strict=True)
        ]
        missing = list(dict.fromkeys(key for own in lacking for key in own))
        rows: dict[str, FloatArray] = {}
        for name in (name for names in collections.values() for name in names):
            if not missing:
                break
            rows |= self._vectors.fetch(name, missing)
            missing = [key for key in missing if key not in rows]
        for own, keys, vector in zip(cosines, lacking, vectors, strict=True):
            own.update({key: float(rows[key] @ vector) for key in keys if key in rows})

    def _sample(self, language: Language, names: Sequence[str]) -> FloatArray:
        """Give vectors of a language's passages; a small library's are filled up with reference texts."""
        with self._lock:
            generation = self._library.generation
            if generation != self._generation:
                self._samples.clear()
                self._generation = generation
            key = tuple(names)
            if key not in self._samples:
                share = max(2, BACKGROUND_SIZE // len(names))
                found = (self._vectors.sample(name, share)[1] for name in names)
                rows = [sampled for sampled in found if len(sampled)]  # a collection may have gone meanwhile
                if (lacking := LEAST_BACKGROUND - sum(map(len, rows))) > 0:
                    rows.append(self._embedder.encode_passages(REFERENCE[language][:lacking]))
                self._samples[key] = np.concatenate(rows)
            return self._samples[key]
