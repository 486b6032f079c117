"""Late interaction: how well the words of a passage meet each word of a question, by meaning in context."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.models.interfaces import TokenBits, Vectors
from assistant.models.token_bits import meet_tokens
from assistant.retrieval.expected import Meant
from assistant.retrieval.fusion import compared_language
from assistant.types import Hit, Language, Passage

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.models import Embedder
    from assistant.retrieval.query import Query

KEPT_PASSAGES = 512
"""Passages whose whole token vectors are kept, 100 kB each on average: what is asked about often is not read again."""
EXPECTED_TEXTS = 3
"""Expected questions of a passage that say in other words what it answers; docs/decisions/0005 has what they add."""
KEPT_PLACES = 4096
"""Passages of which is kept where their tokens begin, a kilobyte each; an id names a text, so nothing grows stale."""
QUARTILE = 0.25
"""The worst-met words tell, and the very worst by chance: AUROC of the least match .62, the lower quartile .72,
the mean .67 on the English dev cases; .83, .84 and .84 on clapnq-abstain."""

ORDERED = 20
"""First hits that are put in order by their words, each among those of its language."""
WORDING_WEIGHT = 40.0
"""Weight of the mean match, which differs by some .05, beside the score; docs/decisions/0006 has the sweep."""

_Tokens = NDArray[np.float16]


class WordingMatcher:
    """Compares a question with passages token by token; safe to share between threads.

    What puts passages in order was kept at ingest, so that a search reads none. Whether the first one answers is told by
    whole vectors, which signs cannot replace (docs/decisions/0006); what it keeps of them is dropped when the library
    changes, so that nothing removed stays.
    Source: Khattab & Zaharia, SIGIR 2020 (ColBERT), here over the token vectors of a plain embedder.
    """

    def __init__(self, embedder: Embedder, library: Library) -> None:
        self._embedder = embedder
        self._library = library
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Tokens] = OrderedDict()
        self._places: OrderedDict[str, NDArray[np.int64]] = OrderedDict()
        self._generation = -1

    def match(
        self, question: str, hits: Sequence[Hit], meant: Mapping[str, Sequence[Meant]] | None = None
    ) -> float | None:
        """Give the lower quartile of the cosines by which the best hit meets the question's tokens.

        Args:
            meant: Expected questions by passage id, best first: their words count as the passage's.

        Returns:
            `None` without hits, for a text without words, or from an embedder without token vectors.
        """
        asked = self._embedder.encode_tokens(question, question=True) if hits else None
        if asked is None or not len(asked):
            return None
        best = min(hits, key=lambda hit: hit.rank).passage
        told = self._read_whole(best)
        if not len(told):
            return None
        met = [(asked @ told.T.astype(np.float32)).max(axis=1)]
        for one in (meant or {}).get(best.id, ())[:EXPECTED_TEXTS]:
            # The embedder remembers the questions read last, and the library's among them.
            tokens = self._embedder.encode_tokens(one.text, question=True)
            if tokens is not None and len(tokens):
                met.append((asked @ tokens.T).max(axis=1))
        return float(np.quantile(np.max(met, axis=0), QUARTILE))

    def read(self, passages: Sequence[Passage]) -> Mapping[str, TokenBits]:
        """Give what is kept of the tokens of passages, by passage id."""
        if not self._embedder.token_code:
            return {}
        ids = [passage.id for passage in passages]
        return self._library.token_bits(ids, self._embedder.fingerprint, self._embedder.token_code)

    def order(self, query: Query, hits: Sequence[Hit], known: Mapping[str, TokenBits]) -> list[Hit]:
        """Put the first hits in the order in which they meet the words of a question.

        Those of one language change places among themselves: words of the question's own language meet each
        other better than a translation does, however well it answers. A passage of which nothing is known
        keeps its place.

        Args:
            hits: Best first, as many as there are.
            known: What `read` gives for the first of them.

        Returns:
            The same hits; the places keep their ranks and scores, so that what was measured of scores holds.
        """
        ordered = list(hits)
        places: dict[Language, list[int]] = {}
        for place, hit in enumerate(hits[:ORDERED]):
            if len(known.get(hit.passage.id, ())):
                places.setdefault(compared_language(hit.passage, query.language), []).append(place)
        if all(len(own) < 2 for own in places.values()):
            return ordered
        asked = self._read_asked(query)
        if not asked:
            return ordered
        for own in places.values():
            worth = {
                place: hits[place].score + WORDING_WEIGHT * _mean_match(asked, known[hits[place].passage.id])
                for place in own
            }
            best_first = sorted(own, key=lambda place: -worth[place])  # stable: of equals the earlier one
            for place, taken in zip(own, best_first, strict=True):
                ordered[place] = replace(hits[taken], score=hits[place].score, rank=hits[place].rank)
        return ordered

    def meet_stretches(
        self, query: Query, stretches: Mapping[Passage, Sequence[tuple[int, int]]]
    ) -> dict[tuple[str, int], float]:
        """Give how well stretches of passages meet the words of a question, less the mean of their language.

        Args:
            stretches: Half-open, by document offset.

        Returns:
            By passage id and start; without those of which no token is known.
        """
        known = self.read(list(stretches))
        asked = self._read_asked(query) if known else []
        met: dict[Language, dict[tuple[str, int], float]] = {}
        for passage, own in stretches.items():
            starts, bits = self._locate(passage), known.get(passage.id)
            if bits is None or not asked or len(starts) < len(bits):
                continue
            places = starts[: len(bits)]
            for start, end in own:
                inside = bits[(places >= start) & (places < end)]
                if len(inside):
                    met.setdefault(passage.language, {})[passage.id, start] = _mean_match(asked, inside)
        return {
            key: value - float(np.mean(list(own.values())))
            for own in met.values()
            for key, value in own.items()
        }

    def _locate(self, passage: Passage) -> NDArray[np.int64]:
        """Give the document offset of each token; those of title and headings lie before the passage."""
        with self._lock:
            if (known := self._places.get(passage.id)) is not None:
                return known
        before = len(passage.embedded_text) - len(passage.text)
        places = np.array(self._embedder.locate_tokens(passage.embedded_text), np.int64) - before
        # A document may begin with the passage: what lies before it must not look like an offset.
        found = np.where(places < 0, -1, places + passage.start)
        with self._lock:
            self._places[passage.id] = found
            while len(self._places) > KEPT_PLACES:
                self._places.popitem(last=False)
        return found

    def _read_asked(self, query: Query) -> list[tuple[float, Vectors]]:
        read = [
            (part.weight, self._embedder.encode_question_tokens(part.text)) for part in query.meaning_parts
        ]
        return [(weight, tokens) for weight, tokens in read if len(tokens)]

    def _read_whole(self, passage: Passage) -> _Tokens:
        """Give (tokens, d) float16, from what is kept where it can."""
        with self._lock:
            generation = self._library.generation
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


def _mean_match(asked: Sequence[tuple[float, Vectors]], bits: TokenBits) -> float:
    """Give the mean cosine of the tokens of weighted texts with their nearest in a passage."""
    return sum(weight * float(meet_tokens(tokens, bits).mean()) for weight, tokens in asked) / sum(
        weight for weight, _ in asked
    )
