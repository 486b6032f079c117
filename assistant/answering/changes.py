"""Whether the newer version of a document gives another figure than the old one that was quoted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.answering.blocks import cut_blocks
from assistant.answering.citations import plain_words
from assistant.answering.clues import Clues
from assistant.answering.facts import extract_facts
from assistant.answering.question import Question
from assistant.answering.scoring import score_block
from assistant.retrieval.evidence import passage_spans
from assistant.types import Evidence, Passage, Provenance

_MEASURES = frozenset({"money", "percent", "working_day", "day", "week", "months", "years", "hour"})
"""What counts where the question asks for no kind of figure; numbers of articles and years change anyway."""


def find_change(
    question: Question,
    quotes: Iterable[str],
    newer: Sequence[Passage],
    provenance: Provenance,
    clues: Clues,
) -> str | None:
    """Give the newer version's sentence on the same question when its figures differ from those quoted.

    Args:
        quotes: What was quoted of the old version.
        newer: Passages of the newer version that the search found, best first.

    Returns:
        Words of the newer version; `None` when it says nothing of the kind, or the same.
    """
    candidates = [
        Evidence(number, passage, provenance, passage_spans(passage), clues.best_found)
        for number, passage in enumerate(newer, start=1)
    ]
    scored = [
        score_block(block, question, question.text, clues)
        for item in candidates
        for block in cut_blocks(item)
    ]
    if not scored:
        return None
    best = max(scored, key=lambda s: (s.score, -s.block.spans[0].start))
    text = best.block.text_of(best.best_span)
    before = frozenset(fact for quote in quotes for fact in _figures(quote, question))
    after = _figures(text, question)
    if not before or not after or after <= before:
        return None
    return plain_words(text)


def _figures(text: str, question: Question) -> frozenset[tuple[str, str]]:
    wanted = question.wanted_kinds or _MEASURES
    return frozenset((fact.kind, fact.value) for fact in extract_facts(text) if fact.kind in wanted)
