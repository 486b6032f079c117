"""From a command's options to a run: the index, the manifest, the progress bars."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import InputError
from assistant.settings import load_settings
from evals import results
from evals.cases import EvalCase, load_cases, select_cases
from evals.corpus import Corpus
from evals.results import Manifest, RunResult
from evals.run import run_cases
from evals.sources import library_corpus

if TYPE_CHECKING:
    from assistant.build import Assistant

RUNS = Path("build/evals")
"""Folder of runs and of their index, below where the command is called."""
_FIRST = ", first "


@dataclass(frozen=True)
class Plan:
    """What a run asks, of which documents, and how."""

    suite: str
    corpus: Path
    limit: int | None = None
    workers: int = 1
    cases: list[Path] | None = None  # None is the shipped ones
    index: Path | None = None  # None is one of its own below RUNS


def run_suite(plan: Plan, folder: Path) -> RunResult:
    """Sync the index, ask the chosen cases and leave the run in `folder`.

    Raises:
        InputError: no case is chosen, a document cannot be read, or the folder holds another run.
    """
    chosen = select_cases(load_cases(plan.cases or None), suite=plan.suite, limit=plan.limit)
    with open_synced(plan.index, plan.corpus) as assistant:
        texts = library_corpus(assistant)
        manifest = make_manifest(assistant, texts, plan, chosen)
        assistant.ask("warm", reader="public")  # models load on first use; that is not an answer's time
        return run_cases(assistant, chosen, texts, manifest=manifest, folder=folder)


def make_manifest(assistant: Assistant, corpus: Corpus, plan: Plan, cases: Sequence[EvalCase]) -> Manifest:
    """Note everything that decides what a run measures."""
    settings = assistant.settings
    embedder = assistant.embedder
    models = {"embedder": f"{embedder.name} {embedder.fingerprint}"}
    models |= {k: str(v) for k in ("reranker", "chat_model") if (v := getattr(settings, k))}
    return Manifest(
        suite=plan.suite if plan.limit is None else f"{plan.suite}{_FIRST}{plan.limit}",
        commit=results.git_commit(),
        code_digest=results.code_digest(),
        settings=results.shown_settings(settings),
        models=models,
        documents=len(corpus.texts),
        corpus_digest=corpus.digest,
        prompts_digest=results.prompts_digest(),
        cases_digest=results.cases_digest(cases),
        today=corpus.today,
        machine=results.machine_name(),
        workers=plan.workers,
    )


def read_suite(manifest: Manifest) -> tuple[str, int | None]:
    """Give the suite of a run and its limit, as its plan had them."""
    suite, _, limit = manifest.suite.partition(_FIRST)
    return suite, int(limit) if limit else None


@contextmanager
def open_synced(index: Path | None, corpus: Path) -> Iterator[Assistant]:
    """Open an index of its own, so that a running server and the evals do not wait for each other."""
    from assistant.build import build_assistant

    folder = index or RUNS / "index"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        build_assistant(load_settings(index=folder)) as assistant,
        progress_bar("Reading the corpus") as progress,
    ):
        report = assistant.sync(corpus, progress, force=True)  # an index of its own
        if report.failed:
            first = report.failed[0]
            raise InputError(f"{first.path}: {first.error}", hint=first.hint)
        yield assistant


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Give a callback (done, total) that draws on a terminal and is silent in a pipe."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(title, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            if done >= total:
                bar.stop()

        yield advance
