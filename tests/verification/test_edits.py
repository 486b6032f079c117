"""What a near copy changed decides; a lead-in, a left-out clause or another wording of the same does not."""

from __future__ import annotations

import pytest

from assistant.verification.edits import align_copy, compare_edits
from assistant.verification.segments import read_units

DRAFT = "The Secretariat sends draft minutes within 10 working days after a meeting, and members may object."
LENDING = "接收方不得将保密信息提供给关联企业，经披露方书面同意的除外。"
PROTOTYPE = "未注册样机不得在患者身上试用，秘书处应当在30日内答复。"


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (DRAFT, "The Secretariat sends draft minutes within 10 working days before a meeting."),
        (DRAFT, "The Council sends draft minutes within 10 working days after a meeting."),
        (DRAFT, "The Secretariat does not send draft minutes within 10 working days after a meeting."),
        (DRAFT, "Within 10 working days after a meeting, and members must object."),
        (LENDING, "接收方可以将保密信息提供给关联企业。"),
        (PROTOTYPE, "已注册样机不得在患者身上试用。"),
        ("No single inventor may grant a window.", "A single inventor may grant a window."),
        ("All statements are non-confidential and public.", "All statements are confidential and public."),
        ("The treated lobe lost 684 mL of volume.", "The treated lobe lost 684 L of volume."),
    ],
)
def test_an_edit_that_changes_the_meaning_is_named(source: str, claim: str) -> None:
    assert compare_edits(read_units(claim), read_units(source)), claim


@pytest.mark.parametrize(
    ("source", "claim"),
    [
        (DRAFT, "The Secretariat sends the draft minutes within 10 working days after a meeting."),
        ("Members may not attend the meeting alone.", "Members must not attend the meeting alone."),
        ("A submitter need not obtain an opinion, but must give a date.", "A submitter must give a date."),
        ("禁止将保密信息提供给公共人工智能工具。", "保密信息不得提供给公共人工智能工具。"),
        ("会员应当在30日内答复秘书处。", "会员必须在30日内答复秘书处。"),
        ("Staff do not read the notes and do not copy the notes.", "Staff must not copy the notes."),
    ],
)
def test_an_edit_that_keeps_the_meaning_is_not(source: str, claim: str) -> None:
    assert compare_edits(read_units(claim), read_units(source)) == []


def test_a_free_rewording_and_a_very_long_sentence_are_no_near_copies() -> None:
    assert align_copy("Ten days later everyone gets the minutes in draft.", DRAFT) is None
    assert align_copy("word " * 500, "word " * 500) is None
