"""Choosing the passages to answer from and cutting them into quotable spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.cutting import cut_spans
from assistant.types import Evidence, Hit, Language, Passage, Provenance, Span

MAX_EVIDENCE = 8


def list_candidates(
    hits: Sequence[Hit], provenance_by_document: Mapping[str, Provenance], *, language: Language
) -> list[Evidence]:
    """Number the passages that could be answered from as they were found, without two of the same content.

    Of a document and its translation the one in the question's language speaks, at the better one's
    rank.
    """
    return [
        Evidence(
            number=number,
            passage=hit.passage,
            provenance=provenance_by_document[hit.passage.document],
            spans=passage_spans(hit.passage),
            score=hit.score,
        )
        for number, hit in enumerate(_prefer_language(hits, provenance_by_document, language), start=1)
    ]


def select_evidence(candidates: Iterable[Evidence], *, max_chars: int) -> list[Evidence]:
    """Take candidates in their order, as many as there is room for, and number them from 1.

    Args:
        max_chars: Upper bound on the evidence's characters together; the first passage always fits.

    Returns:
        At most `MAX_EVIDENCE`.
    """
    chosen: list[Evidence] = []
    used = 0
    for candidate in candidates:
        length = len(candidate.passage.text)
        if chosen and used + length > max_chars:
            continue
        chosen.append(replace(candidate, number=len(chosen) + 1))
        used += length
        if len(chosen) == MAX_EVIDENCE:
            break
    return chosen


def passage_spans(passage: Passage) -> tuple[Span, ...]:
    """Cut a passage into quotable spans by document offset, in reading order."""
    return tuple(
        Span(passage.start + span.start, passage.start + span.end, span.kind)
        for span in cut_spans(passage.text, 0, len(passage.text))
    )


def _prefer_language(
    hits: Sequence[Hit], provenance_by_document: Mapping[str, Provenance], language: Language
) -> list[Hit]:
    """Drop passages whose document has a counterpart in the question's language among the hits.

    The counterpart moves to the rank of the better of the two.
    """
    family: Callable[[Hit], str] = lambda hit: _family(provenance_by_document[hit.passage.document])  # noqa: E731
    own = {family(hit) for hit in hits if hit.passage.language == language}
    waiting = {
        name: [h for h in hits if family(h) == name and h.passage.language == language] for name in own
    }
    ordered: list[Hit] = []
    for hit in hits:
        name = family(hit)
        if name not in own:
            ordered.append(hit)
        elif waiting[name]:
            ordered.append(waiting[name].pop(0))
    return ordered


def _family(provenance: Provenance) -> str:
    """Give one name to a document and its translations."""
    return provenance.translation_of or provenance.id
