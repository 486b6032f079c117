from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from eval_samples import TODAY, make_case, make_corpus, quoted_answer

from assistant.errors import InputError
from assistant.types import Answer, Hit, Passage
from evals.results import Manifest, load_run
from evals.run import run_cases

CORPUS = make_corpus()
CASES = [make_case(id=f"case-{n}", question=f"How long does review {n} take?") for n in range(4)]


class ScriptedAssistant:
    """Answers every question from the rules; crashes on the words given; remembers what it was asked."""

    def __init__(self, crash_on: str = "never") -> None:
        self.crash_on = crash_on
        self.asked: list[tuple[str, str, dt.date | None]] = []

    def ask(self, question: str, *, reader: str, history: Sequence[Any], as_of: dt.date | None) -> Answer:
        self.asked.append((question, reader, as_of))
        if self.crash_on in question:
            raise KeyError("passage")
        return quoted_answer(CORPUS, ("rules.en", "The review takes 30 working days."), confidence=0.9)

    def search(self, question: str, *, k: int, **_: Any) -> list[Hit]:
        text = "takes 30 working days"
        start = CORPUS.texts["rules.en"].text.index(text)
        end = start + len(text)
        passage = Passage(
            id=f"rules.en@r#{start}-{end}", document="rules.en", revision="r", title="", text=text, start=start,
            end=end, language="en",
        )  # fmt: skip
        return [Hit(passage, 1.0, 1)][:k]


def make_manifest(**fields: Any) -> Manifest:
    values = {
        "suite": "small", "commit": "unknown", "code_digest": "", "settings": {}, "models": {"embedder": "none"},
        "documents": 4, "corpus_digest": CORPUS.digest, "prompts_digest": "", "cases_digest": "", "today": TODAY,
        "machine": "test",
    }  # fmt: skip
    return Manifest.model_validate(values | fields)


def test_a_run_asks_as_the_case_says_and_keeps_everything(tmp_path: Path) -> None:
    asked = ScriptedAssistant()
    cases = [make_case(role="member", as_of="2024-01-01")]
    result = run_cases(asked, cases, CORPUS, manifest=make_manifest(), folder=tmp_path)
    assert asked.asked == [(cases[0].question, "member", dt.date(2024, 1, 1))]
    assert load_run(tmp_path) == result
    (outcome,) = result.outcomes
    assert outcome.scores["passed"].value == 1
    assert outcome.scores["RR@10"].value == 1
    assert outcome.seconds is not None


@pytest.mark.parametrize("workers", [1, 3])
def test_a_crash_is_one_failed_case(workers: int, tmp_path: Path) -> None:
    manifest = make_manifest(workers=workers)
    result = run_cases(ScriptedAssistant("review 2"), CASES, CORPUS, manifest=manifest, folder=tmp_path)
    assert [outcome.case.id for outcome in result.outcomes] == [case.id for case in CASES]
    assert [outcome.scores["passed"].value for outcome in result.outcomes] == [1, 1, 0, 1]
    assert result.outcomes[2].error == "KeyError: 'passage'"


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    class DyingAssistant(ScriptedAssistant):
        def ask(self, question: str, **how: Any) -> Answer:
            if len(self.asked) == 2:
                raise Killed
            return super().ask(question, **how)

    with pytest.raises(Killed):
        run_cases(DyingAssistant(), CASES, CORPUS, manifest=make_manifest(), folder=tmp_path)
    with (tmp_path / "outcomes.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"case": {"id": "case-2", "lang')  # a line cut short
    again = ScriptedAssistant()
    result = run_cases(again, CASES, CORPUS, manifest=make_manifest(), folder=tmp_path)
    assert [question for question, _, _ in again.asked] == [case.question for case in CASES[2:]]
    assert len(result.outcomes) == 4


def test_a_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    run_cases(ScriptedAssistant(), CASES[:1], CORPUS, manifest=make_manifest(), folder=tmp_path)
    with pytest.raises(InputError, match="another --out"):
        run_cases(
            ScriptedAssistant(), CASES, CORPUS, manifest=make_manifest(code_digest="new"), folder=tmp_path
        )


def test_no_run_is_two_lines(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No run at"):
        load_run(tmp_path)
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="not a run of format"):
        load_run(tmp_path)
