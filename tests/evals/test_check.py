from typing import Any

import pytest
from eval_samples import make_case, make_corpus

from evals.check import MIN_CASES, check_cases, shares

CORPUS = make_corpus()


def problems(*cases: Any) -> list[str]:
    return [problem.text for problem in check_cases(cases, CORPUS, quotas=False)]


def test_a_good_case_has_no_problem() -> None:
    assert problems(make_case()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            {"gold": [{"document": "gone.en", "quote": "x"}]}, "is not in the corpus", id="no-document"
        ),
        pytest.param(
            {"gold": [{"document": "rules.en", "quote": "45 days"}]}, "is not in rules.en", id="no-quote"
        ),
        pytest.param(
            {"gold": [{"document": "minutes.en", "quote": "rejected"}]},
            "public may not read",
            id="hidden-gold",
        ),
        pytest.param({"facts": [["30 days"]], "must_not_say": ["30"]}, "required and forbidden", id="clash"),
        pytest.param({"tags": ["cross-lingual"]}, "tagged cross-lingual", id="same-language"),
        pytest.param(
            {"status": "no_evidence", "tags": ["access"], "role": "staff"}, "staff may read", id="access"
        ),
    ],
)
def test_a_bad_case_is_named(change: dict[str, Any], said: str) -> None:
    (found,) = problems(make_case(**change))
    assert said in found


def test_cross_lingual_means_that_no_translation_answers() -> None:
    gold = [{"document": "old.en", "quote": "45 working days"}]
    chinese = make_case(language="zh", tags=["cross-lingual"], gold=gold)
    assert problems(chinese) == []
    translated = make_case(language="zh", tags=["cross-lingual"])
    assert "in the question's language" in problems(translated)[0]


def test_duplicates_are_refused_unless_another_asks() -> None:
    assert any("the same question" in p for p in problems(make_case(id="a"), make_case(id="b")))
    assert any("stands 2 times" in p for p in problems(make_case(), make_case(question="Else?")))
    assert problems(make_case(id="a"), make_case(id="b", role="member")) == []


def test_near_duplicates_are_refused_across_the_halves_only() -> None:
    one = make_case(id="a", question="How many working days does the scientific review take?")
    other = make_case(id="b", question="How many working days would the scientific review take?")
    assert problems(one, other) == []
    assert "nearly the same question" in problems(one, other.model_copy(update={"split": "report"}))[0]


def test_quotas_are_counted() -> None:
    cases = [make_case(id="a"), make_case(id="b", language="zh", status="no_evidence", split="report")]
    texts = [problem.text for problem in check_cases(cases, CORPUS)]
    assert f"2 cases, at least {MIN_CASES} are needed" in texts
    assert "0.0% multi-turn, at least 15% are needed" in texts
    assert not any("Chinese" in text for text in texts)
    assert shares(cases)["Chinese"] == 0.5


def test_blind_cases_are_left_out_of_the_shares() -> None:
    asked = make_case(id="a", language="zh")
    found = make_case(id="b", tags=["blind"])
    assert shares([asked, found])["Chinese"] == 1.0
    assert shares([found])["Chinese"] == 0.0
