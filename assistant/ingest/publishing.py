"""Vectors and documents in step: embed, write vectors, make live in one transaction, sweep what was retired.

A vector without a live passage is never shown, so a kill between two steps leaves nothing wrong to see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.library import Library
from assistant.library.archive import collection_name, is_archived, superseded_by_others
from assistant.models import Embedder
from assistant.types import Document, Passage, SourceFile
from assistant.vectors import VectorStore

FloatArray = NDArray[np.float32]
EMBED_AT_ONCE = 64
"""Texts embedded between two writes of the cache, about 3 s of work: what a kill can cost."""

FILLED_AT_ONCE = 4000
"""Passages of an earlier program's library that one sync reads again for their tokens, some minutes of work; the next
one goes on, and until then their place is not changed by words."""


class Prepared(NamedTuple):
    """A document that was read and cut, ready to be published."""

    source: SourceFile
    document: Document
    passages: list[Passage]


def embed_texts(texts: Sequence[str], library: Library, embedder: Embedder) -> FloatArray:
    """Give the vectors of texts, (n, d) float32, computing only those the cache does not hold.

    What the same reading shows of their tokens is kept beside them.
    """
    rows = library.cached_vectors(embedder.fingerprint, texts)
    positions: dict[str, list[int]] = {}
    for position, text in enumerate(texts):
        if position not in rows:
            positions.setdefault(text, []).append(position)
    # Alike lengths together: a batch costs as much as its longest text.
    missing = sorted(positions, key=lambda text: (len(text), text))
    for start in range(0, len(missing), EMBED_AT_ONCE):
        batch = missing[start : start + EMBED_AT_ONCE]
        fresh, tokens = embedder.encode_with_tokens(batch)
        library.store_vectors(embedder.fingerprint, batch, fresh, tokens, code=embedder.token_code)
        rows.update({p: row for text, row in zip(batch, fresh, strict=True) for p in positions[text]})
    if not texts:
        return np.zeros((0, embedder.dimension), np.float32)
    return np.stack([rows[position] for position in range(len(texts))])


def fill_tokens(library: Library, embedder: Embedder, *, passages: Iterable[str] | None = None) -> int:
    """Read the tokens of passages that were embedded without them, by an earlier program; give their number.

    Args:
        passages: Ids of those to look at; without it all, of which `FILLED_AT_ONCE` are read.
    """
    fingerprint, code = embedder.fingerprint, embedder.token_code
    if not code:
        return 0
    if passages is None:
        missing = library.passages_without_tokens(fingerprint, code)[:FILLED_AT_ONCE]
    else:
        ids = sorted(set(passages))
        missing = sorted(set(ids) - library.token_bits(ids, fingerprint, code).keys())
    for start in range(0, len(missing), EMBED_AT_ONCE):
        found = library.passages(missing[start : start + EMBED_AT_ONCE])
        texts = sorted(
            {passage.embedded_text for passage in found.values()}, key=lambda text: (len(text), text)
        )
        library.store_token_bits(fingerprint, code, texts, embedder.encode_with_tokens(texts)[1])
    return len(missing)


def embed_questions(
    library: Library, embedder: Embedder, progress: Callable[[int, int], None] | None = None
) -> int:
    """Embed the expected questions that this embedder has not read; give their number.

    They are read as questions, since questions are what they are compared with. A kill loses one batch.
    """
    missing = library.questions_without_vectors(embedder.fingerprint)
    for start in range(0, len(missing), EMBED_AT_ONCE):
        batch = missing[start : start + EMBED_AT_ONCE]
        library.store_question_vectors(embedder.fingerprint, batch, embedder.encode_queries(batch))
        if progress:
            progress(start + len(batch), len(missing))
    return len(missing)


def publish_batch(
    batch: Sequence[Prepared], *, library: Library, vectors: VectorStore, embedder: Embedder
) -> None:
    """Publish documents one by one; their texts are embedded together."""
    passages = [passage for prepared in batch for passage in prepared.passages]
    matrix = embed_texts([passage.embedded_text for passage in passages], library, embedder)
    archived = _plan_archive(library, [prepared.document for prepared in batch])
    names = [
        collection_name(
            passage.language, prepared.document.provenance.audience, archived[prepared.document.provenance.id]
        )
        for prepared in batch
        for passage in prepared.passages
    ]
    upsert_rows(vectors, names, passages, matrix)
    for source, document, cut in batch:
        document_id = document.provenance.id
        before = library.passage_ids(document=document_id)
        library.publish(document, cut, source, archived=archived[document_id])
        delete_retired(vectors, before, library.passage_ids(document=document_id))


def upsert_rows(
    vectors: VectorStore, names: Sequence[str], passages: Sequence[Passage], matrix: FloatArray
) -> None:
    """Write the rows of passages to the collections named beside them."""
    for name in sorted(set(names)):
        chosen = [position for position, other in enumerate(names) if other == name]
        vectors.upsert(name, [passages[position].id for position in chosen], matrix[chosen])


def delete_retired(
    vectors: VectorStore, before: Mapping[str, set[str]], after: Mapping[str, set[str]]
) -> None:
    """Delete the vectors of passages that are no longer where they were."""
    for name, ids in before.items():
        vectors.delete(name, sorted(ids - after.get(name, set())))


def refresh_archive(
    library: Library, vectors: VectorStore, embedder: Embedder | None, *, today: dt.date | None = None
) -> list[str]:
    """Move documents that were superseded or ran out to the archive collections, and back.

    Without an embedder only vectors that are there are moved; `sweep` makes the others.

    Returns:
        The ids of the documents that moved.
    """
    today = today or dt.date.today()
    provenances = library.provenances()
    superseded = superseded_by_others(provenances, today)
    present = library.archived_by_document()
    wanted = {p.id: is_archived(p, superseded, today) for p in provenances}
    moves = {document: archived for document, archived in wanted.items() if archived != present.get(document)}
    if not moves:
        return []
    audiences = {p.id: p.audience for p in provenances}
    before = [library.passage_ids(document=document) for document in moves]
    for document, archived in moves.items():
        passages = library.document_passages(document)
        old = [collection_name(p.language, audiences[document], not archived) for p in passages]
        new = [collection_name(p.language, audiences[document], archived) for p in passages]
        copied = copy_rows(vectors, passages, old, new)
        if embedder is not None:
            missing = [pair for pair in zip(new, passages, strict=True) if pair[1].id not in copied]
            write_vectors(library, vectors, embedder, missing)
    library.move_documents(moves)
    for document, ids in zip(moves, before, strict=True):
        delete_retired(vectors, ids, library.passage_ids(document=document))
    return sorted(moves)


def copy_rows(
    vectors: VectorStore, passages: Sequence[Passage], old: Sequence[str], new: Sequence[str]
) -> set[str]:
    """Copy the rows that are there from one collection to another; give their ids."""
    copied: set[str] = set()
    for source, target in sorted(set(zip(old, new, strict=True))):
        ids = [p.id for p, name in zip(passages, old, strict=True) if name == source]
        rows = vectors.fetch(source, ids)
        if rows:
            vectors.upsert(target, list(rows), np.stack(list(rows.values())))
        copied |= set(rows)
    return copied


def write_vectors(
    library: Library, vectors: VectorStore, embedder: Embedder, placed: Sequence[tuple[str, Passage]]
) -> None:
    """Write the vectors of passages to the collections named with them, from the cache where it has them."""
    passages = [passage for _, passage in placed]
    matrix = embed_texts([passage.embedded_text for passage in passages], library, embedder)
    upsert_rows(vectors, [name for name, _ in placed], passages, matrix)


def _plan_archive(library: Library, documents: Sequence[Document]) -> dict[str, bool]:
    today = dt.date.today()
    provenances = {p.id: p for p in library.provenances()}
    provenances |= {document.provenance.id: document.provenance for document in documents}
    superseded = superseded_by_others(provenances.values(), today)
    return {
        document.provenance.id: is_archived(document.provenance, superseded, today) for document in documents
    }
