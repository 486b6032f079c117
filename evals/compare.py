"""Two runs, case by case: what changed, how sure that is, and which cases won or lost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, ValidationError

from assistant.errors import InputError
from assistant.types import Record
from evals.estimate import estimate
from evals.intervals import bootstrap_interval, mcnemar_p, paired_bootstrap_p
from evals.results import FORMAT, Manifest, RunResult, load_run
from evals.score import Metric, Score

ALPHA = 0.05
"""A p below this is called significant; with the 20 metrics of a table expect one by chance."""


TIMED = ("latency_p50", "latency_p95")
"""Metrics that depend on the machine: shown, never a reason to fail."""


class CaseScores(Record):
    """The scores of one case, and a digest that tells whether it is still the same case."""

    digest: str
    values: dict[str, float | None]


class ScoreTable(Record):
    """A run without its answers: what `evals/baseline.json` holds."""

    format: str = FORMAT
    manifest: Manifest
    cases: dict[str, CaseScores] = Field(description="by case id")


class Difference(NamedTuple):
    """One metric in both runs over the cases to which it applied in both; b - a."""

    metric: Metric
    a: float
    b: float
    low: float
    high: float
    p: float
    test: Literal["McNemar", "paired bootstrap"]
    n: int
    n_unpaired: int
    wins: tuple[str, ...]  # case ids that became better
    losses: tuple[str, ...]

    @property
    def is_loss(self) -> bool:
        """True for a significant change to the worse."""
        worse = {"higher": self.b < self.a, "lower": self.b > self.a, "neither": False}
        return self.p < ALPHA and worse[self.metric.better]


def table_of(run: RunResult) -> ScoreTable:
    """Reduce a run to its scores."""
    cases = {
        outcome.case.id: CaseScores(
            digest=outcome.case.digest,
            # Six digits: more would show the clock's noise in a committed file.
            values={k: None if s.value is None else round(s.value, 6) for k, s in outcome.scores.items()},
        )
        for outcome in run.outcomes
    }
    return ScoreTable(manifest=run.manifest, cases=cases)


def write_baseline(run: RunResult) -> str:
    """Give a run's scores as JSON with a line a case, so that a change of one case is a change of one line.

    Times are left out: they belong to a machine.
    """
    table = table_of(run)
    lines = []
    for name, scores in sorted(table.cases.items()):
        values = {k: v for k, v in scores.values.items() if v is not None and k not in TIMED}
        lines.append(
            f"{json.dumps(name)}: {CaseScores(digest=scores.digest, values=values).model_dump_json()}"
        )
    head = f'{{"format": {json.dumps(table.format)},\n"manifest": {table.manifest.model_dump_json()},\n"cases": {{\n'
    return head + ",\n".join(lines) + "\n}}\n"


def load_table(path: Path) -> ScoreTable:
    """Read scores from a run's folder or file, or from a baseline.

    Raises:
        InputError: the file is neither.
    """
    try:
        return ScoreTable.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, IsADirectoryError):
        return table_of(load_run(path))
    except FileNotFoundError as error:
        raise InputError(
            f"No run or baseline at {path.as_posix()!r}.", hint="Make one with: python -m evals run --out DIR"
        ) from error


def shared_cases(a: ScoreTable, b: ScoreTable) -> list[str]:
    """List the ids of cases that both runs asked in the same words and with the same expectations."""
    return sorted(i for i in a.cases.keys() & b.cases.keys() if a.cases[i].digest == b.cases[i].digest)


def compare_tables(a: ScoreTable, b: ScoreTable, metrics: Sequence[Metric]) -> list[Difference]:
    """Compare two runs on the cases they share, metric by metric; metrics without a pair are left out."""
    ids = shared_cases(a, b)
    compared = [
        _compare(metric, {i: (a.cases[i].values, b.cases[i].values) for i in ids}) for metric in metrics
    ]
    return [difference for difference in compared if difference is not None]


def _compare(
    metric: Metric, values_by_case: Mapping[str, tuple[Mapping[str, float | None], ...]]
) -> Difference | None:
    pairs: dict[str, tuple[float, float]] = {}
    unpaired = 0
    for case_id, (one, other) in values_by_case.items():
        before, after = one.get(metric.name), other.get(metric.name)
        if before is not None and after is not None:
            pairs[case_id] = (before, after)
        elif before is not None or after is not None:
            unpaired += 1
    if not pairs:
        return None
    sign = -1 if metric.better == "lower" else 1
    wins = tuple(i for i, (before, after) in pairs.items() if sign * (after - before) > 0)
    losses = tuple(i for i, (before, after) in pairs.items() if sign * (after - before) < 0)
    changes = [after - before for before, after in pairs.values()]
    interval = bootstrap_interval(changes)
    binary = metric.summary in ("rate", "f1")
    return Difference(
        metric=metric,
        a=_value(metric, [before for before, _ in pairs.values()]),
        b=_value(metric, [after for _, after in pairs.values()]),
        low=interval.low,
        high=interval.high,
        p=mcnemar_p(len(wins), len(losses)) if binary else paired_bootstrap_p(changes),
        test="McNemar" if binary else "paired bootstrap",
        n=len(pairs),
        n_unpaired=unpaired,
        wins=wins,
        losses=losses,
    )


def _value(metric: Metric, values: list[float]) -> float:
    return estimate(metric, [Score(value=value) for value in values]).value or 0.0
