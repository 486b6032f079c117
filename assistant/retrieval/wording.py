"""Late interaction: how well the words of a passage meet each word of a question, by meaning in context."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.models.interfaces import Vectors
from assistant.models.remembered import RememberedRows
from assistant.retrieval.fusion import compared_language
from assistant.types import Hit, Passage

if TYPE_CHECKING:
    from assistant.models import Embedder
    from assistant.retrieval.query import Query

KEPT_PASSAGES = 512
"""Passages whose token vectors are kept, 100 kB each on average: what is asked about often is not read again."""
QUARTILE = 0.25
"""The worst-met words tell, and the very worst by chance: AUROC of the least match .62, the lower quartile .72,
the mean .67 on the English dev cases; .83, .84 and .84 on clapnq-abstain."""

ORDERED = 4
REACH = 1.0
"""Hits that are put in order by their words: those of the first four in the other language, as far as their scores are
within reach of the best. nDCG@10 on xquad-zh2en .840 → .870 (first 300 questions; .874 without a reach). Within one
language BM25 has compared the words already: stard-zh-law gains .010 and or-sharc .004, for a tenth of a second more
before the first sentence, as reading a passage takes 20 to 40 ms."""
WORDING_WEIGHT = 60.0
"""Weight of the mean match, which differs by hundredths, beside the score; 80 does the same, 20 half as much."""

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
        self._asked = RememberedRows()
        self._kept: OrderedDict[str, _Tokens] = OrderedDict()
        self._generation = -1

    def match(self, question: str, hits: Sequence[Hit]) -> float | None:
        """Give the lower quartile of the cosines by which the best hit meets the question's tokens.

        Returns:
            `None` without hits, for a text without words, or from an embedder without token vectors.
        """
        if not hits or not len(asked := self._ask(question)):
            return None
        met = self._meet(asked, min(hits, key=lambda hit: hit.rank).passage)
        return None if met is None else float(np.quantile(met, QUARTILE))

    def order(self, query: Query, hits: Sequence[Hit]) -> list[Hit]:
        """Put the first hits of the other language in the order in which they meet the words of a question.

        They change places among themselves: words of the question's own language meet each other better
        than a translation does, however well it answers, and are compared by BM25.

        Args:
            hits: Best first, as many as there are.

        Returns:
            The same hits; the places keep their ranks and scores, so that what was measured of scores holds.
        """
        places = [
            place
            for place, hit in enumerate(hits[:ORDERED])
            if hit.score >= hits[0].score - REACH
            and compared_language(hit.passage, query.language) != query.language
        ]
        if len(places) < 2:
            return list(hits)
        asked = [(part.weight, self._ask(part.text)) for part in query.meaning_parts]
        asked = [(weight, tokens) for weight, tokens in asked if len(tokens)]
        if not asked:
            return list(hits)
        worth = {
            place: hits[place].score + WORDING_WEIGHT * self._mean_match(asked, hits[place].passage)
            for place in places
        }
        ordered = list(hits)
        best_first = sorted(places, key=lambda place: -worth[place])  # stable: of equals the earlier one
        for place, taken in zip(places, best_first, strict=True):
            ordered[place] = replace(hits[taken], score=hits[place].score, rank=hits[place].rank)
        return ordered

    def _mean_match(self, asked: Sequence[tuple[float, Vectors]], passage: Passage) -> float:
        """Give the mean cosine of the tokens of weighted texts with their nearest in a passage; 0 where it has none."""
        means = [
            (weight, float(met.mean()))
            for weight, tokens in asked
            if (met := self._meet(tokens, passage)) is not None
        ]
        return sum(weight * mean for weight, mean in means) / sum(weight for weight, _ in asked)

    def _meet(self, asked: Vectors, passage: Passage) -> Vectors | None:
        """Give the cosine of each token with its nearest of a passage; `None` for a passage without any."""
        told = self._read(passage)
        if not len(told):
            return None
        met: Vectors = (asked @ told.T.astype(np.float32)).max(axis=1)
        return met

    def _ask(self, text: str) -> Vectors:
        """Give (tokens, d) float32; no rows from an embedder without token vectors."""

        def encode(texts: Sequence[str]) -> Vectors:
            found = [self._embedder.encode_tokens(each, question=True) for each in texts]
            return np.stack([np.zeros((0, 0), np.float32) if tokens is None else tokens for tokens in found])

        tokens: Vectors = self._asked.rows([text], encode)[0]
        return tokens

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
