"""Whether another version of a document says otherwise than what was quoted: another figure, or another rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from assistant.answering.blocks import cut_blocks
from assistant.answering.citations import plain_words
from assistant.answering.clauses import LEAST_ALIKE, MEASURES, Clause, cut_clauses, find_measures, likeness
from assistant.answering.clues import Clues, read_terms
from assistant.answering.question import Question
from assistant.answering.scoring import ScoredBlock, score_block
from assistant.answering.substance import tell_difference
from assistant.retrieval.evidence import passage_spans
from assistant.retrieval.versions import read_named
from assistant.types import Evidence, Passage, Provenance
from assistant.verification.alignment import Rarity, coverage
from assistant.verification.facts import extract_facts

LEAST_ASKED = 0.25
"""Share of the question's words that a clause must hold for its figure to be what the answer turns on."""
NEARLY_ALL = 0.75
"""A clause that holds this much of what the best one holds may be what the answer turns on, too."""
LEAST_MEANT = 2.5
"""Closeness of the deciding spans of both versions to the question, in deviations, from which both answer it."""


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
    best = _find_deciding(question, as_evidence(newer, provenance, clues.best_found), clues)
    if best is None:
        return None
    text = best.block.text_of(best.best_span)
    before = frozenset(fact for quote in quotes for fact in _figures(quote, question))
    after = _figures(text, question)
    if not before or not after or after <= before:
        return None
    return plain_words(text)


def find_difference(
    question: Question,
    quotes: Collection[str],
    shown: Sequence[Evidence],
    others: Sequence[Evidence],
    clues: Clues,
) -> Change | None:
    """Give what two versions say where they decide a question otherwise: who, may or must, on what condition, by when.

    Args:
        quotes: Sentences of one version, as shown; what decides must be among them.
        shown: The evidence they are from.
        others: All passages of the version before or after it.
        clues: With the meanings of the spans of both.
    """
    ours, theirs = _find_deciding(question, shown, clues), _find_deciding(question, others, clues)
    if ours is None or theirs is None or min(ours.meaning, theirs.meaning) < LEAST_MEANT:
        return None
    said, other = (plain_words(best.block.text_of(best.best_span)) for best in (ours, theirs))
    if said not in quotes:
        return None
    return Change(said, other) if tell_difference(said, other, _sentences(others)) else None


def as_evidence(passages: Sequence[Passage], provenance: Provenance, score: float) -> list[Evidence]:
    """Take passages of one document as evidence, all found alike."""
    return [
        Evidence(number, passage, provenance, passage_spans(passage), score)
        for number, passage in enumerate(passages, start=1)
    ]


def _find_deciding(question: Question, evidence: Iterable[Evidence], clues: Clues) -> ScoredBlock | None:
    """Find the block that answers a question best, wherever the search found it."""
    scored = [
        score_block(block, question, question.text, clues)
        for item in evidence
        for block in cut_blocks(replace(item, score=clues.best_found))
    ]
    return max(
        (s for s in scored if not _speaks_of_another_version(s)),
        key=lambda s: (s.score, -s.block.spans[0].start),
        default=None,
    )


def _speaks_of_another_version(scored: ScoredBlock) -> bool:
    """Tell of "ideas of 2023 stay under v1.0: 45 working days": it is the newer version's word on the old one."""
    own = frozenset(filter(None, [scored.block.evidence.provenance.version]))
    return bool(read_named(scored.block.text_of(scored.best_span)).versions - own)


def _sentences(evidence: Iterable[Evidence]) -> list[str]:
    return [
        plain_words(item.passage.text[span.start - item.passage.start : span.end - item.passage.start])
        for item in evidence
        for span in item.spans
    ]


def _figures(text: str, question: Question) -> frozenset[tuple[str, str]]:
    wanted = question.wanted_kinds or MEASURES
    return frozenset((fact.kind, fact.value) for fact in extract_facts(text) if fact.kind in wanted)
