"""From a question to an answer: the second half of the data path, a step a line."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.answering import notices
from assistant.answering.calibration import read_scales, usual_scale
from assistant.answering.clues import Clues, SpanVectors, read_clues
from assistant.answering.courtesy import return_courtesy
from assistant.answering.extractive import Composition, Part, compose, rank_evidence, read_parts
from assistant.answering.identifiers import lacks_identifier
from assistant.answering.ledger import list_considered, list_nearest
from assistant.answering.question import Question, read_question
from assistant.answering.second_look import SecondLook
from assistant.answering.signals import read_signals
from assistant.conversation import ask_part, read_conversation, with_rewrite
from assistant.errors import LibraryChanging
from assistant.everyday import reword
from assistant.guard import Guard, Screened
from assistant.phrases import say
from assistant.retrieval.answerable import GRADES, Judgement, Signals, judge_answerable
from assistant.retrieval.evidence import list_candidates, select_evidence
from assistant.retrieval.query import Query
from assistant.retrieval.search import Found, Scope, Searcher
from assistant.types import (
    Answer,
    Evidence,
    Language,
    Notice,
    Provenance,
    Turn,
)
from assistant.verification.alignment import Rarity
from assistant.words import detect_language

if TYPE_CHECKING:
    from assistant.answering.generative import Writer
    from assistant.library import Library
    from assistant.models import Reranker

SEARCHED = 20
"""Hits looked at for evidence; the ledger lists them."""
MAX_STARTS = 5
"""Times an answer is begun when documents it rests on change meanwhile; each takes a tenth of a second."""


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
    parts: tuple[Part, ...]  # one, where the question asks one thing
    found: Found
    evidence: tuple[Evidence, ...]
    clues: Clues
    scaled: Signals | None  # of answerability, measured from what this library shows without an answer
    judgement: Judgement
    provenances: Mapping[str, Provenance]
    generation: int  # of the library, before the search
    # Revisions of the versions before and after those found.
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def revisions(self) -> dict[str, str]:
        """The revision of every document that the answer may show or name."""
        looked_at = [*self.found.hits, *(hit for hit, _ in self.found.kept_out)]
        return {**self.beside, **{hit.passage.document: hit.passage.revision for hit in looked_at}}


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
        self._second_look = SecondLook(library, reranker)
        # More would only wait for each other, and all of them longer; a chat model is waited for outside.
        self._turns = threading.Semaphore(max(2, os.cpu_count() or 1))

    def stream(self, asked: Asked) -> Generator[Answer]:
        """Yield growing answers; the last one is complete and always comes.

        Each was checked just before it is given: all it shows or names is of the revisions that are live. When one
        is replaced, removed or closed to this reader meanwhile, the answer begins anew.

        Raises:
            LibraryChanging: that happened `MAX_STARTS` times.
        """
        trace = Trace()
        with trace.stage("guard"):
            screened = self._guard.screen(asked.text, asked.history)
        if screened is None:
            # A client may send back what was held back before: neither search nor model may see it.
            asked = replace(asked, history=self._guard.drop_held_back(asked.history))
            if (courtesy := return_courtesy(asked.text, self._contact)) is not None:
                yield courtesy
                return
        was_shown = False
        for start in range(MAX_STARTS):
            extra = [_library_changed(asked)] if was_shown else []
            if screened is not None:
                growing = self._grow_declined(asked, screened, trace)
            else:
                growing = self._grow(asked, trace, extra, with_model=start == 0)
            with closing(growing):
                for answer, prepared in growing:
                    if prepared is not None and not self._is_live(prepared):
                        break
                    was_shown = True
                    yield answer
                else:
                    return
        raise LibraryChanging("The library is being changed.", hint="Ask again in a moment.")

    def _grow(
        self, asked: Asked, trace: Trace, extra: Sequence[Notice], *, with_model: bool
    ) -> Generator[tuple[Answer, Prepared]]:
        prepared = self.prepare(asked, trace)
        if with_model and prepared.judgement.grade != "no_evidence" and self._writer is not None:
            with closing(self._writer.write(prepared, self._finish, self._quote, trace)) as answers:
                for answer in answers:
                    yield answer, prepared
            return
        yield self._quote(prepared, trace, extra), prepared

    def _is_live(self, prepared: Prepared) -> bool:
        """Tell whether all that was looked at still is what the library holds; another audience is another revision."""
        if self._library.generation == prepared.generation:
            return True
        wanted = prepared.revisions
        live = self._library.live_revisions(wanted)
        return all(live.get(document) == revision for document, revision in wanted.items())

    def answer(self, asked: Asked) -> Answer:
        """Give the complete answer."""
        *_, last = self.stream(asked)
        return last

    def prepare(self, asked: Asked, trace: Trace) -> Prepared:
        """Search, choose evidence and judge whether it answers; as many at once as there are processors."""
        query = read_conversation(asked.text, asked.history)
        if self._writer is not None and asked.history:
            with trace.stage("rewrite"):
                query = with_rewrite(query, self._writer.rewrite(asked.text, asked.history))
        with self._turns:
            return self._search(asked, query, trace)

    def _search(self, asked: Asked, query: Query, trace: Trace) -> Prepared:
        generation = self._library.generation
        question = read_question(query.asked)
        with trace.stage("search"):
            # Each part of a question that has several is searched and judged by itself, too.
            apart = [ask_part(query, part) for part in question.parts] if len(question.parts) > 1 else []
            found, *by_itself = self._searcher.search_all([query, *apart], asked.scope, k=SEARCHED)
        with trace.stage("rerank"):
            hits, lean = self._second_look.order(query, found.hits)
        with trace.stage("parts"):
            by_part = [self._judge(part, own) for part, own in zip(apart, by_itself, strict=True)]
        with trace.stage("evidence"):
            provenances = self._library.provenance_by_document(
                {hit.passage.document for hit in found.hits}
                | {hit.passage.document for hit, _ in found.kept_out}
            )
            found = _still_there(found, provenances)
            hits = [hit for hit in hits if hit.passage.document in provenances]
            candidates = list_candidates(hits, provenances)
            rarity, wording = self.rarity(query.language), self._searcher.wording
            clues = read_clues(query, found, candidates, self._span_vectors, rarity, asked.history, wording)
            parts = read_parts(question, clues, by_part)
            if not self._second_look.has_reranker:
                candidates = rank_evidence(parts, candidates)
            evidence = tuple(select_evidence(candidates, max_chars=self._evidence_chars))
            beside = self._read_beside(provenances.values(), asked.scope)
        with trace.stage("judge"):
            scaled = self._read_scaled(query, found) if evidence else None
            whole = judge_answerable(scaled, GRADES, lean, found.likeness)
            judgements = [whole, *(by_part if evidence else ())]
            judgement = max(judgements, key=lambda judged: judged.probability)
            held = [item.passage.text for item in evidence]
            parts = tuple(replace(part, lacks_identifier=lacks_identifier(part.text, held)) for part in parts)
            if all(part.lacks_identifier for part in parts):
                grades = GRADES.beside(found.likeness)
                judgement = judgement.refused("no evidence holds such an identifier", grades)
        return Prepared(
            asked,
            query,
            question,
            parts,
            found,
            evidence,
            clues,
            scaled,
            judgement,
            provenances,
            generation,
            beside,
        )

    def _read_beside(self, found: Iterable[Provenance], scope: Scope) -> dict[str, str]:
        """Give the revisions of the versions before and after the documents found: a notice may quote them."""
        listed = list(found)
        others = {provenance.supersedes for provenance in listed if provenance.supersedes}
        if any(provenance.status == "superseded" for provenance in listed):
            successors = self._searcher.successors(scope.reader)
            others |= {successors[p.id].id for p in listed if p.id in successors}
        return self._library.live_revisions(others) if others else {}

    def _judge(self, query: Query, found: Found) -> Judgement:
        lean = self._second_look.judge(query, found.hits)
        return judge_answerable(self._read_scaled(query, found), GRADES, lean, found.likeness)

    def _read_scaled(self, query: Query, found: Found) -> Signals | None:
        """Give the signals measured from what they are here without an answer, or from what is usual."""
        wording = self._searcher.wording.match(reword(query.asked), found.pool, found.meant)
        signals = read_signals(found.pool, found.backgrounds, query.language, wording)
        if signals is None:
            return None
        scale = read_scales(self._library).get(query.language) or usual_scale(
            found.backgrounds, query.language, has_wording=wording is not None
        )
        return scale.apply(signals)

    def rarity(self, language: Language) -> Rarity:
        """Give the weight of terms in this library, looked up once each."""
        return self._searcher.rarity(language)

    def _quote(self, prepared: Prepared, trace: Trace, extra: Sequence[Notice] = ()) -> Answer:
        """Answer with the sources' own words, or say that they do not answer."""
        if prepared.judgement.grade == "no_evidence":
            return self._refuse(prepared, trace, extra)
        with trace.stage("compose"):
            composition = compose(prepared.question, prepared.parts, prepared.evidence)
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
            beside = notices.beside_answer(prepared, composition, self._searcher, self._span_vectors)
        return Answer.model_validate(
            {
                "question": prepared.asked.text,
                "status": "answered"
                if prepared.judgement.grade == "answered" and not composition.missing
                else "partial",
                "language": language,
                "sentences": tuple(composition.sentences),
                "more": tuple(composition.more),
                "citations": composition.citations,
                "notices": (*extra, *beside),
                "considered": list_considered(prepared, composition.citations),
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
            nearest=list_nearest(prepared),
            considered=list_considered(prepared),
            confidence=prepared.judgement.probability,
            contact=self._contact,
            timings=dict(trace.seconds),
        )

    def _grow_declined(
        self, asked: Asked, screened: Screened, trace: Trace
    ) -> Generator[tuple[Answer, Prepared | None]]:
        """Stop, say why, and quote the right path from the library when it holds it."""
        prepared = path = None
        if screened.path_question:
            prepared = self.prepare(Asked(screened.path_question, Scope(asked.scope.reader)), trace)
            path = _quote_path(prepared)
        beside = (
            notices.of_sources(path.citations, prepared.provenances, screened.language)
            if prepared and path
            else ()
        )
        answer = Answer(
            question=asked.text if screened.may_echo else "",
            status="declined",
            language=screened.language,
            sentences=tuple(path.sentences) if path else (),
            citations=path.citations if path else (),
            notices=(Notice(code=f"guard:{screened.category}", text=screened.reply), *beside),
            contact=self._contact,
            timings=dict(trace.seconds),
        )
        yield answer, prepared


def _quote_path(prepared: Prepared) -> Composition | None:
    if prepared.judgement.grade == "no_evidence":
        return None
    composition = compose(prepared.question, prepared.parts, prepared.evidence[:1])
    return composition if composition.sentences else None


def _library_changed(asked: Asked) -> Notice:
    return Notice(code="library_changed", text=say("library_changed", detect_language(asked.text)))


def _still_there(found: Found, provenances: Mapping[str, Provenance]) -> Found:
    """Leave out what was removed between the search and now."""
    return replace(
        found,
        hits=[hit for hit in found.hits if hit.passage.document in provenances],
        kept_out=[pair for pair in found.kept_out if pair[0].passage.document in provenances],
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
