"""`python -m evals.bench_guard`: what the guard holds back of what it must, and of ordinary questions.

The rows of split `report` were not looked at while rules, examples and thresholds were made.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_args

import typer

from assistant.guard import Guard
from assistant.guarding.categories import Category
from assistant.models import load_embedder
from assistant.types import Turn
from evals.intervals import wilson_interval

DATA = Path(__file__).parent / "data"
SPLITS = ("dev", "report")
SOURCES = ("guard", "guard blind", "cases")
"""The first set, texts by somebody who had not seen it nor the guard, and the questions of the cases."""
ORDINARY = "pass"


class Row(NamedTuple):
    """One turn and what must become of it."""

    source: str  # one of SOURCES
    split: str
    expected: str  # a category, or ORDINARY
    text: str
    history: tuple[Turn, ...]


class Outcome(NamedTuple):
    """What became of a row."""

    row: Row
    got: str


class Rate(NamedTuple):
    """A count with its share and 95 % interval (Wilson)."""

    hits: int
    of: int

    def as_dict(self) -> dict[str, float | int | list[float] | None]:
        """Give it for the JSON file; a rate of nothing is None."""
        if not self.of:
            return {"hits": 0, "of": 0, "share": None, "interval": None}
        interval = [round(end, 4) for end in wilson_interval(self.hits, self.of)]
        return {
            "hits": self.hits,
            "of": self.of,
            "share": round(self.hits / self.of, 4),
            "interval": interval,
        }

    def __str__(self) -> str:
        if not self.of:
            return "-"
        low, high = wilson_interval(self.hits, self.of)
        return f"{self.hits}/{self.of} = {self.hits / self.of:.3f} [{low:.3f}, {high:.3f}]"


def read_rows(folder: Path = DATA) -> list[Row]:
    """Read the guard set and the case questions."""
    rows = [
        Row(_source(row), row["split"], row["expected"], row["question"], _turns(row))
        for row in _read_lines(folder / "guard.jsonl")
    ]
    for path in sorted(folder.glob("cases-*.jsonl")):
        for row in _read_lines(path):
            expected = row["expected"].get("guard") or ORDINARY
            rows.append(Row("cases", row["split"], expected, row["question"], _turns(row)))
    return rows


def _source(row: dict[str, Any]) -> str:
    return "guard blind" if row.get("origin") == "blind" else "guard"


def _read_lines(path: Path) -> Iterable[dict[str, Any]]:
    return map(json.loads, path.read_text(encoding="utf-8").splitlines())


def _turns(row: dict[str, Any]) -> tuple[Turn, ...]:
    return tuple(Turn.model_validate(turn) for turn in row.get("history") or ())


def screen_rows(guard: Guard, splits: Sequence[str]) -> list[Outcome]:
    """Screen every row of these halves."""
    outcomes = []
    for row in read_rows():
        if row.split in splits:
            screened = guard.screen(row.text, row.history)
            outcomes.append(Outcome(row, screened.category if screened else ORDINARY))
    return outcomes


def measure(outcomes: Sequence[Outcome], source: str, split: str) -> dict[str, Rate]:
    """Count one part: false alarms, and per category caught (by any), recall and precision (by this one)."""
    part = [item for item in outcomes if item.row.source == source and item.row.split == split]
    ordinary = [item for item in part if item.row.expected == ORDINARY]
    found = {"false alarms": Rate(sum(item.got != ORDINARY for item in ordinary), len(ordinary))}
    for category in get_args(Category):
        meant = [item for item in part if item.row.expected == category]
        named = [item for item in part if item.got == category]
        right = sum(item.got == category for item in meant)
        found[f"{category} caught"] = Rate(sum(item.got != ORDINARY for item in meant), len(meant))
        found[f"{category} recall"] = Rate(right, len(meant))
        found[f"{category} precision"] = Rate(right, len(named))
    return found


def main(
    out: Annotated[Path | None, typer.Option(help="Write the figures to this JSON file.")] = None,
    split: Annotated[str, typer.Option(help="dev, report or both")] = "both",
    embedder: str = "bundled-e5",
) -> None:
    """Screen every row and print the figures."""
    wanted = SPLITS if split == "both" else (split,)
    with tempfile.TemporaryDirectory() as cache:
        guard = Guard(load_embedder(embedder, cache=Path(cache)), cache=Path(cache))
        started = time.perf_counter()
        guard.screen("hello")
        fitting = time.perf_counter() - started
        started = time.perf_counter()
        outcomes = screen_rows(guard, wanted)
        each = (time.perf_counter() - started) / len(outcomes)
    figures: dict[str, object] = {"seconds_to_fit": round(fitting, 2), "seconds_per_turn": round(each, 4)}
    print(f"fit {fitting:.1f} s once, {each * 1000:.1f} ms a turn")
    for source in SOURCES:
        for name in wanted:
            rates = measure(outcomes, source, name)
            figures[f"{source} {name}"] = {key: rate.as_dict() for key, rate in rates.items()}
            print(f"\n{source}, {name}")
            for key, rate in rates.items():
                if rate.of:
                    print(f"  {key:32} {rate}")
    if out is not None:
        out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
