"""How much of a sentence its source carries: the coverage of its clauses, and one calibrated number."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

from assistant.verification.alignment import Aligned, Rarity, SourceUnits
from assistant.verification.facts import same_value
from assistant.verification.support_features import read_features
from assistant.verification.support_weights import BIAS, WEIGHTS

MIN_COVERAGE = 0.4
"""Least share of a claim's words, figures and parties in the sentences its clauses come from."""
MIN_CLAUSE = 0.2
"""The same for one clause of three words or more. Both were fitted on the dev half of verification.jsonl."""
LIKE_BEGINNING = 5
"""Characters from the start that two forms of one word share (approval, approved)."""


class Covered(NamedTuple):
    """Shares of a claim's words that stand where its clauses come from."""

    whole: float
    weakest: float  # of its clauses of three words or more


def cover_claim(
    aligned: Sequence[Aligned],
    source: SourceUnits,
    context: frozenset[str],
    rarity: Rarity,
    *,
    crossing: bool,
) -> Covered:
    """Measure how much of a claim stands in the sentences that its clauses come from, and in their headings.

    Args:
        crossing: The source is in the other language, so that only listed wordings, figures and
            parties compare.
    """
    matched = total = 0.0
    weakest = 1.0
    for pair in aligned:
        own = {term for term in pair.segment.terms if not crossing or term.startswith("=")}
        known = source.near(pair.unit) | context
        weights = [(rarity(term), credit_term(term, known)) for term in sorted(own)]
        weights += [(1.0, _has_fact(pair, index, source)) for index in range(len(pair.segment.facts))]
        weights += [(1.0, float(party in source.parties)) for party in sorted(set(pair.segment.parties))]
        mass = sum(weight for weight, _ in weights)
        found = sum(weight * share for weight, share in weights)
        matched, total = matched + found, total + mass
        if len(own) >= 3 and mass:
            weakest = min(weakest, found / mass)
    return Covered(matched / total if total else float(not crossing), weakest)


def _has_fact(pair: Aligned, index: int, source: SourceUnits) -> float:
    return float(any(same_value(theirs, pair.segment.facts[index]) for theirs in source.facts))


def credit_term(term: str, known: frozenset[str]) -> float:
    """Give 1 for a known term, part for one that shares its beginning or its characters with some."""
    if term in known:
        return 1.0
    if term.startswith("="):
        return 0.0
    if term.isascii():
        return 0.7 * (len(term) >= LIKE_BEGINNING and term[:LIKE_BEGINNING] in _beginnings(known))
    return 0.25 * sum(char in _characters(known) for char in term) if len(term) == 2 else 0.0


@functools.lru_cache(maxsize=256)
def _beginnings(known: frozenset[str]) -> frozenset[str]:
    return frozenset(term[:LIKE_BEGINNING] for term in known if term.isascii())


@functools.lru_cache(maxsize=256)
def _characters(known: frozenset[str]) -> frozenset[str]:
    return frozenset(char for term in known if not term.isascii() for char in term)


def score_support(claim: str, sources: Sequence[str], rarity: Rarity) -> float:
    """Give the chance that people would call a sentence supported by sources in its own language."""
    features = read_features(claim, sources, rarity)
    return _logistic(BIAS + sum(weight * value for weight, value in zip(WEIGHTS, features, strict=True)))


def score_crossing(covered: Covered, cosine: float | None, least: float) -> float:
    """Score a pair of two languages by closeness of meaning, without an embedder by listed wordings."""
    return covered.whole * 0.8 if cosine is None else _logistic(40 * (cosine - least))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, value))))
