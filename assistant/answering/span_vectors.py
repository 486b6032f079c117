"""Vectors of quotable spans: kept beside their passage, worked out when first needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.evidence import passage_spans
from assistant.types import Evidence, Passage, Span

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.models import Embedder

PASSAGES_A_BATCH = 64
MAX_NEW_SPANS = 160
"""Spans embedded for one answer at most; the shipped corpus has its spans embedded at ingest."""


def embed_evidence_spans(
    evidence: Sequence[Evidence], library: Library, embedder: Embedder
) -> Mapping[str, NDArray[np.float32]]:
    """Give (spans, d) float32 unit rows for each passage, from the store where it has them.

    Passages whose spans are neither stored nor within `MAX_NEW_SPANS` are left out.
    """
    known = library.span_vectors([item.passage.id for item in evidence], embedder.fingerprint)
    found = {
        item.passage.id: known[item.passage.id]
        for item in evidence
        if item.passage.id in known and len(known[item.passage.id]) == len(item.spans)
    }
    texts: list[str] = []
    new: list[Evidence] = []
    for item in evidence:
        if item.passage.id not in found and len(texts) + len(item.spans) <= MAX_NEW_SPANS:
            new.append(item)
            texts.extend(span_text(item.passage, span) for span in item.spans)
    if texts:
        rows = embedder.encode_passages(texts)
        at = 0
        fresh: dict[str, NDArray[np.float32]] = {}
        for item in new:
            fresh[item.passage.id] = rows[at : at + len(item.spans)]
            at += len(item.spans)
        library.store_span_vectors(fresh, embedder.fingerprint)
        found.update(fresh)
    return found


def embed_missing_spans(
    library: Library,
    embedder: Embedder,
    progress: Callable[[int, int], None] | None = None,
    *,
    passages: Iterable[str] | None = None,
) -> int:
    """Embed the spans of every passage that has no span vectors yet; give the number of spans.

    Done at ingest, so that the first reader does not wait for it. A crash loses the current batch only.

    Args:
        passages: Ids of those to look at; all where it is left out.
    """
    ids = sorted(set().union(*library.passage_ids().values()) if passages is None else set(passages))
    done = 0
    for start in range(0, len(ids), PASSAGES_A_BATCH):
        batch = ids[start : start + PASSAGES_A_BATCH]
        known = library.span_vectors(batch, embedder.fingerprint)
        missing = library.passages([passage_id for passage_id in batch if passage_id not in known])
        spans = {passage_id: passage_spans(passage) for passage_id, passage in missing.items()}
        texts = [span_text(missing[pid], span) for pid, own in spans.items() for span in own]
        if texts:
            rows = embedder.encode_passages(texts)
            at = 0
            by_passage: dict[str, NDArray[np.float32]] = {}
            for passage_id, own in spans.items():
                by_passage[passage_id] = rows[at : at + len(own)]
                at += len(own)
            library.store_span_vectors(by_passage, embedder.fingerprint)
            done += len(texts)
        if progress:
            progress(min(start + len(batch), len(ids)), len(ids))
    return done


def span_text(passage: Passage, span: Span) -> str:
    """Give what is embedded of a span: its words under the nearest heading."""
    words = passage.text[span.start - passage.start : span.end - passage.start]
    heading = passage.headings[-1] if passage.headings else passage.title
    return f"{heading}\n{words}"
