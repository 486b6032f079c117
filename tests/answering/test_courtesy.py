"""Turns that ask nothing."""

from __future__ import annotations

import pytest

from assistant.answering.courtesy import find_courtesy, introduces, return_courtesy, without_courtesy


@pytest.mark.parametrize(
    ("text", "courtesy"),
    [
        ("Hello!", "greeting"),
        ("Good morning, everyone", "greeting"),
        ("thanks, that helps", "thanks"),
        ("OK great, thank you very much!", "thanks"),
        ("That's all, thanks", "goodbye"),
        ("Who are you?", "about"),
        ("help", "about"),
        ("你好", "greeting"),
        ("好的，谢谢您的帮助", "thanks"),
        ("再见，谢谢", "goodbye"),
        ("你能做什么？", "about"),
        ("Hi, how long does the review take?", None),
        ("ok thanks, and dues?", None),
        ("你好，请问会费多少", None),
        ("Is a thank-you gift allowed?", None),
        ("感谢信怎么写", None),
        ("what are you allowed to store?", None),
        ("What helps against air leaks?", None),
        ("good", None),
        ("", None),
    ],
)
def test_find_courtesy(text: str, courtesy: str | None) -> None:
    assert find_courtesy(text) == courtesy


def test_a_courtesy_is_returned_in_its_language_and_claims_nothing() -> None:
    answer = return_courtesy("谢谢", "desk@alliance.example")
    assert answer is not None
    [sentence] = answer.sentences
    assert (answer.status, answer.language, sentence.role, answer.citations) == (
        "answered",
        "zh",
        "phrase",
        (),
    )
    assert return_courtesy("会费多少？", "desk@alliance.example") is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hello there, who pays?", "who pays?"),
        ("Great, thanks! and for guests?", "and for guests?"),
        ("你好！请问谁付款？", "谁付款？"),
        ("我想请教一下谁付款", "谁付款"),
        ("Great Ormond Street pays?", "Great Ormond Street pays?"),
        ("感谢信怎么写", "感谢信怎么写"),
        ("Hello!", "Hello!"),
    ],
)
def test_without_courtesy(text: str, rest: str) -> None:
    assert without_courtesy(text) == rest


@pytest.mark.parametrize(
    ("text", "is_introduction"),
    [
        ("Hi, we're a two-year-old company without sales.", True),
        ("I work at a hospital in Suzhou", True),
        ("你好，我在一家医院科研处工作。", True),
        ("I look after inventions at a university hospital.", True),
        ("Our company makes stents.", True),
        ("我负责医院的成果转化。", True),
        ("We make stents and want to join.", False),
        ("We develop stents. Explain the dues.", False),
        ("我负责入会，列出材料", False),
        ("I am a nurse, may I come?", False),
        ("We are leaving the Alliance.", False),
        ("I am a doctor and have an idea", False),
        ("我是护士，能提交吗", False),
        ("我们是会员，想退出", False),
    ],
)
def test_who_only_says_who_they_are_is_greeted(text: str, is_introduction: bool) -> None:
    assert introduces(text) is is_introduction
    assert (return_courtesy(text, "desk@alliance.example") is not None) is is_introduction
