from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from eval_samples import make_case
from test_run import make_manifest

from assistant.errors import InputError
from evals.compare import CaseScores, ScoreTable, compare_tables, load_table, write_baseline
from evals.estimate import estimate
from evals.gate import changed_conditions, judge_gate, load_baseline
from evals.metrics import METRIC_BY_NAME, METRICS
from evals.results import RunResult
from evals.score import Outcome, Score


def table(metric: str, values: dict[str, float | None], digest: str = "same") -> ScoreTable:
    cases = {name: CaseScores(digest=digest, values={metric: value}) for name, value in values.items()}
    return ScoreTable(manifest=make_manifest(), cases=cases)


def run_of(metric: str, values: list[float | None], *, crashed: int = 0) -> RunResult:
    outcomes = [
        Outcome(case=make_case(id=f"c{n}"), seconds=0.1, scores={metric: Score(value=value)})
        for n, value in enumerate(values)
    ]
    outcomes += [Outcome(case=make_case(id=f"x{n}"), error="boom") for n in range(crashed)]
    values_ = {
        "manifest": make_manifest(),
        "started": "2025-06-01T00:00:00Z",
        "seconds": 1,
        "outcomes": outcomes,
    }
    return RunResult.model_validate(values_)


def baseline_of(metric: str, values: list[float | None]) -> ScoreTable:
    cases = {
        f"c{n}": CaseScores(digest=make_case(id=f"c{n}").digest, values={metric: value})
        for n, value in enumerate(values)
    }
    return ScoreTable(manifest=make_manifest(), cases=cases)


def test_a_comparison_by_hand() -> None:
    before = {f"c{n}": 1.0 for n in range(10)}
    after = before | {f"c{n}": 0.0 for n in range(6)}
    (one,) = compare_tables(table("passed", before), table("passed", after), METRICS)
    assert (one.a, one.b, one.n, one.test) == (1.0, 0.4, 10, "McNemar")
    assert one.p == pytest.approx(0.03125)
    assert one.losses == tuple(f"c{n}" for n in range(6))
    assert one.is_loss
    (back,) = compare_tables(table("passed", after), table("passed", before), METRICS)
    assert not back.is_loss
    assert back.wins == one.losses


def test_five_losses_are_not_yet_significant() -> None:
    before = {f"c{n}": 1.0 for n in range(10)}
    after = before | {f"c{n}": 0.0 for n in range(5)}
    (one,) = compare_tables(table("passed", before), table("passed", after), METRICS)
    assert not one.is_loss


def test_lower_is_better_for_times() -> None:
    before = {f"c{n}": 0.1 + n / 1000 for n in range(20)}
    after = {name: value + 0.5 for name, value in before.items()}
    (one,) = compare_tables(table("reading_seconds", before), table("reading_seconds", after), METRICS)
    assert one.is_loss
    assert len(one.losses) == 20


def test_cases_that_changed_or_do_not_apply_are_not_compared() -> None:
    a = table("passed", {"c1": 1.0, "c2": None, "c3": 1.0})
    b = table("passed", {"c1": 1.0, "c2": 1.0, "c4": 0.0})
    (one,) = compare_tables(a, b, METRICS)
    assert (one.n, one.n_unpaired) == (1, 1)
    assert compare_tables(a, table("passed", {"c1": 1.0}, digest="other"), METRICS) == []


def test_f1_comes_from_precision_and_recall() -> None:
    # 3 true positives, 1 false positive, 2 missed: F1 = 6 / (6 + 3)
    scores = [Score(value=value) for value in (1, 1, 1, 0, 0, 0)] + [Score(value=None)] * 4
    found = estimate(METRIC_BY_NAME["refusal_f1"], scores)
    assert found.value == pytest.approx(2 / 3)
    assert (found.n, found.n_not_applicable) == (6, 4)


def test_a_perfect_mean_is_not_called_certain() -> None:
    found = estimate(METRIC_BY_NAME["sentence_support"], [Score(value=1)] * 20)
    assert found.low == pytest.approx(20 / (20 + 1.959964**2))  # Wilson at n of n
    assert found.high == 1


