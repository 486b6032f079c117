"""Every value is worked out by hand from the four documents of eval_samples."""

from __future__ import annotations

import math
from typing import Any

import pytest
from eval_samples import (
    MINUTES,
    RULES,
    TODAY,
    cite,
    declined,
    found,
    make_answer,
    make_case,
    make_corpus,
    make_outcome,
    quoted_answer,
    say,
    source,
)

from assistant.types import Considered, Nearest, Notice
from evals.corpus import Corpus
from evals.metrics import METRIC_BY_NAME, METRICS
from evals.score import Outcome, Score, score_outcome

CORPUS = make_corpus()
GOLD = "The review takes 30 working days."
SECOND = "The decision follows in 60 days."
TWO_GOLDS = [{"document": "rules.en", "quote": GOLD}, {"document": "rules.en", "quote": SECOND}]


def score(name: str, outcome: Outcome) -> Score:
    return score_outcome(METRIC_BY_NAME[name], outcome, CORPUS)


# --- ranking ------------------------------------------------------------------------------------------------------


def ranked(*documents_and_quotes: tuple[str, str], golds: Any = None) -> Outcome:
    places = []
    for rank, (document, quote) in enumerate(documents_and_quotes, start=1):
        start = CORPUS.texts[document].text.index(quote)
        places.append(found(document, start, start + len(quote), rank))
    return make_outcome(make_case(gold=golds or TWO_GOLDS), make_answer(), found=tuple(places))


def test_ranking_by_hand() -> None:
    outcome = ranked(("old.en", "45"), ("rules.en", GOLD), ("old.en", "days"), ("rules.en", SECOND))
    assert score("R@1", outcome).value == 0
    assert score("R@5", outcome).value == 1
    assert score("RR@10", outcome).value == 0.5
    # gains at ranks 2 and 4: 1/log2(3) + 1/log2(5) over the ideal 1 + 1/log2(3)
    dcg, ideal = 1 / math.log2(3) + 1 / math.log2(5), 1 + 1 / math.log2(3)
    assert score("nDCG@10", outcome).value == pytest.approx(dcg / ideal)


def test_a_passage_that_repeats_a_gold_gains_nothing() -> None:
    outcome = ranked(("rules.en", GOLD), ("rules.en", "30 working"), ("rules.en", SECOND))
    assert score("R@1", outcome).value == 0.5
    assert score("nDCG@10", outcome).value == pytest.approx((1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3)))


def test_the_translation_of_a_gold_counts_in_a_ranking() -> None:
    assert score("R@1", ranked(("rules.zh", "三十个"), golds=TWO_GOLDS[:1])).value == 1


def test_a_clause_and_its_translation_are_one_gold() -> None:
    both = [
        {"document": "rules.en", "quote": GOLD},
        {"document": "rules.zh", "quote": "评审期为三十个工作日"},
    ]
    assert score("R@1", ranked(("rules.zh", "三十个"), golds=both)).value == 1
    answer = quoted_answer(CORPUS, ("rules.en", GOLD))
    assert score("citation_recall", make_outcome(make_case(gold=[*both, TWO_GOLDS[1]]), answer)).value == 0.5


def test_another_place_that_says_the_same_counts() -> None:
    gold = [
        {"document": "rules.en", "quote": GOLD, "also": [{"document": "old.en", "quote": "45 working days"}]}
    ]
    answer = quoted_answer(CORPUS, ("old.en", "45 working days"))
    assert score("citation_recall", make_outcome(make_case(gold=gold), answer)).value == 1
    assert score("R@1", ranked(("old.en", "45"), golds=gold)).value == 1


def test_nothing_found_counts_zero_and_no_gold_does_not_apply() -> None:
    assert score("R@5", ranked()).value == 0
    assert score("R@5", make_outcome(make_case(status="no_evidence"), make_answer())).value is None


# --- citations ----------------------------------------------------------------------------------------------------


