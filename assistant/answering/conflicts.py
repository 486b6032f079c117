"""Two documents that say the same but for a figure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from assistant.answering.citations import plain_words
from assistant.answering.clauses import LEAST_ALIKE, cut_clauses, likeness
from assistant.answering.question import Question
from assistant.answering.scoring import ScoredBlock
from assistant.retrieval.versions import read_named
from assistant.verification.facts import extract_facts


def has_conflict(question: Question, ordered: Sequence[ScoredBlock]) -> bool:
    """Tell whether two documents say the same but for a figure of the kind asked for."""
    if not question.wants_figure:
        return False
    said = [
        (scored.block.evidence.passage.document, clause, values)
        for scored in ordered
        if scored.fits
        and not read_named(scored.block.text_of(scored.best_span)).versions  # it tells the old rule
        for clause in cut_clauses(plain_words(scored.block.text_of(scored.best_span)))
        if (values := {fact for fact in extract_facts(clause.text) if question.wants(fact)})
    ]
    return any(
        document != other
        and not {(fact.kind, fact.value) for fact in values} & {(fact.kind, fact.value) for fact in theirs}
        and {fact.kind for fact in values} & {fact.kind for fact in theirs}
        and min(likeness(clause.text, beside.text), likeness(clause.sentence, beside.sentence)) >= LEAST_ALIKE
        for (document, clause, values), (other, beside, theirs) in itertools.combinations(said, 2)
    )
