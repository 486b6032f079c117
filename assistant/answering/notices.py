"""What a reader must know beside an answer: versions, dates, samples, languages, conflicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.answering.changes import find_change, find_counterpart
from assistant.answering.extractive import Composition
from assistant.answering.phrases import format_date, name_language, say
from assistant.types import Citation, Language, Notice, Provenance
from assistant.validity import is_undated

if TYPE_CHECKING:
    from assistant.respond import Prepared
    from assistant.retrieval.search import Searcher

NEAR_SHARE = 0.9
"""A document kept out is worth a word when its score is this near the best one in force."""


def beside_answer(prepared: Prepared, composition: Composition, searcher: Searcher) -> list[Notice]:
    """List the notices of an answer, the most important first."""
    language = prepared.query.language
    cited = list({c.document: c for c in composition.citations}.values())
    notices: list[Notice] = []
    if prepared.judgement.grade == "partial":
        notices.append(Notice(code="closest", text=say("closest", language)))
    notices += _as_of(prepared, cited, searcher)
    notices += _changed_since(prepared, composition, cited, searcher)
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


def _as_of(prepared: Prepared, cited: Sequence[Citation], searcher: Searcher) -> list[Notice]:
    """Say that an answer is of its date or of an old version, and what took its place."""
    date = prepared.asked.scope.as_of
    language = prepared.query.language
    found: list[Notice] = []
    if date is not None:
        found.append(Notice(code="as_of", text=say("as_of", language, date=format_date(date, language))))
        found += _undated(prepared, cited, date)
    by_id = searcher.successors(prepared.asked.scope.reader)
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
            found += _changed(prepared, cited, successor, searcher)
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
    prepared: Prepared, cited: Sequence[Citation], successor: Provenance, searcher: Searcher
) -> list[Notice]:
    """Quote the successor where its figures differ from those of the old version that answers."""
    looked_at = [*prepared.found.hits, *(hit for hit, _ in prepared.found.kept_out)]
    newer = [hit.passage for hit in looked_at if hit.passage.document == successor.id]
    quotes = [citation.quote for citation in cited if citation.document == successor.supersedes]
    beside = find_counterpart(
        prepared.question, quotes, searcher.passages_of(successor.id), prepared.clues.rarity
    )
    quote = (
        beside.other if beside else find_change(prepared.question, quotes, newer, successor, prepared.clues)
    )
    if quote is None:
        return []
    text = say("changed", prepared.query.language, new=successor.title, quote=_in_words(quote))
    return [Notice(code="changed", text=text)]


def _in_words(quote: str) -> str:
    """Write a table row in a sentence: its cells one after another."""
    if not quote.startswith("|"):
        return quote
    return " · ".join(cell.strip() for cell in quote.strip("| ").split("|") if cell.strip())


def _changed_since(
    prepared: Prepared, composition: Composition, cited: Sequence[Citation], searcher: Searcher
) -> list[Notice]:
    """Say that what the answer turns on was another figure in the version before, with both quotes."""
    if prepared.asked.scope.as_of is not None or prepared.found.named:
        return []  # the answer is of an old date or version and says so
    language = prepared.query.language
    by_number = {citation.number: citation for citation in composition.citations}
    for citation in cited:
        older = searcher.predecessor(citation.document, prepared.asked.scope.reader)
        if older is None or any(other.document == older.id for other in cited):
            continue
        quotes = [
            sentence.text
            for sentence in composition.sentences
            if any(by_number[number].document == citation.document for number in sentence.citations)
        ]
        passages = searcher.passages_of(older.id)
        change = find_counterpart(prepared.question, quotes, passages, prepared.clues.rarity)
        if change is not None:
            text = say(
                "changed_since",
                language,
                date=format_date(citation.effective_from or "?", language),
                new=citation.title,
                quote=_in_words(change.shown),
                old=older.title,
                until=format_date(older.effective_to or "?", language),
                before=_in_words(change.other),
            )
            return [Notice(code="changed", text=text)]
    return []


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
            date = format_date(provenance.effective_from or provenance.adopted or "?", language)
            return [Notice(code="not_yet", text=say("not_yet", language, title=provenance.title, date=date))]
        date = format_date(provenance.effective_to or "?", language)
        text = say("only_superseded", language, title=provenance.title, date=date)
        return [Notice(code="only_superseded", text=text)]
    return []
