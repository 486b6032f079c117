"""The figures of a report as inline SVG whose colours come from the page, so light and dark both work."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from evals.intervals import wilson_interval
from evals.score import Outcome

WIDTH, HEIGHT = 420, 280
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 26, 44
BINS = 10


class Confidence(NamedTuple):
    """What the assistant believed of a case, and whether it was answerable."""

    confidence: float
    answerable: bool


def confidences(outcomes: Sequence[Outcome]) -> list[Confidence]:
    """Collect the confidence of cases that are plainly to answer or to refuse."""
    return [
        Confidence(outcome.answer.confidence, outcome.case.expected.status == "answered")
        for outcome in outcomes
        if outcome.answer is not None
        and outcome.answer.confidence is not None
        and outcome.case.expected.status in ("answered", "no_evidence")
    ]


def brier_score(pairs: Sequence[Confidence]) -> float:
    """Give the mean squared distance of confidence from truth: 0 is perfect, 0.25 is a coin.

    Source: Brier, Monthly Weather Review 1950.
    """
    return sum((pair.confidence - pair.answerable) ** 2 for pair in pairs) / len(pairs)


def draw_reliability(pairs: Sequence[Confidence]) -> str:
    """Draw how often a case was answerable at each level of confidence; the diagonal is honest."""
    parts = [_line(_x(0), _y(0), _x(1), _y(1), "guide")]
    for lower in range(BINS):
        bin_ = [p for p in pairs if min(int(p.confidence * BINS), BINS - 1) == lower]
        if not bin_:
            continue
        true, n = sum(p.answerable for p in bin_), len(bin_)
        x, (low, high) = _x(sum(p.confidence for p in bin_) / n), wilson_interval(true, n)
        radius = 3 + 9 * (n / len(pairs)) ** 0.5
        parts.append(_line(x, _y(low), x, _y(high), "whisker"))
        title = f"{true} of {n} answerable at confidence {lower / BINS:.1f}–{(lower + 1) / BINS:.1f}"
        parts.append(
            f'<circle class="dot" cx="{x:.1f}" cy="{_y(true / n):.1f}" r="{radius:.1f}">{_title(title)}</circle>'
        )
    return _figure(parts + _axes("confidence that the evidence answers", "share answerable"), "Reliability")


def draw_confidence_histogram(pairs: Sequence[Confidence]) -> str:
    """Draw the confidence of answerable cases upward and of unanswerable ones downward."""
    up = np.histogram([p.confidence for p in pairs if p.answerable], BINS * 2, (0, 1))[0]
    down = np.histogram([p.confidence for p in pairs if not p.answerable], BINS * 2, (0, 1))[0]
    top, middle = max(1, int(up.max()), int(down.max())), _y(0.5)
    half, step = (_y(0) - _y(1)) / 2, (_x(1) - _x(0)) / (BINS * 2)
    parts = []
    for i, (above, below) in enumerate(zip(up, down, strict=True)):
        x, a, b = _x(0) + i * step, half * above / top, half * below / top
        parts.append(_bar(x, middle - a, step, a, "good", f"{above} answerable"))
        parts.append(_bar(x, middle, step, b, "bad", f"{below} unanswerable"))
    parts.append(_line(_x(0), middle, _x(1), middle, "axis"))
    parts += [
        _text(_x(0), _y(1) - 10, "answerable ↑"),
        _text(_x(0), _y(0) - 6, "unanswerable ↓"),
    ]
    labels = [_text(_x(v), _y(0) + 16, f"{v:g}", "middle") for v in (0, 0.25, 0.5, 0.75, 1)]
    counts = [
        _text(LEFT - 6, y + 4, n, "end") for n, y in ((str(top), _y(1)), ("0", middle), (str(top), _y(0)))
    ]
    caption = _text((_x(0) + _x(1)) / 2, HEIGHT - 8, "confidence that the evidence answers", "middle")
    return _figure([*parts, *labels, *counts, caption], "Distribution of confidence")


def draw_latency(seconds: Sequence[float]) -> str:
    """Draw how long answers took, with median and 95th percentile."""
    ms = np.asarray(seconds) * 1000
    p50, p95 = np.quantile(ms, [0.5, 0.95])
    # One slow first call would flatten the rest. Four round ticks: 173, 347, 520 are hard to read.
    limit = _round_up(float(max(np.quantile(ms, 0.99) * 1.15, 1.0)) / 4) * 4
    counts, edges = np.histogram(np.minimum(ms, limit), 30, (0, limit))
    top, step = max(1, int(counts.max())), (_x(1) - _x(0)) / 30
    parts = []
    for i, n in enumerate(counts):
        height = (_y(0) - _y(1)) * n / top
        title = f"{n} answers in {edges[i]:.0f}–{edges[i + 1]:.0f} ms"
        parts.append(_bar(_x(0) + i * step, _y(0) - height, step, height, "plain", title))
    near = (p95 - p50) / limit < 0.25  # then the two labels go on two lines
    for name, value, row in (("p50", p50, 0), ("p95", p95, int(near))):
        x = _x(min(value / limit, 1))
        parts.append(_line(x, _y(0), x, _y(1), "mark"))
        right = x > _x(0.75)
        parts.append(
            _text(
                x + (-4 if right else 4),
                _y(1) - 10 + 14 * row,
                f"{name} {value:.0f} ms",
                "end" if right else "start",
            )
        )
    labels = [_text(_x(v), _y(0) + 16, f"{v * limit:g}", "middle") for v in (0, 0.25, 0.5, 0.75, 1)]
    axis = _line(_x(0), _y(0), _x(1), _y(0), "axis")
    caption = _text(
        (_x(0) + _x(1)) / 2, HEIGHT - 8, "milliseconds; the last bar holds all slower answers", "middle"
    )
    return _figure(
        [*parts, axis, *labels, _text(LEFT - 6, _y(1) + 4, str(top), "end"), caption], "Time to answer"
    )


def _round_up(value: float) -> float:
    """Give the next number of one digit, or with a half: 173 → 200, 220 → 250."""
    scale = 10.0 ** np.floor(np.log10(value))
    steps = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10)
    return float(next(step * scale for step in steps if value <= step * scale * (1 + 1e-9)))


def draw_interval(value: float, low: float, high: float) -> str:
    """Draw a share and its interval as a small bar for a table cell."""
    return (
        '<svg class="interval" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="track" x="0" y="4" width="100" height="4"/>'
        f'<rect class="fill" x="{low * 100:.1f}" y="4" width="{max(1.0, (high - low) * 100):.1f}" height="4"/>'
        f'<rect class="value" x="{max(0.0, min(98.0, value * 100 - 1)):.1f}" y="1" width="2" height="10"/></svg>'
    )


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(text)}</text>'


def _bar(x: float, y: float, width: float, height: float, kind: str, title: str) -> str:
    if height <= 0:
        return ""
    return (
        f'<rect class="bar {kind}" x="{x + 0.5:.1f}" y="{y:.1f}" width="{width - 1:.1f}" height="{height:.1f}">'
        f"{_title(title)}</rect>"
    )


def _title(text: str) -> str:
    return f"<title>{html.escape(text)}</title>"


def _axes(x_name: str, y_name: str) -> list[str]:
    ticks = (0, 0.25, 0.5, 0.75, 1)
    parts = [_line(_x(0), _y(0), _x(1), _y(0), "axis"), _line(_x(0), _y(0), _x(0), _y(1), "axis")]
    parts += [_text(_x(v), _y(0) + 16, f"{v:g}", "middle") for v in ticks]
    parts += [_text(_x(0) - 6, _y(v) + 4, f"{v:g}", "end") for v in ticks]
    parts.append(_text((_x(0) + _x(1)) / 2, HEIGHT - 8, x_name, "middle"))
    parts.append(_text(_x(0) - 6, _y(1) - 12, y_name))  # above the plot: dots may lie on its top
    return parts


def _figure(parts: Sequence[str], name: str) -> str:
    body = "".join(parts)
    return f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(name)}">{body}</svg>'
