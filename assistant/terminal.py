"""What a terminal shows of a change to the library: its progress, and its report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from assistant.types import IngestReport


@contextmanager
def show_progress(*, quiet: bool = False) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on a terminal, nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("preparing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_report(report: IngestReport) -> None:
    """Print counts, and to standard error a line for each note and each file that was not taken."""
    typer.echo(
        f"{len(report.added)} added, {len(report.updated)} updated, {report.unchanged} unchanged, "
        f"{len(report.removed)} removed, {len(report.failed)} failed."
    )
    for warning in report.warnings:
        typer.echo(f"note: {warning}", err=True)
    for failed in report.failed:
        typer.echo(f"{failed.path}: {failed.error} {failed.hint}", err=True)
