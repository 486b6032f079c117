"""What a reader says of themselves before they ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import read_conversation
from assistant.situation import split_situation
from tests import strategies


@pytest.mark.parametrize(
    ("text", "said", "asks"),
    [
        (
            "Our company makes airway stents and wants to join. What do we need to do?",
            "Our company makes airway stents",
            "wants to join. What do we need to do?",
        ),
        ("We sell towers. How does the review work?", "We sell towers.", "How does the review work?"),
        ("我是一家做气道支架的公司，想加入，要怎么做？", "我是一家做气道支架的公司", "想加入，要怎么做？"),
        ("I want to join. How?", "", "I want to join. How?"),
        ("We make stents of 1.2 mm. How do we join?", "We make stents of 1.2 mm.", "How do we join?"),
        ("We make stents. Explain the dues.", "We make stents.", "Explain the dues."),
        ("We make stents.", "", "We make stents."),
        ("Do we pay? We make stents.", "", "Do we pay? We make stents."),
    ],
)
def test_what_is_said_before_the_question(text: str, said: str, asks: str) -> None:
    assert split_situation(text) == (said, asks)


SITUATIONS = st.sampled_from(
    [
        "We make stents of 1.2 mm.",
        "Our firm sells valves (e.g. in Rome),",
        "我们公司做支架，",
        "I am a nurse and",
    ]
)
ASKED = st.sampled_from(["how do we join?", "Who decides?", "怎么加入？", "explain the dues"])


@given(strategies.lines | st.text(max_size=80) | st.builds("{} {}".format, SITUATIONS, ASKED))
def test_nothing_is_lost_but_the_joint(text: str) -> None:
    said, asks = split_situation(text)
    assert asks in text
    assert said in text
    assert said or asks == text


def test_a_device_in_front_of_a_question_on_joining_is_an_earlier_turn() -> None:
    query = read_conversation("We make airway stents. How do we join?", ())
    assert query.text == "How do we join?"
    assert [part.text for part in query.word_context] == ["We make airway stents."]


@pytest.mark.parametrize(
    "text",
    [
        "We are a foreign firm. How do we join?",
        "We make airway stents. Which trials tested them?",
        "We already applied for a patent on the stent. Can I still submit the idea?",
    ],
)
def test_what_bears_on_the_question_stays_in_it(text: str) -> None:
    assert read_conversation(text, ()).text == text
