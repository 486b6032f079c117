"""Third-party sets: a folder with corpus, questions and judgements, read as it is given."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.errors import InputError
from assistant.types import Turn
from evals.cases import read_lines

CORPUS = "corpus.jsonl"
Judgements = dict[str, dict[str, int]]
"""Grade by passage id, by query id."""


class _Given(BaseModel):
    """A row of somebody else's file: further keys are theirs and are left alone; ids may be numbers."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


T = TypeVar("T", bound=_Given)
Words = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""A text that may be missing."""
USERS = ("user", "human", "questioner")
MAX_TURN_CHARS = 20_000


def _read_turn(value: object) -> object:
    """Turn what sets call a turn into ours: further keys, and other names of the two speakers, are common."""
    if not isinstance(value, dict):
        return value
    role = value.get("role") or value.get("speaker")
    content = value.get("content") if value.get("content") is not None else value.get("text")
    return {"role": "user" if role in USERS else "assistant", "content": str(content or "")[:MAX_TURN_CHARS]}


class Row(_Given):
    """One passage of a set."""

    id: str = Field(alias="_id", min_length=1)
    title: Words = ""
    text: Words = ""


class SetQuery(_Given):
    """One question of a set; `answerable` is None where the set does not say."""

    id: str = Field(alias="_id", min_length=1)
    text: Words
    history: Annotated[
        tuple[Annotated[Turn, BeforeValidator(_read_turn)], ...],
        BeforeValidator(lambda value: () if value is None else value),
    ] = ()
    answerable: bool | None = None


def read_rows(folder: Path) -> Iterator[Row]:
    """Give the passages of a set in file order, one at a time; of two with one id the first.

    Raises:
        InputError: the file is missing, or a line is no passage.
    """
    path = _existing(folder / CORPUS)
    seen: set[str] = set()
    for number, line in read_lines(path):
        row = _parse(Row, line, path, number)
        if row.id not in seen:
            seen.add(row.id)
            yield row


def read_queries(path: Path, *, text_field: str = "text", limit: int | None = None) -> list[SetQuery]:
    """Read at most `limit` questions in file order.

    Args:
        text_field: Key that holds the question, for sets that offer several.

    Raises:
        InputError: the file is missing, a line is no question, or two different ones have one id.
    """
    queries: dict[str, SetQuery] = {}
    for number, line in read_lines(_existing(path)):
        if limit is not None and len(queries) == limit:
            break
        query = _parse(SetQuery, line, path, number, text_field)
        if queries.setdefault(query.id, query) != query:
            raise InputError(
                f"{path.name} line {number}: id {query.id!r} stands for two questions.",
                hint="Make the ids unique.",
            )
    return list(queries.values())


def read_judgements(path: Path) -> Judgements:
    """Read a tab-separated file of query id, passage id and grade; a header line is passed over.

    Empty when there is no such file: a set without judgements can be ranked, but not measured. The four
    columns of TREC (query, iteration, passage, grade) are read, too.

    Raises:
        InputError: a line does not hold three fields.
    """
    judgements: Judgements = {}
    if not path.exists():
        return judgements
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, fields in enumerate(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
            if not "".join(fields).strip() or (number == 1 and _grade(fields[-1]) is None):
                continue
            grade = _grade(fields[-1])
            if len(fields) not in (3, 4) or grade is None:
                raise InputError(
                    f"{path.name} line {number} is not a judgement.",
                    hint="Write query id, passage id and grade between tabs.",
                )
            judgements.setdefault(fields[0], {})[fields[-2]] = grade
    return judgements


def _grade(text: str) -> int | None:
    try:
        return int(float(text))
    except ValueError:
        return None


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
