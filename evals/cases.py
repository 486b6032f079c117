"""The questions the assistant is measured on: what is asked, by whom, and what a right answer holds."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from assistant.errors import InputError
from assistant.types import AnswerStatus, Audience, DocumentId, Language, Record, Turn

DATA = Path(__file__).parent / "data"
"""Folder of the shipped cases, `cases-*.jsonl`."""

Persona = Literal["clinician", "company", "staff"]
Split = Literal["dev", "report"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Tag = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class GoldPlace(Record):
    """A place that answers: a verbatim piece of a document's live text, white space aside."""

    document: DocumentId
    quote: Text


class Gold(GoldPlace):
    """Something the answer must rest on, and other places that say the same and would do as well."""

    also: tuple[GoldPlace, ...] = Field(default=(), description="for example the FAQ on the same rule")


class Expected(Record):
    """What a right answer is, in parts that are each checked on their own."""

    status: AnswerStatus
    guard: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_-]{0,39}$")] | None = Field(
        default=None, description="the guard that must stop the question"
    )
    gold: tuple[Gold, ...] = ()
    facts: tuple[tuple[Text, ...], ...] = Field(
        default=(), description="each inner list holds alternatives, one of which the answer must say"
    )
    must_not_say: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        if self.status == "answered" and not self.gold:
            raise ValueError("an answered case needs at least one gold place")
        if self.status == "declined" and self.guard is None:
            raise ValueError("a declined case names the guard that must stop it")
        if self.status in ("declined", "no_evidence") and (self.gold or self.facts):
            raise ValueError(f"a case of status {self.status!r} has no gold and no facts")
        if any(not alternatives for alternatives in self.facts):
            raise ValueError("a fact needs at least one wording")
        return self


class EvalCase(Record):
    """One question with everything needed to ask it and to judge the answer."""

    id: Annotated[str, StringConstraints(pattern=r"^[\w][\w.\-]{0,79}$")]
    language: Language
    persona: Persona
    role: Audience
    question: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    history: tuple[Turn, ...] = ()
    as_of: dt.date | None = None
    expected: Expected
    tags: tuple[Tag, ...] = ()
    split: Split

    @property
    def digest(self) -> str:
        """Twelve hex digits over everything but the split: scores of equal digests compare."""
        text = self.model_dump_json(exclude={"split", "tags"})
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def is_refusal(self) -> bool:
        """True when the library must not answer: nothing there, or stopped by a guard."""
        return self.expected.status in ("no_evidence", "declined")


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Give the non-empty lines of a JSON-lines file with their numbers.

    Only a line feed ends a line: U+2028 and its like stand inside JSON strings.
    """
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line


def load_cases(paths: Iterable[Path] | None = None) -> list[EvalCase]:
    """Read cases in file order; `None` reads every shipped file.

    Raises:
        InputError: a line is not a case (with file and line), or no case was found.
    """
    files = sorted(DATA.glob("cases-*.jsonl")) if paths is None else list(paths)
    cases = []
    for path in files:
        for number, line in read_lines(path):
            try:
                cases.append(EvalCase.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"])
                raise InputError(
                    f"{path.name} line {number}: {where or 'case'}: {first['msg']}.",
                    hint="Correct that line; evals/README.md describes the format.",
                ) from error
    if not cases:
        raise InputError(
            f"No cases in {', '.join(p.name for p in files) or DATA.name!r}.",
            hint="Add evals/data/cases-*.jsonl.",
        )
    return cases


def select_cases(
    cases: Iterable[EvalCase], *, suite: str = "all", limit: int | None = None
) -> list[EvalCase]:
    """Keep one half (`dev`, `report`), `all`, or the cases that carry a tag, at most `limit` of them.

    Raises:
        InputError: nothing is left.
    """
    halves = ("dev", "report")
    kept = [
        c for c in cases if suite == "all" or c.split == suite or (suite not in halves and suite in c.tags)
    ]
    if not kept:
        raise InputError(f"No case in suite {suite!r}.", hint="Use dev, report, all or a tag of the cases.")
    return kept[:limit]
