"""The evals page's endpoints: run a suite against the served library, read a run, compare two."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import InputError, NotFound, Stopped
from assistant.web.endpoints import shown_errors
from assistant.web.markdown import render_document
from assistant.web.progress import OneAtATime, Progress, stream_progress
from assistant.web.readers import require_staff

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.types import Answer
    from evals.results import Manifest

SUITES = ("dev", "report", "all")
"""What the page offers; the command line also takes a tag of the cases."""
BASELINE = "baseline"
"""Name of the scores that ship with the program, in a comparison."""

_RUN = OneAtATime("Evals are running already.")


def add_eval_endpoints(assistant: Assistant, folder: Path | None) -> None:
    """Declare `evals`, `run_evals`, `stop_evals`, `eval_report` and `compare_evals` in the Blocks under construction."""

    @shown_errors
    def evals(request: gr.Request) -> dict[str, Any]:
        """List the runs, newest first, what can be run, and how far the run under way is."""
        require_staff(request)
        return {
            "runs": list_runs(folder),
            "unfinished": list_unfinished(folder) if _RUN.reached is None else [],
            "suites": list(SUITES),
            "baseline": _baseline().exists(),
            "running": _RUN.reached,
            "kept": folder is not None,
        }

    @shown_errors
    def run_evals(
        suite: str, limit: int | None, unfinished: str | None, request: gr.Request
    ) -> Iterator[dict[str, Any]]:
        """Ask the cases of a suite, or go on with an unfinished run; progress first, the run's name last."""
        require_staff(request)

        def work(progress: Progress) -> dict[str, Any]:
            order = Order(suite, limit, unfinished)
            try:
                return {"run": run_suite(assistant, _known(folder), order, progress, _RUN.stopping.is_set)}
            except Stopped as stop:
                return {"stopped": stop.message}

        yield from stream_progress(_RUN, work)

    @shown_errors
    def stop_evals(request: gr.Request) -> None:
        """Ask the run under way to end after its case; what it has is kept."""
        require_staff(request)
        _RUN.stopping.set()

    @shown_errors
    def eval_report(name: str, request: gr.Request) -> dict[str, Any]:
        """Show one run."""
        require_staff(request)
        return read_report(folder, name)

    @shown_errors
    def compare_evals(before: str, after: str, request: gr.Request) -> dict[str, Any]:
        """Compare two runs on the cases that they share."""
        require_staff(request)
        return compare_runs(folder, before, after)

    gr.api(evals, api_name="evals", queue=False)
    gr.api(run_evals, api_name="run_evals", concurrency_limit=1)
    gr.api(stop_evals, api_name="stop_evals", queue=False)
    gr.api(eval_report, api_name="eval_report", queue=False)
    gr.api(compare_evals, api_name="compare_evals", queue=False)


def list_runs(folder: Path | None) -> list[dict[str, Any]]:
    """List finished runs below `folder`, newest first; one that cannot be read is left out."""
    if folder is None or not folder.is_dir():
        return []
    found = [(path.stat().st_mtime, path.parent) for path in folder.glob("*/run.json")]
    newest = sorted(found, key=lambda item: (-item[0], item[1].name))
    rows = [(changed, run, _manifest(run)) for changed, run in newest]
    return [
        {
            "name": run.name,
            "changed": changed,
            "suite": manifest.suite,
            "commit": manifest.commit,
            "documents": manifest.documents,
        }
        for changed, run, manifest in rows
        if manifest is not None
    ]


def list_unfinished(folder: Path | None) -> list[dict[str, Any]]:
    """List runs below `folder` that were stopped or cut off, newest first, as far as they came."""
    if folder is None or not folder.is_dir():
        return []
    runs = [
        path.parent for path in folder.glob("*/outcomes.jsonl") if not (path.parent / "run.json").exists()
    ]
    return [
        {"name": run.name, "suite": manifest.suite, "done": _count_lines(run / "outcomes.jsonl")}
        for run in sorted(runs, key=lambda run: run.name, reverse=True)
        if (manifest := _manifest(run)) is not None
    ]


@dataclass(frozen=True)
class Order:
    """What to run: the first `limit` cases of a suite (None: all), or the rest of an unfinished run."""

    suite: str
    limit: int | None = None
    unfinished: str | None = None


