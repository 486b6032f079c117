"""Rows of sentence and source with a verdict: third-party support sets and the hand-made table."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import InputError
from assistant.types import Language
from evals.cases import Split, read_lines


class SupportRow(BaseModel):
    """One row of a `support.jsonl`: does the source support the sentence?"""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    set: str
    source: str
    sentence: str
    supported: bool

    @property
    def claim(self) -> str:
        """The claim a row belongs to: the chunks of one WiCE claim share their label."""
        return self.id.rsplit("/", 1)[0] if self.set.startswith("wice") else self.id


class VerificationRow(BaseModel):
    """One row of the hand-made table: a faithful rewording or a contradiction."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    language: Language
    split: Split
    label: Literal["faithful", "contradiction"]
    type: str
    source: str
    sentence: str


def read_support(path: Path) -> list[SupportRow]:
    """Read a support file in file order.

    Raises:
        InputError: a line is no row.
    """
    return [_parse(SupportRow, line, path, number) for number, line in read_lines(path)]


def read_table(path: Path) -> list[VerificationRow]:
    """Read the hand-made table in file order.

    Raises:
        InputError: a line is no row.
    """
    return [_parse(VerificationRow, line, path, number) for number, line in read_lines(path)]


T = TypeVar("T", bound=BaseModel)


def _parse(model: type[T], line: str, path: Path, number: int) -> T:
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"{path.name} line {number}: {where}: {first['msg']}.", hint="Correct that line."
        ) from error
