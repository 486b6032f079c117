"""Is the index whole? Counts, what is wrong, and the next step for each."""

from __future__ import annotations

from pydantic import Field

from assistant.errors import IndexDamaged, IndexMismatch
from assistant.ingest.readers import revision_of
from assistant.library import Library
from assistant.library.stamp import Stamp, check_stamp
from assistant.models import Embedder
from assistant.types import LANGUAGES, Record
from assistant.vectors import VectorStore

SAMPLED = 20
"""Vectors of each collection that are compared with the store of record and looked for."""
SAME = 0.999
"""Cosine from which two vectors are the same one; stored as float32, copies differ by 1e-7."""


DAMAGED = "Run `assistant restore FILE --force` with a backup, or move the index folder away and run `assistant sync FOLDER`."


class Problem(Record):
    """Something wrong with the index."""

    what: str
    next_step: str


class Diagnosis(Record):
    """The state of an index; `problems` is empty when it is whole."""

    documents: int
    archived: int = Field(description="documents superseded, run out or draft")
    passages: dict[str, int] = Field(description="by language")
    vectors: dict[str, int] = Field(description="by collection")
    orphans: int = Field(description="vectors without a live passage")
    missing: int = Field(description="live passages without a vector")
    unread: int = Field(default=0, description="live passages whose words cannot be compared yet")
    stamp: Stamp | None
    repaired: str = Field(default="", description="why vectors were made anew at this start")
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """True when nothing is wrong."""
        return not self.problems

    def render(self) -> str:
        """Give the state as lines for a person, each problem with its next step."""
        passages = ", ".join(f"{count} {language}" for language, count in self.passages.items())
        lines = [
            f"Documents  {self.documents}, {self.archived} of them not in force",
            f"Passages   {passages}",
            *(f"Vectors    {count} in {name}" for name, count in sorted(self.vectors.items())),
        ]
        if self.stamp is not None:
            lines.append(f"Built with {self.stamp.embedder} ({self.stamp.dimension} dimensions)")
        if self.repaired:
            lines.append(f"Note: vectors are made anew from the library, because {self.repaired}.")
        if self.unread:
            lines.append(
                f"Note: the words of {self.unread} passages are not compared yet; each sync reads some of them."
            )
        lines.extend(f"Problem: {problem.what}\n  {problem.next_step}" for problem in self.problems)
        return "\n".join(lines if self.problems else [*lines, "Nothing is wrong."])


def diagnose(library: Library, vectors: VectorStore, embedder: Embedder | None = None) -> Diagnosis:
    """Check files, counts, stamp and a sample of vectors; changes nothing."""
    problems = [
        Problem(
            what=f"The library file is damaged: {found}.",
            next_step=DAMAGED,
        )
        for found in library.find_corruption()
    ]
    if problems:  # what stands in a damaged file cannot be counted on
        return Diagnosis(
            documents=0, archived=0, passages={}, vectors={}, orphans=0, missing=0, stamp=None,
            repaired=vectors.repaired, problems=tuple(problems),
        )  # fmt: skip
    problems.extend(
        Problem(what=f"The stored text of {name!r} is not the one that was taken.", next_step=DAMAGED)
        for name in _find_altered(library)
    )
    expected = library.passage_ids()
    present: dict[str, set[str]] = {}
    for name in vectors.collections():
        try:
            present[name] = vectors.ids(name)
        except IndexDamaged as error:
            problems.append(Problem(what=error.message, next_step=error.hint))
    orphans = sum(len(ids - expected.get(name, set())) for name, ids in present.items())
    missing = sum(len(ids - present.get(name, set())) for name, ids in expected.items())
    if orphans or missing:
        problems.append(
            Problem(
                what=f"{orphans} vectors have no passage, {missing} passages have no vector.",
                next_step="The next `assistant sync` or `assistant ask` mends this at its start.",
            )
        )
    problems.extend(_check_embedder(library, vectors, embedder, sorted(present)))
    archived = library.archived_by_document()
    return Diagnosis(
        documents=len(archived),
        archived=sum(archived.values()),
        passages={language: library.passage_count(language) for language in LANGUAGES},
        vectors={name: len(ids) for name, ids in present.items()},
        orphans=orphans,
        missing=missing,
        unread=_count_unread(library, embedder),
        stamp=library.stamp(),
        repaired=vectors.repaired,
        problems=tuple(problems),
    )


def _count_unread(library: Library, embedder: Embedder | None) -> int:
    """Count passages of an earlier program, which kept nothing of their tokens; 0 for an embedder without any."""
    if embedder is None or not embedder.token_code:
        return 0
    return len(library.passages_without_tokens(embedder.fingerprint, embedder.token_code))


def _find_altered(library: Library) -> list[str]:
    """Name documents whose text no longer has its revision's hash, or whose passages are not slices of it."""
    altered = []
    for provenance in library.provenances():
        stored = library.document(provenance.id)
        if stored is None:  # removed meanwhile
            continue
        passages = library.document_passages(provenance.id)
        whole = revision_of(stored.provenance, stored.text, stored=True) == stored.revision
        if not whole or any(stored.text[p.start : p.end] != p.text for p in passages):
            altered.append(provenance.id)
    return altered


def _check_embedder(
    library: Library, vectors: VectorStore, embedder: Embedder | None, names: list[str]
) -> list[Problem]:
    if embedder is None:
        return []
    try:
        check_stamp(library, embedder)
    except IndexMismatch as error:
        return [Problem(what=error.message, next_step=error.hint)]
    problems = []
    for name in names:
        try:
            wrong = _count_wrong(library, vectors, embedder, name)
        except IndexDamaged as error:
            problems.append(Problem(what=error.message, next_step=error.hint))
            continue
        if wrong:
            problems.append(
                Problem(
                    what=f"{wrong} of {SAMPLED} sampled vectors of {name!r} are wrong or cannot be found.",
                    next_step="Run `assistant rebuild`.",
                )
            )
    return problems


def _count_wrong(library: Library, vectors: VectorStore, embedder: Embedder, name: str) -> int:
    """Count sampled vectors that differ from the cache, or that a search for themselves does not find."""
    ids, matrix = vectors.sample(name, SAMPLED)
    passages = library.passages(ids)
    known = [position for position, passage_id in enumerate(ids) if passage_id in passages]
    cached = library.cached_vectors(
        embedder.fingerprint, [passages[ids[position]].embedded_text for position in known]
    )
    wrong = {ids[known[at]] for at, row in cached.items() if float(row @ matrix[known[at]]) < SAME}
    for passage_id, row in zip(ids, matrix, strict=True):
        found = vectors.query(name, row, 1)
        # Equal texts have equal vectors, so any of them may come first.
        if not found or found[0].score < SAME:
            wrong.add(passage_id)
    return len(wrong)
