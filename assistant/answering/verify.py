"""Checking one sentence against the spans it cites; pure, and it explains itself.

A sentence passes when one window of the source (one to three neighbouring sentences) carries its
words, all its figures and names, its parties in their roles, and what it demands, allows or denies.
Words of two different clauses put together fail, since no window carries them all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.answering.alignment import (
    Rarity,
    Statement,
    bigram_share,
    coverage,
    evenly,
    missing_facts,
    windows,
)
from assistant.answering.facts import Fact
from assistant.answering.polarity import CONFLICTS, is_passive
from assistant.types import Verdict, VerdictLabel

MIN_COVERAGE = 0.5
"""Least share of a sentence's words its window must hold; fitted on the dev half of verification.jsonl."""
MIN_SIMILARITY = 0.84
"""Least cosine of e5 between a sentence and a source in the other language (same half)."""

Similarity = Callable[[str, Sequence[str]], Sequence[float]]


class Source(NamedTuple):
    """A cited span, and the title and headings it stands under, which also carry words and versions."""

    text: str
    context: str = ""


@dataclass(frozen=True)
class _Finding:
    """One window's outcome: its coverage and what speaks against it."""

    score: float
    contradictions: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def label(self) -> VerdictLabel:
        if self.contradictions:
            return "contradicted"
        return "unsupported" if self.gaps else "supported"


def verify(
    sentence: str,
    sources: Sequence[Source],
    *,
    rarity: Rarity = evenly,
    similarity: Similarity | None = None,
) -> Verdict:
    """Judge whether cited spans support a sentence.

    Args:
        sources: Everything the sentence cites; text beside them does not count.
        rarity: Weight of a term in the library.
        similarity: Cosines of a sentence to texts in the other language; without it such a sentence
            is supported only by figures, names and parties.

    Returns:
        `contradicted` when the window that carries its words says otherwise, `unsupported` when no
        window carries it, with the reasons of the nearest window; the score is 0 to 1.
    """
    claim = Statement(sentence)
    if not claim.terms and not claim.facts:
        return Verdict(label="unsupported", score=0.0, reasons=("the sentence claims nothing",))
    if not sources:
        return Verdict(label="unsupported", score=0.0, reasons=("no source is cited",))
    candidates = [
        (window, Statement(source.context)) for source in sources for window in windows(source.text)
    ]
    if len(sources) > 1:
        candidates.append(
            (Statement(" ".join(s.text for s in sources)), Statement(" ".join(s.context for s in sources)))
        )
    findings = [_judge(claim, window, context, rarity, similarity) for window, context in candidates]
    return _conclude(findings)


def _conclude(findings: Sequence[_Finding]) -> Verdict:
    if not findings:
        return Verdict(label="unsupported", score=0.0, reasons=("the cited span is empty",))
    passed = [finding for finding in findings if finding.label == "supported"]
    best = max(passed or findings, key=lambda finding: finding.score)
    score = best.score if passed else min(best.score, 0.49) if not best.contradictions else 0.1 * best.score
    return Verdict(
        label=best.label, score=round(min(1.0, max(0.0, score)), 4), reasons=best.contradictions + best.gaps
    )


def _judge(
    claim: Statement, window: Statement, context: Statement, rarity: Rarity, similarity: Similarity | None
) -> _Finding:
    crossing = claim.language != window.language
    known = window.term_set | context.term_set
    covered = coverage(claim.term_set, known, rarity)
    gaps: list[str] = []
    if crossing:
        cosine = max(similarity(claim.text, [window.text]), default=0.0) if similarity else None
        if cosine is not None and cosine < MIN_SIMILARITY:
            gaps.append(f"the other-language source is not close (cosine {cosine:.2f})")
        covered = _crossing_score(claim, window, cosine)
    elif covered < MIN_COVERAGE:
        gaps.append(f"only {covered:.0%} of its words stand in the source")
    gaps.extend(_missing_names(claim, window, context))
    contradictions: list[str] = []
    for fact in missing_facts(claim, (window, context)):
        rival = next((own for own in window.facts if own.kind == fact.kind), None)
        if rival and covered >= MIN_COVERAGE:
            contradictions.append(f"{_show(fact)} is not in the source, which says {_show(rival)}")
        else:
            gaps.append(f"number not in source: {_show(fact)}")
    contradictions.extend(_opposed(claim, window))
    fluency = 0.5 if crossing else bigram_share(claim.terms, window.terms)
    return _Finding(0.75 * covered + 0.25 * fluency, tuple(contradictions), tuple(gaps))


def _crossing_score(claim: Statement, window: Statement, cosine: float | None) -> float:
    """Score a pair of two languages by closeness, or by shared figures and parties without one."""
    if cosine is not None:
        return 1 / (1 + math.exp(-40 * (cosine - MIN_SIMILARITY)))
    shared = len(set(claim.parties) & set(window.parties)) + len(claim.facts)
    return min(1.0, 0.3 + 0.2 * shared)


def _missing_names(claim: Statement, window: Statement, context: Statement) -> list[str]:
    known = window.term_set | context.term_set
    if claim.language != window.language and claim.language == "en":
        return []  # Chinese sources do not spell English names
    missing = sorted(name for name in claim.names if name not in known)
    return [f"name not in source: {', '.join(missing)}"] if missing else []


def _opposed(claim: Statement, window: Statement) -> list[str]:
    """List how the claim turns round what the window says."""
    found: list[str] = []
    for modality in claim.modalities:
        if window.modalities and modality not in window.modalities:
            rivals = CONFLICTS[modality] & set(window.modalities)  # type: ignore[index]
            if rivals:
                found.append(f"the source says {'/'.join(sorted(rivals))}, the sentence says {modality}")
    if not found and bool(claim.negations) != bool(window.negations):
        found.append("one denies what the other affirms")
    strangers = [party for party in dict.fromkeys(claim.parties) if party not in window.parties]
    if strangers and set(window.parties) - set(claim.parties):
        found.append(f"the source does not speak of the {', '.join(strangers)}")
    if not strangers and _turned_round(claim, window):
        found.append("the parties stand in each other's place")
    return found


def _turned_round(claim: Statement, window: Statement) -> bool:
    own = list(dict.fromkeys(claim.parties))
    theirs = [party for party in dict.fromkeys(window.parties) if party in own]
    return len(own) == 2 and own == theirs[::-1] and is_passive(claim.text) == is_passive(window.text)


def _show(fact: Fact) -> str:
    bound = {"at_least": "at least ", "at_most": "at most ", "": ""}[fact.bound]
    return f"{bound}{fact.value}{'%' if fact.kind == 'percent' else ' ' + fact.kind.replace('_', ' ')}"
