"""Asks every case, keeps what came back as it comes, and scores it at the end."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import ValidationError

from assistant.errors import InputError, Stopped
from assistant.types import Answer, Audience, Hit, Turn
from evals.cases import EvalCase, read_lines
from evals.corpus import Corpus
from evals.metrics import METRICS
from evals.results import Manifest, RunResult, save_run
from evals.score import Outcome, keep_places, score_all

RANKED = 10
"""Passages kept of each search, as many as the measures look at."""

T = TypeVar("T")


class Asked(Protocol):
    """What a run needs of an assistant; broken variants and fakes have it, too."""

    def ask(
        self, question: str, *, reader: Audience, history: Sequence[Turn], as_of: dt.date | None
    ) -> Answer:
        """Answer one question."""

    def search(
        self,
        question: str,
        *,
        reader: Audience,
        k: int,
        as_of: dt.date | None,
        history: Sequence[Turn] = (),
    ) -> list[Hit]:
        """Give the ranking behind an answer."""


def ask_case(assistant: Asked, case: EvalCase) -> Outcome:
    """Ask one case; a crash becomes the outcome's error."""
    try:
        started = time.perf_counter()
        answer = assistant.ask(case.question, reader=case.role, history=case.history, as_of=case.as_of)
        seconds = time.perf_counter() - started
        # For staff a search without a date lists what is out of force, too; an answer does not.
        on = case.as_of or (dt.date.today() if case.role == "staff" else None)
        hits = assistant.search(case.question, reader=case.role, k=RANKED, as_of=on, history=case.history)
    except Exception as error:  # a crash is a scored failure, not the end of the run
        return Outcome(case=case, error=f"{type(error).__name__}: {error}"[:500])
    return Outcome(case=case, answer=answer, found=keep_places(hits), seconds=seconds)


def run_cases(
    assistant: Asked,
    cases: Sequence[EvalCase],
    corpus: Corpus,
    *,
    manifest: Manifest,
    folder: Path,
    stopping: Callable[[], bool] = lambda: False,
) -> RunResult:
    """Run cases, resume what an earlier run of the same manifest left in `folder`, and save the result.

    Args:
        folder: Gets `outcomes.jsonl`, a line a case as it ends, and `run.json` at the end.
        stopping: Asked after each case; true ends the run there, to be resumed.

    Raises:
        InputError: the folder holds a run of something else.
        Stopped: `stopping` said so before the last case.
    """
    started, clock = dt.datetime.now(dt.UTC), time.perf_counter()
    done = resume_outcomes(folder, manifest)
    waiting = [case for case in cases if case.id not in done]
    with (folder / "outcomes.jsonl").open("a", encoding="utf-8", newline="\n") as file:
        for outcome in show_progress(ask_all(assistant, waiting, manifest.workers), "Asking", len(waiting)):
            file.write(outcome.model_dump_json() + "\n")
            file.flush()
            done[outcome.case.id] = outcome
            if stopping() and len(done) < len(cases):
                raise Stopped(
                    f"The run was stopped after {len(done)} of {len(cases)} cases.", hint="Go on with it."
                )
    scored = tuple(score_all(METRICS, done[case.id], corpus) for case in cases)
    seconds = time.perf_counter() - clock
    result = RunResult(manifest=manifest, started=started, seconds=seconds, outcomes=scored)
    save_run(result, folder)
    return result


def ask_all(assistant: Asked, cases: Sequence[EvalCase], workers: int) -> Iterator[Outcome]:
    """Ask cases and give outcomes as they end; with one worker in order."""
    if workers == 1:
        yield from (ask_case(assistant, case) for case in cases)
        return
    with ThreadPoolExecutor(workers, thread_name_prefix="eval") as pool:
        try:
            for future in as_completed([pool.submit(ask_case, assistant, case) for case in cases]):
                yield future.result()
        finally:  # the caller may leave before the last case
            pool.shutdown(cancel_futures=True)


def resume_outcomes(folder: Path, manifest: Manifest) -> dict[str, Outcome]:
    """Give the outcomes an interrupted run left, by case id; a line cut short is dropped.

    Raises:
        InputError: the folder belongs to a run with another manifest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "manifest.json"
    if kept.exists() and kept.read_text(encoding="utf-8") != manifest.model_dump_json():
        raise InputError(
            f"{folder.name!r} holds a run of other cases, code or settings.", hint="Choose another --out."
        )
    kept.write_text(manifest.model_dump_json(), encoding="utf-8")
    file = folder / "outcomes.jsonl"
    done: dict[str, Outcome] = {}
    if not file.exists():
        return done
    for _, line in read_lines(file):
        try:
            outcome = Outcome.model_validate_json(line)
        except ValidationError:
            continue  # the last line of a killed run
        done[outcome.case.id] = outcome
    draft = file.with_suffix(".part")
    draft.write_text(
        "".join(o.model_dump_json() + "\n" for o in done.values()), encoding="utf-8", newline="\n"
    )
    draft.replace(file)
    return done


def show_progress(items: Iterable[T], title: str, total: int) -> Iterator[T]:
    """Pass items on with a progress bar on a terminal, and silently in a pipe."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    yield from track(items, title, total, console=console, disable=not sys.stderr.isatty(), transient=True)