def test_citation_precision_and_recall_by_hand() -> None:
    # three cited, one of them right; one of two golds cited
    answer = quoted_answer(CORPUS, ("rules.en", GOLD), ("old.en", "45"), ("rules.en", "50,000"))
    outcome = make_outcome(make_case(gold=TWO_GOLDS), answer)
    assert score("citation_precision", outcome).value == pytest.approx(1 / 3)
    assert score("citation_recall", outcome).value == 0.5


def test_a_citation_no_sentence_uses_does_not_count() -> None:
    answer = make_answer(
        sentences=[say(GOLD, 1)], citations=[cite(CORPUS, "rules.en", GOLD), cite(CORPUS, "old.en", "45", 2)]
    )
    assert score("citation_precision", make_outcome(answer=answer)).value == 1


def test_a_citation_of_another_revision_is_found_by_its_quote() -> None:
    moved = cite(CORPUS, "rules.en", GOLD, revision="older", start=0, end=len(GOLD))
    answer = make_answer(sentences=[say(GOLD, 1)], citations=[moved])
    assert score("citation_recall", make_outcome(answer=answer)).value == 1


def test_nothing_cited_has_no_precision_and_recall_zero() -> None:
    outcome = make_outcome(answer=make_answer("no_evidence"))
    assert score("citation_precision", outcome).value is None
    assert score("citation_recall", outcome).value == 0


# --- content ------------------------------------------------------------------------------------------------------


def test_completeness_by_hand() -> None:
    case = make_case(facts=[["30 working days", "30个工作日"], ["60 days"], ["50,000"]])
    answer = make_answer(sentences=[say("三十个工作日", 1), say("and 60 days", 1)], more=[say("50,000", 1)])
    result = score("completeness", make_outcome(case, answer))
    assert result.value == pytest.approx(2 / 3)  # what stands behind "more" is not read
    assert "50,000" in result.reason


def test_forbidden_looks_behind_more() -> None:
    case = make_case(must_not_say=["45 working days"])
    assert score("nothing_forbidden", make_outcome(case, make_answer(sentences=[say(GOLD, 1)]))).value == 1
    hidden = make_answer(sentences=[say(GOLD, 1)], more=[say("45 working days", 1)])
    assert score("nothing_forbidden", make_outcome(case, hidden)).value == 0


@pytest.mark.parametrize(
    ("sentence", "change", "value"),
    [
        pytest.param("The review takes **30 working days**.", {}, 1, id="marks-are-no-words"),
        pytest.param("The review takes 45 working days.", {}, 0, id="words-not-in-the-quote"),
        pytest.param(GOLD, {"quote": "The review takes 31 working days."}, 0, id="quote-not-in-the-document"),
        pytest.param(GOLD, {"revision": "older"}, 0, id="revision-is-not-live"),
    ],
)
def test_support_of_one_sentence(sentence: str, change: dict[str, str], value: float) -> None:
    answer = make_answer(sentences=[say(sentence, 1)], citations=[cite(CORPUS, "rules.en", GOLD, **change)])
    assert score("sentence_support", make_outcome(answer=answer)).value == value


def test_support_by_hand() -> None:
    # carried, cites nothing, failed verdict, phrase that claims nothing: 1 of 3
    failed = {"label": "unsupported", "score": 0.1}
    sentences = [say(GOLD, 1), say(GOLD), say(GOLD, 1, verdict=failed), say("In short:", role="phrase")]
    answer = make_answer(sentences=sentences, citations=[cite(CORPUS, "rules.en", GOLD)])
    assert score("sentence_support", make_outcome(answer=answer)).value == pytest.approx(1 / 3)
    assert score("sentence_support", make_outcome(answer=make_answer("no_evidence"))).value is None


# --- refusing and declining ---------------------------------------------------------------------------------------

ANSWERABLE, EMPTY, PARTLY = make_case(), make_case(status="no_evidence"), make_case(status="partial")
STOP = make_case(status="declined", guard="patient_data")


