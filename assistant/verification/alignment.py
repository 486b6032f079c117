"""Which sentence of a source a clause comes from, and how much of its words a text carries."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.types import Language
from assistant.verification.facts import Fact, same_value
from assistant.verification.segments import Segment, Unit, read_units
from assistant.words import detect_language

Rarity = Callable[[str], float]
"""Weight of a term, higher for rarer ones; `evenly` where no library is at hand."""

FACT_WEIGHT = 1.5
"""A figure that stands in a sentence speaks for it as much as so many words."""
LABEL_WEIGHT = 0.5
"""The same for a version, year or article, which many sentences share."""
CLOSE = 0.5
"""Share of a clause's words that must stand in a sentence before the two are compared word against word.

Below .5 paraphrases of general prose were called contradictions (37 % of the supported WiCE rows, 29 % with it).
"""


def evenly(term: str) -> float:
    """Give every term the weight 1."""
    return 1.0


def coverage(claim: Iterable[str], source: frozenset[str], rarity: Rarity) -> float:
    """Give the share of the claim's terms, weighted by rarity, that the source has; 1 for no terms."""
    weights = [(rarity(term), term in source) for term in claim]
    total = sum(weight for weight, _ in weights)
    return sum(weight for weight, found in weights if found) / total if total else 1.0


@dataclass(frozen=True)
class Aligned:
    """A clause of the claim and the sentence of the source it comes from."""

    segment: Segment
    unit: Unit
    matched: float  # weight of its terms in that sentence

    @property
    def is_close(self) -> bool:
        """Tell whether enough of the clause stands in that sentence to say that the two differ."""
        own = frozenset(self.segment.terms)
        known = own & self.unit.term_set
        return not own or max(len(known) / len(own), _size(known) / _size(own)) >= CLOSE


def _size(terms: frozenset[str]) -> float:
    """Count terms, Chinese ones by their different characters: bigrams across two words are no words."""
    chinese = {char for term in terms if not term.isascii() for char in term}
    return sum(term.isascii() for term in terms) + len(chinese) / 2


class SourceUnits:
    """The sentences of a source, and how telling each term is among them."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = tuple(units)
        self._near: dict[Unit, frozenset[str]] = {}
        self._counts = Counter(term for unit in units for term in unit.term_set)
        self.terms = frozenset(self._counts)
        self.facts: tuple[Fact, ...] = tuple(fact for unit in units for fact in unit.facts)
        self.language: Language = detect_language(" ".join(unit.text for unit in units))
        self.parties = frozenset(party for unit in units for party in unit.parties)

    def near(self, unit: Unit) -> frozenset[str]:
        """Give the terms of a sentence and of those beside it."""
        if unit not in self._near:
            index = self.units.index(unit)
            beside = self.units[max(0, index - 1) : index + 2]
            self._near[unit] = frozenset(term for one in beside for term in one.term_set)
        return self._near[unit]

    def home(self, term: str) -> Unit | None:
        """Give the only sentence that has a term."""
        homes = [unit for unit in self.units if term in unit.term_set]
        return homes[0] if len(homes) == 1 else None

    def weigh(self, terms: Iterable[str]) -> float:
        """Give the weight of terms: one that stands in a single sentence counts in full."""
        return sum(1 / self._counts[term] for term in terms if term in self._counts)

    def align(self, segment: Segment, whole: Unit) -> Aligned:
        """Find the sentence that a clause comes from; the rest of its own sentence counts a third."""
        own, rest = frozenset(segment.terms), whole.term_set

        def match(unit: Unit) -> float:
            figures = sum(
                LABEL_WEIGHT if fact.kind in ("version", "year", "article") else FACT_WEIGHT
                for fact in segment.facts
                if any(same_value(theirs, fact) for theirs in unit.facts)
            )
            parties = len(set(segment.parties) & set(unit.parties))
            return (
                self.weigh(own & unit.term_set)
                + self.weigh(rest & unit.term_set) / 3
                + figures
                + 0.5 * parties
                + len(own & unit.term_set) / (10 + len(unit.term_set))
            )

        best = max(self.units, key=match)
        return Aligned(segment, best, self.weigh(own & best.term_set))


@functools.lru_cache(maxsize=128)
def read_source(texts: tuple[str, ...]) -> SourceUnits:
    """Read source texts into sentences; the same texts are read once."""
    return SourceUnits([unit for text in texts for unit in read_units(text)])
