"""Options that several commands share."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

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


IndexOption = Annotated[Path | None, typer.Option("--index", help="Folder of the index [ASSISTANT_INDEX].")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ReaderOption = Annotated[Reader, typer.Option("--as", help="Whose rights the question has.")]
AsOfOption = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Answer as of a date.")]
