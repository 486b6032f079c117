"""How well a span answers a question: words by rarity, closeness of meaning, and the kind of answer."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.asides import (
    compares_with_before,
    describes,
    is_about_document,
    speaks_of_slides,
    tells_scope,
)
from assistant.answering.blocks import Block
from assistant.answering.clues import Clues, read_terms
from assistant.answering.fitting import (
    fits_question,
    fits_row,
    measure_act,
    measure_other_question,
    read_facts,
)
from assistant.answering.question import Question
from assistant.answering.references import is_basis
from assistant.retrieval.expected import Meant, measure_lift
from assistant.retrieval.versions import read_time
from assistant.types import Span
from assistant.verification.alignment import Rarity, coverage
from assistant.words import is_chinese

# Log-odds of a block's answering: a softmax over the blocks of twenty passages, fitted on the dev half of the
# cases (n = 221); five folds put a gold place first in .56 of them, the weights chosen by hand before in .49.
WORD_WEIGHT = 5.6
HEADING_SHARE = 0.5  # a word matched only by title or heading counts this much
KNOWN_WEIGHT = 1.5
"""The same for Chinese terms among those that some candidate holds: pairs of characters across two words are in no text, and
they made up most of a question's weight. First block right .563 → .578 and, on blind cases, .652 → .674 (n = 135 and 89)."""
MEANING_WEIGHT = 0.9  # for each deviation above the language's mean
MET_WEIGHT = 15.0
"""For the mean cosine of the question's tokens with their nearest of the block (late interaction over kept signs), which
differs by some .05. First block right, five folds: .643 → .666 (dev, n = 443)."""
TYPE_WEIGHT = 1.1
STEPS = 3  # items from which on a list can be a procedure
FOUND_WEIGHT = 0.55  # for each point of the search's score below the best passage
FIRST_BONUS = 1.2  # the best passage of the search itself
FIGURE_WEIGHT = 1.0  # figures that the question names
ACT_WEIGHT = 1.7  # a yes/no question: one clause says may, must or no of that very act
OTHER_QUESTION_PENALTY = 2.2  # an FAQ answers its own question, which may be another one than the reader's
ABOUT_PENALTY = 2.0  # "About this page", "This procedure sets ..." tell of the document, not of the matter
DESCRIPTION_PENALTY = 2.0  # "What cryobiopsy does" has the words of every question on it, and no figure
BEFORE_PENALTY = 2.0  # what was beside what is, for a question on what is
LAW_PENALTY = 0.8  # a rule of the Alliance before a law, where both speak
FORM_PENALTY = 1.0  # a form asks; where it says what holds, the rule says it, too
BASIS_WEIGHT = 2.3  # a passage found above names this one's article as its basis
BASIS_PENALTY = 4.0  # "Basis: Idea Submission Procedure" has the words of many questions and answers none
NAMED_VERSION_BONUS = 8.0  # who names a version means its document, not one that mentions it
OUTDATED_PENALTY = 4.0  # an FAQ still in force that explains a rule no longer in force
EXPECTED_WEIGHT = 1.5  # a span that answers an expected question near the reader's, for each deviation above
CONTEXT_WEIGHT = 7.5  # words of the turn before, beside a follow-up
SHOWN_PENALTY = 1.5  # what an answer of the conversation has shown whole
OTHER_LANGUAGE_BONUS = 1.5  # makes up for the words that it cannot share


@dataclass(frozen=True)
class ScoredBlock:
    """A block, its score, and the score of each of its spans."""

    block: Block
    score: float
    span_scores: tuple[float, ...]
    meaning: float  # standardised closeness of the best span
    words: float  # coverage of the best span
    fits: bool  # holds the kind of thing asked for

    @property
    def best_span(self) -> Span:
        """The span that answers best."""
        return self.block.spans[int(np.argmax(self.span_scores))]


def read_asked(part: str, question: Question) -> frozenset[str]:
    """Give the content terms of a part of a question; those of the whole where it has none."""
    return read_terms(part) or read_terms(question.text)


def find_known(terms: frozenset[str], blocks: Iterable[Block]) -> frozenset[str]:
    """Give the Chinese ones of some terms that a block, its title or its headings hold."""
    chinese = frozenset(term for term in terms if is_chinese(term))
    held: set[str] = set()
    for block in blocks if chinese else ():
        held |= chinese & (read_terms(block.text) | _read_frame(block))
    return frozenset(held)


def _read_frame(block: Block) -> frozenset[str]:
    passage = block.evidence.passage
    return read_terms(" ".join((passage.title, *passage.headings)))


