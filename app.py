"""The web application for `python app.py`: `build_app` makes the page, `main` serves it."""

from __future__ import annotations

from pathlib import Path

from assistant.build import begin_assistant
from assistant.settings import load_settings
from assistant.web.blocks import build_app
from assistant.web.server import create_app, serve

__all__ = ["build_app", "create_app", "main"]


def main() -> None:
    """Serve the page of the index that the settings name, on this machine only."""
    corpus = Path("corpus")
    with begin_assistant(load_settings()) as assistant:
        serve(assistant, corpus=corpus if corpus.is_dir() else None)


if __name__ == "__main__":
    main()
