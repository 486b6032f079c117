"""How long the asker waits."""

from __future__ import annotations

from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.score import Metric, Outcome, Score


def score_latency(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give the wall time of the answer path."""
    return Score(value=outcome.seconds, reason="" if outcome.seconds is not None else "not timed")


LATENCY_P50 = Metric(
    name="latency_p50",
    title="Time to answer, median",
    meaning="Wall time of ask() on this machine; with several workers they wait for each other.",
    score=score_latency,
    summary="p50",
    better="lower",
    unit="seconds",
)
LATENCY_P95 = Metric(
    name="latency_p95",
    title="Time to answer, 95th percentile",
    meaning="As above; 1 of 20 questions takes longer.",
    score=score_latency,
    summary="p95",
    better="lower",
    unit="seconds",
)
