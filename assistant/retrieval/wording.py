"""Late interaction: how well the words of a passage meet each word of a question, by meaning in context."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.types import Hit, Passage

if TYPE_CHECKING:
    from assistant.models import Embedder

KEPT_PASSAGES = 512
"""Passages whose token vectors are kept, 100 kB each on average: what is asked about often is not read again."""
QUARTILE = 0.25
"""The worst-met words tell, and the very worst by chance: AUROC of the least match .62, the lower quartile .72,
the mean .67 on the English dev cases; .83, .84 and .84 on clapnq-abstain."""

_Tokens = NDArray[np.float16]


class WordingMatcher:
    """Compares a question with a passage token by token; safe to share between threads.

    What it keeps of passages is dropped when the library changes, so that nothing removed stays.
    Source: Khattab & Zaharia, SIGIR 2020 (ColBERT), here over the token vectors of a plain embedder.
    """

    def __init__(self, embedder: Embedder, generation: Callable[[], int]) -> None:
        """Match with an embedder; `generation` tells by another number that the library has changed."""
        self._embedder = embedder
        self._read_generation = generation
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Tokens] = OrderedDict()
        self._generation = -1

    def match(self, question: str, hits: Sequence[Hit]) -> float | None:
        """Give the lower quartile of the cosines by which the best hit meets the question's tokens.

        Returns:
            `None` without hits, for a text without words, or from an embedder without token vectors.
        """
        if not hits:
            return None
        asked = self._embedder.encode_tokens(question, question=True)
        if asked is None or not len(asked):
            return None
        told = self._read(min(hits, key=lambda hit: hit.rank).passage)
        if not len(told):
            return None
        return float(np.quantile((asked @ told.T.astype(np.float32)).max(axis=1), QUARTILE))

    def _read(self, passage: Passage) -> _Tokens:
        """Give (tokens, d) float16, from what is kept where it can."""
        with self._lock:
            generation = self._read_generation()
            if generation != self._generation:
                self._kept.clear()
                self._generation = generation
            if (known := self._kept.get(passage.id)) is not None:
                self._kept.move_to_end(passage.id)
                return known
        found = self._embedder.encode_tokens(passage.embedded_text, question=False)
        tokens: _Tokens = np.zeros((0, 0), np.float16) if found is None else found.astype(np.float16)
        with self._lock:
            if generation == self._generation:
                self._kept[passage.id] = tokens
            while len(self._kept) > KEPT_PASSAGES:
                self._kept.popitem(last=False)
        return tokens