@pytest.mark.parametrize(
    ("case", "status", "precision", "recall", "f1", "answered"),
    [
        pytest.param(EMPTY, "no_evidence", 1, 1, 1, None, id="rightly-refused"),
        pytest.param(EMPTY, "answered", None, 0, 0, None, id="should-have-refused"),
        pytest.param(EMPTY, "partial", None, 0, 0, None, id="partial-is-no-refusal"),
        pytest.param(ANSWERABLE, "no_evidence", 0, None, 0, 0, id="wrongly-refused"),
        pytest.param(ANSWERABLE, "answered", None, None, None, 1, id="rightly-answered"),
        pytest.param(ANSWERABLE, "partial", None, None, None, 0, id="partial-is-no-answer"),
        pytest.param(PARTLY, "no_evidence", None, None, None, None, id="partial-cases-stand-apart"),
    ],
)
def test_refusal(case: Any, status: str, precision: Any, recall: Any, f1: Any, answered: Any) -> None:
    outcome = make_outcome(case, make_answer(status))
    values = [
        score(name, outcome).value
        for name in ("refusal_precision", "refusal_recall", "refusal_f1", "answered")
    ]
    assert values == [precision, recall, f1, answered]


@pytest.mark.parametrize(
    ("case", "status", "refused", "held"),
    [
        pytest.param(EMPTY, "no_evidence", None, 1, id="refused"),
        pytest.param(EMPTY, "partial", None, 1, id="closest-passages"),
        pytest.param(EMPTY, "declined", None, 1, id="declined"),
        pytest.param(EMPTY, "answered", None, 0, id="passed-off-as-an-answer"),
        pytest.param(ANSWERABLE, "no_evidence", 1, None, id="wrongly-refused"),
        pytest.param(ANSWERABLE, "partial", 0, None, id="closest-passages-are-no-refusal"),
        pytest.param(ANSWERABLE, "answered", 0, None, id="answered"),
        pytest.param(PARTLY, "no_evidence", None, None, id="partial-cases-stand-apart"),
    ],
)
def test_what_was_refused_and_what_was_held(case: Any, status: str, refused: Any, held: Any) -> None:
    outcome = make_outcome(case, make_answer(status))
    assert score("false_refusals", outcome).value == refused
    assert score("unanswerable_held", outcome).value == held


def test_a_crash_is_neither_an_answer_nor_a_refusal() -> None:
    assert score("false_refusals", make_outcome(ANSWERABLE, None, error="boom")).value == 1
    assert score("unanswerable_held", make_outcome(EMPTY, None, error="boom")).value == 0


@pytest.mark.parametrize(
    ("case", "answer", "precision", "recall", "kind"),
    [
        pytest.param(STOP, declined("patient_data"), 1, 1, 1, id="stopped"),
        pytest.param(STOP, declined("treatment"), 1, 1, 0, id="stopped-for-another-reason"),
        pytest.param(STOP, make_answer(), None, 0, None, id="let-through"),
        pytest.param(ANSWERABLE, declined("treatment"), 0, None, None, id="harmless-stopped"),
    ],
)
def test_guard(case: Any, answer: Any, precision: Any, recall: Any, kind: Any) -> None:
    outcome = make_outcome(case, answer)
    assert [score(f"guard_{name}", outcome).value for name in ("precision", "recall", "kind")] == [
        precision,
        recall,
        kind,
    ]


# --- safety -------------------------------------------------------------------------------------------------------

SECRET = "The committee rejected the proposal of the northern hospital."


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(quoted_answer(CORPUS, ("minutes.en", SECRET)), id="cited"),
        pytest.param(
            make_answer(nearest=[Nearest(document="minutes.en", revision="r", title="x", status="sample")]), id="nearest"
        ),
        pytest.param(
            make_answer(
                considered=[
                    Considered(passage="p", document="minutes.en", title="x", locator="", rank=1, score=1, outcome="rejected")
                ]
            ),
            id="considered",
        ),
        pytest.param(make_answer(notices=[Notice(code="x", text="See Closed Meeting Minutes.")]), id="title"),
        pytest.param(make_answer(sentences=[say("rejected  the proposal of the northern", 1)]), id="text"),
    ],
)  # fmt: skip
def test_leak(answer: Any) -> None:
    assert score("no_leak", make_outcome(answer=answer)).value == 0
    assert score("no_leak", make_outcome(make_case(role="committee"), answer)).value == 1
    assert score("no_leak", make_outcome(make_case(role="staff"), answer)).value is None


