"""Which words a figure stands with, in the claim and in the source: 10 days for what, 20,000 yuan for whom."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.types import Reason
from assistant.verification.alignment import CLOSE
from assistant.verification.facts import Fact, Located, family, locate_facts, same_value
from assistant.verification.lexicon import find_terms
from assistant.verification.numerals import fold_numerals
from assistant.verification.parties import find_parties, strike_parties
from assistant.verification.reasons import because, name_fact
from assistant.verification.segments import Unit
from assistant.words import CJK

LABELS = ("version", "year", "article")
"""Figures that say which text is meant rather than how much."""
MARGIN = 0.4
"""How much better another figure's words must fit before a claim is said to have taken the wrong one."""

PARTY = 2.0
"""Worth of a shared party beside a figure, against 1 for a word."""
NEIGHBOUR = 0.75
"""Worth of the same word right before or right after both figures."""

_CELL = re.compile(
    rf"[，；：。]|、(?=[^，。；、]{{0,12}}\d|[一两二三四五六七八九十]+[名位个家项人])|[,;:](?=[\s{CJK}])"
    r"|\s+(?=(?:and|or|but|versus|vs|while|whereas|compared)\b)|(?=提高到|降低到|降到|升到|和|而)"
)


_DATE_COMMA = re.compile(
    r"(\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}), (?=\d{4}\b)"
)


@dataclass(frozen=True)
class Cell:
    """A figure, the words it stands with, those of its sentence's topic, and the labels it stands under."""

    fact: Fact
    words: frozenset[str]
    topic: frozenset[str]
    labels: frozenset[Fact]
    before: str  # the nearest word on each side, "" for none
    after: str
    unit: int

    def rivals(self, other: Fact) -> bool:
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

    @property
    def labels(self) -> frozenset[Fact]:
        return frozenset(item.fact for item in self.located if item.fact.kind in LABELS)


@functools.lru_cache(maxsize=512)
def read_cells(text: str, unit: int = 0) -> tuple[Cell, ...]:
    """List the figures of a sentence with the words they stand with.

    Pieces without a figure lend their words to the figures behind them (胸膜固定失败率，A组20%); a figure
    without words before it takes those of the piece before ("79 % with A and 73.6 % with B"). A label
    without a figure counts for the figures beside it that have none of its kind.
    """
    text = _DATE_COMMA.sub(r"\1 ", text)
    pieces = [_Piece(fold_numerals(piece)) for piece in _CELL.split(text) if piece and piece.strip()]
    cells: list[Cell] = []
    topic, header, lead, counted = "", "", "", False
    for index, piece in enumerate(pieces):
        if not piece.located:
            if not counted:
                topic = f"{topic} {piece.text}"
            elif index == len(pieces) - 1:
                cells[-1] = replace(cells[-1], topic=cells[-1].topic | _words(piece.text))
            else:
                header = f"{header} {piece.text}"
            continue
        bare = not _words(piece.before) and _words(piece.after)
        cells.extend(_cells_of(piece, f"{header} {lead if bare else ''}", _words(topic), unit))
        if bare and lead:
            last = find_terms(lead)[-1]
            cells[-1] = replace(cells[-1], before=last)
        lead = piece.before if _words(piece.before) else lead
        header = ""
        if piece.counted:
            counted = True
        elif counted:
            header = f"{header} {piece.text}"
        else:
            topic = f"{topic} {piece.text}"
    return tuple(_lend_labels(cells, pieces))


def _cells_of(piece: _Piece, shared: str, topic: frozenset[str], unit: int) -> Iterator[Cell]:
    for item in piece.located:
        before, after = piece.text[: item.start], piece.text[item.end :]
        left, right = find_terms(before), find_terms(after)
        yield Cell(
            item.fact,
            _words(f"{shared} {before} {after}"),
            topic,
            piece.labels - {item.fact},
            left[-1] if left else "",
            right[0] if right else "",
            unit,
        )


def _lend_labels(cells: Iterable[Cell], pieces: Iterable[_Piece]) -> Iterator[Cell]:
    loose = [label for piece in pieces if not piece.counted for label in piece.labels]
    for cell in cells:
        kinds = {label.kind for label in cell.labels} | {cell.fact.kind}
        lent = {label for label in loose if label.kind not in kinds}
        alone = {label for label in lent if sum(other.kind == label.kind for other in loose) == 1}
        yield replace(cell, labels=cell.labels | alone) if alone else cell


def _words(text: str) -> frozenset[str]:
    return frozenset(term for term in find_terms(strike_parties(text)) if not term[0].isdigit()) | frozenset(
        f"@{party}" for party in find_parties(text)
    )


