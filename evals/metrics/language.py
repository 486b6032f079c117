"""Whether the answer is in the language of the question."""

from __future__ import annotations

from assistant.words import detect_language
from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.score import Metric, Outcome, Score


def score_language(case: EvalCase, outcome: Outcome, corpus: Corpus) -> Score:
    """Give 1 when the answer's language and its generated sentences are the question's; quotes stay as they are."""
    answer = outcome.answer
    if answer is None or answer.language != case.language:
        return Score(value=0.0, reason=f"answered in {answer.language if answer else 'nothing'}")
    other = [
        s.text for s in answer.sentences if s.role == "generated" and detect_language(s.text) != case.language
    ]
    return Score(value=float(not other), reason=f"{other[0][:60]!r}" if other else f"all in {case.language}")


LANGUAGE = Metric(
    name="language_match",
    title="Answered in the question's language",
    meaning="Share of cases whose answer is in the language of the question; quotes stay in the original.",
    score=score_language,
    summary="rate",
)
