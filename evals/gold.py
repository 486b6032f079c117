"""Finding gold quotes in the live texts, and the clause of the translation that says the same."""

from __future__ import annotations

import re
from typing import NamedTuple

from evals.cases import EvalCase, Gold, GoldPlace
from evals.corpus import Corpus, SourceText

_UNIT_START = re.compile(r"^(?:(?P<heading>#{1,6} )|(?P<clause>\d+(?:\.\d+)+)(?=\s))", re.MULTILINE)


class Place(NamedTuple):
    """A stretch of a live document, half-open."""

    document: str
    start: int
    end: int

    def overlaps(self, document: str, start: int, end: int) -> bool:
        """Tell whether the two stretches share at least one character."""
        return self.document == document and start < self.end and self.start < end


class _Unit(NamedTuple):
    label: str  # a clause number, or "h3" for the third heading
    start: int
    end: int


def find_quote(text: str, quote: str) -> list[tuple[int, int]]:
    """List every place where a quote stands, white space aside, as offsets of the text."""
    offsets = [i for i, char in enumerate(text) if not char.isspace()]
    compact = "".join(text[i] for i in offsets)
    wanted = "".join(quote.split())
    found = []
    at = compact.find(wanted) if wanted else -1
    while at >= 0:
        found.append((offsets[at], offsets[at + len(wanted) - 1] + 1))
        at = compact.find(wanted, at + 1)
    return found


def gold_places(case: EvalCase, corpus: Corpus) -> list[tuple[Place, ...]]:
    """List for each thing the answer must rest on the places that count as it.

    A quote that stands twice may be cited at either place. The same clause of the document's translation
    counts, too: a reader may be answered from the text in the own language. So a clause and its translation,
    listed as two golds, are one. A gold whose quotes do not occur has no places.
    """
    golds = list(case.expected.gold)
    places = [[place for one in (gold, *gold.also) for place in alternatives(one, corpus)] for gold in golds]
    merged: list[tuple[Place, ...]] = []
    taken: set[int] = set()
    for i, gold in enumerate(golds):
        if i in taken:
            continue
        twin = next(
            (j for j in range(i + 1, len(golds)) if j not in taken and _translate(gold, golds[j], corpus)),
            None,
        )
        taken.update({i} if twin is None else {i, twin})
        merged.append(tuple(dict.fromkeys(places[i] + (places[twin] if twin is not None else []))))
    return merged


def alternatives(gold: GoldPlace, corpus: Corpus) -> tuple[Place, ...]:
    """List the places that count as one quote, those of its own document first; empty when it does not occur."""
    own, twins = _own_and_twins(gold, corpus)
    return tuple(dict.fromkeys(own + twins))


def _own_and_twins(gold: GoldPlace, corpus: Corpus) -> tuple[list[Place], list[Place]]:
    source = corpus.texts.get(gold.document)
    if source is None:
        return [], []
    own = [Place(gold.document, start, end) for start, end in find_quote(source.text, gold.quote)]
    twins = [place for twin in _twins(source, corpus) for at in own for place in _same_unit(at, source, twin)]
    return own, twins


def _translate(a: Gold, b: Gold, corpus: Corpus) -> bool:
    """Tell whether two golds are one clause in two languages."""
    own_a, twins_a = _own_and_twins(a, corpus)
    own_b, twins_b = _own_and_twins(b, corpus)
    met = any(x.overlaps(*y) for x in own_b for y in twins_a)
    return met and any(x.overlaps(*y) for x in own_a for y in twins_b)


def _twins(source: SourceText, corpus: Corpus) -> list[SourceText]:
    one = source.provenance
    return [
        other
        for other in corpus.texts.values()
        if other.provenance.translation_of == one.id or one.translation_of == other.provenance.id
    ]


def _units(text: str) -> list[_Unit]:
    """Cut a text at headings and numbered paragraphs; a label that comes twice is left out."""
    starts = list(_UNIT_START.finditer(text))
    labels: list[str] = []
    headings = 0
    for match in starts:
        headings += bool(match["heading"])
        labels.append(match["clause"] or f"h{headings}")
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return [
        _Unit(label, match.start(), end)
        for label, match, end in zip(labels, starts, ends, strict=True)
        if labels.count(label) == 1
    ]


def _same_unit(place: Place, source: SourceText, twin: SourceText) -> list[Place]:
    own, other = _units(source.text), _units(twin.text)
    # Headings pair by position, which holds only while both texts have as many.
    aligned = sum(u.label[0] == "h" for u in own) == sum(u.label[0] == "h" for u in other)
    labels = {u.label for u in own if u.start < place.end and place.start < u.end}
    return [
        Place(twin.provenance.id, u.start, u.end)
        for u in other
        if u.label in labels and (aligned or u.label[0] != "h")
    ]
