"""Check that the member register, the profiles and the dues notice in force tell the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from _tools.blocks import Block, parse_blocks
from _tools.library import Entry

REGISTER, DUES = "register.zh", "dues-2025.zh"
TIERS = {
    "治理会员": "Governing Member",
    "理事会员": "Council Member",
    "普通会员": "Member",
    "初创会员": "Start-up Member",
    "观察员": "Academic/Hospital Observer",
}


def check_register(entries: list[Entry]) -> list[str]:
    """Compare each row of the register with the profile it names and with the dues notice."""
    by_id = {entry.provenance.id: entry for entry in entries}
    register = by_id.get(REGISTER)
    if register is None:
        return [f"{REGISTER}: not found"]
    tables = [block for block in parse_blocks(register.body) if block.kind == "table"]
    members, _, _, pro_rata = tables[:4]
    partial = {row["名称"]: row["2025年实缴（元）"] for row in _rows(pro_rata)}
    problems = [f"{REGISTER}: {total}" for total in _total_problems(tables)]
    listed = set()
    for row in _rows(members):
        listed.add(row["简介文件"])
        profile = by_id.get(row["简介文件"])
        if profile is None:
            problems.append(f"{REGISTER}: no profile {row['简介文件']!r}")
            continue
        if row["名称"] not in profile.body:
            problems.append(f"{profile.name}: does not name {row['名称']!r}")
        if not _profile_states(profile, row["会员层级"], row["入会日期"]):
            problems.append(
                f"{profile.name}: tier or date differs from the register: {row['会员层级']} {row['入会日期']}"
            )
        due = partial.get(row["名称"]) or _annual_dues(by_id, row["会员层级"])
        if due != row["2025年会费（元）"]:
            problems.append(
                f"{REGISTER}: dues of {row['名称']!r} are {row['2025年会费（元）']}, expected {due}"
            )
    profiles = {
        e.provenance.id
        for e in entries
        if e.provenance.kind == "profile" and "-member." not in e.provenance.id
    }
    return problems + [f"{REGISTER}: profile {name!r} is not listed" for name in sorted(profiles - listed)]


def _rows(table: Block) -> Iterator[dict[str, str]]:
    head, *rows = table.rows
    for row in rows:
        yield dict(zip(head, row, strict=True))


def _annual_dues(by_id: dict[str, Entry], tier: str) -> str:
    notice = parse_blocks(by_id[DUES].articles["2"])
    table = next(block for block in notice if block.kind == "table")
    return next(row[1] for row in table.rows if row[0].startswith(tier))


def _profile_states(profile: Entry, tier: str, joined: str) -> bool:
    year, month, day = map(int, joined.split("-"))
    if profile.provenance.language == "zh":
        return tier in profile.body and f"{year}年{month}月{day}日入会" in profile.body
    months = "January February March April May June July August September October November December"
    stated = re.search(
        rf"joined (?:as a whole as [\w/ -]+ )?on {day} {months.split()[month - 1]} {year}", profile.body
    )
    return stated is not None and f" {TIERS[tier]}" in profile.body


def _total_problems(tables: list[Block]) -> Iterator[str]:
    members, tiers = list(_rows(tables[0])), list(_rows(tables[1]))
    for row in tiers:
        counted = [member for member in members if row["会员层级"] in ("合计", member["会员层级"])]
        dues = sum(int(member["2025年会费（元）"].replace(",", "")) for member in counted)
        if (str(len(counted)), f"{dues:,}") != (row["家数"], row["2025年会费合计（元）"]):
            yield f"{row['会员层级']}: {len(counted)} members with {dues:,} yuan, the summary says otherwise"
