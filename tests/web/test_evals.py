"""What the evals page reads from its folder, and what it refuses."""

import os
from pathlib import Path

import pytest

import evals.cases
from assistant.errors import AssistantError, InputError, NotFound, Stopped
from assistant.web.evals import Order, compare_runs, list_runs, list_unfinished, read_report, run_suite
from assistant.web.progress import OneAtATime, stream_progress
from tests.evals.eval_samples import make_case
from tests.web.serving import small_assistant


def make_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, case_id: str = "one"
) -> tuple[str, list[tuple[int, int]]]:
    case = make_case(id=case_id, question="What is the Alliance's bank account number?", status="no_evidence")
    monkeypatch.setattr(evals.cases, "load_cases", lambda *_: [case])
    told: list[tuple[int, int]] = []
    return run_suite(small_assistant(), folder, Order("dev"), lambda *done: told.append(done)), told


def test_a_run_is_kept_listed_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, told = make_run(tmp_path, monkeypatch)
    assert told == [(0, 1), (1, 1)]
    (tmp_path / "index").mkdir()  # of the command line
    [run] = list_runs(tmp_path)
    assert (run["name"], run["suite"]) == (name, "dev")
    assert run["documents"] == len(small_assistant().documents("staff"))
    assert "Cases right in every part" in read_report(tmp_path, name)["html"]


def test_the_newest_run_comes_first_and_a_broken_one_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _ = make_run(tmp_path, monkeypatch)
    for copy, seconds in (("older", 1), ("newer", 4e9)):
        (tmp_path / copy).mkdir()
        for file in ("run.json", "manifest.json"):
            (tmp_path / copy / file).write_bytes((tmp_path / name / file).read_bytes())
        os.utime(tmp_path / copy / "run.json", (seconds, seconds))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{", encoding="utf-8")
    assert [run["name"] for run in list_runs(tmp_path)] == ["newer", name, "older"]


@pytest.mark.parametrize("name", ["../secret", "", ".", "no-such"])
def test_only_listed_runs_open(tmp_path: Path, name: str) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "report.md").write_text("secret", encoding="utf-8")
    with pytest.raises(NotFound):
        read_report(tmp_path / "runs", name)


def test_runs_without_a_shared_case_are_not_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = make_run(tmp_path / "a", monkeypatch, "one")
    other, _ = make_run(tmp_path / "b", monkeypatch, "other")
    (tmp_path / "b" / other).rename(tmp_path / "a" / "other")
    with pytest.raises(InputError, match="share no case"):
        compare_runs(tmp_path / "a", one, "other")


def test_an_unknown_suite_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no suite"):
        run_suite(small_assistant(), tmp_path, Order("no-such"), lambda *_: None)


def test_a_stopped_run_is_kept_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [make_case(id=name, question=f"What is {name}?", status="no_evidence") for name in "abc"]
    monkeypatch.setattr(evals.cases, "load_cases", lambda *_: cases)
    told: list[tuple[int, int]] = []

    def run(order: Order, *, stop: bool) -> str:
        return run_suite(small_assistant(), tmp_path, order, lambda *done: told.append(done), lambda: stop)

    with pytest.raises(Stopped, match="after 1 of 2"):
        run(Order("dev", 2), stop=True)
    assert list_runs(tmp_path) == []
    [left] = list_unfinished(tmp_path)
    assert (left["suite"], left["done"]) == ("dev, first 2", 1)
    told.clear()
    assert run(Order("all", unfinished=left["name"]), stop=False) == left["name"]
    assert told == [(1, 2), (2, 2)]
    assert list_unfinished(tmp_path) == []
    assert [row["name"] for row in list_runs(tmp_path)] == [left["name"]]


def test_a_run_of_other_cases_is_not_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [make_case(id=name, question=f"What is {name}?", status="no_evidence") for name in "ab"]
    monkeypatch.setattr(evals.cases, "load_cases", lambda *_: cases)
    with pytest.raises(Stopped):
        run_suite(small_assistant(), tmp_path, Order("dev"), lambda *_: None, lambda: True)
    [left] = list_unfinished(tmp_path)
    monkeypatch.setattr(evals.cases, "load_cases", lambda *_: cases[:1])
    with pytest.raises(InputError, match="new run"):
        run_suite(small_assistant(), tmp_path, Order("dev", unfinished=left["name"]), lambda *_: None)
    with pytest.raises(NotFound):
        run_suite(small_assistant(), tmp_path, Order("dev", unfinished="../x"), lambda *_: None)


def test_work_tells_its_progress_keeps_its_right_and_gives_it_back() -> None:
    right = OneAtATime("Busy.")

    def work(progress):  # type: ignore[no-untyped-def]
        progress(1, 2)
        with pytest.raises(AssistantError, match="Busy"):
            right.take()
        return {"result": "done"}

    assert list(stream_progress(right, work)) == [{"done": 1, "total": 2}, {"result": "done"}]
    with right.held():
        pass


def test_failed_work_raises_where_it_is_read() -> None:
    right = OneAtATime("Busy.")

    def work(progress):  # type: ignore[no-untyped-def]
        raise InputError("Wrong.", hint="Mend it.")

    with pytest.raises(InputError, match="Wrong"):
        list(stream_progress(right, work))
    with right.held():
        pass