def run_suite(
    assistant: Assistant,
    folder: Path,
    order: Order,
    progress: Progress,
    stopping: Callable[[], bool] = lambda: False,
) -> str:
    """Ask cases of the served library, and keep the run.

    Args:
        stopping: True ends the run after its case; it is then among the unfinished ones.

    Returns:
        The run's name below `folder`.

    Raises:
        InputError: there is no such suite, the folder cannot be written to, or the unfinished run was
            of another library, program or day.
        NotFound: there is no such unfinished run.
        Stopped: `stopping` said so.
    """
    from evals.cases import load_cases, select_cases
    from evals.markdown import write_report
    from evals.run import run_cases
    from evals.session import Plan, make_manifest
    from evals.sources import library_corpus

    name = order.unfinished or f"{order.suite}-{dt.datetime.now():%Y%m%d-%H%M%S}"
    suite, limit = _suite_of(folder, name) if order.unfinished else (order.suite, order.limit)
    if suite not in SUITES:
        raise InputError(f"There is no suite {suite!r}.", hint=f"Choose {', '.join(SUITES)}.")
    chosen = select_cases(load_cases(), suite=suite, limit=limit)
    texts = library_corpus(assistant)
    manifest = make_manifest(assistant, texts, Plan(suite, Path("corpus"), limit=limit), chosen)
    if order.unfinished and manifest != _manifest(folder / name):
        raise InputError(
            f"Since {name!r} was stopped, the library, the program or the day has changed.",
            hint="Start a new run.",
        )
    done = sum(row["done"] for row in list_unfinished(folder) if row["name"] == name)
    try:
        result = run_cases(
            _Counted(assistant, done, len(chosen), progress),
            chosen,
            texts,
            manifest=manifest,
            folder=folder / name,
            stopping=stopping,
        )
        (folder / name / "report.md").write_text(write_report(result), encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"The run cannot be kept in {folder.as_posix()!r}: {error.strerror}.",
            hint="Start the service where it may write.",
        ) from error
    return name


def read_report(folder: Path | None, name: str) -> dict[str, Any]:
    """Give one run's report as safe HTML.

    Raises:
        NotFound: there is no such run below `folder`.
    """
    from evals.markdown import write_report
    from evals.results import load_run

    run = _run_folder(folder, name)
    written = run / "report.md"
    text = written.read_text(encoding="utf-8") if written.exists() else write_report(load_run(run))
    return {"name": name, "html": render_document(text)}


def compare_runs(folder: Path | None, before: str, after: str) -> dict[str, Any]:
    """Give the comparison of two runs, or of the shipped baseline and a run, as safe HTML.

    Raises:
        NotFound: a run is not there.
        InputError: the two share no case.
    """
    from evals.compare import compare_tables, load_table, shared_cases
    from evals.markdown import write_comparison
    from evals.metrics import METRICS

    a, b = (
        load_table(_baseline() if name == BASELINE else _run_folder(folder, name)) for name in (before, after)
    )
    shared = shared_cases(a, b)
    if not shared:
        raise InputError("The two runs share no case.", hint="Compare runs of the same suite.")
    text = write_comparison(compare_tables(a, b, METRICS), shared=len(shared), names=("before", "after"))
    return {"name": f"{before} → {after}", "html": render_document(text)}


class _Counted:
    """The assistant, telling how many cases it has been asked."""

    def __init__(self, assistant: Assistant, done: int, total: int, progress: Progress) -> None:
        self._assistant = assistant
        self._total = total
        self._progress = progress
        self._done = done
        self._lock = threading.Lock()
        progress(done, total)

    def ask(self, question: str, **rest: Any) -> Answer:
        """Answer, and count."""
        try:
            return self._assistant.ask(question, **rest)
        finally:
            with self._lock:
                self._done += 1
                self._progress(self._done, self._total)

    def search(self, question: str, **rest: Any) -> Any:
        """Search; counted with the answer."""
        return self._assistant.search(question, **rest)


def _baseline() -> Path:
    import evals

    return Path(evals.__file__).parent / "baseline.json"


def _manifest(run: Path) -> Manifest | None:
    from pydantic import ValidationError

    from evals.results import Manifest

    try:
        return Manifest.model_validate_json((run / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return None


def _suite_of(folder: Path, name: str) -> tuple[str, int | None]:
    """Give the suite and limit of an unfinished run.

    Raises:
        NotFound: there is no such run.
    """
    from evals.session import read_suite

    if name not in {row["name"] for row in list_unfinished(folder)}:
        raise NotFound(f"There is no unfinished run {name!r}.", hint="Choose one of the list.")
    manifest = _manifest(folder / name)
    assert manifest is not None  # it was listed
    return read_suite(manifest)


def _count_lines(file: Path) -> int:
    return file.read_bytes().count(b"\n")


def _known(folder: Path | None) -> Path:
    if folder is None:
        raise InputError("This service keeps no evals.", hint="Run `assistant eval run` beside it.")
    return folder


def _run_folder(folder: Path | None, name: str) -> Path:
    if folder is None or name not in {run["name"] for run in list_runs(folder)}:
        raise NotFound(f"There is no run {name!r}.", hint="Choose one of the list.")
    return folder / name
