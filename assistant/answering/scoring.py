"""How well a span answers a question: words by rarity, closeness of meaning, and the kind of answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answering.alignment import Rarity, coverage
from assistant.answering.blocks import Block
from assistant.answering.facts import extract_facts
from assistant.answering.polarity import find_modalities, find_parties
from assistant.answering.question import Question
from assistant.retrieval.fusion import Background
from assistant.types import Evidence, Language, Span
from assistant.words import content_terms

SpanVectors = Callable[[Sequence[Evidence]], Mapping[str, NDArray[np.float32]]]
"""Gives (number of spans, d) float32 unit rows by passage id."""

WORD_WEIGHT = 1.0
HEADING_SHARE = 0.6  # a word matched only by title or heading counts this much
MEANING_WEIGHT = 0.22  # for each deviation above the language's mean
TYPE_WEIGHT = 0.35
RANK_WEIGHT = 0.15


@dataclass(frozen=True)
class ScoredBlock:
    """A block, its score, and the score of each of its spans."""

    block: Block
    score: float
    span_scores: tuple[float, ...]
    meaning: float  # standardised closeness of the best span
    words: float  # coverage of the best span
    fits: bool  # holds the kind of thing asked for

    @property
    def best_span(self) -> Span:
        """The span that answers best."""
        return self.block.spans[int(np.argmax(self.span_scores))]


def score_block(
    block: Block,
    question: Question,
    part: str,
    *,
    rarity: Rarity,
    meanings: Mapping[Span, float],
    rank_share: float,
) -> ScoredBlock:
    """Score one block for one part of a question.

    Args:
        meanings: Standardised closeness of spans to the question; missing spans count as 0.
        rank_share: 1 for the first passage found, falling to 0.
    """
    terms = frozenset(content_terms(part)) or frozenset(content_terms(question.text))
    passage = block.evidence.passage
    frame = frozenset(content_terms(" ".join((passage.title, *passage.headings))))
    scores: list[float] = []
    details: list[tuple[float, float, bool]] = []
    lead_terms = frozenset(
        t for span in block.spans[: block.lead] for t in content_terms(block.text_of(span))
    )
    for index, span in enumerate(block.spans):
        text = block.text_of(span)
        own = frozenset(content_terms(text))
        inside = coverage(terms, own | (lead_terms if index >= block.lead else frozenset()), rarity)
        framed = coverage(terms, own | lead_terms | frame, rarity)
        words = inside + HEADING_SHARE * (framed - inside)
        fits = fits_question(text, question)
        meaning = meanings.get(span, 0.0)
        scores.append(
            WORD_WEIGHT * words + MEANING_WEIGHT * meaning + TYPE_WEIGHT * fits + RANK_WEIGHT * rank_share
        )
        details.append((meaning, words, fits))
    best = int(np.argmax(scores))
    return ScoredBlock(block, scores[best], tuple(scores), *details[best])


def fits_question(text: str, question: Question) -> bool:
    """Tell whether a text holds the kind of thing a question asks for."""
    if question.wants_figure:
        return any(question.wants(fact) for fact in extract_facts(text))
    if question.shape == "yes_no":
        return bool(find_modalities(text))
    if question.shape == "who":
        return bool(find_parties(text)) or any(word[:1].isupper() for word in text.split()[1:])
    return False


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
