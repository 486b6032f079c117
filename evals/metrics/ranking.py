"""Whether search brings the gold places to the top; measures by ir-measures."""

from __future__ import annotations

import functools

from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.gold import gold_places
from evals.score import Metric, Outcome, Score

_TITLES = {
    "R@1": "Recall in the first passage",
    "R@5": "Recall in the first 5 passages",
    "R@10": "Recall in the first 10 passages",
    "RR@10": "Reciprocal rank (MRR)",
    "nDCG@10": "nDCG of the first 10 passages",
}


def rank_golds(case: EvalCase, outcome: Outcome, corpus: Corpus) -> list[str]:
    """Turn the passages found into a ranking of gold numbers and others, best first.

    A gold counts where it is reached first. A passage that reaches two golds takes two ranks, and one
    that repeats a gold is an other.
    """
    golds = gold_places(case, corpus)
    ranking: list[str] = []
    for found in sorted(outcome.found, key=lambda place: place.rank):
        reached = [
            f"gold-{number}"
            for number, places in enumerate(golds)
            if any(place.overlaps(found.document, found.start, found.end) for place in places)
        ]
        ranking.extend([name for name in reached if name not in ranking] or [f"other-{found.rank}"])
    return ranking


def measure_ranking(relevant: list[str], ranking: list[str], measure: str) -> float:
    """Give one measure of one ranking without ties; an empty ranking gives 0."""
    import ir_measures

    judgements = [ir_measures.Qrel("q", name, 1) for name in relevant]
    run = [ir_measures.ScoredDoc("q", name, -float(rank)) for rank, name in enumerate(ranking)]
    parsed = ir_measures.parse_measure(measure)
    return float(ir_measures.calc_aggregate([parsed], judgements, run)[parsed]) if run else 0.0


def score_ranking(case: EvalCase, outcome: Outcome, corpus: Corpus, *, measure: str) -> Score:
    """Score the ranking behind an answer by one measure, for example "nDCG@10"."""
    golds = [f"gold-{number}" for number in range(len(gold_places(case, corpus)))]
    ranking = rank_golds(case, outcome, corpus)
    missed = [name for name in golds if name not in ranking]
    reason = f"{len(golds) - len(missed)} of {len(golds)} gold places found"
    return Score(value=measure_ranking(golds, ranking, measure), reason=reason)


def needs_gold(case: EvalCase) -> str:
    """Say why a metric of places does not apply; empty when it does."""
    return "" if case.expected.gold else "no gold place: the case is not to be answered from a document"


RANKING = tuple(
    Metric(
        name=name,
        title=title,
        meaning="Share of gold places among the passages found, or how early they come, before any answer.",
        score=functools.partial(score_ranking, measure=name),
        applies=needs_gold,
    )
    for name, title in _TITLES.items()
)
