"""Choosing the passages to answer from and cutting them into quotable spans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.cutting import cut_spans
from assistant.types import Evidence, Hit, Passage, Provenance, Span

MAX_EVIDENCE = 8


def list_candidates(hits: Sequence[Hit], provenance_by_document: Mapping[str, Provenance]) -> list[Evidence]:
    """Number the passages that could be answered from as they were found, and cut them into spans."""
    return [
        Evidence(
            number=number,
            passage=hit.passage,
            provenance=provenance_by_document[hit.passage.document],
            spans=passage_spans(hit.passage),
            score=hit.score,
        )
        for number, hit in enumerate(hits, start=1)
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
