"""A question for one exact identifier is not answered by a text that only speaks of such things."""

from __future__ import annotations

import pytest

from assistant.answering.identifiers import lacks_identifier

SPEAKS = "Dues are paid to the account named in the invoice. The Secretariat answers the telephone."


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        pytest.param("What is the bank account number?", SPEAKS, True, id="account-spoken-of"),
        pytest.param(
            "What is the bank account number?", "Account: 6222 0200 1234 5678.", False, id="account"
        ),
        pytest.param("联盟的银行账号是多少？", "会费缴入通知所列账户。", True, id="account-zh"),
        pytest.param("Which phone number has the desk?", "Call 021-1234 5678.", False, id="phone"),
        pytest.param("What is her cell phone number?", SPEAKS, True, id="cell-phone"),
        pytest.param("Which stage of the cell cycle is longest?", "Interphase.", False, id="cell-of-a-body"),
        pytest.param("May I share my account number?", SPEAKS, False, id="about-such-a-number"),
        pytest.param("May we tape the meeting on my phone?", SPEAKS, False, id="phone-as-a-means"),
        pytest.param("I told them over the phone. Protected?", SPEAKS, False, id="phone-as-a-way"),
        pytest.param("注册证号第四段是3是啥意思", "注册证编号的格式。", False, id="part-of-a-number-zh"),
        pytest.param("Who pays the dues?", SPEAKS, False, id="no-identifier-asked-for"),
    ],
)
def test_lacks_identifier(question: str, text: str, lacks: bool) -> None:
    assert lacks_identifier(question, [text]) is lacks


@pytest.mark.parametrize("question", ["I told it over the phone. Protected?", "May we film it on my phone?"])
def test_a_phone_that_one_speaks_on_is_no_number(question: str) -> None:
    assert not lacks_identifier(question, ["Oral words are protected."])
