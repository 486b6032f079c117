"""Lexical search: BM25 as a share of what a question's words weigh, names and figures in both languages."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.access import readable_audiences
from assistant.types import Audience, Language
from assistant.words import is_chinese, lexical_terms

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.retrieval.query import Query, WeightedText

CANDIDATES = 100
"""Passages each search hands to fusion; more changed no benchmark by .001."""
KNOWN_TERMS = 50_000
"""Terms whose weight is kept, some 5 MB for each language."""
LEAST_CARRIED_SHARE = 1 / 3
"""Names and figures count in the other language as if they were at least this share of the question's weight, so that
a lone number in a long question decides nothing. Dev cases answered in the other language only (n = 35), MRR .364
without them, .495 with this share; .556 without a least share, but ranks 3 and 14 fall to 27 and below 40."""

_VERSION = re.compile(r"v?\d(?:\.\d)?")
"""A version or a single digit; versions are read by `versions`."""


class LexicalSearch:
    """Word search over one library; safe to share between threads."""

    def __init__(self, library: Library) -> None:
        """Search a library; what it keeps of term weights is dropped when the library changes."""
        self._library = library
        self._lock = threading.Lock()
        self._rarities: dict[Language, tuple[int, Callable[[str], float]]] = {}

    def search(self, query: Query, reader: Audience) -> dict[str, float]:
        """Give BM25 as a share of the query's rarity mass, so that it compares between questions.

        Returns:
            Scores from 0 by passage id, of passages in the question's language; one that shares every word
            reaches about 1 a part.
        """
        summed: dict[str, float] = {}
        for part in query.word_parts:
            terms = lexical_terms(part.text)
            mass = self._mass(terms, query.language)
            self._add(summed, part, terms, mass, query.language, reader)
        return summed

    def search_carried(self, query: Query, reader: Audience) -> dict[str, float]:
        """Give the same for the other language: names and figures, which are written alike in both.

        Translated passages are found by meaning alone otherwise.
        """
        other: Language = "en" if query.language == "zh" else "zh"
        summed: dict[str, float] = {}
        for part in query.word_parts:
            terms = lexical_terms(part.text)
            carried = carried_terms(terms, query.language)
            if not carried:
                continue
            mass = max(self._mass(carried, other), LEAST_CARRIED_SHARE * self._mass(terms, query.language))
            self._add(summed, part, carried, mass, other, reader)
        return summed

    def _add(
        self,
        summed: dict[str, float],
        part: WeightedText,
        terms: Sequence[str],
        mass: float,
        language: Language,
        reader: Audience,
    ) -> None:
        """Add the share that each passage of a language has of a part's terms."""
        if not terms or not mass:
            return
        for scored in self._library.search_lexical(
            terms, language=language, audiences=readable_audiences(reader), archived=None, k=CANDIDATES
        ):
            summed[scored.id] = summed.get(scored.id, 0.0) + part.weight * scored.score / mass

    def _mass(self, terms: Iterable[str], language: Language) -> float:
        unique = set(terms)
        n = self._library.passage_count(language)
        frequencies = self._library.document_frequency(unique, language)
        return sum(rarity(frequencies.get(term, 0), n) for term in unique)

    def rarity(self, language: Language) -> Callable[[str], float]:
        """Give the weight of a term in the documents of a language, each looked up once while they are the same."""
        generation = self._library.generation
        with self._lock:
            known_generation, known = self._rarities.get(language, (-1, None))
        if known is not None and known_generation == generation:
            return known
        n = self._library.passage_count(language)

        @functools.lru_cache(maxsize=KNOWN_TERMS)
        def weight(term: str) -> float:
            return rarity(self._library.document_frequency({term}, language).get(term, 0), n)

        with self._lock:
            self._rarities[language] = (generation, weight)
        return weight


def carried_terms(terms: Iterable[str], language: Language) -> list[str]:
    """Keep the terms of a question that texts of the other language write alike: names, codes and figures.

    Args:
        terms: As `words.lexical_terms` gives them.
        language: The question's; of an English one its Chinese words are kept, of a Chinese one the others.
    """
    if language == "en":
        return [term for term in terms if is_chinese(term)]
    return [term for term in terms if not is_chinese(term) and not _VERSION.fullmatch(term)]


def rarity(document_frequency: int, n: int) -> float:
    """Give the inverse document frequency of a term (BM25 form, never negative)."""
    return float(np.log1p((n - document_frequency + 0.5) / (document_frequency + 0.5)))
