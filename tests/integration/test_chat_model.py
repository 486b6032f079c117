"""A real chat model behind a real server: streaming, leaving, the deadline, and what it makes up.

SmolLM2-135M knows nothing and says so with confidence: the worst writer one can connect. How a
well-behaved or broken server is handled in detail is tested against a stub (tests/stub_model.py).
"""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Iterator

import pytest
from langchain_core.language_models import BaseChatModel

from assistant.models.chat import load_chat_model, stream_chat
from assistant.types import Answer
from tests.answering.responders import asked, codes, grades, make_responder, open_rules
from tests.library.indexes import Index
from tests.smollm import HAS_WHEEL, open_smollm, read_address

pytestmark = [
    pytest.mark.integration,
    pytest.mark.model,
    pytest.mark.skipif(not HAS_WHEEL, reason="the lock holds a prebuilt xllamacpp for Linux x86-64 only"),
]

RULE = (
    "Company dues are paid within 15 working days of the invoice. A member in arrears has no vote until the dues are "
    "paid. A physician submits an idea on Form A-1. The committee reviews it within 30 working days."
)
QUESTION = "Within how many working days are company dues paid?"
OFF_TOPIC = (
    "Who won the Nobel Prize in 2020?",
    "Who won the football match on Sunday?",
    "How many stents did Dr. Miller implant in 2019?",
    "What is the capital of France?",
    "Which hospital in Beijing has the largest bronchoscopy unit?",
    "Where does Professor Li Ming live?",
    "When was the first lung transplant done?",
    "How much does a laser console cost?",
    "Who is the president of the Alliance?",
    "Does the Alliance own a building in Berlin?",
    "How long is the airway stent of model X7?",
    "What does the cryoprobe of Erbe weigh?",
)
ONE_CLAIM = 'root ::= [A-Z] [^.!?\\n\\[\\]]{12,80} " [1]."'
"""Grammar of llama.cpp. Larger models keep to the form by themselves; this one would forget the mark."""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with open_rules(
        tmp_path_factory.mktemp("real"), {"dues": (f"## Dues and ideas\n\n{RULE}", {})}
    ) as opened:
        yield opened


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with open_smollm() as process:
        yield read_address(process)


@pytest.fixture(autouse=True)
def _always_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.respond.GRADES", grades())  # else these questions would never reach it


def load(address: str, **body: object) -> BaseChatModel:
    """Load the model; `body` are further fields of its requests."""
    model = load_chat_model("openai:smollm2", base_url=address, timeout_seconds=100)
    return model.model_copy(update={"extra_body": {"max_tokens": 40, **body}})


def is_busy(address: str) -> bool:
    with urllib.request.urlopen(f"{address.removesuffix('/v1')}/slots", timeout=30) as reply:
        return any(slot["is_processing"] for slot in json.load(reply))


def is_idle_within(address: str, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not is_busy(address):
            return True
        time.sleep(0.1)
    return False


def words_of(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[a-z]{4,}|\d+", text.lower())}


def is_invented(claim: str) -> bool:
    new = words_of(claim) - words_of(f"Dues and ideas {RULE}")
    return len(new) >= 2 or any(word.isdigit() for word in new)


def test_a_reply_arrives_in_pieces(address: str) -> None:
    model = load(address, max_tokens=12, ignore_eos=True)
    at = []
    with pytest.raises(Exception, match="length"):  # noqa: PT012
        for piece in stream_chat(model, "Count.", "One, two, three,", timeout_seconds=100):
            if piece:
                at.append(time.monotonic())
    assert len(at) >= 8
    assert at[-1] - at[0] > 0.05


def test_a_reader_who_leaves_frees_the_server(index: Index, address: str) -> None:
    model = load(address, max_tokens=1500, ignore_eos=True)  # more than a minute of work
    stream = make_responder(index, model, timeout_seconds=100).stream(asked(QUESTION))
    next(stream)
    assert is_busy(address)
    stream.close()  # type: ignore[attr-defined]
    assert is_idle_within(address, 20)


def test_the_deadline_frees_the_server_and_the_sources_answer(index: Index, address: str) -> None:
    model = load(address, max_tokens=1500, ignore_eos=True)
    started = time.monotonic()
    answer = make_responder(index, model, timeout_seconds=1.5).answer(asked(QUESTION))
    assert time.monotonic() - started < 15, answer.timings
    assert codes(answer) == ["model_failed"]
    assert "timed out" in answer.notices[0].text
    assert_quotes(answer)
    assert is_idle_within(address, 20)


def test_a_server_killed_half_way_leaves_the_sources(index: Index) -> None:
    with open_smollm() as process:
        model = load(read_address(process), max_tokens=1500, ignore_eos=True)
        stream = make_responder(index, model, timeout_seconds=100).stream(asked(QUESTION))
        next(stream)
        process.kill()
        *_, answer = stream
    assert codes(answer) == ["model_failed"]
    assert "no connection" in answer.notices[0].text
    assert_quotes(answer)


def assert_quotes(answer: Answer) -> None:
    assert answer.answered_by == "extractive"
    assert "15 working days" in answer.sentences[0].text
    assert all(sentence.role == "quote" for sentence in answer.sentences)


def test_at_least_nine_of_ten_invented_citations_are_withheld(index: Index, address: str) -> None:
    """Every claim carries "[1]"; one with two words, or a figure, that no evidence has is an invention.

    One word may be a frame around what is true: "The evidence is: dues are paid within ...".
    """
    responder = make_responder(index, load(address, grammar=ONE_CLAIM), timeout_seconds=100)
    shown: list[str] = []
    withheld: list[str] = []
    for question in OFF_TOPIC:
        answer = responder.answer(asked(question))
        assert "model_failed" not in codes(answer)
        shown += [sentence.text for sentence in answer.sentences if sentence.role == "generated"]
        withheld += [item.text for item in answer.removed]
    invented_and_shown = [claim for claim in shown if is_invented(claim)]
    invented = [claim for claim in withheld if is_invented(claim)] + invented_and_shown
    assert len(invented) >= 10, (shown, withheld)
    assert len(invented_and_shown) <= 0.1 * len(invented), invented_and_shown
