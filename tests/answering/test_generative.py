"""Answers worded by a model: what holds is shown, what does not is withheld and said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.language_models import BaseChatModel

from assistant.answering.generative import BREAK_AFTER_FAILURES, BREAK_SECONDS, Breaker
from assistant.models import chat
from assistant.models.chat import load_chat_model
from assistant.render import render_text
from assistant.types import Answer, Turn
from tests.answering.responders import asked, codes, grades, make_responder, open_rules
from tests.fakes import OverlapReranker, ScriptedChat
from tests.library.indexes import Index
from tests.stub_model import (
    Reply,
    StubModel,
    babbles,
    breaks_off,
    drips,
    is_silent,
    open_stub,
    refuses,
    replies,
)

QUESTION = "Within how many working days are company dues paid?"
DUES = "Company dues are paid within 15 working days of the invoice."
PURPOSE = "The ballot of the General Assembly is secret."
RULES = {
    "dues-rule": (
        f"## Dues of companies\n\n{DUES} The Secretariat sends a reminder after the last day. "
        "Receipts are sent by post. Receipts carry a stamp. "
        "A member in arrears has no vote until the dues are paid.",
        {"audience": "member"},
    ),
    "ballot-rule": (f"## Ballot\n\n{PURPOSE}", {}),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with open_rules(tmp_path_factory.mktemp("generative"), RULES) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _always_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.respond.GRADES", grades())


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "RETRY_SECONDS", (0.05, 0.1))


def numbers(index: Index) -> dict[str, int]:
    """Which number each document has in the evidence."""
    from assistant.respond import Trace

    prepared = make_responder(index).prepare(asked(QUESTION, reader="member"), Trace())
    return {item.passage.document: item.number for item in prepared.evidence}


def ask(index: Index, *replies: object, text: str = QUESTION) -> tuple[Answer, ScriptedChat]:
    model = ScriptedChat(replies=list(replies))
    return make_responder(index, model).answer(asked(text, reader="member")), model


def quotes(answer: Answer, sentence: int = 0) -> list[tuple[str, str]]:
    by_number = {citation.number: citation for citation in answer.citations}
    return [(by_number[n].document, by_number[n].quote) for n in answer.sentences[sentence].citations]


def test_a_true_sentence_is_shown_with_the_span_that_carries_it(index: Index) -> None:
    n = numbers(index)["dues-rule"]
    answer, _ = ask(index, f"Company dues are paid within 15 working days [{n}].")
    assert [s.text for s in answer.sentences] == ["Company dues are paid within 15 working days."]
    assert quotes(answer) == [("dues-rule", DUES)]
    assert answer.sentences[0].role == "generated"
    assert answer.answered_by == "scripted"
    assert (answer.removed, codes(answer)) == ((), [])


def test_a_false_number_is_withheld_and_listed(index: Index) -> None:
    n = numbers(index)["dues-rule"]
    answer, _ = ask(
        index,
        f"Company dues are paid within 15 working days [{n}]. Company dues are paid within 45 working days [{n}].",
    )
    assert len(answer.sentences) == 1
    assert [item.text for item in answer.removed] == ["Company dues are paid within 45 working days."]
    assert answer.removed[0].verdict.label != "supported"
    assert answer.removed[0].verdict.reasons
    assert "withheld" in codes(answer)
    assert "45" not in " ".join(s.text for s in answer.sentences + answer.more)


def test_a_chinese_reader_reads_chinese_reasons(tmp_path: Path) -> None:
    rule = ("## 会费\n\n企业会费应当在收到缴费通知后15个工作日内缴纳。", {"language": "zh"})
    with open_rules(tmp_path, {"dues-zh": rule}) as opened:
        answer, _ = ask(
            opened, "企业会费应当在45个工作日内缴纳[1]。", text="企业会费应当在多少个工作日内缴纳？"
        )
    (removed,) = answer.removed
    assert removed.reasons == ("原文没有“至多45个工作日”，原文是“至多15个工作日”",)
    assert [n.text for n in answer.notices if n.code == "withheld"] == [
        f"已隐去模型生成的1句话：{removed.reasons[0]}。"
    ]
    assert f"企业会费应当在45个工作日内缴纳。 ({removed.reasons[0]})" in render_text(answer)


def test_repeats_questions_and_rules_are_neither_shown_nor_listed(index: Index) -> None:
    n = numbers(index)["dues-rule"]
    round_ = f"Who pays the dues of companies? [{n}] Company dues are paid within 15 working days [{n}].\n---\n**2.** \n"
    answer, _ = ask(index, round_ * 40 + PURPOSE)
    assert [s.text for s in answer.sentences] == ["Company dues are paid within 15 working days."]
    assert (answer.removed, codes(answer)) == ((), [])
    answer, _ = ask(index, round_ * 2 + PURPOSE)
    assert [s.text for s in answer.sentences] == ["Company dues are paid within 15 working days.", PURPOSE]


def test_a_made_up_mark_is_reported_and_the_true_sentence_cited_rightly(index: Index) -> None:
    answer, _ = ask(index, "Company dues are paid within 15 working days [77].")
    assert quotes(answer) == [("dues-rule", DUES)]
    assert codes(answer) == ["made_up"]
    assert "[77]" in answer.notices[0].text


def test_a_sentence_without_or_with_the_wrong_mark_goes_to_the_passage_that_carries_it(index: Index) -> None:
    wrong = numbers(index)["ballot-rule"]
    for reply in (
        "Company dues are paid within 15 working days.",
        f"Company dues are paid within 15 working days [{wrong}].",
    ):
        answer, _ = ask(index, reply)
        assert quotes(answer) == [("dues-rule", DUES)]


def test_a_sentence_from_two_places_cites_what_carries_both(index: Index) -> None:
    n = numbers(index)["dues-rule"]
    sentence = "Company dues are paid within 15 working days, and a member in arrears has no vote until they are paid."
    answer, _ = ask(index, sentence.replace("paid.", f"paid [{n}]."))
    for _, quote in quotes(answer):
        assert "15 working days" in quote
        assert "no vote" in quote


def test_every_citation_is_a_slice_and_every_sentence_supported(index: Index) -> None:
    both = numbers(index)
    answer, _ = ask(
        index,
        f"Company dues are paid within 15 working days [{both['dues-rule']}]. {PURPOSE}[{both['ballot-rule']}] "
        "Bicycles are repaired on Mondays. A member in arrears has no vote until the dues are paid.",
    )
    assert len(answer.sentences) == 3
    assert [item.text for item in answer.removed] == ["Bicycles are repaired on Mondays."]
    known = {citation.number for citation in answer.citations}
    for sentence in answer.sentences:
        assert sentence.verdict.label == "supported"
        assert sentence.citations
        assert set(sentence.citations) <= known
    for citation in answer.citations:
        stored = index.library.document(citation.document, citation.revision)
        assert stored is not None
        assert stored.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    "reply", ["NOTHING", "NOTHING.", "Nothing", "\nNOTHING\n", "NOTHING [1]. And more. "]
)
def test_a_model_that_finds_nothing_makes_the_sources_closest_passages(index: Index, reply: str) -> None:
    answer, model = ask(index, reply)
    assert len(model.asked) == 1
    assert answer.answered_by == "extractive"
    assert answer.status == "partial"
    assert codes(answer)[:2] == ["model_found_nothing", "closest"]
    assert all(sentence.role == "quote" for sentence in answer.sentences)
    assert answer.sentences


def test_a_reply_of_which_nothing_holds_gives_quotes_and_says_so(index: Index) -> None:
    answer, _ = ask(index, "Bicycles are repaired on Mondays [1].")
    assert answer.answered_by == "extractive"
    assert len(answer.removed) == 1
    assert "withheld" in codes(answer)
    assert all(sentence.role == "quote" for sentence in answer.sentences)


def test_without_evidence_the_model_is_not_asked(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.respond.GRADES", grades(answer=False))
    answer, model = ask(index, "Company dues are paid within 15 working days [1].")
    assert model.asked == []
    assert (answer.status, answer.sentences, answer.citations) == ("no_evidence", (), ())


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        pytest.param(TimeoutError("x"), "timed out", id="too-slow"),
        pytest.param(["Company dues are pa", ConnectionError("x")], "no connection", id="connection-lost"),
        pytest.param(["Company dues are pa", RuntimeError("x")], "error RuntimeError", id="breaks-off"),
        pytest.param(ValueError("x"), "cannot be read", id="garbled"),
        pytest.param("", "empty", id="empty"),
    ],
)
def test_a_failure_gives_quotes_and_its_reason(index: Index, failure: object, said: str) -> None:
    answer, _ = ask(index, failure)
    assert answer.answered_by == "extractive"
    assert answer.sentences
    assert all(sentence.role == "quote" for sentence in answer.sentences)
    assert answer.notices[0].code == "model_failed"
    assert said in answer.notices[0].text


def test_a_chinese_reader_gets_the_reason_in_chinese(index: Index) -> None:
    answer, _ = ask(index, TimeoutError("x"), text="company dues 会费应当在多少个工作日内缴纳？")
    assert "超时" in answer.notices[0].text
    assert "timed out" not in answer.notices[0].text


def test_what_failed_the_check_before_the_model_failed_stays_listed(index: Index) -> None:
    answer, _ = ask(index, ["Bicycles are repaired on Mondays [1]. And then the dues ", RuntimeError("x")])
    assert answer.notices[0].code == "model_failed"
    assert [item.text for item in answer.removed] == ["Bicycles are repaired on Mondays."]


def test_after_three_failures_the_model_rests(index: Index) -> None:
    model = ScriptedChat(replies=[RuntimeError("down")] * 9)
    responder = make_responder(index, model)
    for _ in range(BREAK_AFTER_FAILURES + 3):
        answer = responder.answer(asked(QUESTION, reader="member"))
        assert answer.sentences
    # The first call after the three opens the rest; it is not a trial of its own.
    assert len(model.asked) == BREAK_AFTER_FAILURES
    assert "left alone" in answer.notices[0].text


def test_the_breaker_tries_once_a_minute_and_a_success_closes_it() -> None:
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    for failed in [True] * (BREAK_AFTER_FAILURES - 1) + [False] + [True] * (BREAK_AFTER_FAILURES - 1):
        breaker.record(failed=failed)
        assert breaker.admits()
    breaker.record(failed=True)
    assert not breaker.admits()
    now[0] = BREAK_SECONDS
    assert [breaker.admits() for _ in range(3)] == [True, False, False]
    breaker.record(failed=True)
    now[0] += BREAK_SECONDS - 1
    assert not breaker.admits()
    now[0] += 1
    assert breaker.admits()
    breaker.record(failed=False)
    assert [breaker.admits() for _ in range(3)] == [True, True, True]


def test_the_prompt_holds_texts_and_numbers_but_no_ids_paths_or_audiences(index: Index) -> None:
    _, model = ask(index, "NOTHING")
    [messages] = model.asked
    sent = "\n".join(str(message.content) for message in messages)
    assert DUES in sent
    assert QUESTION in sent
    assert "[1]" in sent
    stored = index.library.documents("staff")
    for secret in ("dues-rule", "ballot-rule", ".md", "audience", "member\n", "@"):
        assert secret not in sent
    for document in stored:
        assert document.revision not in sent


def test_the_prompt_says_of_each_text_what_it_is_and_when_it_holds(tmp_path: Path) -> None:
    front = {
        "status": "sample", "version": "2.0", "effective_from": "2024-09-01", "effective_to": "2999-12-31",
    }  # fmt: skip
    model = ScriptedChat(replies=["NOTHING"])
    with open_rules(tmp_path, {"dues": (DUES, front)}) as other:
        make_responder(other, model).answer(asked(QUESTION, as_of=dt.date(2025, 1, 1)))
    sent = str(model.asked[0][-1].content)
    assert "(SAMPLE, version 2.0, from 2024-09-01, until 2999-12-31)" in sent
    assert "(as of 2025-01-01)" in sent


def test_earlier_questions_are_sent_and_earlier_answers_are_not(index: Index) -> None:
    model = ScriptedChat(replies=["NOTHING"])
    history = (
        Turn(role="user", content="What do companies owe?"),
        Turn(role="assistant", content="Secret words."),
    )
    make_responder(index, model).answer(asked(QUESTION, *history, reader="member"))
    sent = str(model.asked[0][-1].content)
    assert "What do companies owe?" in sent
    assert "Secret words." not in sent


def test_a_stream_grows_and_ends_as_the_whole_answer(index: Index) -> None:
    reply = f"Company dues are paid within 15 working days [1]. {PURPOSE} Bicycles are repaired on Mondays."
    grown = list(
        make_responder(index, ScriptedChat(replies=[reply])).stream(asked(QUESTION, reader="member"))
    )
    assert len(grown) == 3
    for before, after in zip(grown, grown[1:], strict=False):  # noqa: RUF007
        assert after.sentences[: len(before.sentences)] == before.sentences
        assert after.citations[: len(before.citations)] == before.citations
    whole, _ = ask(index, reply)
    assert grown[-1].model_dump(exclude={"timings"}) == whole.model_dump(exclude={"timings"})


def test_the_extractive_stream_is_the_answer(index: Index) -> None:
    responder = make_responder(index)
    [only] = responder.stream(asked(QUESTION))
    assert only.model_dump(exclude={"timings"}) == responder.answer(asked(QUESTION)).model_dump(
        exclude={"timings"}
    )


def test_a_reader_who_leaves_ends_the_request(index: Index) -> None:
    with open_stub(drips("Company dues are paid within 15 working days [1]. ", seconds=0.05)) as stub:
        stream = ask_stub(index, stub)
        while not next(stream).sentences:
            pass
        stream.close()  # type: ignore[attr-defined]
        assert stub.left.acquire(timeout=5)


def test_a_reader_can_leave_while_the_model_is_silent(index: Index) -> None:
    with open_stub(is_silent()) as stub:
        stream = ask_stub(index, stub)
        waiting = next(stream)
        assert (waiting.sentences, waiting.removed) == ((), ())
        assert next(stream) == waiting
        stream.close()  # type: ignore[attr-defined]
        assert stub.left.acquire(timeout=5)
    again = make_responder(index, load(stub))
    assert again.answer(asked(QUESTION, reader="member")).notices[0].code == "model_failed"


SILENT = is_silent()


@pytest.mark.parametrize(
    ("reply", "codes_"),
    [
        pytest.param(SILENT, ["model_failed"], id="silent"),
        pytest.param(refuses(503), ["model_failed"], id="overloaded"),
        pytest.param(refuses(401), ["model_failed"], id="wrong-key"),
        pytest.param(babbles(b"<html></html>", "text/html"), ["model_failed"], id="another-service"),
        pytest.param(replies("Bicycles are repaired on Mondays [1]."), ["withheld"], id="invents"),
        pytest.param(replies("\x00\ufffd" * 50), ["model_failed"], id="noise"),
        pytest.param(breaks_off("Company dues are pa"), ["model_cut"], id="breaks-off-in-a-sentence"),
        pytest.param(replies("Company dues are paid within 15", end="length"), ["model_cut"], id="cut-at-the-limit"),
    ],
)  # fmt: skip
def test_whatever_the_server_does_the_reader_gets_the_sources(
    index: Index, reply: Reply, codes_: list[str]
) -> None:
    seconds = 1 if reply is SILENT else 20
    with open_stub(reply) as stub:
        responder = make_responder(index, load(stub), timeout_seconds=seconds)
        answer = responder.answer(asked(QUESTION, reader="member"))
    assert codes(answer) == codes_
    assert answer.answered_by == "extractive"
    assert quotes(answer)[0][0] == "dues-rule"
    assert DUES in answer.sentences[0].text


def test_a_reply_cut_off_keeps_its_whole_sentences(index: Index) -> None:
    text = f"Company dues are paid within 15 working days [1]. {PURPOSE} A member in arrears has no vote unt"
    with open_stub(replies(text, end="length")) as stub:
        answer = make_responder(index, load(stub)).answer(asked(QUESTION, reader="member"))
    assert [s.text for s in answer.sentences] == ["Company dues are paid within 15 working days.", PURPOSE]
    assert codes(answer) == ["model_cut"]


def load(stub: StubModel) -> BaseChatModel:
    return load_chat_model("openai:m", base_url=stub.address, timeout_seconds=20)


def ask_stub(index: Index, stub: StubModel) -> Iterator[Answer]:
    return make_responder(index, load(stub)).stream(asked(QUESTION, reader="member"))


LEANING = "And when are they paid by companies?"
HISTORY = (
    Turn(role="user", content="What are the dues of companies?"),
    Turn(role="assistant", content="Secret words."),
)


def test_a_follow_up_is_made_stand_alone_by_the_model(index: Index) -> None:
    model = ScriptedChat(replies=["When are the dues of companies paid?", "NOTHING"])
    make_responder(index, model).answer(asked(LEANING, *HISTORY, reader="member"))
    rewriting, answering = ("\n".join(str(m.content) for m in messages) for messages in model.asked)
    assert "What are the dues of companies?" in rewriting
    assert LEANING in rewriting
    assert "Secret words." not in rewriting
    assert answering.endswith("When are the dues of companies paid?")


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("They are paid on 31 March 2021.", id="a-new-number"),
        pytest.param("Bicycles are repaired on Mondays.", id="other-words"),
        pytest.param("公司会费何时缴纳？", id="another-language"),
        pytest.param("When?\nAnd how?", id="several-lines"),
        pytest.param("dues " * 100, id="too-long"),
        pytest.param(TimeoutError("x"), id="a-failure"),
        pytest.param("", id="empty"),
    ],
)
def test_a_rewrite_that_is_none_is_left_out(index: Index, reply: object) -> None:
    model = ScriptedChat(replies=[reply, "NOTHING"])
    make_responder(index, model).answer(asked(LEANING, *HISTORY, reader="member"))
    assert str(model.asked[1][-1].content).endswith(LEANING)


def test_a_question_that_stands_alone_is_not_rewritten(index: Index) -> None:
    model = ScriptedChat(replies=["NOTHING"])
    make_responder(index, model).answer(asked(QUESTION, *HISTORY, reader="member"))
    assert len(model.asked) == 1


def test_a_reranker_decides_what_is_answered_from(index: Index) -> None:
    class LikesBallots(OverlapReranker):
        def score(self, question: str, texts: object) -> object:
            return super().score("ballot General Assembly", texts)  # type: ignore[arg-type]

    plain = make_responder(index, evidence_chars=500).answer(asked(QUESTION, reader="member"))
    turned = make_responder(index, evidence_chars=1, reranker=LikesBallots()).answer(
        asked(QUESTION, reader="member")
    )
    assert plain.citations[0].document == "dues-rule"
    assert {citation.document for citation in turned.citations} == {"ballot-rule"}
