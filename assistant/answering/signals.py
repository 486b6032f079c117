"""Reading the signals of answerability off a search and its evidence."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.alignment import Rarity, coverage
from assistant.retrieval.answerable import Signals
from assistant.retrieval.query import Query
from assistant.retrieval.search import Found, compared_language
from assistant.types import Evidence
from assistant.words import content_terms

MARGIN_RANK = 20
"""The best score is compared with the one at this rank: one passage that stands out is a good sign."""


def read_signals(query: Query, found: Found, evidence: Sequence[Evidence], rarity: Rarity) -> Signals:
    """Give what speaks for an answer; all zero without evidence.

    The cosine of a passage in the other language is moved by the distance of the two languages'
    means, so that it compares with one in the question's own.
    """
    if not found.hits or not evidence:
        return Signals(0.0, 0.0, 0.0, 0.0)
    best = found.hits[0]
    own = found.backgrounds.get(query.language)
    compared = found.backgrounds.get(compared_language(best.passage, query.language))
    own_mean = own.mean if own else (compared.mean if compared else 0.0)
    cosine = (best.dense or 0.0) - (compared.mean if compared else own_mean) + own_mean
    last = found.hits[min(MARGIN_RANK, len(found.hits)) - 1]
    terms = frozenset(content_terms(query.text))
    known = frozenset(term for item in evidence for term in content_terms(item.passage.embedded_text))
    return Signals(
        cosine=round(cosine, 4),
        fused=round(best.score, 4),
        margin=round(best.score - last.score, 4),
        words=round(coverage(terms, known, rarity), 4),
    )
