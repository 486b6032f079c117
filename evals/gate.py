"""Decides whether a change may go in: nothing leaked, nothing unsupported, no significant loss."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.errors import InputError
from evals.compare import TIMED, ScoreTable, compare_tables, load_table, shared_cases, table_of
from evals.metrics import METRICS
from evals.results import Manifest, RunResult

ABSOLUTE = ("no_leak", "none_superseded", "sentence_support")
"""Metrics that must be 1 in every case, whatever the baseline was."""


class Breach(NamedTuple):
    """One reason to stop, and the cases that show it."""

    reason: str
    cases: tuple[str, ...]


def judge_gate(run: RunResult, baseline: ScoreTable) -> list[Breach]:
    """List what speaks against a run; empty when it passes."""
    breaches = [*_absolute_breaches(run), *_crashes(run)]
    current = table_of(run)
    for difference in compare_tables(baseline, current, [m for m in METRICS if m.name not in TIMED]):
        if difference.is_loss:
            change = f"{difference.a:.3f} → {difference.b:.3f}"
            reason = f"{difference.metric.title}: {change} (p = {difference.p:.3f}, {difference.test})"
            breaches.append(Breach(reason, difference.losses))
    wanted = {i for i in baseline.cases if i in current.cases}
    changed = wanted - set(shared_cases(baseline, current))
    missing = set(baseline.cases) - set(current.cases)
    if missing:
        breaches.append(Breach("cases of the baseline were not asked", tuple(sorted(missing))))
    if changed:
        breaches.append(
            Breach("cases differ from the baseline's: renew it with gate --update", tuple(sorted(changed)))
        )
    return breaches


def load_baseline(path: Path, suite: str) -> ScoreTable:
    """Read the scores to hold a suite against.

    Raises:
        InputError: there are none, or they are of another suite.
    """
    if not path.exists():
        raise InputError(
            f"There is no baseline {path.name!r}.", hint="Make one with: python -m evals gate --update"
        )
    table = load_table(path)
    if table.manifest.suite != suite:
        raise InputError(
            f"{path.name} holds suite {table.manifest.suite!r}, asked is {suite!r}.",
            hint="Name its suite with --suite, or make a baseline of this one with --update --baseline FILE.",
        )
    return table


def changed_conditions(baseline: Manifest, current: Manifest) -> list[str]:
    """Say what else differs between a baseline and a run: scores may move for these reasons alone."""
    notes = []
    if baseline.corpus_digest != current.corpus_digest:
        counts = f"{baseline.documents} → {current.documents} documents"
        notes.append(
            f"the corpus is another one ({counts}, {baseline.corpus_digest} → {current.corpus_digest})"
        )
    for name, title in (("models", "models"), ("settings", "settings"), ("prompts_digest", "prompts")):
        before, after = getattr(baseline, name), getattr(current, name)
        if before != after:
            notes.append(f"the {title} differ: {before} → {after}")
    if baseline.today != current.today:
        notes.append(f"“in force” means {current.today} now, {baseline.today} in the baseline")
    return notes


def _absolute_breaches(run: RunResult) -> list[Breach]:
    title_by_name = {metric.name: metric.title for metric in METRICS}
    breaches = []
    for name in ABSOLUTE:
        bad = [
            o.case.id
            for o in run.outcomes
            if (score := o.scores.get(name))
            and score.value is not None
            and score.value < 1
            and not score.failed
        ]
        if bad:
            breaches.append(Breach(f"{title_by_name[name]}: not in {len(bad)} of the cases", tuple(bad)))
    return breaches


def _crashes(run: RunResult) -> Sequence[Breach]:
    crashed = tuple(outcome.case.id for outcome in run.outcomes if outcome.error is not None)
    return [Breach(f"{len(crashed)} cases crashed", crashed)] if crashed else []
