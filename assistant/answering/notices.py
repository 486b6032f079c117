"""What a reader must know beside an answer: versions, dates, samples, languages, conflicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from assistant.answering.changes import (
    Change,
    as_evidence,
    find_change,
    find_counterpart,
    find_difference,
)
from assistant.answering.clues import SpanVectors, measure_meanings
from assistant.answering.extractive import Composition
from assistant.phrases import format_date, name_language, say
from assistant.types import Citation, Language, Notice, Provenance
from assistant.validity import is_undated

if TYPE_CHECKING:
    from assistant.respond import Prepared
    from assistant.retrieval.search import Searcher

NEAR_SHARE = 0.9
"""A document kept out is worth a word when its score is this near the best one in force."""


def beside_answer(
    prepared: Prepared, composition: Composition, searcher: Searcher, span_vectors: SpanVectors
) -> list[Notice]:
    """List the notices of an answer, the most important first."""
    language = prepared.query.language
    cited = list({c.document: c for c in composition.citations}.values())
    notices: list[Notice] = []
    if prepared.judgement.grade == "partial":
        notices.append(Notice(code="closest", text=say("closest", language)))
    versions = Versions(prepared, searcher, span_vectors)
    notices += _as_of(versions, composition, cited)
    notices += _changed_since(versions, composition, cited)
    if composition.conflicting:
        notices.append(Notice(code="conflict", text=say("conflict", language)))
    notices += [
        Notice(code="part_missing", text=say("part_missing", language, part=part))
        for part in composition.missing
    ]
    if cited and all(citation.language != language for citation in cited):
        other: Language = cited[0].language
        phrase = say("other_language", language, language=name_language(other, language))
        notices.append(Notice(code="other_language", text=phrase))
    return notices + of_sources(cited, prepared.provenances, language)


def of_sources(
    cited: Sequence[Citation], provenances: Mapping[str, Provenance], language: Language
) -> list[Notice]:
    """List what the kinds of documents that are quoted ask for: literature, law, samples."""
    notices: list[Notice] = []
    if any(citation.kind == "literature" for citation in cited):
        notices.append(Notice(code="no_advice", text=say("no_advice", language)))
    known = [provenances[c.document] for c in cited if c.kind == "law" and c.document in provenances]
    if states := [law.state_of for law in known if law.state_of]:
        text = say("law_state", language, date=format_date(min(states), language))
        notices.append(Notice(code="law_state", text=text))
    if any(citation.sample for citation in cited):
        notices.append(Notice(code="sample", text=say("sample", language)))
    return notices


def beside_refusal(prepared: Prepared, contact: str) -> list[Notice]:
    """List what a refusal says: that nothing answers, what was looked at, and whom to ask."""
    language = prepared.query.language
    date = prepared.asked.scope.as_of
    on = f" ({format_date(date, language)})" if date else ""
    looked = say("looked_at", language, n=len(prepared.found.hits), date=on)
    return [
        Notice(code="not_found", text=say("not_found", language)),
        *_kept_out(prepared),
        Notice(code="looked_at", text=looked),
        Notice(code="contact", text=say("contact", language, contact=contact)),
    ]


class Versions(NamedTuple):
    """What is needed to hold an answer against the version before or after it."""

    prepared: Prepared
    searcher: Searcher
    span_vectors: SpanVectors

    def find_difference(self, quotes: Sequence[str], document: str, other: Provenance) -> Change | None:
        """Give what a document and another version of it say where they decide the question otherwise."""
        prepared = self.prepared
        passages = self.searcher.passages_of(other.id)
        beside = find_counterpart(prepared.question, quotes, passages, prepared.clues.rarity)
        if beside is not None or prepared.found.vector is None:
            return beside
        others = as_evidence(passages, other, prepared.clues.best_found)
        theirs = measure_meanings(
            others, prepared.found.vector, prepared.found.backgrounds, self.span_vectors
        )
        clues = replace(prepared.clues, meanings={**prepared.clues.meanings, **theirs})
        shown = [item for item in prepared.evidence if item.passage.document == document]
        return find_difference(prepared.question, quotes, shown, others, clues)


def _as_of(versions: Versions, composition: Composition, cited: Sequence[Citation]) -> list[Notice]:
    """Say that an answer is of its date or of an old version, and what took its place."""
    prepared = versions.prepared
    date = prepared.asked.scope.as_of
    language = prepared.query.language
    found: list[Notice] = []
    if date is not None:
        found.append(Notice(code="as_of", text=say("as_of", language, date=format_date(date, language))))
        found += _undated(prepared, cited, date)
    by_id = versions.searcher.successors(prepared.asked.scope.reader)
    for citation in cited:
        successor: Provenance | None = by_id.get(citation.document)
        if successor is not None:
            text = say(
                "superseded",
                language,
                old=citation.title,
                new=successor.title,
                date=format_date(successor.effective_from, language),
            )
            found.append(Notice(code="superseded", text=text))
            found += _changed(versions, composition, citation.document, successor)
    return found


def _undated(prepared: Prepared, cited: Sequence[Citation], date: dt.date) -> list[Notice]:
    """Name the documents that nothing says held on a past date."""
    language = prepared.query.language
    provenances = [prepared.provenances[citation.document] for citation in cited]
    return [
        Notice(
            code="undated",
            text=say("undated", language, title=provenance.title, date=format_date(date, language)),
        )
        for provenance in provenances
        if is_undated(provenance, date, today=dt.date.today())
    ]


def _changed(
    versions: Versions, composition: Composition, document: str, successor: Provenance
) -> list[Notice]:
    """Quote the successor where it decides the question otherwise than the old version that answers."""
    prepared = versions.prepared
    looked_at = [*prepared.found.hits, *(hit for hit, _ in prepared.found.kept_out)]
    newer = [hit.passage for hit in looked_at if hit.passage.document == successor.id]
    quotes = _said_by(composition, document)
    beside = versions.find_difference(quotes, document, successor)
    quote = (
        beside.other if beside else find_change(prepared.question, quotes, newer, successor, prepared.clues)
    )
    if quote is None:
        return []
    language = prepared.query.language
    date = format_date(successor.effective_from or "?", language)
    text = say("changed", language, new=successor.title, date=date, quote=_in_words(quote))
    return [Notice(code="changed", text=text)]


def _said_by(composition: Composition, document: str) -> list[str]:
    """List the sentences shown that a document carries."""
    by_number = {citation.number: citation for citation in composition.citations}
    return [
        sentence.text
        for sentence in composition.sentences
        if any(by_number[number].document == document for number in sentence.citations)
    ]


def _in_words(quote: str) -> str:
    """Write a table row in a sentence: its cells one after another."""
    if not quote.startswith("|"):
        return quote
    return " · ".join(cell.strip() for cell in quote.strip("| ").split("|") if cell.strip())


def _changed_since(versions: Versions, composition: Composition, cited: Sequence[Citation]) -> list[Notice]:
    """Say that the version before decided otherwise what the answer turns on, with both quotes and dates."""
    prepared = versions.prepared
    if prepared.asked.scope.as_of is not None or prepared.found.named:
        return []  # the answer is of an old date or version and says so
    language = prepared.query.language
    for citation in cited:
        older = versions.searcher.predecessor(citation.document, prepared.asked.scope.reader)
        if older is None or any(other.document == older.id for other in cited):
            continue
        change = versions.find_difference(_said_by(composition, citation.document), citation.document, older)
        if change is not None:
            text = say(
                "changed_since",
                language,
                date=format_date(citation.effective_from or "?", language),
                new=citation.title,
                quote=_in_words(change.shown),
                old=older.title,
                until=format_date(_last_day(older, citation) or "?", language),
                before=_in_words(change.other),
            )
            return [Notice(code="changed", text=text)]
    return []


def _last_day(older: Provenance, newer: Citation) -> dt.date | None:
    """Give the last day of a replaced version: its own, or the day before the next one."""
    if older.effective_to is not None or newer.effective_from is None:
        return older.effective_to
    return newer.effective_from - dt.timedelta(days=1)


def _kept_out(prepared: Prepared) -> list[Notice]:
    """Say when only a document that is not in force speaks of the question."""
    language = prepared.query.language
    best = prepared.found.hits[0].score if prepared.found.hits else 0.0
    for hit, validity in prepared.found.kept_out[:1]:
        provenance = prepared.provenances[hit.passage.document]
        if hit.score < NEAR_SHARE * best:
            continue
        if validity.standing == "draft":
            return [Notice(code="draft_only", text=say("draft_only", language, title=provenance.title))]
        if validity.standing == "not_yet":
            phrase = "not_yet" if provenance.effective_from else "not_passed"
            date = format_date(provenance.effective_from or provenance.adopted, language)
            return [Notice(code="not_yet", text=say(phrase, language, title=provenance.title, date=date))]
        date = format_date(provenance.effective_to or "?", language)
        text = say("only_superseded", language, title=provenance.title, date=date)
        return [Notice(code="only_superseded", text=text)]
    return []
