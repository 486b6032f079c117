"""An item added to a list is found; a clause and an item said in other words are not."""

from __future__ import annotations

from assistant.verification.items import added_items
from assistant.verification.segments import read_units

DUES = "Dues pay for the Secretariat, meetings, the review of ideas, and training."
CRITERIA = "评审标准为：临床需求、技术可行性、患者安全和开发路径。"


def _added(claim: str, source: str) -> list[str]:
    found = added_items(read_units(claim), read_units(source), frozenset())
    return [value for reason in found for value in reason.values]


def test_an_item_that_the_list_does_not_have_is_named() -> None:
    assert "patent fees" in _added("Dues pay for the Secretariat, meetings and patent fees.", DUES)[0]
    assert "市场规模" in _added("评审标准为临床需求、技术可行性和市场规模。", CRITERIA)[0]


def test_items_of_the_list_clauses_and_sources_without_a_list_are_not() -> None:
    assert _added("Dues pay for training, meetings and the evaluation of ideas.", DUES) == []
    assert _added("Dues pay for meetings, and they are owed by every company.", DUES) == []
    assert _added("Dues pay for meetings and patent fees.", "Dues pay for meetings.") == []
