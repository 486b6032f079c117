"""A third-party set as a library of its own, kept by content, so that a second run starts at once.

Rows become passages as they are given, a few hundred to a document: a document a row would mean one
transaction and one vector write a row. Documents hold one language only, as the collections do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.answering.span_vectors import embed_missing_spans
from assistant.build import Assistant, build_assistant
from assistant.ingest.publishing import Prepared, fill_tokens, publish_batch
from assistant.library.stamp import make_stamp
from assistant.retrieval.search import RERANKED
from assistant.settings import Settings
from assistant.types import Document, Hit, Language, Passage, Provenance, SourceFile, Turn
from assistant.words import TEXT_VERSION, detect_language, normalise_text
from evals.sets import CORPUS, Row, content_hash, read_rows

ROWS_PER_DOCUMENT = 400
LAYOUT = "1"
"""Part of the folder's name: raise it when rows are laid out in another way."""
READY = "set-complete"
SEPARATOR = "\n\n"
SET_ROOT = "set"
"""Stands for the folder of the set, so that no path of a machine is in the library."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Part:
    """Some rows as one document with a passage a row, and the rows' own ids."""

    document: Document
    passages: tuple[Passage, ...]
    row_ids: tuple[str, ...]


@dataclass(frozen=True)
class SetIndex:
    """An open library that holds one set."""

    assistant: Assistant
    row_id_by_place: Mapping[tuple[str, int], str]

    def embed_spans(self, question: str, history: Sequence[Turn]) -> None:
        """Embed the spans of the passages that a search looks into, as ingest does for every passage.

        All spans of 60,000 passages would double the time of indexing, and most are never looked at. Without
        this, what a question finds would depend on which passages earlier questions had embedded.
        """
        hits = self.assistant.search(question, reader="staff", k=RERANKED, history=history)
        library, embedder = self.assistant.library, self.assistant.embedder
        embed_missing_spans(library, embedder, passages=[hit.passage.id for hit in hits])
        # Of an index that an earlier program made.
        fill_tokens(library, embedder, passages=[hit.passage.id for hit in hits])

    def rows_of(self, hits: Iterable[Hit]) -> list[tuple[str, float]]:
        """Give the rows' own ids with scores, best first."""
        return [(self.row_id_by_place[h.passage.document, h.passage.start], h.score) for h in hits]


def lay_out(rows: Iterable[Row]) -> Iterator[Part]:
    """Group rows of one language into documents, in file order; a row without any text is left out."""
    waiting: dict[Language, list[Row]] = {"en": [], "zh": []}
    made = {"en": 0, "zh": 0}
    for row in rows:
        if not _words(row).strip():
            continue
        language = detect_language(f"{row.title}\n{row.text}")
        waiting[language].append(row)
        if len(waiting[language]) == ROWS_PER_DOCUMENT:
            yield _part(waiting[language], language, made[language])
            made[language] += 1
            waiting[language] = []
    for language, rest in waiting.items():
        if rest:
            yield _part(rest, language, made[language])


def _words(row: Row) -> str:
    """Give the text of a row; a row of a title alone is that title."""
    return normalise_text(row.text if row.text.strip() else row.title)


def _part(rows: list[Row], language: Language, number: int) -> Part:
    name = f"set-{language}-{number:04}"
    provenance = Provenance(
        id=name, title=f"Rows {number:04}", status="public-record", language=language, audience="public"
    )
    texts = [_words(row) for row in rows]
    text = SEPARATOR.join(texts)
    revision = hashlib.sha256("\0".join([text, *(row.title for row in rows)]).encode()).hexdigest()[:12]
    document = Document(provenance, revision, text, path=f"{name}.jsonl")
    passages, start = [], 0
    for row, words in zip(rows, texts, strict=True):
        end = start + len(words)
        passages.append(
            Passage(
                id=f"{name}@{revision}#{start}-{end}",
                document=name,
                revision=revision,
                title=normalise_text(row.title),
                text=words,
                start=start,
                end=end,
                language=language,
            )
        )
        start = end + len(SEPARATOR)
    return Part(document, tuple(passages), tuple(row.id for row in rows))


def set_folder(folder: Path, settings: Settings) -> Path:
    """Name the index of a set: by its content, its layout and the embedder."""
    parts = (content_hash(folder / CORPUS), LAYOUT, TEXT_VERSION, settings.embedder)
    return settings.cache / "sets" / hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@contextmanager
def open_set(folder: Path, settings: Settings, progress: Progress | None = None) -> Iterator[SetIndex]:
    """Open the library of a set; the first time it is made, and one that was interrupted is finished.

    Args:
        progress: Called with rows done and rows in all while the library is made.

    Raises:
        InputError: the set has no corpus, or a line of it is no passage.
    """
    rows = list(read_rows(folder))
    parts = list(lay_out(rows))
    index = set_folder(folder, settings)
    index.mkdir(parents=True, exist_ok=True)
    with build_assistant(settings.model_copy(update={"index": index})) as assistant:
        if not (index / READY).exists():
            _publish_all(parts, assistant, progress)
            (index / READY).touch()
        assistant.calibrate()
        places = {
            (passage.document, passage.start): row_id
            for part in parts
            for passage, row_id in zip(part.passages, part.row_ids, strict=True)
        }
        del rows, parts
        yield SetIndex(assistant, places)


def _publish_all(parts: list[Part], assistant: Assistant, progress: Progress | None) -> None:
    """Publish the parts that are not there yet; a kill loses at most one of them."""
    library = assistant.library
    library.write_stamp(make_stamp(assistant.embedder))
    live = {source.document: source.revision for source in library.sources()}
    total, done = sum(len(part.passages) for part in parts), 0
    for part in parts:
        name = part.document.provenance.id
        if live.get(name) != part.document.revision:
            source = SourceFile(SET_ROOT, part.document.path, "application/jsonl", part.document.revision, 0)
            publish_batch(
                [Prepared(source, part.document, list(part.passages))],
                library=library,
                vectors=assistant.vectors,
                embedder=assistant.embedder,
            )
        done += len(part.passages)
        if progress is not None:
            progress(done, total)
    assistant.vectors.settle()
