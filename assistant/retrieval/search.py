"""Hybrid search: dense per language, standardised, plus BM25 within the question's own language."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.access import readable_audiences
from assistant.retrieval.fusion import Background, compared_language, fuse_scores, measure_background
from assistant.retrieval.lexical import CANDIDATES, LexicalSearch
from assistant.retrieval.query import Query
from assistant.retrieval.reference import REFERENCE
from assistant.retrieval.versions import Named, chain_keys, named_documents
from assistant.retrieval.wording import WordingMatcher
from assistant.types import LANGUAGES, Audience, Hit, Language, Passage, Provenance
from assistant.validity import Validity, judge_validity, successors

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.models import Embedder
    from assistant.vectors import VectorStore

BACKGROUND_SIZE = 1000
"""Passages of a language a question is compared with; 300 already gave the same ranking."""
LEAST_BACKGROUND = 24
"""With fewer, reference texts are added: two passages have a spread by chance, and one of them is the answer."""

NAMED_VERSION_BONUS = 1.5
"""Who names a version means its document; about the spread between the first and the tenth hit."""
TOPIC_HITS = 10
WIDER_TOPIC_HITS = 40
"""Passages that tell what a question with a version is about, before any version is lifted; further ones count for
versions that were replaced, which is what people ask about by number."""
RERANKED = 40
SPAN_WEIGHT = 0.5
"""Passages whose spans are looked at, and the weight of the nearest one. Recall@5 on the dev half of the cases
.674 → .711 (n = 218), nDCG@10 on clapnq-abstain .887 → .897 (n = 150)."""

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
    pool: Sequence[Hit] = ()  # what `hits` are the first of; the signals of answerability are read off it
    named: frozenset[str] = frozenset()  # documents that a version in the question means


class Searcher:
    """Searches one library; safe to share between threads.

    Holds a sample of each language's vectors, read again when the library has changed.
    """

    def __init__(self, library: Library, vectors: VectorStore, embedder: Embedder) -> None:
        self._library = library
        self._vectors = vectors
        self._embedder = embedder
        self._lexical = LexicalSearch(library)
        self.wording = WordingMatcher(embedder, lambda: library.generation)
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
            language: measure_background(vector, self._sample(language, names))
            for language, names in collections.items()
        }
        cosines = self._dense(vector, collections)
        lexical = self._lexical.search(query, scope.reader)
        carried = self._lexical.search_carried(query, scope.reader)
        words = {
            key: lexical.get(key, 0.0) + carried.get(key, 0.0) for key in lexical.keys() | carried.keys()
        }
        self._add_cosines(cosines, words, vector, collections)
        passages = self._library.passages(cosines.keys() | words.keys())
        dense = {
            key: backgrounds[language].standardise(cosines[key])
            for key, passage in passages.items()
            if key in cosines and (language := compared_language(passage, query.language)) in backgrounds
        }
        ranked = [(passages[key], score) for key, score in fuse_scores(dense, words) if key in passages]
        named = self._named(ranked, query.named, scope.reader)
        found = self._split_by_standing(ranked, scope, max(k, RERANKED), cosines, lexical, named)
        pool = self._rerank_by_spans(found.hits, vector, backgrounds, query.language)
        pool = self.wording.order(query, pool)
        return Found(pool[:k], found.kept_out[:k], vector, backgrounds, pool, found.named)

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

    def _dense(self, vector: FloatArray, collections: Mapping[Language, Sequence[str]]) -> dict[str, float]:
        """Give the cosine of the nearest passages of every collection."""
        return {
            scored.id: scored.score
            for names in collections.values()
            for name in names
            for scored in self._vectors.query(name, vector, CANDIDATES)
        }

    def _add_cosines(
        self,
        cosines: dict[str, float],
        lexical: Mapping[str, float],
        vector: FloatArray,
        collections: Mapping[Language, Sequence[str]],
    ) -> None:
        """Give passages found by words alone the cosine they have."""
        missing = [passage_id for passage_id in lexical if passage_id not in cosines]
        for names in collections.values():
            for name in names:
                if not missing:
                    return
                fetched = self._vectors.fetch(name, missing)
                cosines.update({passage_id: float(row @ vector) for passage_id, row in fetched.items()})
                missing = [passage_id for passage_id in missing if passage_id not in fetched]

    def _rerank_by_spans(
        self,
        hits: Sequence[Hit],
        vector: FloatArray,
        backgrounds: Mapping[Language, Background],
        language: Language,
    ) -> list[Hit]:
        """Add the closeness of each passage's nearest span, where the library has span vectors."""
        first, rest = hits[:RERANKED], hits[RERANKED:]
        spans = self._library.span_vectors([hit.passage.id for hit in first], self._embedder.fingerprint)
        if len(spans) < len(first):
            return _ranked(hits)  # half a library would compare unlike scores
        if any(compared_language(hit.passage, language) not in backgrounds for hit in first):
            return _ranked(hits)  # a rebuild just took the vectors away; these were found by their words
        scored: list[Hit] = []
        for hit in first:
            rows = spans[hit.passage.id]
            background = backgrounds[compared_language(hit.passage, language)]
            nearest = background.standardise(float((rows @ vector).max())) if len(rows) else 0.0
            scored.append(replace(hit, score=hit.score + SPAN_WEIGHT * nearest, span=nearest))
        floor = min((hit.score for hit in scored), default=0.0)
        tail = [replace(hit, score=min(hit.score, floor)) for hit in rest]
        return _ranked([*scored, *tail])

    def _split_by_standing(
        self,
        ranked: Sequence[tuple[Passage, float]],
        scope: Scope,
        k: int,
        cosines: Mapping[str, float],
        lexical: Mapping[str, float],
        named_ones: frozenset[str],
    ) -> Found:
        provenances = self._library.provenance_by_document({passage.document for passage, _ in ranked})
        standing = self.standing(scope)
        readable = readable_audiences(scope.reader)
        hits: list[Hit] = []
        kept_out: list[tuple[Hit, Validity]] = []
        for passage, score in ranked:
            provenance = provenances.get(passage.document)
            if provenance is None or provenance.audience not in readable:
                continue  # removed between search and look-up, or the audience was just raised
            validity = standing(provenance)
            named = passage.document in named_ones
            asked_for = named and validity.standing in ("superseded", "expired")
            open_ = validity.standing == "in_force" or scope.include_archived or asked_for
            rank = len(hits) + 1 if open_ else len(kept_out) + 1
            if rank > k:
                continue
            score += NAMED_VERSION_BONUS * named
            hit = Hit(passage, score, rank, cosines.get(passage.id), lexical.get(passage.id))
            if open_:
                hits.append(hit)
            else:
                kept_out.append((hit, validity))
        return Found(hits, kept_out, named=named_ones)

    def _named(
        self, ranked: Sequence[tuple[Passage, float]], named: Named, reader: Audience
    ) -> frozenset[str]:
        """Give the documents that a version in the question means: versions of what speaks of its topic."""
        if not named:
            return frozenset()
        readable = readable_audiences(reader)
        everything = {p.id: p for p in self._library.provenances()}
        found = [passage.document for passage, _ in ranked if passage.document in everything]
        open_ = [name for name in found if everything[name].audience in readable]
        could_be, chains = {name: everything[name] for name in open_}, chain_keys(everything.values())
        near = named_documents(named, could_be, open_[:TOPIC_HITS], chains)
        further = named_documents(named, could_be, open_[:WIDER_TOPIC_HITS], chains)
        is_replaced = any(everything[name].status == "superseded" for name in further)
        return further if is_replaced else near

    def rarity(self, language: Language) -> Callable[[str], float]:
        """Give the weight of a term in the documents of a language."""
        return self._lexical.rarity(language)

    def provenances(self, documents: Iterable[str]) -> dict[str, Provenance]:
        """Give the provenance of those documents that are still there."""
        return self._library.provenance_by_document(documents)

    def successors(self, reader: Audience, *, on: dt.date | None = None) -> dict[str, Provenance]:
        """Map superseded documents to what took their place, as far as a reader may see it.

        Args:
            on: Only what has taken effect by then counts; `None` counts all.
        """
        readable = readable_audiences(reader)
        return successors((p for p in self._library.provenances() if p.audience in readable), on=on)

    def predecessor(self, document: str, reader: Audience) -> Provenance | None:
        """Give the document that another took the place of, if the reader may see it."""
        known = self._library.provenance_by_document([document])
        older = known[document].supersedes if document in known else None
        found = self._library.provenance_by_document([older]) if older else {}
        return next((p for p in found.values() if p.audience in readable_audiences(reader)), None)

    def passages_of(self, document: str) -> list[Passage]:
        """List all passages of a document in reading order."""
        return self._library.document_passages(document)

    def standing(self, scope: Scope) -> _Standing:
        """Give the judge of documents for a scope; successors a reader may not read do not count."""
        today = dt.date.today()
        on = scope.as_of or today
        return _Standing(self.successors(scope.reader, on=on), on, today)


@dataclass(frozen=True)
class _Standing:
    successor_by_id: Mapping[str, Provenance]
    on: dt.date
    today: dt.date

    def __call__(self, provenance: Provenance) -> Validity:
        return judge_validity(provenance, self.successor_by_id, self.on, today=self.today)


def _ranked(hits: Iterable[Hit]) -> list[Hit]:
    """Number hits by score, ties in order of id."""
    ordered = sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))
    return [replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1)]
