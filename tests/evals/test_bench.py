"""The bench: which parts it has, and one set measured beside its baselines through the real index."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_set_commands import QUERIES, ROWS, write_lines

from evals import set_index
from evals.bench import Scale, bench_set, bench_verification, list_parts

README = "# Small\n\n## BM25 on these files\n| query | judged queries | R@1 | nDCG@10 |\n|---|---|---|---|\n| question | 2 | 0.5 | 0.6 |\n"


def test_what_ships_is_measured_without_sets_and_sets_come_by_size(tmp_path: Path) -> None:
    scale = Scale(tmp_path, None, None)
    shipped = [name for name, _ in list_parts(scale, None)]
    assert shipped == ["verification", "guard", "cases", "both languages", "speed"]
    for name, rows in (("large", 30), ("small", 1), ("no-questions", 1)):
        (tmp_path / name).mkdir()
        write_lines(tmp_path / name / "corpus.jsonl", [{"_id": str(n), "text": "x"} for n in range(rows)])
        if name != "no-questions":
            write_lines(tmp_path / name / "queries.jsonl", QUERIES)
    write_lines(tmp_path / "large" / "support.jsonl", [])
    assert [name for name, _ in list_parts(scale, tmp_path)][5:] == ["support", "set small", "set large"]


def test_the_table_of_sentences_is_measured_by_half_and_label() -> None:
    part = bench_verification()
    assert {(rate["split"], rate["label"]) for rate in part.figures} == {
        (split, label) for split in ("dev", "report") for label in ("faithful", "contradiction")
    }
    assert part.text.startswith("| half or set |")


@pytest.mark.integration
@pytest.mark.model
def test_a_set_stands_beside_its_baselines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_index, "set_folder", lambda folder, settings: tmp_path / "index")
    write_lines(tmp_path / "corpus.jsonl", ROWS)
    write_lines(tmp_path / "queries.jsonl", QUERIES)
    (tmp_path / "qrels.tsv").write_text("q\tp\tscore\n10\t1\t1\nzh\t2\t1\n", encoding="utf-8")
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    part = bench_set(tmp_path, None)
    assert part.figures["queries"] == 4
    assert set(part.figures["search"]) == {"bm25", "dense", "rrf", "assistant", "assistant, with history"}
    for by_measure in part.figures["search"].values():
        assert by_measure["R@5"]["n"] == 2
        assert by_measure["R@5"]["value"] == 1.0  # five rows, so everything that matches is among five
    assert set(part.figures["answerable_auroc"]) == {"assistant", "bm25", "bm25 a term", "dense"}
    assert "| BM25 as given: question | 0.5 |" in part.text
    assert "| assistant | " in part.text
