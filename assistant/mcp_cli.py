"""`assistant mcp`: the library as tools for one program, over standard input and output."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import InputError
from assistant.options import IndexOption

TokenOption = Annotated[
    Path | None, typer.Option("--token-file", help="File with a token; without one, what is public is read.")
]


def mcp_command(token_file: TokenOption = None, index: IndexOption = None) -> None:
    """Serve the tools ask, search and open_citation to an MCP client."""
    if find_spec("mcp") is None:
        raise InputError("The package 'mcp' is not installed.", hint="pip install 'alliance-assistant[mcp]'")
    from assistant.build import build_assistant
    from assistant.library.database import check_library
    from assistant.settings import load_settings
    from assistant.web.answers import Answers
    from assistant.web.mcp import serve_stdio
    from assistant.web.metrics import Metrics

    settings = load_settings(index=index)
    check_library(settings.index)
    with build_assistant(settings) as assistant:
        metrics = Metrics(documents=lambda: len(assistant.documents("staff")))
        answers = Answers(assistant, metrics, places=settings.concurrent_answers)
        serve_stdio(answers, settings.index, _read_token(token_file))


def _read_token(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The token in {str(path)!r} cannot be read.", hint="Name a text file.") from error
