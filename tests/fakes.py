"""Real code with an obvious rule in place of a model; each remembers what it was asked."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence

import numpy as np

from assistant.models import Embedder, Vectors
from assistant.models.interfaces import unit_rows
from assistant.words import lexical_terms


class WordEmbeddings(Embedder):
    """Adds up one fixed pseudo-random direction for each term, so that shared words mean closeness.

    `embedded` holds every text that was embedded as a passage.
    """

    def __init__(
        self, *, name: str = "words", dimension: int = 64, max_tokens: int = 512, seconds_per_text: float = 0
    ) -> None:
        self.name = name
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.fingerprint = f"{name}-{dimension}"
        self.embedded: list[str] = []
        self._seconds_per_text = seconds_per_text
        self._directions: dict[str, Vectors] = {}

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        self.embedded.extend(texts)
        time.sleep(self._seconds_per_text * len(texts))
        if progress:
            progress(len(texts))
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in lexical_terms(text):
                row += self._direction(term)
        return unit_rows(rows)

    def count_tokens(self, text: str) -> int:
        return len(lexical_terms(text)) + 2

    def _direction(self, term: str) -> Vectors:
        if term not in self._directions:
            digest = hashlib.sha256(f"{self.name} {term}".encode("utf-8", "replace")).digest()
            rng = np.random.default_rng(int.from_bytes(digest[:8], "little"))
            self._directions[term] = rng.standard_normal(self.dimension).astype(np.float32)
        return self._directions[term]
