"""What speaks for one passage or another beside its own words: meaning, references, the turn before."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.answering.blocks import cut_blocks
from assistant.answering.references import find_outdated, find_referenced
from assistant.conversation import refers_back, says_little
from assistant.retrieval.expected import Meant
from assistant.retrieval.fusion import Background
from assistant.retrieval.query import Query
from assistant.retrieval.search import Found
from assistant.retrieval.wording import WordingMatcher
from assistant.types import Evidence, Language, Passage, Span, Turn
from assistant.verification.alignment import Rarity
from assistant.words import content_terms

SpanVectors = Callable[[Sequence[Evidence]], Mapping[str, NDArray[np.float32]]]
"""Gives (number of spans, d) float32 unit rows by passage id."""


ALONE_SHARE = 0.25
"""How much the turn before counts for a question that does not point back; people do change the topic."""


@dataclass(frozen=True)
class Clues:
    """What speaks for a block beside its own words."""

    rarity: Rarity
    meanings: Mapping[tuple[str, Span], float] = field(default_factory=dict)
    """Standardised closeness of spans to the question, by passage id; missing spans count as 0."""
    met: Mapping[tuple[str, int], float] = field(default_factory=dict)
    """How well blocks meet the question's words, less the mean of their language, by passage id and start."""
    referenced: Mapping[str, int] = field(default_factory=dict)  # passage id to the place that names it
    outdated: frozenset[str] = frozenset()  # passage ids whose own basis is another version than is in force
    context: frozenset[str] = (
        frozenset()
    )  # terms of the turns that a follow-up leans on: the first and the previous
    context_share: float = 0.0  # how much of the context counts, 0 to 1
    best_found: float = 0.0  # the search's score of the first passage
    named: frozenset[str] = frozenset()  # replaced documents that a version in the question means
    shown: str = ""  # the answers of the turns before; who asks on wants to read something else
    meant: Mapping[str, Sequence[Meant]] = field(default_factory=dict)
    """Expected questions near the reader's, by passage id."""


def read_clues(
    query: Query,
    found: Found,
    candidates: Sequence[Evidence],
    span_vectors: SpanVectors,
    rarity: Rarity,
    history: Sequence[Turn] = (),
    wording: WordingMatcher | None = None,
) -> Clues:
    """Gather the clues of one question about the passages that could answer it.

    Args:
        wording: Compares blocks with the question token by token; without it that speaks for none.
    """
    meanings = (
        measure_meanings(candidates, found.vector, found.backgrounds, span_vectors)
        if found.vector is not None
        else {}
    )
    before = query.word_context[0] if query.word_context else None
    return Clues(
        rarity=rarity,
        meanings=meanings,
        met=wording.meet_stretches(query, _list_stretches(candidates)) if wording else {},
        referenced=find_referenced(item.passage for item in candidates),
        outdated=find_outdated(item.passage for item in candidates),
        context=(read_terms(before.text) if before else frozenset()) | read_terms(query.topic),
        context_share=1.0 if not query.formal and _needs_context(query.text) else ALONE_SHARE,
        best_found=max((item.score for item in candidates), default=0.0),
        named=frozenset(item.passage.document for item in candidates if _is_meant(item, query, found)),
        shown="\n".join(turn.content for turn in history if turn.role == "assistant"),
        meant=found.meant,
    )


def _list_stretches(candidates: Sequence[Evidence]) -> dict[Passage, list[tuple[int, int]]]:
    return {
        item.passage: [(block.spans[0].start, block.spans[-1].end) for block in cut_blocks(item)]
        for item in candidates
    }


def _needs_context(text: str) -> bool:
    """Tell whether a turn points back, or names next to nothing itself: "when to pay?", 什么时候交."""
    return refers_back(text) or says_little(text)


def _is_meant(item: Evidence, query: Query, found: Found) -> bool:
    """Tell whether a passage is of the replaced document that a question means by its version.

    A year in a whole question may be that of a text the question doubts; in "and in 2023?" it is what is asked.
    """
    if item.passage.document not in found.named or item.provenance.status != "superseded":
        return False
    return bool("." in (item.provenance.version or "") or query.named.years or query.named.earlier)


def measure_meanings(
    evidence: Sequence[Evidence],
    vector: NDArray[np.float32],
    backgrounds: Mapping[Language, Background],
    span_vectors: SpanVectors,
) -> dict[tuple[str, Span], float]:
    """Give each span's standardised closeness to a question, by passage id and span."""
    by_passage = span_vectors(evidence)
    meanings: dict[tuple[str, Span], float] = {}
    for item in evidence:
        background = backgrounds.get(item.passage.language)
        if background is None or item.passage.id not in by_passage:
            continue
        for span, cosine in zip(item.spans, by_passage[item.passage.id] @ vector, strict=True):
            meanings[item.passage.id, span] = background.standardise(float(cosine))
    return meanings


@functools.lru_cache(maxsize=20_000)
def read_terms(text: str) -> frozenset[str]:
    """Give the content terms of a text; the same passages come up for many questions."""
    return frozenset(content_terms(text))
