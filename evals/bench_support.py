"""Measures the check of sentences: `python -m evals.bench_support --file support.jsonl --table verification.jsonl --json FILE`.

AUROC of the support score by set, cross-validated by source and claim, beside plain word overlap on the
same rows; and the rates of right verdicts on the hand-made table, by half, label and type.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.verification.verify import Source, verify
from assistant.words import lexical_terms
from evals.fit_support import count_rarity, cross_validate, measure_rows
from evals.intervals import Z95, Interval, wilson_interval
from evals.set_measures import area_under_curve
from evals.support_rows import SupportRow, VerificationRow, read_support, read_table

CLAIMS = "wice-oracle, best chunk per claim"


class Area(NamedTuple):
    """One AUROC with its interval, and word overlap on the same rows."""

    set: str
    n: int
    supported: int
    auroc: float
    interval: Interval
    overlap: float


class Rate(NamedTuple):
    """How many verdicts of one kind of row are right."""

    split: str
    label: str
    type: str
    right: int
    n: int
    interval: Interval


def measure_areas(rows: Sequence[SupportRow]) -> list[Area]:
    """Give the AUROC of the cross-validated score and of word overlap, by set and by WiCE claim."""
    scores = [float(score) for score in cross_validate(measure_rows(rows), rows)]
    overlaps = [overlap(row) for row in rows]
    areas = []
    for name in sorted({row.set for row in rows}):
        places = [place for place, row in enumerate(rows) if row.set == name]
        areas.append(_area(name, [rows[p].supported for p in places], *_pick(places, scores, overlaps)))
    chunks: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row.set == "wice-oracle":
            chunks[row.claim].append(place)
    if chunks:
        best = [
            [max(values[p] for p in places) for places in chunks.values()] for values in (scores, overlaps)
        ]
        areas.append(
            _area(CLAIMS, [rows[places[0]].supported for places in chunks.values()], best[0], best[1])
        )
    return areas


def _pick(places: Iterable[int], *columns: Sequence[float]) -> list[list[float]]:
    chosen = list(places)
    return [[column[place] for place in chosen] for column in columns]


def _area(name: str, labels: Sequence[bool], scores: Sequence[float], overlaps: Sequence[float]) -> Area:
    area, baseline = area_under_curve(scores, labels), area_under_curve(overlaps, labels)
    if area is None or baseline is None:
        area = baseline = float("nan")
    return Area(name, len(labels), sum(labels), area, area_interval(area, sum(labels), len(labels)), baseline)


def area_interval(area: float, positives: int, n: int) -> Interval:
    """Give the 95 % interval of an AUROC. Source: Hanley & McNeil, Radiology 1982."""
    negatives = n - positives
    if not positives or not negatives:
        return Interval(0.0, 1.0)
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (positives - 1) * (one - area**2) + (negatives - 1) * (two - area**2)
    half = Z95 * math.sqrt(max(0.0, variance) / (positives * negatives))
    return Interval(max(0.0, area - half), min(1.0, area + half))


def overlap(row: SupportRow) -> float:
    """Give the share of a sentence's content words that stand in its source: the baseline."""
    own = set(lexical_terms(row.sentence))
    return len(own & set(lexical_terms(row.source))) / len(own) if own else 0.0


def measure_table(rows: Sequence[VerificationRow]) -> list[Rate]:
    """Give the share of right verdicts by half, label and type; `all` first."""
    right: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for row in rows:
        verdict = verify(row.sentence, [Source(row.source)])
        good = (verdict.label == "supported") == (row.label == "faithful")
        for kind in ("all", row.type):
            right[row.split, row.label, kind].append(good)
    ordered = sorted(
        right.items(), key=lambda item: (item[0][0], item[0][1], item[0][2] != "all", item[0][2])
    )
    return [
        Rate(*key, sum(found), len(found), wilson_interval(sum(found), len(found))) for key, found in ordered
    ]


def measure_labels(rows: Sequence[SupportRow]) -> list[Rate]:
    """Give the share of support rows whose label of `verify` is right, by set; not cross-validated."""
    rarity = count_rarity(rows)
    right: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for row in rows:
        verdict = verify(row.sentence, [Source(row.source)], rarity=rarity)
        kind = "supported" if row.supported else "not supported"
        right[row.set, kind].append((verdict.label == "supported") == row.supported)
    return [
        Rate(name, kind, "all", sum(found), len(found), wilson_interval(sum(found), len(found)))
        for (name, kind), found in sorted(right.items())
    ]


def write_tables(areas: Sequence[Area], rates: Sequence[Rate]) -> str:
    """Write both tables in Markdown."""
    lines: list[str] = []
    if areas:
        lines += ["| set | n | supported | AUROC | 95 % | word overlap |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {a.set} | {a.n} | {a.supported} | {a.auroc:.3f} | {a.interval.low:.3f}–{a.interval.high:.3f} | {a.overlap:.3f} |"
            for a in areas
        ]
    if rates:
        lines += ["", "| half or set | rows | type | right | rate | 95 % |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {r.split} | {r.label} | {r.type} | {r.right} of {r.n} | {r.right / r.n:.3f} | "
            f"{r.interval.low:.3f}–{r.interval.high:.3f} |"
            for r in rates
        ]
    return "\n".join(lines)


class Figures(NamedTuple):
    """Everything that is measured."""

    areas: list[Area]
    rates: list[Rate]

    def as_json(self) -> dict[str, list[dict[str, Any]]]:
        """Give both lists as plain values: AUROC with word overlap on the same rows, rates with n and interval."""
        return {
            "areas": [_plain(area) for area in self.areas],
            "rates": [_plain(rate) for rate in self.rates],
        }


def _plain(figure: Area | Rate) -> dict[str, Any]:
    values = figure._asdict()
    values["interval"] = figure.interval._asdict()
    if isinstance(figure, Rate):
        values["rate"] = figure.right / figure.n
    return values


def measure(support: Path | None = None, table: Path | None = None, *, split: str | None = None) -> Figures:
    """Measure everything that the named files allow.

    Args:
        support: A `support.jsonl`; None leaves the third-party sets out.
        table: The hand-made table; None leaves it out.
        split: One half of the table, `dev` or `report`; None for both.
    """
    rows = read_support(support) if support else []
    kept = [row for row in read_table(table) if split in (None, row.split)] if table else []
    rates = measure_table(kept) + (measure_labels(rows) if rows else [])
    return Figures(measure_areas(rows) if rows else [], rates)


def main() -> None:
    """Print the tables, and write them to a file if one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, help="a support.jsonl")
    parser.add_argument("--table", type=Path, help="the hand-made table")
    parser.add_argument("--split", choices=("dev", "report"), help="one half of the table only")
    parser.add_argument("--json", "--out", dest="json", type=Path, help="also write the figures as JSON")
    arguments = parser.parse_args()
    figures = measure(arguments.file, arguments.table, split=arguments.split)
    print(write_tables(figures.areas, figures.rates))
    if arguments.json:
        text = json.dumps(figures.as_json(), ensure_ascii=False, indent=1)
        arguments.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
