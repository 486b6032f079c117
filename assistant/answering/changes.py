"""Whether another version of a document gives another figure than the one that was quoted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from assistant.answering.alignment import Rarity, coverage
from assistant.answering.blocks import cut_blocks
from assistant.answering.citations import plain_words
from assistant.answering.clauses import LEAST_ALIKE, MEASURES, Clause, cut_clauses, find_measures, likeness
from assistant.answering.clues import Clues, read_terms
from assistant.answering.facts import extract_facts
from assistant.answering.question import Question
from assistant.answering.scoring import score_block
from assistant.retrieval.evidence import passage_spans
from assistant.retrieval.versions import read_named
from assistant.types import Evidence, Passage, Provenance

LEAST_ASKED = 0.25
"""Share of the question's words that a clause must hold for its figure to be what the answer turns on."""
NEARLY_ALL = 0.75
"""A clause that holds this much of what the best one holds may be what the answer turns on, too."""


class Change(NamedTuple):
    """What an answer turns on, as shown and as another version has it, in their own words."""

    shown: str
    other: str


def find_counterpart(
    question: Question, quotes: Iterable[str], others: Sequence[Passage], rarity: Rarity
) -> Change | None:
    """Give what another version says in the place of the clause that an answer turns on, if its figure is another.

    The clause is the one with a figure that holds most of the question's words; figures beside it may have
    changed without a word.

    Args:
        quotes: Sentences of one version, as shown.
        others: All passages of the version before or after it.
    """
    asked = frozenset(term for term in read_terms(question.text) if not term[:1].isdigit())
    clauses = [
        clause
        for quote in quotes
        if not read_named(quote).versions  # it speaks of another version itself
        for clause in cut_clauses(plain_words(quote))
        if find_measures(clause.text)
    ]
    if not clauses or not asked:
        return None
    shares = [coverage(asked, read_terms(clause.text), rarity) for clause in clauses]
    least = max(LEAST_ASKED, NEARLY_ALL * max(shares))
    for _, new in sorted(
        ((share, clause) for share, clause in zip(shares, clauses, strict=True) if share >= least),
        key=lambda pair: -pair[0],
    ):
        before = _counterpart(new, others)
        if before is not None:
            same = find_measures(before.text) <= find_measures(new.text)
            return None if same else Change(new.sentence, before.sentence)
    return None


def _counterpart(clause: Clause, others: Sequence[Passage]) -> Clause | None:
    """Find the clause of another version that says the same but for its figures."""
    kinds = {kind for kind, _ in find_measures(clause.text)}
    candidates = [
        other
        for passage in others
        for span in passage_spans(passage)
        for other in cut_clauses(
            plain_words(passage.text[span.start - passage.start : span.end - passage.start])
        )
        if kinds & {kind for kind, _ in find_measures(other.text)}
    ]
    alike = [
        (likeness(clause.text, other.text), likeness(clause.sentence, other.sentence)) for other in candidates
    ]
    best = max(range(len(candidates)), key=lambda n: (sum(alike[n]), -n), default=None)
    return candidates[best] if best is not None and min(alike[best]) >= LEAST_ALIKE else None


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
    # "Ideas of 2023 stay under v1.0: 45 working days" is the newer version's word on the old one.
    scored = [s for s in scored if not read_named(s.block.text_of(s.best_span)).versions]
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
    wanted = question.wanted_kinds or MEASURES
    return frozenset((fact.kind, fact.value) for fact in extract_facts(text) if fact.kind in wanted)
