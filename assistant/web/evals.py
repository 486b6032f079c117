"""The evals page's endpoints: run a suite against the served library, read a run, compare two."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import InputError, NotFound
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
    """Declare `evals`, `run_evals`, `eval_report` and `compare_evals` in the Blocks under construction."""

    @shown_errors
    def evals(request: gr.Request) -> dict[str, Any]:
        """List the runs, newest first, and what can be run."""
        require_staff(request)
        return {"runs": list_runs(folder), "suites": list(SUITES), "baseline": _baseline().exists()}

    @shown_errors
    def run_evals(suite: str, limit: int | None, request: gr.Request) -> Iterator[dict[str, Any]]:
        """Ask the cases of a suite; progress first, the run's name last."""
        require_staff(request)
        yield from stream_progress(
            _RUN, lambda progress: {"run": run_suite(assistant, _known(folder), suite, limit, progress)}
        )

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


def run_suite(assistant: Assistant, folder: Path, suite: str, limit: int | None, progress: Progress) -> str:
    """Ask the first `limit` cases of a suite (None: all) of the served library, and keep the run.

    Returns:
        The run's name below `folder`.

    Raises:
        InputError: there is no such suite, or the folder cannot be written to.
    """
    from evals.cases import load_cases, select_cases
    from evals.markdown import write_report
    from evals.run import run_cases
    from evals.session import Plan, make_manifest
    from evals.sources import library_corpus

    if suite not in SUITES:
        raise InputError(f"There is no suite {suite!r}.", hint=f"Choose {', '.join(SUITES)}.")
    chosen = select_cases(load_cases(), suite=suite, limit=limit)
    texts = library_corpus(assistant)
    plan = Plan(suite, Path("corpus"), limit=limit)
    name = f"{suite}-{dt.datetime.now():%Y%m%d-%H%M%S}"
    try:
        result = run_cases(
            _Counted(assistant, len(chosen), progress),
            chosen,
            texts,
            manifest=make_manifest(assistant, texts, plan, chosen),
            folder=folder / name,
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
    text = write_comparison(compare_tables(a, b, METRICS), shared=len(shared), names=(before, after))
    return {"name": f"{before} → {after}", "html": render_document(text)}


class _Counted:
    """The assistant, telling how many cases it has been asked."""

    def __init__(self, assistant: Assistant, total: int, progress: Progress) -> None:
        self._assistant = assistant
        self._total = total
        self._progress = progress
        self._done = 0
        self._lock = threading.Lock()
        progress(0, total)

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


def _known(folder: Path | None) -> Path:
    if folder is None:
        raise InputError("This service keeps no evals.", hint="Run `assistant eval run` beside it.")
    return folder


def _run_folder(folder: Path | None, name: str) -> Path:
    if folder is None or name not in {run["name"] for run in list_runs(folder)}:
        raise NotFound(f"There is no run {name!r}.", hint="Choose one of the list.")
    return folder / name
