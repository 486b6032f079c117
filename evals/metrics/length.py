"""How long an answer takes to read."""

from __future__ import annotations

import re

from assistant.words import CJK
from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.metrics.completeness import answer_text
from evals.score import Metric, Outcome, Score

WORDS_PER_SECOND = 228 / 60
"""English words read silently. Source: Trauzettel-Klosinski & Dietz, IOVS 2012 (228 words a minute)."""
CHARACTERS_PER_SECOND = 255 / 60
"""Chinese characters. Same source (255 characters a minute)."""

_CJK = re.compile(f"[{CJK}]")


def reading_seconds(text: str) -> float:
    """Estimate how long a person reads a text in either language, or in both mixed."""
    characters = len(_CJK.findall(text))
    words = len(_CJK.sub(" ", text).split())
    return words / WORDS_PER_SECOND + characters / CHARACTERS_PER_SECOND


def score_length(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give the reading time of the shown sentences."""
    text = answer_text(outcome)
    if not text:
        return Score(value=None, reason="no sentence is shown")
    return Score(value=reading_seconds(text), reason=f"{len(text)} characters")


LENGTH = Metric(
    name="reading_seconds",
    title="Reading time",
    meaning="Median time to read the shown sentences; the aim is at most a minute.",
    score=score_length,
    summary="p50",
    better="lower",
    unit="seconds",
)
