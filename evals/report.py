"""One or more runs as a page that needs no network: numbers, slices, figures and the failed cases."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from evals.estimate import Estimate, cut_slices, estimate_all
from evals.metrics import METRIC_BY_NAME, METRICS
from evals.plots import (
    brier_score,
    confidences,
    draw_confidence_histogram,
    draw_interval,
    draw_latency,
    draw_reliability,
)
from evals.report_cases import draw_cases, failed_first
from evals.results import RunResult
from evals.score import Metric
from evals.wording import format_interval, format_value

SLICED = ("passed", "completeness", "citation_recall", "answered", "refusal_recall", "R@5", "nDCG@10")
"""Metrics of the table of slices: few enough to be read."""
GROUPS = {
    "passed": "Answers", "answered": "Answering and refusing", "guard_precision": "Guards", "no_leak": "Safety",
    "R@1": "Search, before any answer", "reading_seconds": "Time",
}  # fmt: skip
_FOLDER = Path(__file__).parent
esc = html.escape


def draw_report(runs: Sequence[RunResult]) -> str:
    """Give the page: a column of numbers for each run; slices, figures and cases of the last one."""
    last = runs[-1]
    failed = failed_first(last.outcomes)
    body = "\n".join(
        [
            _head(last),
            _verdicts(last),
            "<h2>Numbers</h2>" + _explain(),
            _headline(runs),
            "<h2>Slices</h2><p class='soft'>Value and number of cases. Small slices swing: below 30 cases a "
            "difference of 10 points is nothing.</p>",
            _slices(last),
            "<h2>Figures</h2>",
            _figures(last),
            f"<h2>Cases that are not right in every part ({len(failed)} of {len(last.outcomes)})</h2>",
            draw_cases(failed),
            "<h2>How this was measured</h2>",
            _manifests(runs),
        ]
    )
    style = (_FOLDER / "report.css").read_text(encoding="utf-8")
    script = (_FOLDER / "report.js").read_text(encoding="utf-8")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'\">"
        f"<title>Evals: {esc(last.manifest.suite)} {last.started:%Y-%m-%d}</title><style>{style}</style></head>"
        f"<body><main>{body}</main><script>{script}</script></body></html>\n"
    )


def _head(run: RunResult) -> str:
    manifest = run.manifest
    parts = [
        f"{run.started:%d %B %Y %H:%M} UTC", f"{len(run.outcomes)} cases", f"{manifest.documents} documents",
        *[f"{role} {name}" for role, name in manifest.models.items()], f"commit {manifest.commit}",
    ]  # fmt: skip
    return f'<h1>Evals: suite “{esc(manifest.suite)}”</h1><p class="soft">{esc(" · ".join(parts))}</p>'


def _verdicts(run: RunResult) -> str:
    found = estimate_all(METRICS, run.outcomes)
    tiles = []
    for name in ("passed", "answered", "refusal_f1", "sentence_support"):
        metric, one = METRIC_BY_NAME[name], found[name]
        kind = (
            "even" if name != "sentence_support" or one.value is None else "good" if one.value == 1 else "bad"
        )
        interval = format_interval(metric, one)
        note = f"{metric.title} <br><i>95 %: {interval}</i> <i>n {one.n}</i>" if interval else metric.title
        tiles.append((kind, format_value(metric, one.value), note))
    for name, title in (("no_leak", "leaks"), ("none_superseded", "answers citing what is out of force")):
        scores = [
            s for o in run.outcomes if (s := o.scores.get(name)) and s.value is not None and not s.failed
        ]
        bad = sum(s.value == 0 for s in scores)
        tiles.append(("count bad" if bad else "count good", str(bad), f"{title} <br>in {len(scores)} cases"))
    crashed = sum(outcome.error is not None for outcome in run.outcomes)
    tiles.append(
        ("count bad" if crashed else "count good", str(crashed), f"crashed <br>of {len(run.outcomes)} cases")
    )
    cells = "".join(f'<div class="verdict {k}"><b>{v}</b><span>{t}</span></div>' for k, v, t in tiles)
    return f'<div class="verdicts">{cells}</div>'


def _explain() -> str:
    return (
        '<p class="soft">With each value stand its 95 % interval, the number of cases it is taken over (n), those to '
        "which it does not apply (n/a, left out) and those that crashed (failed, counted as the worst value). "
        "Rates have Wilson intervals, the others bootstrap ones.</p>"
    )


def _headline(runs: Sequence[RunResult]) -> str:
    columns = [estimate_all(METRICS, run.outcomes) for run in runs]
    many = len(runs) > 1
    head = "".join(
        f'<th class="number">{esc(_run_name(run)) if many else "value"}</th><th class="number">95 % interval</th>'
        + '<th class="number">n</th>'
        + ("" if many else '<th class="number">n/a</th><th class="number">failed</th>')
        for run in runs
    )
    width = 1 + (3 if many else 5) * len(runs)
    rows = []
    for metric in METRICS:
        if metric.name in GROUPS:
            rows.append(f'<tr class="group"><th colspan="{width}">{GROUPS[metric.name]}</th></tr>')
        cells = "".join(_cells(metric, found[metric.name], short=many) for found in columns)
        label = f"{esc(metric.title)}<small>{esc(metric.meaning)}</small>"
        rows.append(f'<tr><th scope="row">{label}</th>{cells}</tr>')
    return (
        f'<div class="scroll headline"><table><thead><tr><th>metric</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cells(metric: Metric, found: Estimate, *, short: bool) -> str:
    """Give one run's cells; `short` puts what is left out below n, so that several runs fit side by side."""
    bar = ""
    if (
        metric.unit == "share"
        and found.value is not None
        and found.low is not None
        and found.high is not None
    ):
        bar = draw_interval(found.value, found.low, found.high)
    head = (
        f'<td class="number main">{format_value(metric, found.value)}</td>'
        f'<td class="number wide">{format_interval(metric, found)}{bar}</td>'
    )
    if short:
        left_out = f"<small>{found.n_not_applicable} n/a<br>{found.n_failed} failed</small>"
        return f'{head}<td class="number" data-name="n">{found.n}{left_out}</td>'
    numbers = (("n", found.n), ("n/a", found.n_not_applicable), ("failed", found.n_failed))
    return head + "".join(f'<td class="number" data-name="{name}">{value}</td>' for name, value in numbers)


