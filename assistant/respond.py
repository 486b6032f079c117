"""From a question to an answer: the second half of the data path, a step a line."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.answering import notices
from assistant.answering.alignment import Rarity
from assistant.answering.calibration import read_scales, usual_scale
from assistant.answering.clues import Clues, SpanVectors, read_clues
from assistant.answering.extractive import Composition, compose, rank_evidence
from assistant.answering.identifiers import lacks_identifier
from assistant.answering.question import Question, find_versions, read_question
from assistant.answering.signals import read_signals
from assistant.conversation import read_conversation, with_rewrite, words_to_answer
from assistant.guard import Guard, Screened
from assistant.retrieval.answerable import GRADES, Judgement, Signals, judge_answerable
from assistant.retrieval.evidence import list_candidates, select_evidence
from assistant.retrieval.query import Query
from assistant.retrieval.rerank import rerank
from assistant.retrieval.search import Found, Scope, Searcher
from assistant.types import (
    Answer,
    Considered,
    Evidence,
    Hit,
    Language,
    Nearest,
    Notice,
    Provenance,
    Turn,
)

if TYPE_CHECKING:
    from assistant.answering.generative import Writer
    from assistant.library import Library
    from assistant.models import Reranker

SEARCHED = 20
"""Hits looked at for evidence; the ledger lists them."""
NEAREST = 3


@dataclass
class Trace:
    """What one answer took, by stage, in seconds."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(time.perf_counter() - started, 4)


@dataclass(frozen=True)
class Asked:
    """A question with everything that decides what may be said."""

    text: str
    scope: Scope
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """All that is known before anything is written."""

    asked: Asked
    query: Query
    question: Question
    found: Found
    evidence: tuple[Evidence, ...]
    clues: Clues
    scaled: Signals | None  # of answerability, measured from what this library shows without an answer
    judgement: Judgement
    provenances: Mapping[str, Provenance]


