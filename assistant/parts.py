"""What answers questions over a library: the embedder, its vectors, search, guard and responder, made together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from assistant.answering.span_vectors import embed_evidence_spans
from assistant.destination import Destination
from assistant.guard import Guard
from assistant.respond import Responder
from assistant.retrieval.search import Searcher

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.models import Embedder, Reranker
    from assistant.settings import Settings
    from assistant.vectors import VectorStore


class Parts(NamedTuple):
    """All that an assistant has beside its library."""

    vectors: VectorStore
    embedder: Embedder
    searcher: Searcher
    guard: Guard
    responder: Responder
    destination: Destination
    reranker: Reranker | None = None


def make_parts(settings: Settings, library: Library, vectors: VectorStore, embedder: Embedder) -> Parts:
    """Put the parts together over an open library.

    Raises:
        SettingsError: the chat model or the reranker that the settings name is none.
        ModelError: the reranker's weights are not there.
    """
    from assistant.answering.generative import load_writer
    from assistant.models import load_reranker

    searcher = Searcher(library, vectors, embedder)
    guard = Guard(embedder, cache=settings.cache)
    writer = load_writer(settings, searcher, embedder)
    reranker = load_reranker(settings.reranker) if settings.reranker else None
    responder = Responder(
        library,
        searcher,
        lambda evidence: embed_evidence_spans(evidence, library, embedder),
        guard,
        evidence_chars=settings.evidence_chars,
        contact=settings.contact,
        writer=writer,
        reranker=reranker,
    )
    destination = Destination.of(settings.chat_model, writer.host if writer else None)
    return Parts(vectors, embedder, searcher, guard, responder, destination, reranker)


def load_parts(
    settings: Settings, library: Library, *, check_stamp: bool, on_close: Callable[[Callable[[], None]], None]
) -> Parts:
    """Load models and vectors for a library, and mend what a kill has left.

    Args:
        check_stamp: False leaves an index of another embedder as it is, for `rebuild` and `doctor`.
        on_close: Takes what has to be released.

    Raises:
        IndexMismatch: the index was built with another embedder; `assistant rebuild` mends it.
        ModelError: weights are not there.
    """
    from assistant.ingest.healing import sweep
    from assistant.library.stamp import check_stamp as check
    from assistant.models import load_embedder
    from assistant.vectors import open_vectors

    embedder = load_embedder(settings.embedder, cache=settings.cache, threads=settings.threads)
    if check_stamp:
        check(library, embedder)
    vectors = open_vectors(settings.index, settings.vectors)
    on_close(vectors.close)
    parts = make_parts(settings, library, vectors, embedder)
    if check_stamp:
        sweep(library, vectors, embedder)
    return parts
