"""The nouns of the data path, each the output of exactly one stage (ARCHITECTURE.md).

Frozen dataclasses live only in memory; pydantic records are stored or shown.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

Audience = Literal["public", "member", "committee", "staff"]
"""Who may read; each tier reads everything to its left."""
AUDIENCES: tuple[Audience, ...] = ("public", "member", "committee", "staff")

Status = Literal["official", "public-record", "sample", "draft", "superseded"]

AnswerStatus = Literal["answered", "partial", "no_evidence", "declined"]
"""`partial` answers some parts of a question and names the others as not found, or shows the closest passages without
claiming that they answer (notice `closest`)."""

VerdictLabel = Literal["supported", "unsupported", "contradicted"]


def _written_out(value: object) -> object:
    """Refuse numbers, which pydantic reads as seconds since 1970."""
    if not isinstance(value, dt.date | str) or (isinstance(value, str) and not _DAY.fullmatch(value)):
        raise ValueError("not a date as YYYY-MM-DD")
    return value


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[dt.date, BeforeValidator(_written_out)]

DocumentId = Annotated[str, StringConstraints(pattern=r"^[\w][\w.\-]{0,127}$")]


class Record(BaseModel):
    """What goes to disk or to a reader: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class SourceFile:
    """One file below a corpus root; the same bytes give the same hash."""

    root: str  # absolute folder that was searched
    path: str  # relative to root, with forward slashes
    media_type: str
    sha256: str
    size_bytes: int


class Provenance(Record):
    """Where a text comes from and for whom, read from front matter or a sidecar."""

    id: DocumentId
    title: str = Field(min_length=1, max_length=300)
    kind: str = Field(default="document", pattern=r"^[a-z][a-z0-9-]{0,39}$")
    issuer: str | None = Field(default=None, max_length=300)
    status: Status = "draft"
    sample: bool = Field(default=False, description="invented text; implied by status sample")
    version: str | None = Field(default=None, max_length=40)
    effective_from: Day | None = None
    effective_to: Day | None = Field(default=None, description="last day in force")
    adopted: Day | None = Field(
        default=None, description="day the text was passed; it answers for no day before"
    )
    state_of: Day | None = Field(
        default=None, description="day the text was read at its source; later changes are not in it"
    )
    supersedes: DocumentId | None = None
    translation_of: DocumentId | None = Field(
        default=None, description="the authentic text this one translates"
    )
    language: Language = "en"
    audience: Audience = "staff"
    source_url: str | None = Field(default=None, pattern=r"^https?://\S+$", max_length=500)

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_from > self.effective_to:
            raise ValueError(
                f"effective_from {self.effective_from} is after effective_to {self.effective_to}"
            )
        if self.supersedes == self.id:
            raise ValueError(f"document {self.id!r} supersedes itself")
        return self

    @property
    def is_sample(self) -> bool:
        """True for invented text, superseded or not."""
        return self.sample or self.status == "sample"


@dataclass(frozen=True)
class ExpectedQuestion:
    """A question that readers are expected to ask, and the stretch of the document's text that answers it.

    A near miss is expected, too, but neither that stretch nor anything else answers it.
    """

    text: str
    start: int
    end: int
    near_miss: bool = False


@dataclass(frozen=True)
class Document:
    """A text as it is cited: NFC, line feeds, no NUL, and where its pages start.

    `page_starts` holds the offset of each page's first character, rising, first 0; empty when the
    format has no pages. A table stands in the text as Markdown pipe rows, a row a line. `notes` are
    warnings of the reader, for example defaults it assumed.
    """

    provenance: Provenance
    revision: str  # 12 hex digits over text and provenance
    text: str
    page_starts: tuple[int, ...] = ()
    path: str = ""
    notes: tuple[str, ...] = ()
    questions: tuple[ExpectedQuestion, ...] = ()


@dataclass(frozen=True)
class Section:
    """A stretch of a document under one heading or clause; sections tile the text."""

    headings: tuple[str, ...]  # outermost first, without the document's title
    start: int
    end: int
    clause: str | None = None  # "7", "7.2", "第七条" … as written


class Passage(Record):
    """The unit that is embedded, stored, retrieved and cited: `document.text[start:end] == text`."""

    id: str = Field(description="'<document>@<revision>#<start>-<end>'")
    document: DocumentId
    revision: str
    title: str
    headings: tuple[str, ...] = ()
    clause: str | None = None
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    page: int | None = Field(default=None, ge=1, description="first page; None without pages")
    language: Language

    @model_validator(mode="after")
    def _slice(self) -> Self:
        if self.end - self.start != len(self.text):
            raise ValueError(f"passage {self.id!r}: {len(self.text)} characters in {self.start}-{self.end}")
        return self

    @property
    def embedded_text(self) -> str:
        """What the embedder sees: title and heading path, then the text."""
        path = " › ".join(part for part in (self.title, *self.headings) if part)
        return f"{path}\n{self.text}"

    @property
    def locator(self) -> str:
        """Where to find it on paper: heading path and page."""
        parts = [" › ".join(self.headings)] if self.headings else []
        if self.page is not None:
            parts.append(f"p. {self.page}")
        return ", ".join(parts)


