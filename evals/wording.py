"""How numbers are written in reports, on the page, in Markdown and in the terminal alike."""

from __future__ import annotations

from evals.estimate import Estimate
from evals.score import Metric

_PLAIN = ("RR@10", "nDCG@10")  # discounted sums, not shares of anything


def format_value(metric: Metric, value: float | None) -> str:
    """Write one value with its unit; "–" when there is none."""
    if value is None:
        return "–"
    if metric.unit == "seconds":
        return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"
    return f"{value:.3f}" if metric.name in _PLAIN else f"{value:.1%}".replace("%", " %")


def format_interval(metric: Metric, found: Estimate) -> str:
    """Write the 95 % interval; empty without a value."""
    if found.low is None or found.high is None:
        return ""
    if metric.unit == "seconds":
        return f"{format_value(metric, found.low)} – {format_value(metric, found.high)}"
    if metric.name in _PLAIN:
        return f"{found.low:.3f} – {found.high:.3f}"
    return f"{found.low * 100:.1f} – {found.high * 100:.1f}"


def format_change(metric: Metric, change: float, low: float, high: float) -> str:
    """Write a difference with its 95 % interval in the unit of the metric's values: points for shares."""
    if metric.unit == "seconds":
        return f"{change * 1000:+.0f} ms ({low * 1000:+.0f} – {high * 1000:+.0f})"
    if metric.name in _PLAIN:
        return f"{change:+.3f} ({low:+.3f} – {high:+.3f})"
    return f"{change * 100:+.1f} ({low * 100:+.1f} – {high * 100:+.1f})"


def format_p(p: float) -> str:
    """Write a p value; small ones as a bound."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
