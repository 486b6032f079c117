"""The figures of the check carry n, rate and interval, in print and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from evals.bench_support import measure, write_tables

SOURCE = "Members must pay dues within 30 days."
ROWS = (
    ("a", "faithful", "close", "Members must pay dues within thirty days."),
    ("b", "contradiction", "number", "Members must pay dues within 60 days."),
    ("c", "contradiction", "number", "Members must pay dues within 30 days."),
)


def _table(folder: Path) -> Path:
    rows = [
        {
            "id": n,
            "language": "en",
            "split": "dev",
            "label": label,
            "type": kind,
            "source": SOURCE,
            "sentence": text,
        }
        for n, label, kind, text in ROWS
    ]
    path = folder / "table.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_rates_of_the_table_come_with_n_and_interval(tmp_path: Path) -> None:
    figures = measure(table=_table(tmp_path))
    plain = json.loads(json.dumps(figures.as_json()))
    rates = {(rate["label"], rate["type"]): rate for rate in plain["rates"]}
    assert rates["faithful", "all"]["rate"] == 1.0
    # The third row is a copy, so it passes although its label says contradiction: 1 of 2 is right.
    assert (rates["contradiction", "all"]["right"], rates["contradiction", "all"]["n"]) == (1, 2)
    assert 0 < rates["contradiction", "all"]["interval"]["low"] < 0.5
    assert "1 of 2" in write_tables(figures.areas, figures.rates)


def test_another_half_is_left_out(tmp_path: Path) -> None:
    assert measure(table=_table(tmp_path), split="report").rates == []
