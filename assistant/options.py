"""Options that several commands share."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import InputError
from assistant.types import Audience


class Reader(enum.StrEnum):
    """Whose rights a command has; the names of `types.Audience`."""

    public = "public"
    member = "member"
    committee = "committee"
    staff = "staff"

    @property
    def audience(self) -> Audience:
        """The same as a type that the library knows."""
        return self.value


def _read_folder(name: str) -> Path:
    if not name.strip():  # Path("") is the working directory
        raise InputError("The name of the index folder is empty.", hint="Name a folder after --index.")
    return Path(name)


IndexOption = Annotated[
    Path | None,
    typer.Option(
        "--index", parser=_read_folder, metavar="DIR", help="Folder of the index [ASSISTANT_INDEX]."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ReaderOption = Annotated[Reader, typer.Option("--as", help="Whose rights the question has.")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Answer as of a date.")]
