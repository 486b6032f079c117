import json
from pathlib import Path
from typing import Any

import pytest
from eval_samples import make_case

from assistant.errors import InputError
from evals.cases import load_cases, select_cases


def write(path: Path, *cases: Any) -> Path:
    path.write_text(
        "".join(c if isinstance(c, str) else c.model_dump_json() + "\n" for c in cases), encoding="utf-8"
    )
    return path


def test_a_case_comes_back_from_its_line(tmp_path: Path) -> None:
    case = make_case(
        history=[{"role": "user", "content": "a\u2028b"}], as_of="2024-01-01", facts=[["30", "三十"]]
    )
    assert load_cases([write(tmp_path / "cases.jsonl", case, "\n")]) == [case]


def test_lines_end_at_line_feeds_only(tmp_path: Path) -> None:
    raw = json.dumps(
        make_case().model_dump(mode="json") | {"question": "one\u2028two\x85three"}, ensure_ascii=False
    )
    (case,) = load_cases([write(tmp_path / "cases.jsonl", raw + "\n")])
    assert case.question == "one\u2028two\x85three"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"colour": "red"}, "Extra inputs", id="unknown-key"),
        pytest.param({"language": "de"}, "Input should be", id="unknown-language"),
        pytest.param({"expected": {"status": "answered"}}, "gold place", id="answered-without-gold"),
        pytest.param({"expected": {"status": "declined"}}, "names the guard", id="declined-without-guard"),
        pytest.param(
            {"expected": {"status": "no_evidence", "facts": [["30"]]}},
            "no gold and no facts",
            id="refused-with-facts",
        ),
    ],
)
def test_a_wrong_line_is_named(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    line = json.dumps(make_case().model_dump(mode="json") | change)
    with pytest.raises(InputError, match=r"cases.jsonl line 2.*" + said):
        load_cases([write(tmp_path / "cases.jsonl", make_case(), line)])


def test_no_cases_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No cases"):
        load_cases([write(tmp_path / "cases.jsonl", "")])


def test_suites_are_halves_or_tags() -> None:
    cases = [make_case(id="a", split="dev", tags=["table"]), make_case(id="b", split="report")]
    assert [c.id for c in select_cases(cases, suite="report")] == ["b"]
    assert [c.id for c in select_cases(cases, suite="table")] == ["a"]
    assert [c.id for c in select_cases(cases, limit=1)] == ["a"]
    with pytest.raises(InputError, match="'nothing'"):
        select_cases(cases, suite="nothing")


def test_the_digest_follows_the_question_and_not_the_half() -> None:
    assert make_case().digest == make_case(split="report", tags=["table"]).digest
    assert make_case().digest != make_case(question="How long does it take?").digest
