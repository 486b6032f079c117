"""Whether an answer keeps from saying what it must not say."""

from __future__ import annotations

from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.metrics.matching import says
from evals.score import Metric, Outcome, Score


def score_forbidden(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give 1 when none of the forbidden wordings occurs, "more" included."""
    answer = outcome.answer
    sentences = (*answer.sentences, *answer.more) if answer else ()
    text = "\n".join(sentence.text for sentence in sentences)
    said = [wording for wording in case.expected.must_not_say if says(text, wording)]
    return Score(value=float(not said), reason=f"says {'; '.join(said)}" if said else "says none of them")


FORBIDDEN = Metric(
    name="nothing_forbidden",
    title="Nothing forbidden said",
    meaning="Share of cases with forbidden wordings (old figures, advice, secrets) whose answer has none.",
    score=score_forbidden,
    summary="rate",
    applies=lambda case: "" if case.expected.must_not_say else "nothing is forbidden",
)
