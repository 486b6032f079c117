"""`assistant serve`: the page and the API, listening before models and vectors are loaded."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import InputError
from assistant.options import IndexOption, Reader
from assistant.terminal import print_report, show_progress


def serve_command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 7860,
    reader: Annotated[
        Reader, typer.Option("--as", help="Rights of everybody on this machine; others only see public.")
    ] = Reader.public,
    corpus: Annotated[Path | None, typer.Option(help="Folder that staff may sync.")] = None,
    sync: Annotated[
        bool, typer.Option("--sync", help="Sync the corpus before the first question is answered.")
    ] = False,
    index: IndexOption = None,
) -> None:
    """Serve the web application and the API."""
    # Nearly all that a start allocates stays: looking for garbage took a fifth of it. Switched on again once it listens.
    gc.disable()
    from assistant.build import begin_assistant
    from assistant.library.database import check_library
    from assistant.settings import load_settings
    from assistant.web.server import serve

    if sync and corpus is None:
        raise InputError("--sync needs a folder.", hint="Add --corpus FOLDER.")
    settings = load_settings(index=index)
    if corpus is None:
        check_library(settings.index)
    if not settings.threads:
        # Questions come side by side, and a sync must leave them a processor.
        settings = settings.model_copy(update={"threads": 1})
    with begin_assistant(settings) as assistant:

        def sync_corpus(tell: Callable[[int, int], None]) -> None:
            assert corpus is not None

            def show(done: int, total: int) -> None:
                tell(done, total)
                if bar is not None:
                    bar(done, total)

            with show_progress() as bar:
                report = assistant.sync(corpus, show)
            print_report(report)

        serve(
            assistant,
            host=host,
            port=port,
            default_audience=reader.audience,
            corpus=corpus,
            prepare=sync_corpus if sync else None,
        )
