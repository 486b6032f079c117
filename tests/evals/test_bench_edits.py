"""Edits by rule change one thing; copies change nothing; right verdicts are counted by kind."""

from __future__ import annotations

from pathlib import Path

from evals.bench_edits import Edited, edit_sentence, measure_edits, read_sentences

RULE = "In May the Secretariat must answer every request within 10 working days after receipt."
RULE_ZH = "接收方不得复制材料，应当在30日内归还全部样品。"


def edits_of(text: str) -> dict[str, list[Edited]]:
    found: dict[str, list[Edited]] = {}
    for edit in edit_sentence(text):
        found.setdefault(edit.kind, []).append(edit)
    return found


def test_every_rule_makes_one_change() -> None:
    edits = edits_of(RULE)
    assert [e.sentence for e in edits["modal"]] == [RULE.replace("must", "may")]
    assert [e.sentence for e in edits["negation"]] == [RULE.replace("must", "must not")]
    assert [e.sentence for e in edits["limit"]] == [RULE.replace("after", "before")]
    assert [e.sentence for e in edits["party"]] == [RULE.replace("Secretariat", "Council")]
    assert [e.sentence for e in edits["figure"]] == [RULE.replace("10", "27")]
    assert not any(e.same for kind in ("modal", "negation", "limit", "party", "figure") for e in edits[kind])


def test_copies_say_the_same() -> None:
    edits = edits_of(RULE_ZH)
    assert [e.sentence for e in edits["lead-in"] + edits["no full stop"]] == [
        f"根据规定，{RULE_ZH}",
        RULE_ZH[:-1],
    ]
    assert all(e.same for e in edits["lead-in"] + edits["no full stop"])


def test_headings_tables_and_stubs_are_no_sentences(tmp_path: Path) -> None:
    text = f"---\nid: rule\n---\n# {RULE}\n\n| {RULE} |\n\n- {RULE}\n- Short.\n\n{RULE_ZH} {RULE}\n"
    (tmp_path / "rule.md").write_text(text, encoding="utf-8")
    (tmp_path / "README.md").write_text(
        "This file is about the folder and no document of it.", encoding="utf-8"
    )
    assert read_sentences(tmp_path) == [RULE, RULE_ZH]


def test_right_verdicts_are_counted_by_kind() -> None:
    rates = {(rate.label, rate.type): (rate.right, rate.n) for rate in measure_edits([RULE, RULE_ZH])}
    assert rates["faithful", "all"] == (4, 4)
    assert (
        rates["contradiction", "all"]
        == (sum(n for (label, kind), (_, n) in rates.items() if label == "contradiction" and kind != "all"),)
        * 2
    )
