"""Clauses with figures: cutting sentences into them, and telling whether two say the same but for the figure."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from assistant.verification.facts import extract_facts
from assistant.verification.lexicon import find_terms

MEASURES = frozenset({"money", "percent", "working_day", "day", "week", "months", "years", "hour"})
"""What counts where the question asks for no kind of figure; numbers of articles and years change anyway."""
LEAST_ALIKE = 0.5
"""Share of words that a clause and the sentence around it have in common with their older version, figures aside."""
MAX_CLAUSE_CHARS = 300

_NUMBERED = re.compile(r"^\s*(?:\d+(?:\.\d+)*|\(\w\)|（\w）)(?=\s)")
_CLAUSE_END = re.compile(r"[;；。]\s*|[,，](?!\d)\s*|、|(?<=[a-z])\.\s+|\s+and\s+")


class Clause(NamedTuple):
    """A clause and the sentence it stands in."""

    text: str
    sentence: str


def cut_clauses(sentence: str) -> list[Clause]:
    """Cut a sentence into clauses; a table row is one."""
    if len(sentence) > MAX_CLAUSE_CHARS:
        return []
    if sentence.startswith("|"):
        return [Clause(sentence, sentence)]
    return [Clause(piece.strip(), sentence) for piece in _CLAUSE_END.split(sentence) if piece.strip()]


@functools.lru_cache(maxsize=20_000)
def _concepts(text: str) -> frozenset[str]:
    return frozenset(find_terms(text))


def likeness(one: str, other: str) -> float:
    """Give the share of concepts that two texts have in common, figures aside; 1 for the same."""
    first, second = _concepts(one), _concepts(other)
    return 2 * len(first & second) / (len(first) + len(second)) if first or second else 0.0


def find_measures(text: str) -> frozenset[tuple[str, str]]:
    """List the amounts, shares and periods of a text; a bare number counts as one, too."""
    facts = extract_facts(text)
    if facts and facts[0].kind == "number":  # "3.2 The fee" opens with its number, "30 days" with a period
        facts = extract_facts(_NUMBERED.sub("", text))
    return frozenset((fact.kind, fact.value) for fact in facts if fact.kind in MEASURES | {"number"})
