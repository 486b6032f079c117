"""Enumerations: a claim that takes its subject from one item and what is said of it from the next."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from assistant.answering.alignment import Aligned
from assistant.answering.lexicon import find_terms
from assistant.words import CJK

ALIKE = 0.4
"""Share of the shorter item's words that two items of an enumeration have in common."""

_ITEM = re.compile(rf"[，；：。,;](?=[\s{CJK}]|$)|[，；。]|\s+(?=(?:and|but|while|whereas)\b)|而(?=\w)")


@functools.lru_cache(maxsize=1_024)
def read_items(text: str) -> tuple[frozenset[str], ...]:
    """Give the words of each item of a sentence, items without words left out."""
    found = (frozenset(find_terms(piece)) for piece in _ITEM.split(text) if piece)
    return tuple(words for words in found if words)


def compare_items(aligned: Sequence[Aligned]) -> list[str]:
    """List the items of a source whose words a single item of the claim mixes."""
    found = []
    for pair in aligned:
        items = read_items(pair.unit.text)
        for own in read_items(pair.segment.text):
            if len(items) > 1 and (mixed := _mixed(own, items)):
                found.append(f"{mixed} stands with something else in the source")
    return list(dict.fromkeys(found))


def _mixed(own: frozenset[str], items: Sequence[frozenset[str]]) -> str | None:
    """Give a word that the claim took from a second item like the one it fits best."""
    best = max(items, key=lambda item: (len(own & item), -len(item)))
    for other in items:
        common = best & other
        if items.index(other) < items.index(best):
            continue  # a later item may leave out the verb of an earlier one
        if other is best or not own & common or len(common) < max(2, ALIKE * min(len(best), len(other))):
            continue
        taken, left = own & other - best, own & best - other
        if taken and left and len(own & (best | other)) == len(own):
            return sorted(taken)[0].lstrip("=")
    return None
