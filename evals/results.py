"""What a run leaves behind: one JSON file with everything needed to read, repeat and compare it."""

from __future__ import annotations

import datetime as dt
import hashlib
import platform
import subprocess
from collections.abc import Iterable
from pathlib import Path

from pydantic import Field, ValidationError

from assistant.errors import InputError
from assistant.settings import Settings
from assistant.types import Record
from evals.cases import EvalCase
from evals.score import Outcome

FORMAT = "alliance-evals/1"
RUN_FILE = "run.json"
_CODE = Path(__file__).parents[1] / "assistant"
_PROMPTS = _CODE / "prompts"


class Manifest(Record):
    """What was measured and with what; runs of equal manifests measure the same thing."""

    format: str = FORMAT
    suite: str
    commit: str
    code_digest: str = Field(description="over the assistant's own files, committed or not")
    settings: dict[str, str | int | float | None]
    models: dict[str, str]
    documents: int = Field(ge=0)
    corpus_digest: str
    prompts_digest: str
    cases_digest: str
    today: dt.date = Field(description="the date that 'in force' refers to")
    machine: str
    workers: int = Field(default=1, ge=1)


class RunResult(Record):
    """A finished run: its manifest and every case's outcome with scores."""

    manifest: Manifest
    started: dt.datetime
    seconds: float = Field(ge=0)
    outcomes: tuple[Outcome, ...]


def digest_of(lines: Iterable[str]) -> str:
    """Give twelve hex digits over lines, order ignored."""
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:12]


def prompts_digest(folder: Path = _PROMPTS) -> str:
    """Give twelve hex digits over the prompt files."""
    return digest_of(f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in folder.glob("*.md"))


def code_digest(folder: Path = _CODE) -> str:
    """Give twelve hex digits over the assistant's Python and SQL files."""
    files = [path for kind in ("*.py", "*.sql") for path in folder.rglob(kind)]
    return digest_of(f"{path.relative_to(folder).as_posix()}\n{path.read_text('utf-8')}" for path in files)


def cases_digest(cases: Iterable[EvalCase]) -> str:
    """Give twelve hex digits over cases, order ignored."""
    return digest_of(f"{case.id} {case.digest}" for case in cases)


def git_commit(folder: Path = _PROMPTS) -> str:
    """Give the commit of the checkout, "+changes" when files differ from it, "unknown" without git."""
    try:
        commit = _git(["rev-parse", "--short=12", "HEAD"], folder)
        changed = _git(["status", "--porcelain", "--untracked-files=no"], folder)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{commit}+changes" if changed else commit


def _git(arguments: list[str], folder: Path) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def shown_settings(settings: Settings) -> dict[str, str | int | float | None]:
    """Give the settings without folders of this machine and without addresses."""
    private = {"index", "cache", "chat_base_url", "vectors", "contact"}
    return {k: v for k, v in settings.model_dump(mode="json").items() if k not in private}


def machine_name() -> str:
    """Give processor kind and Python version, which latency depends on."""
    import os

    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def save_run(result: RunResult, folder: Path) -> Path:
    """Write `run.json` in one step, so that a reader never sees half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / RUN_FILE
    draft = path.with_suffix(".part")
    draft.write_text(result.model_dump_json(indent=1), encoding="utf-8")
    draft.replace(path)
    return path


def load_run(path: Path) -> RunResult:
    """Read a run from its folder or file.

    Raises:
        InputError: there is no run, or it is of another format.
    """
    file = path / RUN_FILE if path.is_dir() else path
    try:
        return RunResult.model_validate_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(
            f"No run at {path.as_posix()!r}.", hint="Make one with: python -m evals run --out DIR"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            f"{file.name} is not a run of format {FORMAT}: {first['msg']}.", hint="Run the suite again."
        ) from error
