"""The commands for third-party sets on a small set full of oddities, through the real model and index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evals import set_index
from evals.__main__ import app

pytestmark = [pytest.mark.integration, pytest.mark.model]

ROWS: list[dict[str, Any]] = [
    {
        "_id": 1,
        "text": "The review of a disclosure takes thirty working days.\u2028It starts after screening.",
    },
    {"_id": "2", "title": "费用", "text": "理事会员每年缴纳会费五万元。"},
    {"_id": "3", "title": "Only a title about parking places", "text": ""},
    {"_id": "4", "title": None, "text": "Glaciers move slowly down the valley.", "more": [1]},
    {"_id": "4", "title": "", "text": "Glaciers move slowly down the valley."},
    {"_id": "5"},
]
TURNS = [
    {"role": "user", "content": "What happens to a disclosure?"},
    {"role": "agent", "text": "It is reviewed."},
]
QUERIES: list[dict[str, Any]] = [
    {"_id": 10, "text": "How long does the review of a disclosure take?", "answerable": True},
    {"_id": "follow", "text": "How long does that take?", "history": TURNS, "answerable": True},
    {"_id": "zh", "text": "理事会员的会费是多少？"},
    {"_id": "empty", "text": "", "answerable": False},
]


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(set_index, "set_folder", lambda folder, settings: tmp_path / "index")
    write_lines(tmp_path / "corpus.jsonl", ROWS)
    write_lines(tmp_path / "queries.jsonl", QUERIES)
    return tmp_path


def call(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_an_odd_set_is_ranked_with_and_without_judgements(folder: Path) -> None:
    out = folder / "deep" / "run.json"
    said = call("retrieval", "--set", str(folder), "--history", "--out", str(out))
    assert "nothing to measure" in said
    run = json.loads(out.read_text(encoding="utf-8"))
    assert list(run) == ["10", "follow", "zh", "empty"]
    assert run["empty"] == []
    assert [run[name][0][0] for name in ("10", "follow", "zh")] == ["1", "1", "2"]
    for ranked in run.values():
        ids, scores = [row for row, _ in ranked], [score for _, score in ranked]
        assert len(set(ids)) == len(ids) <= 10
        assert "5" not in ids
        assert scores == sorted(scores, reverse=True)
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n10\t1\t1\nzh\t2\t1\n", encoding="utf-8")
    assert "| R@1 | 1.000 |" in call("retrieval", "--set", str(folder), "--out", str(out))


def test_an_odd_set_is_judged(folder: Path) -> None:
    out = folder / "answerable.json"
    assert "AUROC" in call("answerable", "--set", str(folder), "--out", str(out), "--limit", "4")
    found = json.loads(out.read_text(encoding="utf-8"))
    assert set(found) == {"10", "follow", "zh", "empty"}
    assert all(set(one) == {"p", "answerable"} and 0 <= one["p"] <= 1 for one in found.values())
    assert found["empty"] == {"p": 0.0, "answerable": False}
    assert found["10"]["p"] > 0


def test_pairs_are_checked(tmp_path: Path) -> None:
    pairs = [
        {"id": 1, "source": "The review takes 30 working days.", "sentence": "The review takes 30 working days.", "supported": True},
        {"id": "b", "source": "The review takes 30 working days.", "sentence": "The review takes 45 days.", "supported": False},
        {"id": "c", "source": "", "sentence": "Nothing carries this."},
        {"id": "d", "source": "Something.", "sentence": ""},
    ]  # fmt: skip
    write_lines(tmp_path / "support.jsonl", pairs)
    call("support", "--file", str(tmp_path / "support.jsonl"), "--out", str(tmp_path / "out.json"))
    found = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert {name: one["supported"] for name, one in found.items()} == {
        "1": True,
        "b": False,
        "c": False,
        "d": False,
    }
    assert all(set(one) == {"score", "supported"} for one in found.values())
