from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InputError
from evals.set_index import ROWS_PER_DOCUMENT, lay_out
from evals.set_measures import area_under_curve, estimate_set, measure_queries
from evals.sets import Row, read_judgements, read_queries, read_rows
from evals.support_set import Pair, balanced_accuracy, judge_pair, measure_rarity


def write_lines(path: Path, *rows: dict[str, Any]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def test_rows_end_at_line_feeds_only(tmp_path: Path) -> None:
    write_lines(
        tmp_path / "corpus.jsonl", {"_id": "a", "text": "one\u2028two\x85three", "more": 1}, {"_id": "b"}
    )
    rows = list(read_rows(tmp_path))
    assert [(row.id, row.title, row.text) for row in rows] == [
        ("a", "", "one\u2028two\x85three"),
        ("b", "", ""),
    ]


def test_odd_rows_are_read_as_they_are_meant(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    lines = [
        '\ufeff{"_id": 7, "title": null, "text": "first"}',
        "",
        '{"_id": "7", "text": "again"}',
        '{"_id": 8, "text": null}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [(row.id, row.title, row.text) for row in read_rows(tmp_path)] == [
        ("7", "", "first"),
        ("8", "", ""),
    ]


def test_turns_of_other_sets_are_understood(tmp_path: Path) -> None:
    turns = [
        {"speaker": "user", "text": "Who?", "at": 1},
        {"role": "agent", "content": "They."},
        {"role": "system", "content": None},
    ]
    write_lines(
        tmp_path / "q.jsonl",
        {"_id": 1, "text": "And when?", "history": turns},
        {"_id": 2, "text": "x", "history": None},
    )
    first, second = read_queries(tmp_path / "q.jsonl")
    assert [(turn.role, turn.content) for turn in first.history] == [
        ("user", "Who?"),
        ("assistant", "They."),
        ("assistant", ""),
    ]
    assert second.history == ()


def test_a_question_listed_twice_counts_once_and_two_questions_of_one_id_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    write_lines(path, {"_id": "1", "text": "a?"}, {"_id": "1", "text": "a?"})
    assert len(read_queries(path)) == 1
    write_lines(path, {"_id": "1", "text": "a?"}, {"_id": "1", "text": "b?"})
    with pytest.raises(InputError, match="stands for two questions"):
        read_queries(path)


def test_judgements_may_be_missing_and_may_have_the_columns_of_trec(tmp_path: Path) -> None:
    path = tmp_path / "qrels.tsv"
    assert read_judgements(path) == {}
    path.write_text("q\t0\ta\t1.0\n\nq\t0\tb\t0\n", encoding="utf-8")
    assert read_judgements(path) == {"q": {"a": 1, "b": 0}}


def test_queries_with_and_without_history(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "Before?"}]
    path = tmp_path / "queries.jsonl"
    write_lines(
        path,
        {"_id": "1", "text": "a?", "history": turns, "long": "A?"},
        {"_id": "2", "text": "b?", "long": "B?"},
    )
    first, second = read_queries(path)
    assert first.history[0].content == "Before?"
    assert second.history == ()
    assert [query.text for query in read_queries(path, text_field="long", limit=1)] == ["A?"]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param("queries.jsonl", '{"text": "no id"}', id="no-id"),
        pytest.param("queries.jsonl", "[1]", id="no-object"),
        pytest.param("qrels.tsv", "q\tp", id="two-fields"),
        pytest.param("qrels.tsv", "q\tp\thigh", id="no-grade"),
    ],
)
def test_a_wrong_line_is_named(name: str, line: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(
        f"query-id\tcorpus-id\t1\n{line}\n" if name[1] == "r" else line, encoding="utf-8"
    )
    read = read_judgements if name == "qrels.tsv" else read_queries
    with pytest.raises(InputError, match=rf"{name} line"):
        read(tmp_path / name)


def test_judgements_with_and_without_header(tmp_path: Path) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text("query-id\tcorpus-id\tscore\nq\ta\t1\nq\tb\t2\n", encoding="utf-8")
    assert read_judgements(path) == {"q": {"a": 1, "b": 2}}
    path.write_text('q\t"a\t1\n', encoding="utf-8")
    assert read_judgements(path) == {"q": {'"a': 1}}


def test_measures_by_hand() -> None:
    judgements = {"q1": {"a": 1, "b": 1}, "q2": {"c": 1}, "q3": {"d": 1}, "q4": {"e": 0}}
    run = {"q1": [("x", 9.0), ("a", 8.0), ("y", 8.0), ("b", 1.0)], "q2": [("c", 0.5)]}
    values = measure_queries(run, judgements)
    assert values["R@1"] == {"q1": 0, "q2": 1, "q3": 0}  # q3 was not asked, q4 has no gold
    assert values["R@5"] == {"q1": 1, "q2": 1, "q3": 0}
    assert values["RR@10"] == {"q1": 0.5, "q2": 1, "q3": 0}
    gain = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    assert values["nDCG@10"]["q1"] == pytest.approx(gain)
    found = estimate_set(run, judgements)["R@1"]
    assert (found.value, found.n, found.n_failed) == (pytest.approx(1 / 3), 3, 1)
    assert estimate_set({}, judgements)["nDCG@10"].value == 0
    assert estimate_set(run, {})["R@1"].value is None


def test_area_under_curve_by_hand() -> None:
    # pairs: .9>.5 .9>.1 .5=.5 .5>.1 → 3.5 of 4
    assert area_under_curve([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == 0.875
    assert area_under_curve([0.9], [True]) is None
    assert balanced_accuracy([True, False, False, False], [True, True, False, False]) == 0.75
    assert balanced_accuracy([True], [True]) is None


def test_rows_become_slices_of_documents_in_one_language() -> None:
    rows = [
        Row.model_validate({"_id": f"en{n}", "title": f"T{n}", "text": f"Row {n} text.\r\nMore."})
        for n in range(450)
    ]
    rows.insert(3, Row.model_validate({"_id": "zh", "title": "标题", "text": "中文条文。"}))
    rows.insert(5, Row.model_validate({"_id": "title-only", "title": "Only a title", "text": " "}))
    rows.insert(6, Row.model_validate({"_id": "empty"}))
    parts = list(lay_out(rows))
    assert sorted(row for part in parts for row in part.row_ids) == sorted(
        r.id for r in rows if r.id != "empty"
    )
    assert [len(part.passages) for part in parts] == [ROWS_PER_DOCUMENT, 51, 1]
    for part in parts:
        assert {p.language for p in part.passages} == {part.document.provenance.language}
        for passage in part.passages:
            assert part.document.text[passage.start : passage.end] == passage.text
        assert len({p.start for p in part.passages}) == len(part.passages)
    first = parts[0].passages[0]
    assert (first.title, first.text) == ("T0", "Row 0 text.\nMore.")


def test_layout_depends_on_the_rows_alone() -> None:
    rows = [Row.model_validate({"_id": str(n), "text": f"text {n}"}) for n in range(5)]
    assert list(lay_out(rows)) == list(lay_out(rows))
    other = [*rows[:-1], Row.model_validate({"_id": "9", "text": "text 9"})]
    assert next(lay_out(other)).document.revision != next(lay_out(rows)).document.revision


def test_a_claim_of_two_sentences_needs_both() -> None:
    source = "The review takes 30 working days. The secretariat confirms receipt within 2 working days."
    rarity = measure_rarity([source, "Something else entirely."])
    whole = Pair(
        id="1",
        source=source,
        sentence="The review takes 30 working days. Receipt is confirmed within 2 working days.",
    )
    half = Pair(
        id="2", source=source, sentence="The review takes 30 working days. Members elect the chair by lot."
    )
    good, bad = judge_pair(whole, rarity), judge_pair(half, rarity)
    assert good.label == "supported"
    assert bad.label != "supported"
    assert good.score > bad.score
    assert rarity("nowhere") > rarity("review")
