from __future__ import annotations

from pathlib import Path

import pytest
from eval_samples import make_case, make_corpus, quoted_answer
from fakes import ScriptedChat
from test_run import make_manifest
from typer.testing import CliRunner

from assistant.errors import InputError
from evals.__main__ import app
from evals.judge import JudgedRun, judge_run, write_opinions
from evals.metrics import METRICS
from evals.results import RunResult, save_run
from evals.score import Outcome, score_all

CORPUS = make_corpus()
RIGHT = "The review takes 30 working days."


def make_run(**manifest: object) -> RunResult:
    """Four answered cases, an unanswerable one and a crashed one."""
    answer = quoted_answer(CORPUS, ("rules.en", RIGHT))
    outcomes = [
        Outcome(case=make_case(id=f"c{n}", language="zh" if n == 3 else "en", facts=[["30 working days"]]), answer=answer, seconds=0.1)
        for n in range(4)
    ]  # fmt: skip
    outcomes.append(Outcome(case=make_case(id="none", status="no_evidence"), answer=answer))
    outcomes.append(Outcome(case=make_case(id="crash"), error="boom"))
    values = {
        "manifest": make_manifest(**manifest),
        "started": "2025-06-01T00:00:00Z",
        "seconds": 1,
        "outcomes": [score_all(METRICS, outcome, CORPUS) for outcome in outcomes],
    }
    return RunResult.model_validate(values)


def test_opinions_are_read_and_what_is_no_opinion_is_not_averaged() -> None:
    chat = ScriptedChat(replies=["RIGHT\nAll is said.", "**PARTLY**: half", "I cannot tell.", "WRONG\nNo."])
    run = make_run()
    judged = judge_run(run, chat, "fake:judge")
    assert [one.value for one in judged.opinions.values()] == [1.0, 0.5, None, 0.0]
    assert judged.opinions["c0"].reason == "All is said"
    system, task = chat.asked[0]
    assert "RIGHT, PARTLY or WRONG" in str(system.content)
    assert RIGHT in str(task.content)
    assert "- 30 working days" in str(task.content)
    table = write_opinions(judged, run)
    assert "| all | 50.0% | 0.0 – 100.0 | 3 | 1 |" in table  # (1 + .5 + 0) / 3
    assert "| zh | 0.0% | 0.0 – 0.0 | 1 | 0 |" in table
    assert "in 2 of 3 cases" in table  # c3 passed nowhere: its answer is in the other language


def test_a_judge_that_fails_has_no_opinion() -> None:
    judged = judge_run(make_run(), ScriptedChat(replies=[RuntimeError("down")]), "fake:judge", limit=1)
    (one,) = judged.opinions.values()
    assert one.value is None
    assert one.reason.startswith("no reply")


def test_the_model_that_answered_may_not_judge() -> None:
    run = make_run(models={"embedder": "none", "chat_model": "fake:judge"})
    with pytest.raises(InputError, match="wrote these answers"):
        judge_run(run, ScriptedChat(replies=[]), "fake:judge")


def test_the_command_writes_its_file_beside_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_run(make_run(), tmp_path)
    chat = ScriptedChat(replies=["RIGHT\nYes."] * 4)
    monkeypatch.setattr("assistant.models.chat.load_chat_model", lambda *_, **__: chat)
    result = CliRunner().invoke(app, ["judge", str(tmp_path), "--model", "fake:judge"])
    assert result.exit_code == 0, result.output
    kept = JudgedRun.model_validate_json((tmp_path / "judge-fake-judge.json").read_text(encoding="utf-8"))
    assert kept.judge == "fake:judge"
    assert len(kept.opinions) == 4
    assert "100.0%" in result.output
