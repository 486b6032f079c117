"""Which words a figure stands with, in the claim and in the source: 10 days for what, 20,000 yuan for whom."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answering.facts import Fact, Located, carries, family, locate_facts, same_value
from assistant.answering.lexicon import find_terms
from assistant.answering.numerals import fold_numerals
from assistant.answering.parties import find_parties
from assistant.answering.segments import Unit
from assistant.words import CJK

LABELS = ("version", "year", "article")
"""Figures that say which text is meant rather than how much."""
MARGIN = 0.4
"""How much better another figure's words must fit before a claim is said to have taken the wrong one."""

_CELL = re.compile(
    rf"[，；：。]|、(?=[^，。；、]{{0,12}}\d)|[,;:](?=[\s{CJK}])"
    r"|\s+(?=(?:and|or|but|versus|vs|while|whereas|compared)\b)|(?=提高到|降低到|降到|升到|和|而)"
)


@dataclass(frozen=True)
class Cell:
    """A stretch with a figure: its own words, those it shares with its sentence, and the labels it stands under."""

    fact: Fact
    words: frozenset[str]
    labels: frozenset[Fact]
    unit: int

    def distance(self, other: Fact) -> bool:
        """Tell whether another figure of its kind could be taken for it."""
        return family(self.fact) == family(other) and not same_value(self.fact, other)


class _Piece:
    """A piece of a sentence between commas and conjunctions, with its figures' places."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.located: list[Located] = locate_facts(text)
        self.counted = [item for item in self.located if item.fact.kind not in LABELS]
        edge = self.counted or self.located
        self.before = text[: edge[0].start] if edge else text
        self.after = text[edge[-1].end :] if edge else ""


@functools.lru_cache(maxsize=512)
def read_cells(text: str, unit: int = 0) -> tuple[Cell, ...]:
    """List the figures of a sentence with the words they stand with.

    A piece without a figure lends its words to the figures behind it (胸膜固定失败率，A组20%); a figure
    without words before it takes those of the piece before ("79 % with A and 73.6 % with B").
    """
    pieces = [_Piece(fold_numerals(piece)) for piece in _CELL.split(text) if piece and piece.strip()]
    cells: list[Cell] = []
    header, lead = "", ""
    standing: frozenset[Fact] = frozenset()
    for index, piece in enumerate(pieces):
        if not piece.located:
            if cells and index == len(pieces) - 1:
                cells[-1] = _extend(cells[-1], piece.text)
            else:
                header = f"{header} {piece.text}"
            continue
        bare_before = not _words(piece.before) and _words(piece.after)
        shared = f"{header} {lead if bare_before else ''}"
        labels = frozenset(item.fact for item in piece.located if item.fact.kind in LABELS)
        kinds = {label.kind for label in labels}
        labels |= {label for label in standing if label.kind not in kinds}
        for item in piece.located:
            words = _words(f"{shared} {piece.text[: item.start]} {piece.text[item.end :]}")
            cells.append(Cell(item.fact, words, labels - {item.fact}, unit))
        lead = piece.before if _words(piece.before) else lead
        header = "" if piece.counted else f"{header} {piece.text}"
        standing = frozenset() if piece.counted else labels
    return tuple(cells)


def _extend(cell: Cell, text: str) -> Cell:
    return Cell(cell.fact, cell.words | _words(text), cell.labels, cell.unit)


def _words(text: str) -> frozenset[str]:
    return frozenset(term for term in find_terms(text) if not term[0].isdigit()) | frozenset(
        f"@{party}" for party in find_parties(text)
    )


def compare_figures(claim: Sequence[Unit], source: Sequence[Unit]) -> list[str]:
    """List the figures of a claim that its source gives for something else."""
    ours = [cell for unit in claim for cell in read_cells(unit.text)]
    theirs = [cell for number, unit in enumerate(source) for cell in read_cells(unit.text, number)]
    found = [reason for cell in ours if (reason := _misplaced(cell, ours, theirs))]
    return list(dict.fromkeys(found))


def _misplaced(cell: Cell, ours: Sequence[Cell], theirs: Sequence[Cell]) -> str | None:
    homes = [other for other in theirs if same_value(other.fact, cell.fact)]
    if not homes:
        return None
    if label := _foreign_label(cell, homes, theirs):
        return f"{show_fact(cell.fact)} does not stand under {show_fact(label)} in the source"
    if cell.fact.kind in ("year", "version"):
        return None
    claimed = {other.fact for other in ours}
    rivals = [
        other
        for other in theirs
        if cell.distance(other.fact) and not any(same_value(other.fact, fact) for fact in claimed)
    ]
    if not rivals:
        return None
    counts = Counter(word for other in (*homes, *rivals) for word in other.words)

    sentences = {
        other.unit: frozenset(word for c in theirs if c.unit == other.unit for word in c.words) for other in theirs
    }

    def fit(other: Cell) -> float:
        own = sum(1 / counts[word] for word in cell.words & other.words)
        return own + sum(0.5 / counts[word] for word in cell.words & (sentences[other.unit] - other.words) if word in counts)

    best = max(rivals, key=fit)
    if fit(best) > max(map(fit, homes)) + MARGIN:
        return f"{show_fact(cell.fact)} belongs to something else in the source, which says {show_fact(best.fact)}"
    return None


def _foreign_label(cell: Cell, homes: Iterable[Cell], theirs: Sequence[Cell]) -> Fact | None:
    """Give a version, year or article of the claim that the figure does not stand under in the source."""
    for label in cell.labels:
        places = [_stands_under(home, label, theirs) for home in homes]
        if places and not any(places):
            return label
    return None


def _stands_under(home: Cell, label: Fact, theirs: Sequence[Cell]) -> bool:
    own = {fact for fact in home.labels if fact.kind == label.kind}
    if own:
        return label in own
    unit = {fact for c in theirs if c.unit == home.unit for fact in (c.fact, *c.labels) if fact.kind == label.kind}
    if unit:
        return label in unit
    elsewhere = [c for c in theirs if c.unit != home.unit and (c.fact == label or label in c.labels)]
    rivals = [c for c in theirs if home.distance(c.fact) and any(c.unit == e.unit for e in elsewhere)]
    return not rivals


def opposite_bounds(claim: Sequence[Unit], source: Sequence[Unit]) -> list[str]:
    """List the figures that the claim bounds from the other side: at least for at most, before for after."""
    known = [fact for unit in source for fact in unit.facts]
    found = []
    for fact in (fact for unit in claim for fact in unit.facts):
        same = [own for own in known if same_value(own, fact)]
        if same and not any(carries(own, fact) for own in same):
            found.append(f"{show_fact(fact)} is bounded from the other side: {show_fact(same[0])}")
    return found


def show_fact(fact: Fact) -> str:
    """Write a figure for a reader."""
    bound = {"at_least": "at least ", "at_most": "at most ", "": ""}[fact.bound]
    if fact.kind in ("money", "number", "date", "month", "year"):
        return f"{bound}{fact.value}{' yuan' if fact.kind == 'money' and fact.value[0].isdigit() else ''}"
    if fact.kind in ("article", "version"):
        return f"{fact.kind} {fact.value}"
    return f"{bound}{fact.value}{'%' if fact.kind == 'percent' else ' ' + fact.kind.replace('_', ' ')}"
