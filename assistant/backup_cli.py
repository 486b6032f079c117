"""`assistant backup` and `assistant restore`: the whole library in one file, also while the application serves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from assistant.options import IndexOption, JsonOption

ForceOption = Annotated[bool, typer.Option("--force", help="Replace what is there.")]


def backup_command(
    file: Path, force: ForceOption = False, index: IndexOption = None, as_json: JsonOption = False
) -> None:
    """Copy the library and the accounts to one file, also while the application serves."""
    from assistant.library.backup import write_backup
    from assistant.settings import load_settings
    from assistant.web.accounts import FILE_NAME as ACCOUNTS

    contents = write_backup(load_settings(index=index).index, file, also=[ACCOUNTS], force=force)
    if as_json:
        typer.echo(json.dumps({"file": str(file), **contents.model_dump(mode="json")}, indent=1))
        return
    typer.echo(f"{contents.documents} documents in {file}. It holds what members may read: keep it as safe.")


def restore_command(
    file: Path, force: ForceOption = False, index: IndexOption = None, as_json: JsonOption = False
) -> None:
    """Put the library of a backup in an index folder and make its vectors."""
    from assistant.build import open_assistant
    from assistant.errors import IndexMismatch
    from assistant.library.backup import restore_backup
    from assistant.settings import load_settings

    settings = load_settings(index=index)
    contents = restore_backup(file, settings.index, force=force)
    note = ""
    try:
        with open_assistant(settings, check_stamp=True):
            pass  # opening makes the vectors
    except IndexMismatch as error:
        note = f"{error.message} {error.hint}"
    if as_json:
        typer.echo(json.dumps({"documents": contents.documents, "note": note}, ensure_ascii=False))
        return
    typer.echo(f"Restored {contents.documents} documents of {contents.made_at:%Y-%m-%d %H:%M} UTC.")
    if note:
        typer.echo(f"note: {note}", err=True)
