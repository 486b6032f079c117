"""Where in a source a sentence comes from: windows of one to three sentences, and how much they cover."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from assistant.answering.facts import Fact, carries, extract_facts
from assistant.answering.polarity import count_negations, find_modalities, find_parties
from assistant.words import content_terms, detect_language

Rarity = Callable[[str], float]
"""Weight of a term, higher for rarer ones; `evenly` where no library is at hand."""

MAX_WINDOW = 3
_PIECE = re.compile(r"(?<=[。！？；;])|(?<=[.!?])\s+(?=[\"'“(\[]?[A-Z0-9\u4e00-\u9fff])|\n+")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b(?:[A-Z][\w'’-]*[\w]|[A-Z]{2,}\d*|[A-Z]\d+)\b")
_MODAL_WORDS = frozenset(
    content_terms(
        "must may shall can could should need needs required requires allowed permitted prohibited forbidden "
        "entitled obliged right duty not no never without will would 应当 必须 可以 不得 禁止 无需 不必 需要 有权"
    )
)


def evenly(term: str) -> float:
    """Give every term the weight 1."""
    return 1.0


@dataclass(frozen=True)
class Statement:
    """A text with what the check compares, worked out once."""

    text: str

    @cached_property
    def terms(self) -> list[str]:
        """Content terms in order, without modal words."""
        return [term for term in content_terms(self.text) if term not in _MODAL_WORDS]

    @cached_property
    def term_set(self) -> frozenset[str]:
        """The different content terms."""
        return frozenset(self.terms)

    @cached_property
    def facts(self) -> list[Fact]:
        """Its figures."""
        return extract_facts(self.text)

    @cached_property
    def names(self) -> frozenset[str]:
        """Capitalised words that do not open a sentence, as terms."""
        return frozenset(term for match in _NAME.finditer(self.text) for term in content_terms(match.group()))

    @cached_property
    def parties(self) -> list[str]:
        """Acting parties in order."""
        return find_parties(self.text)

    @cached_property
    def modalities(self) -> list[str]:
        """What it demands, allows or forbids."""
        return list(find_modalities(self.text))

    @cached_property
    def negations(self) -> int:
        """How often it denies."""
        return count_negations(self.text)

    @cached_property
    def language(self) -> str:
        """Its language."""
        return detect_language(self.text)


def cut_pieces(text: str) -> list[str]:
    """Cut a source into sentences, clauses and rows, in order, none empty."""
    return [piece.strip() for piece in _PIECE.split(text) if piece and piece.strip()]


def windows(text: str, *, longest: int = MAX_WINDOW) -> list[Statement]:
    """List every run of one to `longest` neighbouring sentences of a source."""
    pieces = cut_pieces(text)
    return [
        Statement(" ".join(pieces[start : start + length]))
        for length in range(1, min(longest, len(pieces)) + 1)
        for start in range(len(pieces) - length + 1)
    ]


def coverage(claim: Iterable[str], source: frozenset[str], rarity: Rarity) -> float:
    """Give the share of the claim's terms, weighted by rarity, that the source has; 1 for no terms."""
    weights = [(rarity(term), term in source) for term in claim]
    total = sum(weight for weight, _ in weights)
    return sum(weight for weight, found in weights if found) / total if total else 1.0


def bigram_share(claim: Sequence[str], source: Sequence[str]) -> float:
    """Give the share of the claim's neighbouring term pairs that stand in the source; 1 for none."""
    pairs = list(pairwise(claim))
    known = set(pairwise(source))
    return sum(pair in known for pair in pairs) / len(pairs) if pairs else 1.0


def missing_facts(claim: Statement, sources: Iterable[Statement]) -> list[Fact]:
    """List the claim's figures that no source carries."""
    known = [fact for source in sources for fact in source.facts]
    return [fact for fact in claim.facts if not any(carries(own, fact) for own in known)]
