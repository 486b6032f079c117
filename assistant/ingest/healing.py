"""Vectors made to match the store of record: after a kill, after damage, or for another embedder."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

from assistant.errors import IndexDamaged
from assistant.ingest.passages import document_passages
from assistant.ingest.publishing import EMBED_AT_ONCE, embed_texts, refresh_archive, write_vectors
from assistant.library import Library
from assistant.library.stamp import make_stamp
from assistant.models import Embedder
from assistant.types import Document, Passage
from assistant.vectors import VectorStore

_log = logging.getLogger(__name__)

PASSAGE_TOKENS = 480
"""Room of a passage with its title and headings; e5 reads 512, and its prefix and a long heading need some."""

Progress = Callable[[int, int], None]


class Sweep(NamedTuple):
    """What `sweep` had to do; all zero and empty for an index that was whole."""

    deleted: int = 0
    restored: int = 0
    moved: tuple[str, ...] = ()  # documents superseded or run out since the last time
    repaired: str = ""  # why the vectors had to be made anew


def sweep(library: Library, vectors: VectorStore, embedder: Embedder, *, emptied: bool = False) -> Sweep:
    """Delete vectors without a live passage, restore those that live passages lack; for every start.

    Args:
        emptied: The caller emptied the vectors, so that there are none is nothing to report.
    """
    expected = library.passage_ids()
    if expected and not emptied and not vectors.repaired and not vectors.collections():
        vectors.repaired = "the folder of vectors was empty or gone"
    if expected and not emptied and vectors.repaired:
        _log.warning("Vectors are made anew from the library, because %s.", vectors.repaired)
    deleted = restored = 0
    for name in sorted(set(expected) | set(vectors.collections())):
        wanted = expected.get(name, set())
        try:
            there = vectors.ids(name)
        except IndexDamaged:
            vectors.drop(name)
            there = set()
        deleted += len(there - wanted)
        vectors.delete(name, sorted(there - wanted))
        missing = sorted(wanted - there)
        # In slices: a large library whose vectors were lost is not held in memory at once.
        for start in range(0, len(missing), 16 * EMBED_AT_ONCE):
            passages = library.passages(missing[start : start + 16 * EMBED_AT_ONCE]).values()
            write_vectors(library, vectors, embedder, [(name, passage) for passage in passages])
            restored += len(passages)
    moved = refresh_archive(library, vectors, embedder)
    if deleted or restored or moved or vectors.repaired:
        vectors.settle()
    return Sweep(deleted, restored, tuple(moved), vectors.repaired)


def rebuild(
    library: Library, vectors: VectorStore, embedder: Embedder, *, progress: Progress | None = None
) -> int:
    """Cut and embed all stored texts anew, for this embedder and this text processing.

    The present index goes on answering until all is embedded. Killed before, it is as it was; killed
    after, the next `sweep` finishes from the cache. Vectors of two embedders are never side by side.

    Returns:
        The number of passages.
    """
    cut: dict[str, list[Passage]] = {}
    provenances = library.provenances()
    for number, provenance in enumerate(provenances, start=1):
        stored = library.document(provenance.id)
        if stored is None:  # removed meanwhile
            continue
        document = Document(stored.provenance, stored.revision, stored.text, stored.page_starts)
        passages = cut_document(document, embedder)
        embed_texts([passage.embedded_text for passage in passages], library, embedder)
        cut[provenance.id] = passages
        if progress:
            progress(number, len(provenances))
    vectors.drop_all()  # before the stamp changes: no old vector may meet the new stamp
    library.replace_all(cut, make_stamp(embedder))
    swept = sweep(library, vectors, embedder, emptied=True)
    library.purge_cache()
    vectors.settle()
    return swept.restored


def cut_document(document: Document, embedder: Embedder) -> list[Passage]:
    """Cut a document into passages that the embedder reads whole."""
    return document_passages(
        document, max_tokens=min(PASSAGE_TOKENS, embedder.max_tokens), count_tokens=embedder.count_tokens
    )
