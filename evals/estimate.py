"""From the scores of many cases to one number with its interval; never reads a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from evals.intervals import Interval, bootstrap_interval, quantile_of, wilson_interval
from evals.score import Metric, Outcome, Score


class Estimate(NamedTuple):
    """A metric over a set of cases; `value` is None when it applied to none."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    n_not_applicable: int
    n_failed: int


class Slice(NamedTuple):
    """The cases that share a property, for example language zh."""

    group: str
    name: str
    outcomes: tuple[Outcome, ...]


def estimate(metric: Metric, scores: Iterable[Score]) -> Estimate:
    """Summarise scores; cases to which the metric does not apply are counted, never averaged."""
    listed = list(scores)
    values = [score.value for score in listed if score.value is not None]
    failed = sum(score.failed for score in listed)
    left_out = sum(score.value is None and not score.failed for score in listed)
    if not values:
        return Estimate(None, None, None, 0, left_out, failed)
    value, interval = _summarise(metric, values)
    return Estimate(value, interval.low, interval.high, len(values), left_out, failed)


def _summarise(metric: Metric, values: list[float]) -> tuple[float, Interval]:
    mean = sum(values) / len(values)
    # Of values that are all 0 or all 1 the bootstrap would claim certainty.
    if metric.summary == "rate" or (metric.summary == "mean" and set(values) <= {0.0, 1.0}):
        return mean, wilson_interval(sum(values), len(values))
    if metric.summary == "f1":
        # Scores are 1 for a true positive and 0 for a false or missed one, so F1 = 2m / (1 + m).
        low, high = wilson_interval(sum(values), len(values))
        return _f1(mean), Interval(_f1(low), _f1(high))
    if metric.summary in ("p50", "p95"):
        reduce = quantile_of(0.5 if metric.summary == "p50" else 0.95)
        return _quantile(values, metric.summary), bootstrap_interval(values, reduce)
    return mean, bootstrap_interval(values)


def _f1(mean: float) -> float:
    return 2 * mean / (1 + mean)


def _quantile(values: list[float], summary: str) -> float:
    import numpy as np

    return float(np.quantile(values, 0.5 if summary == "p50" else 0.95))


def estimate_all(metrics: Iterable[Metric], outcomes: Iterable[Outcome]) -> dict[str, Estimate]:
    """Summarise every metric over outcomes, by metric name."""
    listed = list(outcomes)
    missing = Score(value=None, reason="not measured in this run")
    return {m.name: estimate(m, [o.scores.get(m.name, missing) for o in listed]) for m in metrics}


def cut_slices(outcomes: Iterable[Outcome]) -> list[Slice]:
    """Group outcomes by persona, language, role and tag, in that order, names sorted."""
    listed = list(outcomes)
    keys: Mapping[str, Callable[[Outcome], tuple[str, ...]]] = {
        "persona": lambda o: (o.case.persona,),
        "language": lambda o: (o.case.language,),
        "role": lambda o: (o.case.role,),
        "tag": lambda o: o.case.tags,
    }
    slices: list[Slice] = []
    for group, names_of in keys.items():
        names = sorted({name for outcome in listed for name in names_of(outcome)})
        slices.extend(Slice(group, n, tuple(o for o in listed if n in names_of(o))) for n in names)
    return slices
