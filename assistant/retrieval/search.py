"""Hybrid search: dense per language, standardised, plus BM25 within the question's own language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.access import readable_audiences
from assistant.retrieval.dense import DenseSearch
from assistant.retrieval.expected import ExpectedQuestions, Meant, measure_lift
from assistant.retrieval.fusion import Background, compared_language, fuse_scores
from assistant.retrieval.lexical import LexicalSearch
from assistant.retrieval.query import Query
from assistant.retrieval.translations import Translations
from assistant.retrieval.versions import Named, chain_keys, named_documents
from assistant.retrieval.wording import ORDERED, WordingMatcher
from assistant.types import Audience, Hit, Language, Passage, Provenance
from assistant.validity import Validity, judge_validity, successors

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.models import Embedder
    from assistant.vectors import VectorStore

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

EXPECTED_WEIGHT = 1.2
"""What an expected question near the reader's adds to the passage that answers it, for each deviation it stands above."""

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
    pool: Sequence[Hit] = ()  # what `hits` were taken from; the signals of answerability are read off it
    named: frozenset[str] = frozenset()  # documents that a version in the question means
    meant: Mapping[str, Sequence[Meant]] = field(
        default_factory=dict
    )  # expected questions near it, by passage
    likeness: float | None = None  # to questions that the library answers; `ExpectedQuestions.liken`


class Searcher:
    """Searches one library; safe to share between threads."""

    def __init__(self, library: Library, vectors: VectorStore, embedder: Embedder) -> None:
        self._library = library
        self._embedder = embedder
        self._dense = DenseSearch(library, vectors, embedder)
        self._lexical = LexicalSearch(library)
        self._translations = Translations(library)
        self._expected = ExpectedQuestions(library, embedder)
        self.wording = WordingMatcher(embedder, library)

    def search(self, query: Query, scope: Scope, *, k: int = 10) -> Found:
        """Find the passages nearest to a question that its asker may read.

        Returns:
            At most `k` hits with ranks from 1, best first, and at most `k` that are not in force.
        """
        return self.search_all([query], scope, k=k)[0]

    def search_all(self, queries: Sequence[Query], scope: Scope, *, k: int = 10) -> list[Found]:
        """Search for several questions, such as the parts of one: each finds what it would alone, in less time."""
        vectors = self._dense.embed(queries)
        collections = self._dense.collections(scope.reader)
        backgrounds = self._dense.backgrounds(vectors, collections)
        cosines = self._dense.nearest(vectors, collections)
        words = [self._read_words(query, scope.reader) for query in queries]
        meant = self._expected.nearest(vectors, scope.reader)
        likenesses = self._expected.liken(vectors, [query.language for query in queries], scope.reader)
        others = [own.keys() | near.keys() for own, near in zip(words, meant, strict=True)]
        self._dense.add_cosines(cosines, others, vectors, collections)
        passages = self._library.passages({key for own in (*cosines, *others) for key in own})
        standing = self.standing(scope)
        pools = [
            self._fuse(
                query, scope, standing, own_cosines, own_words, near, behind, passages, max(k, RERANKED)
            )
            for query, own_cosines, own_words, near, behind in zip(
                queries, cosines, words, meant, backgrounds, strict=True
            )
        ]
        in_view = {hit.passage.id for found in pools for hit in found.hits[:RERANKED]}
        spans = self._library.span_vectors(sorted(in_view), self._embedder.fingerprint)
        ranked = [
            _rerank_by_spans(found.hits, spans, vector, behind, query.language)
            for query, found, vector, behind in zip(queries, pools, vectors, backgrounds, strict=True)
        ]
        in_order = {hit.passage.id: hit.passage for hits in ranked for hit in hits[:ORDERED]}
        tokens = self.wording.read(list(in_order.values()))
        may_speak = _may_speak(scope.reader, standing)
        all_found: list[Found] = []
        for query, found, own, near, likeness, vector, behind in zip(
            queries, pools, ranked, meant, likenesses, vectors, backgrounds, strict=True
        ):
            pool = self.wording.order(query, own, tokens)
            hits = self._translations.prefer(pool, query.language, k=k, may_speak=may_speak)
            all_found.append(
                Found(hits, found.kept_out[:k], vector, behind, pool, found.named, near, likeness)
            )
        return all_found

    def _read_words(self, query: Query, reader: Audience) -> dict[str, float]:
        """Give what passages score by words, by passage id."""
        lexical = self._lexical.search(query, reader)
        carried = self._lexical.search_carried(query, reader)
        return {key: lexical.get(key, 0.0) + carried.get(key, 0.0) for key in lexical.keys() | carried.keys()}

    def _fuse(
        self,
        query: Query,
        scope: Scope,
        standing: _Standing,
        cosines: Mapping[str, float],
        words: Mapping[str, float],
        meant: Mapping[str, Sequence[Meant]],
        backgrounds: Mapping[Language, Background],
        passages: Mapping[str, Passage],
        k: int,
    ) -> Found:
        """Rank what was found by meaning, by words and by expected questions."""
        dense = {
            key: backgrounds[language].standardise(cosine)
            for key, cosine in cosines.items()
            if (passage := passages.get(key)) is not None
            and (language := compared_language(passage, query.language)) in backgrounds
        }
        present = {key: score for key, score in words.items() if key in passages}
        lifted = {key: EXPECTED_WEIGHT * measure_lift(near) for key, near in meant.items() if key in passages}
        fused = fuse_scores(dense, present)
        scored = [(passages[key], score + lifted.get(key, 0.0)) for key, score in fused]
        ranked = sorted(scored, key=lambda pair: (-pair[1], pair[0].id))
        named = self._named(ranked, query.named, scope.reader)
        return self._split_by_standing(ranked, scope, standing, k, cosines, words, named)

    def _split_by_standing(
        self,
        ranked: Sequence[tuple[Passage, float]],
        scope: Scope,
        standing: _Standing,
        k: int,
        cosines: Mapping[str, float],
        lexical: Mapping[str, float],
        named_ones: frozenset[str],
    ) -> Found:
        provenances = self._library.provenance_by_document({passage.document for passage, _ in ranked})
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


def _may_speak(reader: Audience, standing: _Standing) -> Callable[[Provenance, Provenance], bool]:
    """Tell whether a translation may stand for a document: readable, of the same version, and in force as that is."""
    readable = readable_audiences(reader)
    return lambda one, other: (
        other.audience in readable
        and other.version == one.version
        and standing(other).standing == standing(one).standing
    )


def _rerank_by_spans(
    hits: Sequence[Hit],
    spans: Mapping[str, FloatArray],
    vector: FloatArray,
    backgrounds: Mapping[Language, Background],
    language: Language,
) -> list[Hit]:
    """Add the closeness of each passage's nearest span, where the library has span vectors."""
    first, rest = hits[:RERANKED], hits[RERANKED:]
    if any(hit.passage.id not in spans for hit in first):
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


def _ranked(hits: Iterable[Hit]) -> list[Hit]:
    """Number hits by score, ties in order of id."""
    ordered = sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))
    return [replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1)]
