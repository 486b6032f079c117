"""A tiny library in both languages, with every kind of standing: what the integration and command tests ask."""

from __future__ import annotations

from pathlib import Path

from tests.library.indexes import write_rule

FOUNDING = (
    "The Alliance was founded by MicroPort and Shanghai East Hospital on 30 December 2018 in Shanghai.\n\n"
    "The founding ceremony was attended by clinicians and device companies."
)
DUES = (
    "## Article 5 Membership dues\n\n5.1 A company member pays membership dues of RMB 20,000 each year.\n\n"
    "5.2 Membership dues are paid within 15 working days of the invoice.\n\n5.3 An observer pays no dues."
)
OLD_DUES = DUES.replace("20,000", "12,000").replace("15 working", "30 working")
STENTS = (
    "## Silicone stent migration\n\nIn the trial the silicone airway stent migrated in 9 % of patients within six months.\n\n"
    "## Removal\n\nThe stent was removed with a rigid bronchoscope."
)
BALLOT = (
    "## Ballot of the General Assembly\n\nThe ballot papers are counted by two tellers elected by the members. "
    "The tellers keep the purple ballot box locked."
)
IDEAS = (
    "## 第三条 创意提交\n\n3.1 临床医生通过秘书处的保密表格提交创意。\n\n3.2 评审应当在30个工作日内完成。\n\n"
    "## 第四条 权属\n\n4.1 创意的知识产权归提交人所有。"
)


def write_tiny(corpus: Path) -> None:
    """Write six documents; `ballot.en` is for members, `dues-2023.en` is superseded by `dues-2025.en`."""
    write_rule(corpus, "founding.en.md", FOUNDING, id="founding.en", title="Founding Record",
               status="public-record", kind="record")  # fmt: skip
    write_rule(corpus, "dues-2025.en.md", DUES, id="dues-2025.en", title="Dues Rules 2025", version="2.0",
               effective_from="2025-01-01", supersedes="dues-2023.en", kind="policy")  # fmt: skip
    write_rule(corpus, "dues-2023.en.md", OLD_DUES, id="dues-2023.en", title="Dues Rules 2023", version="1.0",
               effective_from="2023-01-01", effective_to="2024-12-31", status="superseded", kind="policy")  # fmt: skip
    write_rule(corpus, "stents.en.md", STENTS, id="stents.en", title="Airway Stents", kind="literature")
    write_rule(corpus, "ballot.en.md", BALLOT, id="ballot.en", title="Ballot Rules", audience="member")
    write_rule(
        corpus, "ideas.zh.md", IDEAS, id="ideas.zh", title="创意提交办法", language="zh", kind="policy"
    )
