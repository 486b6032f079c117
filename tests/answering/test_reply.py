"""A model's reply cut into sentences while it streams."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.reply import ReplyCutter, read_marks


def cut(*pieces: str) -> list[str]:
    cutter = ReplyCutter()
    return [raw for piece in pieces for raw in cutter.add(piece)] + list(cutter.finish())


PIECES = st.sampled_from(
    ["Dues are annual [1].", "会费按年缴纳[2]。", " ", "\n", "e.g. by letter", "MicroPort (Group) Co., Ltd. pays",
     "1. ", "- ", "v2.0", "Is it?", "[3, 4]", "【5】", "No. 7", "3.5 %", "and", "The", "<think>", "</think>", "<"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "sentences"),
    [
        pytest.param("Dues are paid [1]. Fees are not.[2] Good.", ["Dues are paid [1].", "Fees are not.[2]", "Good."],
                     id="mark-before-or-after-the-stop"),
        pytest.param("会费按年缴纳[1]。会员可以退出。[2]完。", ["会费按年缴纳[1]。", "会员可以退出。[2]", "完。"],
                     id="chinese"),
        pytest.param("MicroPort (Group) Co., Ltd. paid, e.g. by letter, see Art. 7 of it.",
                     ["MicroPort (Group) Co., Ltd. paid, e.g. by letter, see Art. 7 of it."], id="known-abbreviations"),
        pytest.param("1. Send the form [1].\n2. Sign it [2].", ["1. Send the form [1].", "2. Sign it [2]."],
                     id="numbered-list"),
        pytest.param("Version 2.0 costs 3.5 yuan [1]", ["Version 2.0 costs 3.5 yuan [1]"], id="decimals"),
        pytest.param("", [], id="empty"),
    ],
)  # fmt: skip
def test_sentences_of_a_reply(reply: str, sentences: list[str]) -> None:
    assert [raw.strip() for raw in cut(reply)] == sentences


@given(st.lists(PIECES, max_size=14).map("".join), st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_chunks_make_no_difference_and_nothing_is_lost(reply: str, sizes: list[int]) -> None:
    chunks, at, turn = [], 0, 0
    while at < len(reply):
        chunks.append(reply[at : at + sizes[turn % len(sizes)]])
        at, turn = at + len(chunks[-1]), turn + 1
    assert cut(*chunks) == cut(reply)
    if not reply.lstrip().startswith("<think>"):
        assert "".join(cut(reply)).rstrip() == reply.rstrip()


@pytest.mark.parametrize(
    ("reply", "sentences"),
    [
        pytest.param("<think>Dues are high. Or not?</think>\nDues are paid [1].", ["Dues are paid [1]."], id="closed"),
        pytest.param("\n<think>\n\n</think>\n\n会费按年缴纳[1]。", ["会费按年缴纳[1]。"], id="empty"),
        pytest.param("<think>Dues are high. They are", [], id="never-ends"),
        pytest.param("<5 days are left [1].", ["<5 days are left [1]."], id="no-thought"),
        pytest.param("Write <think> first [1].", ["Write <think> first [1]."], id="in-the-text"),
    ],
)  # fmt: skip
def test_what_a_model_thinks_aloud_is_no_part_of_the_reply(reply: str, sentences: list[str]) -> None:
    assert [raw.strip() for raw in cut(*reply) if raw.strip()] == sentences
    assert [raw.strip() for raw in cut(reply) if raw.strip()] == sentences


def test_a_sentence_is_given_once_it_is_certain_to_have_ended() -> None:
    cutter = ReplyCutter()
    assert list(cutter.add("Dues are paid [1]. The")) == []
    assert list(cutter.add(" council decides")) == ["Dues are paid [1]. "]
    assert list(cutter.finish()) == ["The council decides"]


@pytest.mark.parametrize(
    ("raw", "text", "numbers"),
    [
        pytest.param("Dues are paid [1].", "Dues are paid.", (1,), id="one"),
        pytest.param("Dues are paid.[1][2]", "Dues are paid.", (1, 2), id="two"),
        pytest.param("Dues [2, 1]，又[2]。", "Dues，又。", (2, 1), id="each-once-in-order"),
        pytest.param("会费按年缴纳【3、4】。", "会费按年缴纳。", (3, 4), id="chinese-brackets"),
        pytest.param("- **Dues** are paid", "Dues are paid", (), id="markdown"),
        pytest.param("[1]", "", (1,), id="mark-alone"),
    ],
)
def test_marks_are_read_and_taken_off(raw: str, text: str, numbers: tuple[int, ...]) -> None:
    assert read_marks(raw) == (text, numbers)
