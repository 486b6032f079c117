"""Hybrid search: dense per language, standardised, plus BM25 within the question's own language."""

from __future__ import annotations

import datetime as dt
import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.access import readable_audiences
from assistant.retrieval.fusion import Background, fuse_scores, measure_background
from assistant.retrieval.query import Query
from assistant.types import LANGUAGES, Audience, Hit, Language, Provenance
from assistant.validity import Validity, judge_validity, successors
from assistant.words import lexical_terms

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.models import Embedder
    from assistant.vectors import VectorStore

CANDIDATES = 100
"""Passages each search hands to fusion; more changed no benchmark by .001."""
BACKGROUND_SIZE = 1000
"""Passages of a language a question is compared with; 300 already gave the same ranking."""

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Scope:
    """Who asks and for which date; `None` is today and keeps archived documents out."""

    reader: Audience = "public"
    as_of: dt.date | None = None
    include_archived: bool = False  # lists what is not in force, too, as `search` for staff does


@dataclass(frozen=True)
class Found:
    """Hits that may answer, and those kept out by their standing (superseded, draft, not yet in force)."""

    hits: list[Hit]
    kept_out: list[tuple[Hit, Validity]] = field(default_factory=list)
    vector: FloatArray | None = None
    backgrounds: Mapping[Language, Background] = field(default_factory=dict)