class Responder:
    """Answers questions over one library; holds no conversation."""

    def __init__(
        self,
        library: Library,
        searcher: Searcher,
        span_vectors: SpanVectors,
        guard: Guard,
        *,
        evidence_chars: int,
        contact: str,
        writer: Writer | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._library = library
        self._searcher = searcher
        self._span_vectors = span_vectors
        self._guard = guard
        self._evidence_chars = evidence_chars
        self._contact = contact
        self._writer = writer
        self._reranker = reranker

    def stream(self, asked: Asked) -> Iterator[Answer]:
        """Yield growing answers; the last one is complete and always comes."""
        trace = Trace()
        with trace.stage("guard"):
            screened = self._guard.screen(asked.text, asked.history)
        if screened is not None:
            yield self._decline(asked, screened, trace)
            return
        # A client may send back what was held back before: neither search nor model may see it.
        asked = replace(asked, history=self._guard.drop_held_back(asked.history))
        prepared = self.prepare(asked, trace)
        if prepared.judgement.grade != "no_evidence" and self._writer is not None:
            yield from self._writer.write(prepared, self._finish, self._quote, trace)
            return
        yield self._quote(prepared, trace)

    def answer(self, asked: Asked) -> Answer:
        """Give the complete answer."""
        *_, last = self.stream(asked)
        return last

    def prepare(self, asked: Asked, trace: Trace) -> Prepared:
        """Search, choose evidence and judge whether it answers."""
        query = read_conversation(asked.text, asked.history)
        if self._writer is not None and asked.history:
            with trace.stage("rewrite"):
                query = with_rewrite(query, self._writer.rewrite(asked.text, asked.history))
        scope = replace(asked.scope, versions=find_versions(asked.text))
        question = read_question(words_to_answer(query, scope.versions))
        with trace.stage("search"):
            found = self._searcher.search(query, scope, k=SEARCHED)
        with trace.stage("rerank"):
            hits = self._rerank(query, found.hits)
        with trace.stage("evidence"):
            provenances = self._library.provenance_by_document(
                {hit.passage.document for hit in found.hits}
                | {hit.passage.document for hit, _ in found.kept_out}
            )
            found = _still_there(found, provenances)
            hits = [hit for hit in hits if hit.passage.document in provenances]
            candidates = list_candidates(hits, provenances, language=query.language)
            clues = read_clues(query, found, candidates, self._span_vectors, self.rarity(query.language))
            if self._reranker is None:
                candidates = rank_evidence(question, candidates, clues)
            evidence = tuple(select_evidence(candidates, max_chars=self._evidence_chars))
        with trace.stage("judge"):
            scaled = self._read_scaled(query.language, found) if evidence else None
            judgement = judge_answerable(scaled, GRADES)
            if lacks_identifier(query.text, (item.passage.text for item in evidence)):
                judgement = judgement.refused("no evidence holds such an identifier")
        return Prepared(asked, query, question, found, evidence, clues, scaled, judgement, provenances)

    def _read_scaled(self, language: Language, found: Found) -> Signals | None:
        """Give the signals measured from what they are here without an answer, or from what is usual."""
        signals = read_signals(found.pool, found.backgrounds, language)
        if signals is None:
            return None
        scale = read_scales(self._library).get(language) or usual_scale(found.backgrounds, language)
        return scale.apply(signals)

    def _rerank(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """Order the hits to answer from; signals and ledger keep the scores of the search, which are calibrated."""
        if self._reranker is None or not hits:
            return hits
        return rerank(query.meaning_parts[-1].text, hits, self._reranker, SEARCHED)

    def rarity(self, language: Language) -> Rarity:
        """Give the weight of terms in this library, looked up once each."""
        return self._searcher.rarity(language)

    def _quote(self, prepared: Prepared, trace: Trace, extra: Sequence[Notice] = ()) -> Answer:
        """Answer with the sources' own words, or say that they do not answer."""
        if prepared.judgement.grade == "no_evidence":
            return self._refuse(prepared, trace, extra)
        with trace.stage("compose"):
            composition = compose(prepared.question, prepared.evidence, prepared.clues)
        if not composition.sentences:
            return self._refuse(prepared, trace, extra)
        return self._finish(prepared, composition, trace, extra)

    def _finish(
        self,
        prepared: Prepared,
        composition: Composition,
        trace: Trace,
        extra: Sequence[Notice] = (),
        **fields: object,
    ) -> Answer:
        language = prepared.query.language
        with trace.stage("notices"):
            beside = notices.beside_answer(prepared, composition, self._searcher)
        return Answer.model_validate(
            {
                "question": prepared.asked.text,
                "status": "answered" if prepared.judgement.grade == "answered" else "partial",
                "language": language,
                "sentences": tuple(composition.sentences),
                "more": tuple(composition.more),
                "citations": composition.citations,
                "notices": (*extra, *beside),
                "considered": _ledger(prepared, composition),
                "confidence": prepared.judgement.probability,
                "contact": self._contact,
                "timings": dict(trace.seconds),
                **fields,
            }
        )

    def _refuse(self, prepared: Prepared, trace: Trace, extra: Sequence[Notice] = ()) -> Answer:
        """Say that the library does not answer, with the nearest documents and the human contact."""
        language = prepared.query.language
        return Answer(
            question=prepared.asked.text,
            status="no_evidence",
            language=language,
            notices=(*extra, *notices.beside_refusal(prepared, self._contact)),
            nearest=_nearest([hit for hit in prepared.found.hits], prepared.provenances),
            considered=_ledger(prepared, None),
            confidence=prepared.judgement.probability,
            contact=self._contact,
            timings=dict(trace.seconds),
        )

    def _decline(self, asked: Asked, screened: Screened, trace: Trace) -> Answer:
        """Stop, say why, and quote the right path from the library when it holds it."""
        path = self._path(screened, asked.scope, trace) if screened.path_question else None
        return Answer(
            question=asked.text if screened.may_echo else "",
            status="declined",
            language=screened.language,
            sentences=tuple(path.sentences) if path else (),
            citations=path.citations if path else (),
            notices=(Notice(code=f"guard:{screened.category}", text=screened.reply),),
            contact=self._contact,
            timings=dict(trace.seconds),
        )

    def _path(self, screened: Screened, scope: Scope, trace: Trace) -> Composition | None:
        own_words = Asked(screened.path_question, Scope(scope.reader))
        prepared = self.prepare(own_words, trace)
        if prepared.judgement.grade == "no_evidence":
            return None
        composition = compose(prepared.question, prepared.evidence[:1], prepared.clues)
        return composition if composition.sentences else None


def _still_there(found: Found, provenances: Mapping[str, Provenance]) -> Found:
    """Leave out what was removed between the search and now."""
    return replace(
        found,
        hits=[hit for hit in found.hits if hit.passage.document in provenances],
        kept_out=[pair for pair in found.kept_out if pair[0].passage.document in provenances],
    )


def _nearest(hits: Sequence[Hit], provenances: Mapping[str, Provenance]) -> tuple[Nearest, ...]:
    """Name the documents of the first hits, each once."""
    named: dict[str, Nearest] = {}
    for hit in hits:
        provenance = provenances[hit.passage.document]
        if provenance.id not in named and len(named) < NEAREST:
            named[provenance.id] = Nearest(
                document=provenance.id,
                revision=hit.passage.revision,
                title=provenance.title,
                status=provenance.status,
                sample=provenance.is_sample,
                locator=hit.passage.locator,
            )
    return tuple(named.values())


def _ledger(prepared: Prepared, composition: Composition | None) -> tuple[Considered, ...]:
    """List what was looked at and what became of it."""
    cited = {(c.document, c.start) for c in composition.citations} if composition else set()
    evidence = {item.passage.id for item in prepared.evidence}
    lines: list[Considered] = []
    for hit in prepared.found.hits:
        passage = hit.passage
        is_cited = any(doc == passage.document and passage.start <= at < passage.end for doc, at in cited)
        outcome = "cited" if is_cited else "used" if passage.id in evidence else "rejected"
        lines.append(
            _line(hit, prepared, outcome, "" if passage.id in evidence else "beyond the evidence budget")
        )
    for hit, validity in prepared.found.kept_out[:5]:
        lines.append(_line(hit, prepared, "rejected", f"not in force: {validity.standing}"))
    return tuple(lines)


def _line(hit: Hit, prepared: Prepared, outcome: str, reason: str) -> Considered:
    return Considered.model_validate(
        {
            "passage": hit.passage.id,
            "document": hit.passage.document,
            "title": prepared.provenances[hit.passage.document].title,
            "locator": hit.passage.locator,
            "rank": hit.rank,
            "score": round(hit.score, 4),
            "outcome": outcome,
            "reason": reason,
        }
    )


def parse_as_of(text: str | None) -> dt.date | None:
    """Read a date given as YYYY-MM-DD.

    Raises:
        InputError: it is not such a date.
    """
    from assistant.errors import InputError

    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise InputError(
            f"{text!r} is not a date.", hint="Write it as YYYY-MM-DD, e.g. 2024-03-01."
        ) from error