def test_estimates_count_what_is_left_out_and_what_failed() -> None:
    scores = [Score(value=1), Score(value=0, failed=True), Score(value=None)]
    found = estimate(METRIC_BY_NAME["answered"], scores)
    assert (found.value, found.n, found.n_not_applicable, found.n_failed) == (0.5, 2, 1, 1)
    timed = estimate(METRIC_BY_NAME["latency_p50"], [Score(value=0.2), Score(value=None, failed=True)])
    assert (timed.value, timed.n, timed.n_not_applicable, timed.n_failed) == (0.2, 1, 0, 1)


@pytest.mark.parametrize(
    ("metric", "before", "after", "crashed", "said"),
    [
        pytest.param("passed", [1] * 8, [1] * 8, 0, None, id="nothing-changed"),
        pytest.param("passed", [1] * 8, [1] * 3 + [0] * 5, 0, None, id="loss-within-chance"),
        pytest.param("passed", [1] * 8, [1] * 2 + [0] * 6, 0, "right in every part", id="significant-loss"),
        pytest.param("no_leak", [1] * 8, [1] * 7 + [0], 0, "Nothing leaked", id="one-leak"),
        pytest.param("none_superseded", [0] * 3, [0] * 3, 0, "out of force", id="as-bad-as-before"),
        pytest.param("sentence_support", [1] * 3, [1, 1, 0.5], 0, "carried", id="one-unsupported-sentence"),
        pytest.param("passed", [1] * 3, [1] * 3, 1, "1 cases crashed", id="crash"),
        pytest.param("passed", [1] * 4, [1] * 3, 0, "not asked", id="case-gone"),
    ],
)
def test_gate(metric: str, before: Any, after: Any, crashed: int, said: str | None) -> None:
    breaches = judge_gate(run_of(metric, after, crashed=crashed), baseline_of(metric, before))
    assert [said] * (said is not None) == [said for breach in breaches if said and said in breach.reason]
    assert bool(breaches) is (said is not None)


def test_a_baseline_and_a_run_are_read_alike(tmp_path: Path) -> None:
    run = run_of("passed", [1, 0])
    (tmp_path / "run.json").write_text(run.model_dump_json(), encoding="utf-8")
    (tmp_path / "baseline.json").write_text(load_table(tmp_path).model_dump_json(), encoding="utf-8")
    assert load_table(tmp_path / "baseline.json") == load_table(tmp_path / "run.json")


def test_a_committed_baseline_has_a_line_a_case_and_no_times(tmp_path: Path) -> None:
    run = run_of("passed", [1, 0])
    timed = [
        outcome.model_copy(update={"scores": outcome.scores | {"latency_p50": Score(value=0.3)}})
        for outcome in run.outcomes
    ]
    path = tmp_path / "baseline.json"
    path.write_text(write_baseline(run.model_copy(update={"outcomes": tuple(timed)})), encoding="utf-8")
    table = load_table(path)
    assert [scores.values for scores in table.cases.values()] == [{"passed": 1.0}, {"passed": 0.0}]
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3 + 2 + 1
    assert judge_gate(run, table) == []


def test_a_missing_baseline_and_one_of_another_suite_are_named(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    with pytest.raises(InputError, match="no baseline"):
        load_baseline(path, "dev")
    run = run_of("passed", [1])
    path.write_text(write_baseline(run), encoding="utf-8")
    assert load_baseline(path, run.manifest.suite).manifest == run.manifest
    with pytest.raises(InputError, match="asked is 'other'"):
        load_baseline(path, "other")


def test_other_conditions_are_said() -> None:
    manifest = run_of("passed", [1]).manifest
    assert changed_conditions(manifest, manifest) == []
    other = manifest.model_copy(update={"corpus_digest": "new", "documents": 7, "models": {"embedder": "x"}})
    corpus, models = changed_conditions(manifest, other)
    assert "→ 7 documents" in corpus
    assert "models differ" in models