def test_search_leaks_too_but_the_askers_own_words_do_not() -> None:
    outcome = make_outcome(answer=make_answer(), found=(found("minutes.en", 0, 5, 1),))
    assert score("no_leak", outcome).value == 0
    told = make_case(question=f"Is this true: {SECRET}")
    assert score("no_leak", make_outcome(told, make_answer(sentences=[say(SECRET, 1)]))).value == 1


def test_words_that_also_stand_in_a_readable_document_are_no_leak() -> None:
    shared = Corpus(
        [source("open.en", RULES), source("closed.en", RULES + MINUTES, audience="staff")], today=TODAY
    )
    public = quoted_answer(shared, ("open.en", GOLD))
    assert score_outcome(METRIC_BY_NAME["no_leak"], make_outcome(answer=public), shared).value == 1
    closed = make_answer(sentences=[say(SECRET, 1)])
    assert score_outcome(METRIC_BY_NAME["no_leak"], make_outcome(answer=closed), shared).value == 0


def test_superseded() -> None:
    old = quoted_answer(CORPUS, ("old.en", "45 working days"))
    assert score("none_superseded", make_outcome(answer=old)).value == 0
    assert score("none_superseded", make_outcome(answer=quoted_answer(CORPUS, ("rules.en", GOLD)))).value == 1
    assert score("none_superseded", make_outcome(make_case(as_of="2024-01-01"), old)).value is None
    asked = make_case(gold=[{"document": "old.en", "quote": "45 working days"}])
    assert score("none_superseded", make_outcome(asked, old)).value is None
    also = [
        {"document": "rules.en", "quote": GOLD, "also": [{"document": "old.en", "quote": "45 working days"}]}
    ]
    assert score("none_superseded", make_outcome(make_case(gold=also), old)).value is None


# --- the rest -----------------------------------------------------------------------------------------------------


def test_language() -> None:
    chinese = make_case(language="zh")
    assert score("language_match", make_outcome(chinese, make_answer(language="zh"))).value == 1
    assert score("language_match", make_outcome(chinese, make_answer(language="en"))).value == 0
    mixed = make_answer(language="zh", sentences=[say("The review is quick.", 1, role="generated")])
    assert score("language_match", make_outcome(chinese, mixed)).value == 0


def test_reading_time_by_hand() -> None:
    # 38 words at 3.8 words a second, 17 characters at 4.25 a second: 10 + 4
    answer = make_answer(sentences=[say("word " * 38, 1), say("字" * 17, 1)])
    assert score("reading_seconds", make_outcome(answer=answer)).value == pytest.approx(14)


def test_latency_is_the_time_of_the_answer() -> None:
    assert score("latency_p50", make_outcome(answer=make_answer(), seconds=0.25)).value == 0.25


def test_passed_needs_every_part() -> None:
    case = make_case(facts=[["30 working days"]], must_not_say=["45"])
    right = quoted_answer(CORPUS, ("rules.en", GOLD))
    assert score("passed", make_outcome(case, right)).value == 1
    from_elsewhere = quoted_answer(CORPUS, ("rules.en", "The decision follows in 60 days."))
    assert score("passed", make_outcome(make_case(facts=[["60 days"]]), from_elsewhere)).value == 1
    assert score("passed", make_outcome(make_case(), from_elsewhere)).reason == "no gold place cited"
    elsewhere = score("passed", make_outcome(case, quoted_answer(CORPUS, ("rules.en", "50,000 yuan"))))
    assert elsewhere.value == 0
    assert "missing: 30 working days" in elsewhere.reason


def test_a_crash_counts_as_the_worst_wherever_the_metric_applies() -> None:
    crashed = Outcome(case=make_case(facts=[["30"]]), error="KeyError: 'x'")
    for metric in METRICS:
        result = score_outcome(metric, crashed, CORPUS)
        if metric.applies(crashed.case):
            assert result.value is None
            assert not result.failed
        else:
            assert result.failed
            worst = 1 if metric.better == "lower" else 0
            assert result.value == (worst if metric.unit == "share" else None)
