"""The measures of a third-party set, by ir-measures, each with its interval over queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals.estimate import Estimate
from evals.intervals import bootstrap_interval
from evals.sets import Judgements

MEASURES = ("R@1", "R@5", "R@10", "RR@10", "nDCG@10")
Run = Mapping[str, Sequence[tuple[str, float]]]
"""Passage ids with scores, best first, by query id."""


def measure_queries(run: Run, judgements: Judgements) -> dict[str, dict[str, float]]:
    """Give each measure of each judged query; a judged query missing from the run counts 0.

    R@k is true recall: the share of a query's gold passages. The order of a run decides, not its scores,
    so that ties stay as they were shown. Queries without a gold passage are left out.
    """
    import ir_measures

    relevant = {q: grades for q, grades in judgements.items() if any(grade > 0 for grade in grades.values())}
    qrels = [ir_measures.Qrel(q, p, g) for q, grades in relevant.items() for p, g in grades.items()]
    ranked = [
        ir_measures.ScoredDoc(q, passage, -float(rank))
        for q in relevant
        for rank, (passage, _) in enumerate(run.get(q, ()))
    ]
    values = {name: dict.fromkeys(relevant, 0.0) for name in MEASURES}
    parsed = {ir_measures.parse_measure(name): name for name in MEASURES}
    for found in ir_measures.iter_calc(list(parsed), qrels, ranked) if ranked else ():
        values[parsed[found.measure]][found.query_id] = found.value
    return values


def estimate_set(run: Run, judgements: Judgements) -> dict[str, Estimate]:
    """Give mean and 95 % bootstrap interval of each measure; `n` is the number of judged queries."""
    estimates = {}
    for name, by_query in measure_queries(run, judgements).items():
        values = list(by_query.values())
        if not values:
            estimates[name] = Estimate(None, None, None, 0, 0, 0)
            continue
        low, high = bootstrap_interval(values)
        missing = sum(query not in run for query in by_query)
        estimates[name] = Estimate(sum(values) / len(values), low, high, len(values), 0, missing)
    return estimates


def area_under_curve(scores: Sequence[float], labels: Sequence[bool]) -> float | None:
    """Give the chance that a positive scores above a negative, ties half; None without both kinds.

    Source: Hanley & McNeil, Radiology 1982 (the Mann-Whitney form of AUROC).
    """
    from scipy.stats import rankdata

    positives, negatives = sum(labels), len(labels) - sum(labels)
    if not positives or not negatives:
        return None
    ranks = rankdata(scores)
    total = sum(float(rank) for rank, label in zip(ranks, labels, strict=True) if label)
    return (total - positives * (positives + 1) / 2) / (positives * negatives)
