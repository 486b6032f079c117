"""Measures whether the assistant may speak: cases, metrics, runs, reports and comparisons, all offline."""