class ScoredId(NamedTuple):
    """A passage id with the score of one search; higher is better."""

    id: str
    score: float


@dataclass(frozen=True)
class Hit:
    """A passage found for a question; ranks are 1..n and scores do not increase."""

    passage: Passage
    score: float  # higher is better
    rank: int
    dense: float | None = None  # cosine to the question, None when not a dense candidate
    lexical: float | None = None  # BM25 share in the language of the question; None without such words
    span: float | None = None  # closeness of its nearest span, standardised; None when not looked at


@dataclass(frozen=True)
class Span:
    """A quotable piece of a passage: sentence, clause, list item or table row, by document offset."""

    start: int
    end: int
    kind: Literal["sentence", "clause", "item", "row", "heading"]


@dataclass(frozen=True)
class Evidence:
    """A passage chosen to answer from, numbered for marks, cut into quotable spans."""

    number: int  # from 1
    passage: Passage
    provenance: Provenance
    spans: tuple[Span, ...]
    score: float = 0.0


class Citation(Record):
    """The exact place a sentence rests on: `document.text[start:end] == quote`."""

    number: int = Field(ge=1)
    document: DocumentId
    revision: str
    title: str
    kind: str
    issuer: str | None = None
    status: Status
    sample: bool = False
    audience: Audience
    version: str | None = None
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    language: Language
    locator: str
    page: int | None = None
    quote: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Reason(Record):
    """Why a check came out as it did, in no language; `answering.reasons.say_reason` words it for a reader."""

    code: str
    values: tuple[str, ...] = ()


class Verdict(Record):
    """The outcome of checking one sentence against what it cites."""

    label: VerdictLabel
    score: float = Field(ge=0, le=1)
    reasons: tuple[Reason, ...] = ()


class Sentence(Record):
    """One sentence of an answer; citations are numbers of `Answer.citations`.

    `role` is `quote` for words of a source, `phrase` for a fixed connecting phrase that claims
    nothing, `generated` for words of a chat model that passed the check.
    """

    text: str
    citations: tuple[int, ...] = ()
    verdict: Verdict
    role: Literal["quote", "phrase", "generated"] = "quote"
    group: int = Field(default=0, ge=0, description="sentences of one group stand together")
    kind: Literal["text", "item", "row", "heading"] = "text"


class Removed(Record):
    """A sentence that failed the check, and why in the answer's language."""

    text: str
    verdict: Verdict
    reasons: tuple[str, ...] = ()


class Notice(Record):
    """Something the reader must know beside the answer, already in the answer's language."""

    code: str = Field(description="stable name, e.g. 'superseded', 'as_of', 'model_failed'")
    text: str


class Nearest(Record):
    """A document that is about the topic though it does not answer; never shown as evidence."""

    document: DocumentId
    revision: str
    title: str
    status: Status
    sample: bool = False
    locator: str = ""


class Considered(Record):
    """One line of the evidence ledger: a passage that was looked at, and what became of it."""

    passage: str
    document: DocumentId
    title: str
    locator: str
    rank: int
    score: float
    outcome: Literal["cited", "used", "rejected"]
    reason: str = ""


class Answer(Record):
    """What every surface shows; no sentence without a verified citation."""

    question: str
    status: AnswerStatus
    language: Language
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    removed: tuple[Removed, ...] = ()
    notices: tuple[Notice, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    considered: tuple[Considered, ...] = ()
    more: tuple[Sentence, ...] = Field(default=(), description="the rest, behind 'more'; cited alike")
    confidence: float | None = Field(default=None, ge=0, le=1, description="that the evidence answers")
    answered_by: str = Field(default="extractive", description="'extractive' or the chat model's name")
    contact: str | None = Field(default=None, description="the human to ask, in a refusal")
    timings: dict[str, float] = Field(default_factory=dict, description="seconds by stage")

    @property
    def text(self) -> str:
        """The sentences with their marks, one group a paragraph."""
        paragraphs: dict[int, list[str]] = {}
        for sentence in self.sentences:
            marks = "".join(f"[{number}]" for number in sentence.citations)
            paragraphs.setdefault(sentence.group, []).append(f"{sentence.text}{marks}")
        return "\n\n".join("\n".join(lines) for lines in paragraphs.values())


class Turn(Record):
    """One earlier turn of a conversation, as the caller sends it."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


@dataclass(frozen=True)
class FailedFile:
    """A file that was not taken, and what to do about it."""

    path: str
    error: str
    hint: str


@dataclass
class IngestReport:
    """What one ingest or sync did; ids are in path order."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    """Documents whose files are gone, so many that the folder may have been emptied by mistake; `failed` says so."""
    failed: list[FailedFile] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