def compare_figures(claim: Sequence[Unit], source: Sequence[Unit]) -> list[Reason]:
    """List the figures of a claim that its source gives for something else."""
    ours = [cell for unit in claim for cell in read_cells(unit.text)]
    theirs = [cell for number, unit in enumerate(source) for cell in read_cells(unit.text, number)]
    found = [reason for cell in ours if (reason := _misplaced(cell, ours, theirs))]
    return list(dict.fromkeys(found))


def _misplaced(cell: Cell, ours: Sequence[Cell], theirs: Sequence[Cell]) -> Reason | None:
    homes = [other for other in theirs if same_value(other.fact, cell.fact)]
    if not homes:
        return None
    if label := _foreign_label(cell, homes, theirs):
        return because("label", name_fact(cell.fact), name_fact(label))
    if cell.fact.kind in LABELS:
        return None
    claimed = {other.fact for other in ours}
    rivals = [
        other
        for other in theirs
        if cell.rivals(other.fact) and not any(same_value(other.fact, fact) for fact in claimed)
    ]
    fits = _Fits(cell, theirs)
    if swapped := _swapped(cell, ours, theirs):
        return swapped
    if not rivals:
        return None
    best = max(rivals, key=fits.measure)
    if fits.share(best) >= CLOSE and fits.measure(best) > max(map(fits.measure, homes)) + MARGIN:
        return because("belongs", name_fact(cell.fact), name_fact(best.fact))
    return None


def _swapped(cell: Cell, ours: Sequence[Cell], theirs: Sequence[Cell]) -> Reason | None:
    """Say that two figures of a claim changed places: the words of each fit the place of the other better."""
    for other in ours:
        if not cell.rivals(other.fact):
            continue
        prefers = [_prefers(one, two.fact, theirs) for one, two in ((cell, other), (other, cell))]
        if all(prefers):
            return because("figures_swapped", name_fact(cell.fact), name_fact(other.fact))
    return None


def _prefers(cell: Cell, rival: Fact, theirs: Sequence[Cell]) -> bool:
    """Tell whether the words beside a claimed figure stand beside another figure, and not beside its own."""
    own = cell.words
    homes = [len(own & other.words) for other in theirs if same_value(other.fact, cell.fact)]
    places = [len(own & other.words) for other in theirs if same_value(other.fact, rival)]
    if homes and places and max(places) == max(homes) and cell.before:
        stand = [other for other in theirs if other.before == cell.before]
        return any(same_value(other.fact, rival) for other in stand) and not any(
            same_value(other.fact, cell.fact) for other in stand
        )
    return bool(homes and places) and max(places) > max(homes)


class _Fits:
    """Measures how well the words of a claimed figure fit those of the source's figures."""

    def __init__(self, cell: Cell, theirs: Sequence[Cell]) -> None:
        self._claimed = cell.words | cell.topic
        self._cell = cell
        pieces = {(other.unit, other.words | other.topic) for other in theirs}
        self._counts = Counter(word for _, words in pieces for word in words)
        self._sentences: dict[int, frozenset[str]] = {}
        for other in theirs:
            known = self._sentences.get(other.unit, frozenset())
            self._sentences[other.unit] = known | other.words | other.topic

    def share(self, other: Cell) -> float:
        """Give the share of the claimed figure's words that stand in another figure's sentence."""
        own = self._cell.words or self._claimed
        return len(own & self._sentences[other.unit]) / len(own) if own else 1.0

    def measure(self, other: Cell) -> float:
        """Weigh shared words: in full beside the figure, half in its sentence, more where they touch it."""
        own = self._claimed & other.words
        around = self._claimed & (self._sentences[other.unit] - other.words)
        touching = sum(
            NEIGHBOUR
            for mine, theirs in ((self._cell.before, other.before), (self._cell.after, other.after))
            if mine and mine == theirs
        )
        return (
            sum((PARTY if w[0] == "@" else 1) / self._counts[w] for w in own)
            + sum(0.5 / self._counts[w] for w in around)
            + touching
        )


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
    unit = {
        fact for c in theirs if c.unit == home.unit for fact in (c.fact, *c.labels) if fact.kind == label.kind
    }
    if unit:
        return label in unit
    elsewhere = [c for c in theirs if c.unit != home.unit and (c.fact == label or label in c.labels)]
    rivals = [c for c in theirs if home.rivals(c.fact) and any(c.unit == e.unit for e in elsewhere)]
    return not rivals
