"""A chat model as a second reviewer of a finished run; its numbers stand apart from the metrics.

The judge is named for each call, never taken from the settings of the assistant, and may not be the model
that wrote the answers. Figures of different judges, or of different prompts, are not comparable.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field

from assistant.errors import InputError
from assistant.models.chat import ChatCut, ChatFailed, stream_chat
from assistant.types import Record
from evals.intervals import bootstrap_interval
from evals.results import Manifest, RunResult
from evals.score import Outcome

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

PROMPT = Path(__file__).with_name("judge.md")
VALUES = {"RIGHT": 1.0, "PARTLY": 0.5, "WRONG": 0.0}
TIMEOUT_SECONDS = 120.0
_WORD = re.compile(r"\b(RIGHT|PARTLY|WRONG)\b")


class Judged(Record):
    """One opinion; `value` is None when the judge gave none, which is counted and not averaged."""

    value: float | None = Field(ge=0, le=1)
    reason: str


class JudgedRun(Record):
    """All opinions of one judge on one run, with what they depend on."""

    judge: str
    prompt_digest: str
    run: Manifest
    opinions: dict[str, Judged] = Field(description="by case id")


class _Line(NamedTuple):
    name: str
    values: list[float]
    silent: int


def judged_outcomes(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Keep what can be judged: questions that have an answer in the library and were given one."""
    return [
        outcome
        for outcome in outcomes
        if outcome.case.expected.gold and outcome.answer is not None and outcome.answer.sentences
    ]


def judge_run(
    run: RunResult,
    model: BaseChatModel,
    name: str,
    *,
    watch: Callable[[Sequence[Outcome]], Iterable[Outcome]] = iter,
    limit: int | None = None,
) -> JudgedRun:
    """Ask the judge about every answer of a run; what it cannot say is kept as no opinion.

    Args:
        name: The judge as it was asked for, PROVIDER:NAME.
        watch: Passes the outcomes on, for a progress bar.

    Raises:
        InputError: the judge wrote the answers itself.
    """
    if name == run.manifest.models.get("chat_model"):
        raise InputError(f"{name!r} wrote these answers.", hint="Name another model as the judge.")
    system = PROMPT.read_text(encoding="utf-8")
    chosen = judged_outcomes(run.outcomes)[:limit]
    opinions = {outcome.case.id: _judge(outcome, model, system) for outcome in watch(chosen)}
    digest = hashlib.sha256(system.encode()).hexdigest()[:12]
    return JudgedRun(judge=name, prompt_digest=digest, run=run.manifest, opinions=opinions)


def _judge(outcome: Outcome, model: BaseChatModel, system: str) -> Judged:
    try:
        reply = "".join(
            stream_chat(model, system, write_task(outcome), timeout_seconds=TIMEOUT_SECONDS)
        ).strip()
    except (ChatFailed, ChatCut) as error:
        return Judged(value=None, reason=f"no reply: {error}")
    found = _WORD.search(reply)
    if found is None:
        return Judged(value=None, reason=f"unreadable: {reply[:200]}")
    return Judged(value=VALUES[found[1]], reason=reply[found.end() :].strip(" .:\n*")[:500])


def write_task(outcome: Outcome) -> str:
    """Give what the judge reads of one case."""
    case, answer = outcome.case, outcome.answer
    before = "".join(f"{turn.role}: {turn.content}\n" for turn in case.history)
    facts = "".join(f"- {' or '.join(words)}\n" for words in case.expected.facts)
    gold = "".join(f"- {gold.quote}\n" for gold in case.expected.gold)
    said = "\n".join(sentence.text for sentence in answer.sentences) if answer else ""
    return (
        (f"Conversation before:\n{before}\n" if before else "")
        + f"Question:\n{case.question}\n\n"
        + (f"Expected, each of these:\n{facts}\n" if facts else "")
        + f"It stands in the library as:\n{gold}\nAnswer:\n{said}\n"
    )


def write_opinions(judged: JudgedRun, run: RunResult) -> str:
    """Give the judge's figures as Markdown, by language, and how often it agrees with the metrics."""
    cases = {outcome.case.id: outcome for outcome in run.outcomes}
    lines = []
    for name in ("all", "en", "zh"):
        part = [o for i, o in judged.opinions.items() if name in ("all", cases[i].case.language)]
        values = [one.value for one in part if one.value is not None]
        lines.append(_Line(name, values, len(part) - len(values)))
    rows = []
    for line in lines:
        if line.values:
            low, high = bootstrap_interval(line.values)
            cells = f"{sum(line.values) / len(line.values):.1%} | {low * 100:.1f} – {high * 100:.1f}"
        else:
            cells = "– | "
        rows.append(f"| {line.name} | {cells} | {len(line.values)} | {line.silent} |")
    same = [
        (one.value == 1) == (cases[i].scores["passed"].value == 1)
        for i, one in judged.opinions.items()
        if one.value is not None and "passed" in cases[i].scores
    ]
    agree = f"It agrees with “right in every part” in {sum(same)} of {len(same)} cases." if same else ""
    return "\n".join(
        [
            f"Judge {judged.judge}, prompt {judged.prompt_digest}; not comparable with other judges or with the metrics.",
            "",
            "| answers | judged right | 95 % interval | n | no opinion |",
            "| --- | ---: | ---: | ---: | ---: |",
            *rows,
            "",
            agree,
        ]
    ).rstrip()