class Searcher:
    """Searches one library; safe to share between threads.

    Holds a sample of each language's vectors, read again when the library has changed.
    """

    def __init__(self, library: Library, vectors: VectorStore, embedder: Embedder) -> None:
        self._library = library
        self._vectors = vectors
        self._embedder = embedder
        self._lock = threading.Lock()
        self._samples: dict[tuple[str, ...], FloatArray] = {}
        self._generation = -1

    def search(self, query: Query, scope: Scope, *, k: int = 10) -> Found:
        """Find the passages nearest to a question that its asker may read.

        Returns:
            At most `k` hits with ranks from 1, best first, and at most `k` that are not in force.
        """
        vector = self._embed(query)
        collections = self._collections(scope.reader)
        backgrounds = {
            language: measure_background(vector, self._sample(names))
            for language, names in collections.items()
        }
        cosines, languages = self._dense(vector, collections)
        lexical = self._lexical(query, scope.reader)
        self._add_cosines(cosines, languages, lexical, vector, collections)
        dense = {key: backgrounds[languages[key]].standardise(cosine) for key, cosine in cosines.items()}
        ranked = fuse_scores(dense, lexical)
        found = self._split_by_standing(ranked[: 4 * CANDIDATES], scope, k, cosines, lexical)
        return Found(found.hits, found.kept_out, vector, backgrounds)

    def _embed(self, query: Query) -> FloatArray:
        rows = self._embedder.encode_queries([part.text for part in query.meaning_parts])
        weights = np.array([part.weight for part in query.meaning_parts], dtype=np.float32)
        vector: FloatArray = (weights[:, None] * rows).sum(axis=0)
        return vector / max(float(np.linalg.norm(vector)), 1e-9)

    def _collections(self, reader: Audience) -> dict[Language, list[str]]:
        audiences = readable_audiences(reader)
        present = set(self._vectors.collections())
        wanted: dict[Language, list[str]] = {}
        for language in LANGUAGES:
            names = [f"{language}-{a}-{part}" for a in audiences for part in ("live", "archive")]
            if kept := [name for name in names if name in present]:
                wanted[language] = kept
        return wanted

    def _sample(self, names: Sequence[str]) -> FloatArray:
        with self._lock:
            generation = self._library.generation
            if generation != self._generation:
                self._samples.clear()
                self._generation = generation
            key = tuple(names)
            if key not in self._samples:
                share = max(2, BACKGROUND_SIZE // len(names))
                rows = [self._vectors.sample(name, share)[1] for name in names]
                self._samples[key] = np.concatenate(rows) if rows else np.zeros((0, 1), np.float32)
            return self._samples[key]

    def _dense(
        self, vector: FloatArray, collections: Mapping[Language, Sequence[str]]
    ) -> tuple[dict[str, float], dict[str, Language]]:
        cosines: dict[str, float] = {}
        languages: dict[str, Language] = {}
        for language, names in collections.items():
            for name in names:
                for scored in self._vectors.query(name, vector, CANDIDATES):
                    cosines[scored.id] = scored.score
                    languages[scored.id] = language
        return cosines, languages

    def _lexical(self, query: Query, reader: Audience) -> dict[str, float]:
        """Give BM25 as a share of the query's rarity mass, so that it compares between questions."""
        summed: dict[str, float] = {}
        for part in query.word_parts:
            terms = lexical_terms(part.text)
            mass = self._rarity_mass(terms, query.language)
            if not mass:
                continue
            hits = self._library.search_lexical(
                terms,
                language=query.language,
                audiences=readable_audiences(reader),
                archived=None,
                k=CANDIDATES,
            )
            for scored in hits:
                summed[scored.id] = summed.get(scored.id, 0.0) + part.weight * scored.score / mass
        return summed

    def _rarity_mass(self, terms: Sequence[str], language: Language) -> float:
        n = self._library.passage_count(language)
        frequencies = self._library.document_frequency(set(terms), language)
        return sum(rarity(frequencies.get(term, 0), n) for term in set(terms))

    def _add_cosines(
        self,
        cosines: dict[str, float],
        languages: dict[str, Language],
        lexical: Mapping[str, float],
        vector: FloatArray,
        collections: Mapping[Language, Sequence[str]],
    ) -> None:
        """Give passages found by words alone the cosine they have."""
        missing = [passage_id for passage_id in lexical if passage_id not in cosines]
        for language, names in collections.items():
            for name in names:
                if not missing:
                    return
                fetched = self._vectors.fetch(name, missing)
                for passage_id, row in fetched.items():
                    cosines[passage_id] = float(row @ vector)
                    languages[passage_id] = language
                missing = [passage_id for passage_id in missing if passage_id not in fetched]

    def _split_by_standing(
        self,
        ranked: Sequence[tuple[str, float]],
        scope: Scope,
        k: int,
        cosines: Mapping[str, float],
        lexical: Mapping[str, float],
    ) -> Found:
        passages = self._library.passages([passage_id for passage_id, _ in ranked])
        provenances = self._library.provenance_by_document({p.document for p in passages.values()})
        standing = self.standing(scope)
        readable = readable_audiences(scope.reader)
        hits: list[Hit] = []
        kept_out: list[tuple[Hit, Validity]] = []
        for passage_id, score in ranked:
            passage = passages.get(passage_id)
            if passage is None or provenances[passage.document].audience not in readable:
                continue  # retired between search and look-up, or the audience was just raised
            validity = standing(provenances[passage.document])
            open_ = validity.standing == "in_force" or scope.include_archived
            rank = len(hits) + 1 if open_ else len(kept_out) + 1
            if rank > k:
                continue
            hit = Hit(passage, score, rank, cosines.get(passage_id), lexical.get(passage_id))
            if open_:
                hits.append(hit)
            else:
                kept_out.append((hit, validity))
        return Found(hits, kept_out)

    def rarity(self, language: Language) -> Callable[[str], float]:
        """Give the weight of a term in the documents of a language, each looked up once."""
        n = self._library.passage_count(language)

        @functools.cache
        def weight(term: str) -> float:
            return rarity(self._library.document_frequency({term}, language).get(term, 0), n)

        return weight

    def successors(self, reader: Audience) -> dict[str, Provenance]:
        """Map superseded documents to what took their place, as far as a reader may see it."""
        readable = readable_audiences(reader)
        return successors(p for p in self._library.provenances() if p.audience in readable)

    def standing(self, scope: Scope) -> _Standing:
        """Give the judge of documents for a scope; successors a reader may not read do not count."""
        today = dt.date.today()
        return _Standing(self.successors(scope.reader), scope.as_of or today, today)


@dataclass(frozen=True)
class _Standing:
    successor_by_id: Mapping[str, Provenance]
    on: dt.date
    today: dt.date

    def __call__(self, provenance: Provenance) -> Validity:
        return judge_validity(provenance, self.successor_by_id, self.on, today=self.today)


def rarity(document_frequency: int, n: int) -> float:
    """Give the inverse document frequency of a term (BM25 form, never negative)."""
    return float(np.log1p((n - document_frequency + 0.5) / (document_frequency + 0.5)))