def score_block(
    block: Block, question: Question, part: str, clues: Clues, known: frozenset[str] = frozenset()
) -> ScoredBlock:
    """Score one block for one part of a question, in log-odds: only differences mean something.

    Args:
        known: Of the part's terms the Chinese ones that some candidate holds (`find_known`).
    """
    terms = read_asked(part, question)
    passage, rarity = block.evidence.passage, clues.rarity
    frame = _read_frame(block)
    lead = frozenset(term for span in block.spans[: block.lead] for term in read_terms(block.text_of(span)))
    heads = (
        " ".join(block.text_of(span) for span in block.spans[: block.lead]) if block.kind == "table" else ""
    )
    steps = question.shape == "procedure" and block.kind == "list" and len(block.spans) - block.lead >= STEPS
    around = _score_around(block, frame, question, clues)
    scores: list[float] = []
    details: list[tuple[float, float, bool]] = []
    for index, span in enumerate(block.spans):
        text = block.text_of(span)
        own = read_terms(text)
        said = own | lead if index >= block.lead else own
        words = _measure_words(terms, said, frame | lead, rarity)
        shared = _measure_words(known, said, frame | lead, rarity) if known else 0.0
        fits = (
            fits_question(text, question)
            or steps
            or (index >= block.lead > 0 and fits_row(text, heads, question))
        )
        meaning = clues.meanings.get((passage.id, span), 0.0)
        penalty = BASIS_PENALTY * is_basis(text) + ABOUT_PENALTY * tells_scope(text)
        decides = ACT_WEIGHT * measure_act(text, question)
        scores.append(
            WORD_WEIGHT * words
            + KNOWN_WEIGHT * shared
            + MEANING_WEIGHT * meaning
            + TYPE_WEIGHT * fits
            + decides
            + EXPECTED_WEIGHT * measure_expected(span, clues.meant.get(passage.id, ()))
            + around
            - penalty
        )
        details.append((meaning, words, fits))
    best = int(np.argmax(scores))
    return ScoredBlock(block, scores[best], tuple(scores), *details[best])


def measure_expected(span: Span, meant: Sequence[Meant]) -> float:
    """Give how near the nearest expected question is that a span answers, as `measure_lift` does."""
    return measure_lift(one for one in meant if one.start < span.end and span.start < one.end)


def _measure_words(
    terms: frozenset[str], said: frozenset[str], frame: frozenset[str], rarity: Rarity
) -> float:
    """Give the share of terms that a text says; what only its frame says counts less."""
    inside = coverage(terms, said, rarity)
    return inside + HEADING_SHARE * (coverage(terms, said | frame, rarity) - inside)


def _score_around(block: Block, frame: frozenset[str], question: Question, clues: Clues) -> float:
    """Score what is the same for all spans of a block: how it was found, what names it, what was asked before."""
    evidence = block.evidence
    score = FOUND_WEIGHT * (evidence.score - clues.best_found)
    score += FIRST_BONUS * (evidence.score >= clues.best_found)
    if named := {fact.value for fact in read_facts(question.text)}:
        held = {fact.value for fact in read_facts(block.text)}
        score += FIGURE_WEIGHT * len(named & held) / len(named)
    place = clues.referenced.get(evidence.passage.id)
    if place is not None:
        score += BASIS_WEIGHT / (1 + place)
    score += NAMED_VERSION_BONUS * (evidence.passage.document in clues.named)
    score -= OUTDATED_PENALTY * (evidence.passage.id in clues.outdated)
    score += MET_WEIGHT * clues.met.get((evidence.passage.id, block.spans[0].start), 0.0)
    if clues.context:
        shared = coverage(clues.context, read_terms(block.text) | frame, clues.rarity)
        score += CONTEXT_WEIGHT * clues.context_share * shared
    score -= OTHER_QUESTION_PENALTY * measure_other_question(evidence.passage.headings, question.text)
    score -= SHOWN_PENALTY * measure_shown(block, clues.shown)
    score -= DESCRIPTION_PENALTY * (_wants_result(question) and describes(evidence.passage.headings))
    score -= BEFORE_PENALTY * (compares_with_before(block) and not _asks_of_before(question.text))
    score -= FORM_PENALTY * (evidence.provenance.kind == "form")
    score -= LAW_PENALTY * (evidence.provenance.kind == "law")
    score -= ABOUT_PENALTY * (is_about_document(evidence.passage.headings) or speaks_of_slides(block.text))
    return score + OTHER_LANGUAGE_BONUS * (evidence.passage.language != question.language)


def measure_shown(block: Block, shown: str) -> float:
    """Give the share of a block's spans that earlier answers of the conversation hold, 0 to 1."""
    if not shown:
        return 0.0
    spans = block.spans[block.lead :]
    return sum(block.text_of(span).strip() in shown for span in spans) / len(spans)


_COMPARES = re.compile(r"\bcompar\w+|\bbetter\b|\bversus\b|\bvs\b|相比|比较|哪个更?好|优于", re.IGNORECASE)


_CHANGES = re.compile(
    r"\bchang\w+|\bincreas\w+|\brais\w+|\brose\b|\bused to\b|\bold\b|\bnew\b|\bdiffer\w*|\b(?:more|less|higher|lower|cheaper) than\b|变|涨|降|提高|调整|原来|旧|新|不同|差",
    re.IGNORECASE,
)


@functools.lru_cache(maxsize=4_096)
def _asks_of_before(text: str) -> bool:
    """Tell whether a question is of a version, a time or a change."""
    return bool(read_time(text)) or bool(_CHANGES.search(text) or _COMPARES.search(text))


def _wants_result(question: Question) -> bool:
    return question.wants_figure or bool(_COMPARES.search(question.text))
