"""Other places that state what a case's gold states, for a reviewer to list under "also".

A place counts as a candidate when it says every required fact and shares most of the rare names and
numbers of the gold, or, for a case without facts, most of the rare words of its quote. Candidates are
read by a person: a fact may be said of another thing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from assistant.sentences import split_sentences
from assistant.words import content_terms
from evals.cases import EvalCase, Gold
from evals.corpus import Corpus
from evals.gold import Place, find_quote, gold_places
from evals.metrics.matching import fold, says

LIKE = 0.5
"""Least share of the gold's words, or of the names and numbers of its block, the rare ones weighing more."""
LIKE_WITHOUT_FACTS = 0.8
"""The same where no required fact narrows the search."""
MIN_NAMES = 3
"""Fewer names and numbers say nothing by themselves."""
MIN_CHARS = 12
"""Shorter lines are labels."""

_ANCHOR = re.compile(r"[A-Z][A-Za-z]+|[A-Z]{2,}|\d+(?:\.\d+)*")
_CLAUSE = re.compile(r"^\s*\d+(?:\.\d+)+\s")  # its number is no number of the rule


Facts = Sequence[Sequence[str]]
"""Required facts, each with its wordings."""


class Block(NamedTuple):
    """A paragraph, list item or table row."""

    place: Place
    text: str
    folded: str
    terms: frozenset[str]
    anchors: frozenset[str]


class Candidate(NamedTuple):
    """A place that may be one more gold, with how much of the gold it shares."""

    case: str
    gold: int  # position of the gold that it states, from 0
    document: str
    quote: str
    likeness: float


class Blocks:
    """All blocks of a corpus, with the rarity of what stands in them."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.listed = [block for name in corpus.texts for block in _cut(name, corpus)]
        counts = Counter(term for block in self.listed for term in block.terms | block.anchors)
        self._rarity = {term: math.log1p(len(self.listed) / n) for term, n in counts.items()}

    def share(self, wanted: frozenset[str], held: frozenset[str]) -> float:
        """Give the share of `wanted` that is held, the rare ones weighing more; 0 when nothing is wanted."""
        common = wanted & held
        total = sum(self._rarity.get(term, 0.0) for term in wanted) if common else 0.0
        return sum(self._rarity[term] for term in common) / total if total else 0.0


def find_candidates(cases: Iterable[EvalCase], corpus: Corpus) -> Iterator[Candidate]:
    """Give the places that may be missing under "also", by case and gold in file order, the most alike first."""
    blocks = Blocks(corpus)
    for case in cases:
        taken = [place for golds in gold_places(case, corpus) for place in golds]
        for number, gold in enumerate(case.expected.gold):
            found = [
                Candidate(case.id, number, block.place.document, _quote(block, gold, facts, blocks), likeness)
                for block, facts, likeness in _like(gold, case, blocks)
                if not any(place.overlaps(*block.place) for place in taken)
            ]
            yield from sorted(found, key=lambda c: (-c.likeness, c.document, c.quote))


def _like(gold: Gold, case: EvalCase, blocks: Blocks) -> Iterator[tuple[Block, Facts, float]]:
    """Give the blocks that the asker may be answered from and that state what the gold's own block states."""
    text = blocks.corpus.texts[gold.document].text
    at = [Place(gold.document, *span) for span in find_quote(text, gold.quote)]
    own = [block for block in blocks.listed if any(place.overlaps(*block.place) for place in at)]
    facts = [words for words in case.expected.facts if any(_states(block, words) for block in own)]
    words = frozenset(content_terms(gold.quote))
    names = frozenset(name for block in own for name in block.anchors)
    for block in blocks.listed:
        name = block.place.document
        if not all(_states(block, wordings) for wordings in facts):
            continue
        if not blocks.corpus.may_read(name, case.role) or not blocks.corpus.in_force(name, case.as_of):
            continue
        alike = blocks.share(words, block.terms)
        if facts and len(names) >= MIN_NAMES:
            alike = max(alike, blocks.share(names, block.anchors))
        if alike >= (LIKE if facts else LIKE_WITHOUT_FACTS):
            yield block, facts, alike


def _quote(block: Block, gold: Gold, facts: Facts, blocks: Blocks) -> str:
    """Give the sentences of a block from the first to the last that state a fact, or the one most like the gold."""
    text = block.text
    if text.startswith("|"):
        return text
    spans = split_sentences(text, 0, len(text)) or [(0, len(text))]
    stating = [span for span in spans if any(_says(text[slice(*span)], wordings) for wordings in facts)]
    if not stating:
        words = frozenset(content_terms(gold.quote))
        stating = [
            max(spans, key=lambda span: blocks.share(words, frozenset(content_terms(text[slice(*span)]))))
        ]
    return text[stating[0][0] : stating[-1][1]].strip()


def _states(block: Block, wordings: Sequence[str]) -> bool:
    # The cheap look first: it saves nine tenths of the time.
    likely = [w for w in wordings if "".join(fold(w).lower().split()) in block.folded]
    return bool(likely) and _says(block.text, likely)


def _says(text: str, wordings: Sequence[str]) -> bool:
    return any(says(text, wording) for wording in wordings)


def _cut(name: str, corpus: Corpus) -> Iterator[Block]:
    text, start, heading = corpus.texts[name].text, 0, ""
    for line in text.split("\n"):
        end = start + len(line)
        if line.startswith("#"):
            heading = line
        elif len(line.strip()) >= MIN_CHARS:
            said = _CLAUSE.sub("", line)
            yield Block(
                Place(name, start, end),
                line.strip(),
                "".join(fold(said).lower().split()),
                frozenset(content_terms(f"{heading} {said}")),
                frozenset(_ANCHOR.findall(f"{heading} {said}")),
            )
        start = end + 1


def write_candidates(candidates: Sequence[Candidate]) -> str:
    """Give one line a candidate: case and position of its gold, likeness, document and the words."""
    return "\n".join(f"{c.case} {c.gold}  {c.likeness:.2f}  {c.document}  {c.quote}" for c in candidates)
