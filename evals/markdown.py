"""Runs and comparisons as Markdown, for a pull request, a README or the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.errors import InputError
from evals.compare import Difference
from evals.estimate import Estimate, cut_slices, estimate_all
from evals.metrics import METRIC_BY_NAME, METRICS
from evals.report import SLICED
from evals.report_cases import failed_first
from evals.results import RunResult
from evals.score import Metric, Outcome
from evals.wording import format_change, format_interval, format_p, format_value

LISTED = 20
"""Failed cases written out; a pull request is not the place for all of them."""

RESULTS_FROM = "<!-- results -->"
RESULTS_TO = "<!-- end of results -->"


def write_table(metrics: Sequence[Metric], found: Mapping[str, Estimate]) -> str:
    """Give the headline table of one run."""
    rows = [
        f"| {m.title} | {format_value(m, found[m.name].value)} | {format_interval(m, found[m.name])} "
        f"| {found[m.name].n} | {found[m.name].n_not_applicable} | {found[m.name].n_failed} |"
        for m in metrics
    ]
    return "\n".join(
        [
            "| metric | value | 95 % interval | n | n/a | failed |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
            *rows,
        ]
    )


def write_report(run: RunResult) -> str:
    """Give the page of `evals.report` in short: numbers, slices and the worst failures."""
    facts = _facts(run)
    failed = failed_first(run.outcomes)
    return (
        "\n\n".join(
            [
                f"## Evals: suite “{run.manifest.suite}”",
                " · ".join(facts),
                write_table(METRICS, estimate_all(METRICS, run.outcomes)),
                "### Slices",
                _slices(run),
                f"### Not right in every part: {len(failed)} of {len(run.outcomes)}",
                "\n".join(_failure(outcome) for outcome in failed[:LISTED]) or "None.",
            ]
        )
        + "\n"
    )


def fill_results(text: str, run: RunResult) -> str:
    """Put a run's date, settings and headline table between the two result marks of a text.

    Raises:
        InputError: the marks are not there.
    """
    before, opening, rest = text.partition(RESULTS_FROM)
    _, closing, after = rest.partition(RESULTS_TO)
    if not opening or not closing:
        raise InputError(
            "The text has no place for results.",
            hint=f"Write {RESULTS_FROM} and {RESULTS_TO} on lines of their own.",
        )
    table = write_table(METRICS, estimate_all(METRICS, run.outcomes))
    body = f"Suite “{run.manifest.suite}”: {' · '.join(_facts(run))}.\n\n{table}"
    return f"{before}{opening}\n{body}\n{closing}{after}"


def _facts(run: RunResult) -> list[str]:
    manifest = run.manifest
    return [
        f"{run.started:%Y-%m-%d}", f"{len(run.outcomes)} cases", f"{manifest.documents} documents",
        *[f"{role} {name}" for role, name in manifest.models.items()], f"commit {manifest.commit}",
        f"corpus {manifest.corpus_digest}", manifest.machine,
    ]  # fmt: skip


def _slices(run: RunResult) -> str:
    metrics = [METRIC_BY_NAME[name] for name in SLICED]
    lines = [
        "| slice | cases | " + " | ".join(metric.title for metric in metrics) + " |",
        "| --- | ---: |" + " ---: |" * len(metrics),
    ]
    for part in cut_slices(run.outcomes):
        found = estimate_all(metrics, part.outcomes)
        cells = [f"{format_value(m, found[m.name].value)} ({found[m.name].n})" for m in metrics]
        lines.append(f"| {part.group} {part.name} | {len(part.outcomes)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _failure(outcome: Outcome) -> str:
    reason = outcome.error or (outcome.scores["passed"].reason if "passed" in outcome.scores else "")
    return f"- `{outcome.case.id}` {_line(outcome.case.question)} — {_line(reason)}"


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def write_comparison(differences: Sequence[Difference], *, shared: int, names: tuple[str, str]) -> str:
    """Give the table of two runs with wins and losses listed below it."""
    lines = [
        f"{shared} cases asked alike in both.",
        "",
        f"| metric | {names[0]} | {names[1]} | change, 95 % | p | test | n | wins | losses |",
        "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |",
    ]
    for d in differences:
        mark = " **loss**" if d.is_loss else ""
        change = format_change(d.metric, d.b - d.a, d.low, d.high)
        lines.append(
            f"| {d.metric.title}{mark} | {format_value(d.metric, d.a)} | {format_value(d.metric, d.b)} | {change} "
            f"| {format_p(d.p)} | {d.test} | {d.n} | {len(d.wins)} | {len(d.losses)} |"
        )
    for d in differences:
        if d.metric.unit == "share" and (d.wins or d.losses):
            lines += ["", f"{d.metric.title}: won {_ids(d.wins)}; lost {_ids(d.losses)}."]
    return "\n".join(lines) + "\n"


def _ids(ids: Sequence[str]) -> str:
    return ", ".join(f"`{i}`" for i in ids) or "none"
