"""The default answer: whole blocks of the sources, chosen and ordered, never reworded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.answering.blocks import Block, cut_blocks
from assistant.answering.citations import CitationList, quote_spans
from assistant.answering.clues import Clues, read_terms
from assistant.answering.facts import extract_facts
from assistant.answering.question import Question, read_question
from assistant.answering.scoring import ScoredBlock, score_block
from assistant.types import Citation, Evidence, Language, Sentence, Span

KEEP_WITHIN = 1.8
"""A block stays when it is this near to the best one, in log-odds."""
READ_CHARS: Mapping[Language, int] = {"en": 1100, "zh": 420}
"""What a person reads in a minute: about 200 English words or 400 characters."""
KEEP_OTHER_LANGUAGE = 0.5
KEEP_FOR_PART = 3.2
"""The same for the best block's own document when parts of a question meet in one block: what founds a thing and when are
often two clauses of one text."""
MAX_BLOCKS = 6
SHOWN_BLOCKS = 3
"""Blocks of one part that are shown at once; the others wait behind "more"."""
LONG_PARAGRAPH_CHARS: Mapping[Language, int] = {"en": 480, "zh": 180}

# Alliance rule before law before literature, where several speak.
_TIER = {"law": 1, "literature": 2}


class Composition(NamedTuple):
    """The chosen sentences; `missing` are parts of the question that nothing answers."""

    sentences: list[Sentence]
    more: list[Sentence]
    citations: tuple[Citation, ...]
    missing: tuple[str, ...]
    conflicting: bool


def rank_blocks(
    question: Question, part: str, evidence: Sequence[Evidence], clues: Clues
) -> list[ScoredBlock]:
    """Score all blocks of the evidence for one part of a question, best first."""
    scored = [score_block(block, question, part, clues) for item in evidence for block in cut_blocks(item)]
    return sorted(scored, key=lambda s: (-s.score, s.block.evidence.number, s.block.spans[0].start))


def _read_part(question: Question, part: str) -> Question:
    return read_question(part) if len(question.parts) > 1 else question


def _rank_for_part(
    question: Question, part: str, evidence: Sequence[Evidence], clues: Clues
) -> list[ScoredBlock]:
    """Score all blocks for one part; a part without words of its own ("and when?") has those of the whole."""
    words = part if read_terms(part) else question.text
    return rank_blocks(_read_part(question, part), words, evidence, clues)


def rank_evidence(question: Question, candidates: Sequence[Evidence], clues: Clues) -> list[Evidence]:
    """Order candidates by their best block; of a question with parts, the best for each part come first."""
    distance: dict[str, float] = {}
    for part in question.parts:
        ranked = _rank_for_part(question, part, candidates, clues)
        for scored in ranked:
            behind = ranked[0].score - scored.score
            passage_id = scored.block.evidence.passage.id
            distance[passage_id] = min(behind, distance.get(passage_id, math.inf))
    return sorted(candidates, key=lambda item: (distance.get(item.passage.id, math.inf), item.number))


def compose(
    question: Question,
    evidence: Sequence[Evidence],
    clues: Clues,
    *,
    min_words: float = 0.15,
) -> Composition:
    """Choose the blocks that answer each part and quote them, the deciding one first.

    Args:
        min_words: Least share of a part's words that its block must cover, where it has several parts.
    """
    chosen: list[ScoredBlock] = []
    missing: list[str] = []
    rankings = [_rank_for_part(question, part, evidence, clues) for part in question.parts]
    for number, (part, ranked) in enumerate(zip(question.parts, rankings, strict=True)):
        asked = _read_part(question, part)
        if not ranked:
            missing.append(part)
            continue
        best = ranked[0]
        if asked.wants_figure and not best.fits:
            best = next((s for s in ranked if s.fits and s.score >= ranked[0].score - KEEP_WITHIN), best)
        firsts = [other[0] for place, other in enumerate(rankings) if other and place != number]
        shared = _holds([*chosen, *firsts], best)
        kept = [
            best,
            *(s for s in ranked if s is not best and s.score >= best.score - _room_beside(best, s, shared)),
        ]
        if len(question.parts) > 1 and best.words < min_words and best.meaning <= 0:
            missing.append(part)
            continue
        chosen.extend(s for s in kept[:MAX_BLOCKS] if not _holds(chosen, s))
    return _write(question, chosen, missing)


def _room_beside(best: ScoredBlock, other: ScoredBlock, shared: bool) -> float:
    """Give how far behind the best block another may be; one in another language takes more to read."""
    if (
        shared
        and other.fits
        and other.block.evidence.passage.document == best.block.evidence.passage.document
    ):
        return KEEP_FOR_PART
    same = best.block.evidence.passage.language == other.block.evidence.passage.language
    return KEEP_WITHIN if same else KEEP_OTHER_LANGUAGE


def _holds(chosen: Sequence[ScoredBlock], candidate: ScoredBlock) -> bool:
    return any(
        other.block.spans == candidate.block.spans
        and other.block.evidence.passage.id == candidate.block.evidence.passage.id
        for other in chosen
    )


def _write(question: Question, chosen: Sequence[ScoredBlock], missing: Sequence[str]) -> Composition:
    citations = CitationList()
    sentences: list[Sentence] = []
    more: list[Sentence] = []
    used = 0
    ordered = _in_reading_order(chosen)
    for group, scored in enumerate(ordered):
        spans = _choose_spans(scored, question)
        length = sum(span.end - span.start for span in spans)
        limit = READ_CHARS[scored.block.evidence.passage.language]
        shown = not sentences or (used + length <= limit and group < SHOWN_BLOCKS * len(question.parts))
        target = sentences if shown else more
        target.extend(quote_spans(scored.block, spans, group, citations))
        used += length
    return Composition(sentences, more, citations.citations, tuple(missing), _conflict(question, ordered))


def _in_reading_order(chosen: Sequence[ScoredBlock]) -> list[ScoredBlock]:
    """Put sources together: the best block's source first, then alliance rules, law, literature."""
    if not chosen:
        return []
    first = chosen[0].block.evidence.passage.document
    order = {s.block.evidence.passage.document: i for i, s in reversed(list(enumerate(chosen)))}

    def key(scored: ScoredBlock) -> tuple[bool, int, int, int]:
        passage, provenance = scored.block.evidence.passage, scored.block.evidence.provenance
        return (
            passage.document != first,
            _TIER.get(provenance.kind, 0),
            order[passage.document],
            chosen.index(scored),
        )

    return sorted(chosen, key=key)


