from __future__ import annotations

import pytest
from eval_samples import make_case, source

from evals.also import Candidate, find_candidates, write_candidates
from evals.cases import EvalCase
from evals.corpus import Corpus

TRIAL = "# Trial\n\nALPHA, reported in Chest 2015, enrolled 190 people; the rate was 47.7 % with the valve.\n"
OVERVIEW = (
    "# Overview\n\nMany trials exist. ALPHA (Chest 2015, 190 people) gave a rate of 47.7 % with the valve. Others follow."
    "\n\n| trial | people | rate |\n| --- | --- | --- |\n| ALPHA, Chest 2015 | 190 | 47.7 % |\n| BETA, Thorax 2016 | 80 | 47.7 % |\n"
)
CORPUS = Corpus(
    [
        source("trial.en", TRIAL),
        source("overview.en", OVERVIEW),
        source("inner.en", OVERVIEW, audience="staff"),
        source("filler.en", "# Other\n\nThe assembly elects the chair every year in spring by lot.\n" * 3),
    ]
)


def alpha(**fields: object) -> EvalCase:
    gold = [{"document": "trial.en", "quote": "the rate was 47.7 % with the valve"}]
    return make_case(question="What was the rate in ALPHA?", gold=gold, **({"facts": [["47.7 %"]]} | fields))


def found(case: EvalCase) -> list[tuple[str, str]]:
    return [(c.document, c.quote) for c in find_candidates([case], CORPUS)]


def test_the_sentence_and_the_row_that_state_the_fact_are_found_and_another_trial_is_not() -> None:
    assert sorted(found(alpha())) == [
        ("overview.en", "ALPHA (Chest 2015, 190 people) gave a rate of 47.7 % with the valve."),
        ("overview.en", "| ALPHA, Chest 2015 | 190 | 47.7 % |"),
    ]


def test_what_is_listed_already_is_not_listed_again() -> None:
    also = [{"document": "overview.en", "quote": "gave a rate of 47.7 %"}]
    gold = [{"document": "trial.en", "quote": "the rate was 47.7 %", "also": also}]
    case = make_case(question="What was the rate in ALPHA?", gold=gold, facts=[["47.7 %"]])
    assert [quote for _, quote in found(case)] == ["| ALPHA, Chest 2015 | 190 | 47.7 % |"]


@pytest.mark.parametrize(("role", "documents"), [("public", 1), ("staff", 2)])
def test_only_documents_of_the_asker_count(role: str, documents: int) -> None:
    assert len({document for document, _ in found(alpha(role=role))}) == documents


def test_without_facts_the_words_must_be_nearly_the_same() -> None:
    assert [quote for _, quote in found(alpha(facts=[]))] == [
        "ALPHA (Chest 2015, 190 people) gave a rate of 47.7 % with the valve."
    ]
    assert write_candidates([Candidate("a", 0, "d.en", "words", 0.5)]) == "a 0  0.50  d.en  words"