def _run_name(run: RunResult) -> str:
    return f"{run.manifest.commit[:7]} {run.started:%m-%d %H:%M}"


def _slices(run: RunResult) -> str:
    metrics = [METRIC_BY_NAME[name] for name in SLICED]
    head = "".join(f'<th class="number">{esc(metric.title)}</th>' for metric in metrics)
    rows, group = [], ""
    for part in cut_slices(run.outcomes):
        if part.group != group:
            group = part.group
            rows.append(f'<tr class="group"><th colspan="{len(metrics) + 2}">{group}</th></tr>')
        found = estimate_all(metrics, part.outcomes)
        cells = "".join(
            f'<td class="number">{format_value(m, found[m.name].value)}<small>{found[m.name].n}</small></td>'
            for m in metrics
        )
        name = f'<th scope="row">{esc(part.name)}</th><td class="number">{len(part.outcomes)}</td>'
        rows.append(f"<tr>{name}{cells}</tr>")
    return (
        f'<div class="scroll slices"><table><thead><tr><th>slice</th><th class="number">cases</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _figures(run: RunResult) -> str:
    pairs = confidences(run.outcomes)
    seconds = [outcome.seconds for outcome in run.outcomes if outcome.seconds is not None]
    figures = []
    if pairs:
        caption = (
            f"How often a question was answerable at each level of confidence; on the diagonal the confidence is honest. "
            f"Brier score {brier_score(pairs):.3f} (0 perfect, 0.25 a coin), n {len(pairs)}."
        )
        figures.append((draw_reliability(pairs), "Reliability of refusing", caption))
        figures.append(
            (
                draw_confidence_histogram(pairs),
                "Distribution of confidence",
                "The less the two sides overlap, the better a threshold can separate them.",
            )
        )
    if seconds:
        workers = run.manifest.workers
        caption = (
            f"Wall time of one answer, {workers} worker{'s' if workers > 1 else ''}; {run.manifest.machine}."
        )
        figures.append((draw_latency(seconds), "Time to answer", caption))
    items = "".join(
        f"<figure><h3>{title}</h3>{svg}<figcaption>{esc(caption)}</figcaption></figure>"
        for svg, title, caption in figures
    )
    return f'<div class="figures">{items}</div>' if items else "<p>No answer carried a confidence.</p>"


def _manifests(runs: Sequence[RunResult]) -> str:
    fields = runs[-1].manifest.model_dump(mode="json")
    rows = []
    for name in fields:
        values = [run.manifest.model_dump(mode="json")[name] for run in runs]
        cells = "".join(f"<td><code>{esc(_plain(value))}</code></td>" for value in values)
        rows.append(f'<tr><th scope="row">{esc(name.replace("_", " "))}</th>{cells}</tr>')
    return f'<div class="scroll"><table><tbody>{"".join(rows)}</tbody></table></div>'


def _plain(value: object) -> str:
    return ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)
