"""The page through Gradio's own client: a question gives the Answer, and the reader's rights hold."""

from collections.abc import Iterator

import pytest
from gradio_client import Client

from assistant.types import Answer
from tests.web.serving import serve, small_assistant


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with serve(small_assistant()) as address:
        yield Client(address, verbose=False)


def ask(
    client: Client, question: str, history: list[dict[str, str]] | None = None, as_of: str | None = None
) -> Answer:
    return Answer.model_validate(client.predict(question, history or [], as_of, api_name="/ask"))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who founded the Alliance, and when?", "30 December 2018"),
        ("联盟由谁发起，何时成立？", "2018年12月30日"),
    ],
)
def test_an_answer_and_its_sources_arrive(client: Client, question: str, words: str) -> None:
    answer = ask(client, question)
    assert answer.status == "answered"
    assert words in answer.text
    for citation in answer.citations:
        text = small_assistant().show(citation.document, citation.revision).text
        assert text[citation.start : citation.end] == citation.quote


def test_the_page_gives_what_the_program_gives(client: Client) -> None:
    question = "What are the annual dues of a Start-up Member?"
    ours = small_assistant().ask(question)
    assert ask(client, question).model_dump(exclude={"timings"}) == ours.model_dump(exclude={"timings"})


def test_an_as_of_question_reaches_the_old_notice(client: Client) -> None:
    answer = ask(client, "What are the annual dues of a Governing Member?", as_of="2023-06-01")
    assert "80,000" in answer.text
    assert {c.status for c in answer.citations if c.document == "dues-2023.en"} == {"superseded"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("  ", [], None), "empty"),
        (("x" * 5000, [], None), "characters"),
        (("Dues?", [{"role": "judge", "content": "x"}], None), "conversation"),
        (("Dues?", [], "yesterday"), "not a date"),
    ],
    ids=["empty", "long", "history", "date"],
)
def test_mistakes_get_a_message(client: Client, arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(Exception, match=message):
        client.predict(*arguments, api_name="/ask")


def test_a_question_without_an_answer_is_kept_for_staff_and_a_disclosure_is_not(client: Client) -> None:
    secret = "I designed a new nitinol stent with a 3 mm barbed hook coating and a silicone membrane."
    assert ask(client, secret).status == "declined"
    refused = ask(client, "What is the Alliance's bank account number?")
    kept = [gap.question for gap in small_assistant().library.journal.gaps()]
    assert (refused.question in kept) == (refused.status == "no_evidence")
    assert not any("nitinol" in question for question in kept)
