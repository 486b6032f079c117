"""What the calibrated score looks at: words, names and figures of a sentence that its source lacks."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from assistant.verification.alignment import Rarity, coverage
from assistant.verification.facts import extract_facts, same_value
from assistant.verification.names import find_names
from assistant.verification.numerals import fold_numerals
from assistant.verification.segments import Unit, cut_pieces, read_units
from assistant.words import detect_language, lexical_terms

LONG_ANSWER = 3
"""Sentences from which on a text is judged as a whole answer, by containment alone."""
NAMED = 2
"""Names and figures from which on a sentence is judged by what it names."""


_SPEAKER = re.compile(
    r"\b(?:i|i['’]m|me|mine|my|myself|our|us|we|you|your|yours)\b|[我咱你您]", re.IGNORECASE
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class SupportFeatures(NamedTuple):
    """The inputs of the score; the five before the last three count only where a single sentence names things."""

    contained: float  # share of its different words that stand in the source
    weakest: float  # least share, by rarity, of one clause in two neighbouring sentences; 0 for an answer
    is_answer: float  # 1 for three sentences or more
    answer_contained: float  # share by rarity, for an answer
    names_things: float  # 1 for one or two sentences with two names or figures
    named_contained: float
    missing_mass: float  # log of the rarity of the words that are missing
    missing_names: float  # rarity of missing name words
    missing_facts: float
    length: float  # log of the number of its words
    asks: float  # 1 for a question: it claims nothing that a source could carry
    speaks: float  # words for who speaks or is spoken to: opinion and talk, not report
    number_missing: float  # 1 where the source lacks a number, in digits


@functools.lru_cache(maxsize=256)
def _sentence_terms(text: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(lexical_terms(piece)) for piece in cut_pieces(text))


def read_features(claim: str, sources: Sequence[str], rarity: Rarity) -> SupportFeatures:
    """Compare a sentence or answer with its sources, context included."""
    sentences = [terms for source in sources for terms in _sentence_terms(source)]
    known = frozenset().union(*sentences)
    own = frozenset(lexical_terms(claim))
    names = {term for name in find_names(claim, detect_language(claim)) for term in lexical_terms(name)}
    facts = extract_facts(claim)
    theirs = [fact for source in sources for unit in read_units(source) for fact in unit.facts]
    answer = len(cut_pieces(claim)) >= LONG_ANSWER
    named = not answer and len(names) + len(facts) >= NAMED
    contained = len(own & known) / len(own) if own else 0.0
    missing = sum(rarity(term) for term in own - known)
    gated = (
        contained,
        math.log1p(missing),
        sum(rarity(term) for term in names - known),
        float(sum(not any(same_value(other, fact) for other in theirs) for fact in facts)),
        math.log1p(len(own)),
    )
    whole = coverage(own, known, rarity) if own else 0.0
    weakest = 0.0 if answer else _weakest_clause(read_units(claim), sentences, rarity, whole)
    talk = (
        float("?" in claim or "？" in claim),
        float(len(_SPEAKER.findall(claim))),
        float(bool(_numbers(claim) - frozenset().union(*map(_numbers, sources)))),
    )
    return SupportFeatures._make(
        (contained, weakest, float(answer), whole * answer, float(named), *(v * named for v in gated), *talk)
    )


@functools.lru_cache(maxsize=256)
def _numbers(text: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(fold_numerals(text)))


def _weakest_clause(
    claim: Sequence[Unit], sentences: Sequence[frozenset[str]], rarity: Rarity, whole: float
) -> float:
    pairs = [a | b for a, b in pairwise(sentences)] or list(sentences)
    shares = []
    for segment in (segment for unit in claim for segment in unit.segments):
        terms = frozenset(lexical_terms(segment.text))
        if len(terms) >= 2:
            shares.append(max((coverage(terms, pair, rarity) for pair in pairs), default=0.0))
    return min(shares, default=whole)