def _choose_spans(scored: ScoredBlock, question: Question) -> list[Span]:
    """Choose what to quote of a block: lists whole, tables by row, long paragraphs by sentence."""
    block = scored.block
    if block.kind == "table":
        return _choose_rows(scored, question)
    if block.kind == "list":
        return list(block.spans)
    limit = LONG_PARAGRAPH_CHARS[block.evidence.passage.language]
    if len(block.text) <= limit:
        return list(block.spans)
    return _around(block, block.spans.index(scored.best_span), limit)


def _choose_rows(scored: ScoredBlock, question: Question) -> list[Span]:
    block = scored.block
    rows = list(zip(block.spans, scored.span_scores, strict=True))[block.lead :]
    best = max(score for _, score in rows)
    keep = [span for span, score in rows if score >= 0.9 * best]
    if question.shape in ("list", "procedure", "definition") or len(keep) > len(rows) // 2:
        keep = [span for span, _ in rows][:20]
    return [*block.spans[: block.lead], *keep]


def _around(block: Block, index: int, limit: int) -> list[Span]:
    """Give the best sentence and its neighbours up to `limit` characters, the one before first."""
    first = last = index
    used = block.spans[index].end - block.spans[index].start
    for step in (-1, 1, 1, -1):
        candidate = first - 1 if step < 0 else last + 1
        if not 0 <= candidate < len(block.spans):
            continue
        length = block.spans[candidate].end - block.spans[candidate].start
        if used + length <= limit:
            used += length
            first, last = min(first, candidate), max(last, candidate)
    return list(block.spans[first : last + 1])


def _conflict(question: Question, ordered: Sequence[ScoredBlock]) -> bool:
    """Tell whether two documents give different figures of the kind asked for."""
    if not question.wants_figure:
        return False
    by_kind: dict[str, dict[str, set[str]]] = {}
    for scored in ordered:
        if not scored.fits:
            continue
        for fact in extract_facts(scored.block.text_of(scored.best_span)):
            if question.wants(fact):
                by_document = by_kind.setdefault(fact.kind, {})
                by_document.setdefault(scored.block.evidence.passage.document, set()).add(fact.value)
    return any(
        len(by_document) > 1 and not set.intersection(*by_document.values())
        for by_document in by_kind.values()
    )
