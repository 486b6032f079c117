"""An answer as text: every sentence with its marks, every source with status, place and quote."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.render import label, render_brief, render_citation, render_more, render_sentences, render_text
from assistant.types import Answer, Considered, Nearest, Notice, Removed, Verdict
from tests.samples import REVISION, make_citation, make_sentence


def test_items_and_rows_have_lines_of_their_own_and_text_runs_on() -> None:
    sentences = [
        make_sentence("The steps are:", 1),
        make_sentence("send the form", 1, kind="item"),
        make_sentence("sign it", 1, 2, kind="item"),
        make_sentence("Fees follow.", 3, group=1),
        make_sentence("They are low.", 3, group=1),
        make_sentence("| Tier | Dues |", 4, group=2, kind="heading"),
        make_sentence("| Member | 20,000 |", 4, group=2, kind="row"),
    ]
    assert render_sentences(sentences) == (
        "The steps are: [1]\n  - send the form [1]\n  - sign it [1][2]"
        "\n\nFees follow. [3] They are low. [3]"
        "\n\n| Tier | Dues | [4]\n| Member | 20,000 | [4]"
    )


def test_a_citation_names_status_version_dates_place_and_quote() -> None:
    citation = make_citation(
        2, "Dues are\n  paid yearly.", version="2.0", effective_from=dt.date(2024, 9, 1), page=3
    )
    assert render_citation(citation, "en") == (
        f"[2] Rules (official, v2.0, from 2024-09-01)\n    rules.en@{REVISION} · Article 7\n"
        "    “Dues are paid yearly.”"
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({"status": "sample", "sample": True}, "(SAMPLE)", id="sample-said-once"),
        pytest.param({"status": "superseded", "sample": True}, "(SAMPLE, SUPERSEDED)", id="both"),
        pytest.param({"version": "v2"}, "(official, v2)", id="version-with-its-own-v"),
        pytest.param({"version": "2025"}, "(official, 2025)", id="a-year-is-no-version-number"),
        pytest.param({"version": "2019 amendment"}, "(official, 2019 amendment)", id="version-in-words"),
        pytest.param({"status": "public-record", "kind": "record"}, "(public record)", id="record"),
        pytest.param({"status": "public-record", "kind": "law"}, "(summary of public sources)", id="law"),
        pytest.param(
            {"status": "public-record", "kind": "literature"}, "(summary of public sources)", id="literature"
        ),
        pytest.param({"status": "sample", "sample": True, "kind": "law"}, "(SAMPLE)", id="sample-law"),
        pytest.param({"effective_to": dt.date(2024, 8, 31)}, "(official, until 2024-08-31)", id="end"),
    ],
)
def test_standing_of_a_source_is_shown(values: dict[str, object], expected: str) -> None:
    assert expected in render_citation(make_citation(**values), "en")


def test_a_chinese_answer_is_set_in_chinese_marks() -> None:
    citation = make_citation(version="2.0", effective_from=dt.date(2024, 9, 1))
    assert "（正式文件，v2.0，自 2024-09-01）" in render_citation(citation, "zh")


def test_every_status_has_a_word_in_both_languages() -> None:
    for status in ("official", "public-record", "summary", "sample", "draft", "superseded"):
        assert label(status, "en") != label(status, "zh")


def test_an_answer_shows_sentences_notices_withheld_and_sources() -> None:
    answer = Answer(
        question="q",
        status="answered",
        language="en",
        sentences=(make_sentence("Dues are paid yearly."),),
        more=(make_sentence("Observers pay none.", 2, group=1),),
        citations=(make_citation(1), make_citation(2, "Observers pay none.")),
        removed=(
            Removed(text="Dues are 9 yuan.", verdict=Verdict(label="unsupported", score=0), reasons=("9",)),
        ),
        notices=(Notice(code="sample", text="Only a sample."),),
    )
    shown = render_text(answer)
    for words in (
        "yearly. [1]",
        "• Only a sample.",
        "Dues are 9 yuan. (9)",
        "none. [2]",
        "“Observers pay none.”",
    ):
        assert words in shown
    assert render_text(answer.model_copy(update={"language": "zh"})).count("来源") == 1


def test_a_conversation_names_the_sources_of_what_it_shows_and_of_the_rest_on_demand() -> None:
    answer = Answer(
        question="q",
        status="answered",
        language="en",
        sentences=(make_sentence("Dues are paid yearly."),),
        more=(make_sentence("Observers pay none.", 2, group=1),),
        citations=(make_citation(1), make_citation(2, "Observers pay none.")),
        notices=(Notice(code="sample", text="Only a sample."),),
    )
    brief, rest = render_brief(answer), render_more(answer)
    assert "\n[1] " in brief
    assert "[2]" not in brief
    assert "/more" in brief
    assert rest.startswith("Observers pay none. [2]")
    assert "\n[2] " in rest
    assert "[1]" not in rest
    assert "Only a sample." not in rest


def test_a_refusal_shows_nearest_documents_and_no_source() -> None:
    nearest = Nearest(document="dues.en", revision=REVISION, title="Dues", status="official")
    looked_at = Considered(
        passage="p", document="dues.en", title="Dues", locator="", rank=1, score=1.0, outcome="rejected"
    )
    answer = Answer(
        question="q",
        status="no_evidence",
        language="zh",
        notices=(Notice(code="not_found", text="没有。"),),
        nearest=(nearest,),
        considered=(looked_at,),
    )
    shown = render_text(answer)
    assert "Dues (dues.en)" in shown
    assert label("sources", "zh") not in shown


def test_that_an_answer_is_an_old_rule_is_said_before_it() -> None:
    answer = Answer(
        question="?",
        status="answered",
        language="en",
        sentences=(make_sentence("Dues are paid yearly.", 1),),
        citations=(make_citation(1),),
        notices=(
            Notice(code="as_of", text="This is the state on 1 May 2021."),
            Notice(code="sample", text="Only a sample."),
        ),
    )
    text = render_text(answer)
    assert text.index("1 May 2021") < text.index("Dues are paid") < text.index("Only a sample")


def test_what_stops_a_question_is_said_before_the_path_is_quoted() -> None:
    answer = Answer(
        question="",
        status="declined",
        language="en",
        sentences=(make_sentence("Use the encrypted channel.", 1),),
        citations=(make_citation(1, "Use the encrypted channel."),),
        notices=(Notice(code="guard:disclosure", text="Please stop here."),),
    )
    assert render_text(answer).startswith("• Please stop here.\n\nUse the encrypted channel. [1]")


def test_a_phrase_without_a_source_has_no_mark() -> None:
    phrase = make_sentence("You are welcome.", role="phrase").model_copy(update={"citations": ()})
    assert render_sentences([phrase]) == "You are welcome."
