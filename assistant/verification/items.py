"""Lists: an item that a claim adds to a list of its source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.types import Reason
from assistant.verification.lexicon import find_terms
from assistant.verification.polarity import find_markers
from assistant.verification.reasons import because
from assistant.verification.segments import Unit
from assistant.verification.support import credit_term

LISTED = 2
"""Separators from which on a sentence of the source is a list."""
STRANGE = 0.5
"""Share of an item's words below which the source does not have it, and above which it has the others."""
SHORTEST = 4
"""Characters of an item; shorter is an abbreviation ("e.g.")."""
LONGEST = 5
"""Words of an item; a longer piece is a clause."""

_SEPARATOR = re.compile(r",\s+(?:and |or )?|\s+(?:and|or)\s+|、|以及|和|与|或者?|及")
_STATES = re.compile(
    r"\b(?:it|its|they|who|whoever|which|that|is|are|was|were|has|have|\w+er)\b", re.IGNORECASE
)


def added_items(claim: Sequence[Unit], source: Sequence[Unit], context: frozenset[str]) -> list[Reason]:
    """List the items that stand in a claim beside items of a list of the source, and not in the source."""
    known = frozenset(term for unit in source for term in unit.term_set) | context
    lists = [unit.term_set for unit in source if len(_SEPARATOR.findall(unit.text)) >= LISTED]
    found = []
    for unit in claim:
        items = [(piece, frozenset(find_terms(piece))) for piece in _SEPARATOR.split(unit.text) if piece]
        items = [(piece, terms) for piece, terms in items if terms]
        for piece, terms in items[1:]:
            beside = frozenset(term for _, other in items if other != terms for term in other)
            listed = any(len(beside & words) >= STRANGE * len(beside) for words in lists)
            if (
                (piece.isascii() and len(piece.strip(" .")) < SHORTEST)
                or _STATES.search(piece)
                or find_markers(piece)
            ):
                continue  # a clause, or no thing
            if listed and len(terms) <= LONGEST and _share(terms, known) < STRANGE:
                found.append(because("list_item", piece.strip(" .。")))
    return found


def _share(terms: frozenset[str], known: frozenset[str]) -> float:
    return sum(credit_term(term, known) for term in terms) / len(terms)
