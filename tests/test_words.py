"""Terms of the lexical index, and which language a text is in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.words import content_terms, detect_language, lexical_terms, normalise_text, share_of_chinese
from tests import strategies

any_text = st.text(max_size=80) | strategies.lines


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("Paid payments paying", ["paid", "payment", "pay"], id="english-is-stemmed"),
        pytest.param("The dues of a member", ["due", "member"], id="stop-words-stay-out"),
        pytest.param("1,050 yuan, 47.7%", ["1050", "yuan", "47.7%"], id="numbers-stay-whole"),
        pytest.param("on 2024-09-01", ["2024-09-01"], id="dates-stay-whole"),
        pytest.param("Article 7.2", ["articl", "7.2"], id="clause-numbers-stay-whole"),
        pytest.param("K182188 FEV1", ["k182188", "fev1"], id="model-names-stay-whole"),
        pytest.param("ＫＤ１２", ["kd12"], id="full-width-is-folded"),
        pytest.param("会费", ["会", "费", "会费"], id="chinese-in-ones-and-twos"),
        pytest.param("Alliance’s", ["allianc"], id="possessive"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_lexical_terms(text: str, terms: list[str]) -> None:
    assert lexical_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        pytest.param("缴纳会费", ["缴纳", "纳会", "会费"], id="twos-only"),
        pytest.param("费", ["费"], id="one-character-alone"),
        pytest.param("的了", [], id="function-characters"),
        pytest.param("pay 会费 2%", ["pay", "会费", "2%"], id="mixed"),
    ],
)
def test_content_terms(text: str, terms: list[str]) -> None:
    assert content_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("Who founded the Alliance?", "en", id="english"),
        pytest.param("联盟由谁发起？", "zh", id="chinese"),
        pytest.param("FDA 批准了 Zephyr 吗？", "zh", id="chinese-with-names"),
        pytest.param("What does 创意提交 mean?", "en", id="english-about-a-term"),
        pytest.param("What is 会员?", "en", id="english-frame-short-term"),
        pytest.param("123", "en", id="no-letters"),
        pytest.param("", "en", id="empty"),
    ],
)
def test_detect_language(text: str, language: str) -> None:
    assert detect_language(text) == language


@given(any_text)
def test_terms_are_the_same_again(text: str) -> None:
    assert lexical_terms(text) == lexical_terms(text)
    assert all(term and term == term.lower() for term in lexical_terms(text))


@given(any_text)
def test_content_is_part_of_what_is_indexed(text: str) -> None:
    assert set(content_terms(text)) <= set(lexical_terms(text))


@given(any_text)
def test_share_of_chinese_is_a_share(text: str) -> None:
    assert 0 <= share_of_chinese(text) <= 1


@given(st.text(st.characters(), max_size=60) | st.text("e\u0301\ufeff\x00\r\n\u2028", max_size=8))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not set("\x00\r\u2028\u2029\ufeff") & set(once)
    once.encode("utf-8")
