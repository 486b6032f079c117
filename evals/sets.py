"""Third-party sets: a folder with corpus, questions and judgements, read as it is given."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import InputError
from assistant.types import Turn
from evals.cases import read_lines

CORPUS = "corpus.jsonl"
Judgements = dict[str, dict[str, int]]
"""Grade by passage id, by query id."""


class _Given(BaseModel):
    """A row of somebody else's file: further keys are theirs and are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")


T = TypeVar("T", bound=_Given)


class Row(_Given):
    """One passage of a set."""

    id: str = Field(alias="_id", min_length=1)
    title: str = ""
    text: str = ""


class SetQuery(_Given):
    """One question of a set; `answerable` is None where the set does not say."""

    id: str = Field(alias="_id", min_length=1)
    text: str
    history: tuple[Turn, ...] = ()
    answerable: bool | None = None


def read_rows(folder: Path) -> Iterator[Row]:
    """Give the passages of a set in file order, one at a time.

    Raises:
        InputError: the file is missing, or a line is no passage.
    """
    path = _existing(folder / CORPUS)
    for number, line in read_lines(path):
        yield _parse(Row, line, path, number)


def read_queries(path: Path, *, text_field: str = "text", limit: int | None = None) -> list[SetQuery]:
    """Read at most `limit` questions in file order.

    Args:
        text_field: Key that holds the question, for sets that offer several.

    Raises:
        InputError: the file is missing, a line is no question, or two have one id.
    """
    queries: dict[str, SetQuery] = {}
    for number, line in read_lines(_existing(path)):
        if limit is not None and len(queries) == limit:
            break
        query = _parse(SetQuery, line, path, number, text_field)
        if query.id in queries:
            raise InputError(
                f"{path.name} line {number}: id {query.id!r} stands twice.", hint="Make the ids unique."
            )
        queries[query.id] = query
    return list(queries.values())


def read_judgements(path: Path) -> Judgements:
    """Read a tab-separated file of query id, passage id and grade; a header line is passed over.

    Raises:
        InputError: the file is missing, or a line does not hold three fields.
    """
    judgements: Judgements = {}
    with _existing(path).open(encoding="utf-8", newline="") as file:
        for number, fields in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
            if number == 1 and not fields[-1].lstrip("-").isdigit():
                continue
            if len(fields) != 3 or not fields[2].lstrip("-").isdigit():
                raise InputError(
                    f"{path.name} line {number} is not a judgement.",
                    hint="Write query id, passage id and grade between tabs.",
                )
            judgements.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    return judgements


def content_hash(path: Path) -> str:
    """Give 16 hex digits over a file's bytes, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise InputError(
            f"There is no {path.name!r} in {path.parent.name!r}.",
            hint="A set is a folder with corpus.jsonl, queries.jsonl and qrels.tsv.",
        )
    return path


def _parse(kind: type[T], line: str, path: Path, number: int, text_field: str = "text") -> T:
    try:
        values = json.loads(line)
        if text_field != "text":
            values["text"] = values[text_field]
        return kind.model_validate(values)
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        detail = error.errors()[0]["msg"] if isinstance(error, ValidationError) else repr(error)
        raise InputError(
            f"{path.name} line {number}: {detail}.", hint='Each line is a JSON object with "_id" and "text".'
        ) from error
