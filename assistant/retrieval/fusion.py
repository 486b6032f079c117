"""Joining the scores of several searches into one ranking; pure, ties decided by passage id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.types import Language, Passage
from assistant.words import share_of_chinese

LEXICAL_WEIGHT = 2.0
"""Weight of normalised BM25 beside the standardised dense score; docs/decisions/0002 has the sweep."""
MIXED_SHARE = 0.05
"""A text holds both languages when each has this share of its words."""


@dataclass(frozen=True)
class Background:
    """Mean and spread of a question's cosine to the passages of one language."""

    mean: float
    deviation: float

    def standardise(self, cosine: float) -> float:
        """Give the distance from the mean in deviations."""
        return (cosine - self.mean) / self.deviation


def measure_background(vector: NDArray[np.float32], sample: NDArray[np.float32]) -> Background:
    """Measure how near a question lies to passages in general.

    Raw cosines of e5 lie in .7-.9 and are higher within a language than across, so they cannot be
    compared between languages; distances from each language's mean can (mixed library, nDCG@10 .570
    raw, .878 standardised).

    Args:
        vector: (d,) float32, length 1.
        sample: (n, d) float32, rows of length 1; any fixed choice of the language's passages.
    """
    if len(sample) < 2:
        return Background(0.8, 0.05)  # too few passages to measure; e5's usual range
    cosines = sample @ vector
    return Background(float(cosines.mean()), max(float(cosines.std()), 1e-3))


def compared_language(passage: Passage, language: Language) -> Language:
    """Give the language whose background a passage is compared with: its own, or the question's if it holds both.

    A glossary row in two languages is as near to a Chinese question as Chinese text is; measured
    against English passages it would stand above every real answer (recall@5 of Chinese cases .50,
    with this rule .61).
    """
    if passage.language == language:
        return language
    chinese = share_of_chinese(passage.text)
    return language if MIXED_SHARE < chinese < 1 - MIXED_SHARE else passage.language


def fuse_scores(
    dense: Mapping[str, float], lexical: Mapping[str, float], *, lexical_weight: float = LEXICAL_WEIGHT
) -> list[tuple[str, float]]:
    """Rank passages by standardised dense score plus weighted lexical score, best first.

    A passage missing from `lexical` has lexical score 0; one missing from `dense` gets the lowest
    dense score seen, so that a word match alone can still bring it in.

    Returns:
        (passage id, score) pairs; scores do not increase, ties in order of id.
    """
    floor = min(dense.values(), default=0.0)
    fused = {
        passage_id: dense.get(passage_id, floor) + lexical_weight * lexical.get(passage_id, 0.0)
        for passage_id in dense.keys() | lexical.keys()
    }
    return sorted(fused.items(), key=lambda item: (-item[1], item[0]))
