"""Whether an answer cites the right places: a citation is right when it overlaps a gold place."""

from __future__ import annotations

from assistant.types import Citation
from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.gold import find_quote, gold_places
from evals.metrics.ranking import needs_gold
from evals.score import Metric, Outcome, Score


def cited_stretches(citation: Citation, corpus: Corpus) -> list[tuple[int, int]]:
    """Give where a citation stands in the live text; a citation of another revision is looked up by quote."""
    source = corpus.texts.get(citation.document)
    if source is None:
        return []
    if citation.revision == source.revision:
        return [(citation.start, citation.end)]
    return find_quote(source.text, citation.quote)


def match_citations(case: EvalCase, outcome: Outcome, corpus: Corpus) -> tuple[list[bool], list[bool]]:
    """Tell for each citation shown whether it is right, and for each gold whether it is cited."""
    golds = gold_places(case, corpus)
    answer = outcome.answer
    shown = {number for sentence in answer.sentences for number in sentence.citations} if answer else set()
    citations = [c for c in answer.citations if c.number in shown] if answer else []
    reached = [
        {
            number
            for number, places in enumerate(golds)
            for start, end in cited_stretches(citation, corpus)
            if any(place.overlaps(citation.document, start, end) for place in places)
        }
        for citation in citations
    ]
    every = set().union(*reached)
    return [bool(numbers) for numbers in reached], [number in every for number in range(len(golds))]


def score_precision(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give the share of citations that overlap a gold place."""
    right, _ = match_citations(case, outcome, corpus)
    if not right:
        return Score(value=None, reason="nothing is cited")
    return Score(value=sum(right) / len(right), reason=f"{sum(right)} of {len(right)} citations right")


def score_recall(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give the share of gold places that a citation overlaps."""
    _, cited = match_citations(case, outcome, corpus)
    return Score(value=sum(cited) / len(cited), reason=f"{sum(cited)} of {len(cited)} gold places cited")


CITATION_PRECISION = Metric(
    name="citation_precision",
    title="Citation precision",
    meaning="Of the places cited, the share that touches a place a reviewer marked as answering.",
    score=score_precision,
    applies=needs_gold,
)
CITATION_RECALL = Metric(
    name="citation_recall",
    title="Citation recall",
    meaning="Of the places a reviewer marked as answering, the share that the answer cites.",
    score=score_recall,
    applies=needs_gold,
)
