"""Reading the signals of answerability off a search and its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answering.alignment import Rarity, coverage
from assistant.retrieval.answerable import Signals
from assistant.retrieval.query import Query
from assistant.retrieval.search import Found
from assistant.types import Evidence, Span
from assistant.words import content_terms


def read_signals(
    query: Query,
    found: Found,
    evidence: Sequence[Evidence],
    meanings: Mapping[tuple[str, Span], float],
    rarity: Rarity,
) -> Signals:
    """Give what speaks for an answer; all zero without evidence."""
    if not evidence:
        return Signals(0.0, 0.0, 0.0, 0.0)
    passage = max(
        (
            found.backgrounds[hit.passage.language].standardise(hit.dense)
            for hit in found.hits
            if hit.dense is not None and hit.passage.language in found.backgrounds
        ),
        default=0.0,
    )
    span = max(meanings.values(), default=0.0)
    terms = frozenset(content_terms(query.text))
    words = max(
        coverage(terms, frozenset(content_terms(item.passage.embedded_text)), rarity) for item in evidence
    )
    lexical = max((hit.lexical or 0.0 for hit in found.hits), default=0.0)
    return Signals(round(passage, 4), round(span, 4), round(words, 4), round(lexical, 4))
