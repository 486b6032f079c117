"""The JSON of hits and documents, the same from API, MCP and command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.library import StoredDocument, StoredText
    from assistant.types import Hit

CONTEXT_CHARS = 600
"""Text shown on either side of an opened quote."""


def describe_hits(hits: Iterable[Hit], documents: Iterable[StoredDocument]) -> list[dict[str, Any]]:
    """Give search results, best first.

    Args:
        documents: Those that the reader may read now; a hit in another revision is left out.
    """
    audiences = {(stored.provenance.id, stored.revision): stored.provenance.audience for stored in documents}
    return [
        {
            "rank": hit.rank,
            "score": round(hit.score, 4),
            "document": hit.passage.document,
            "revision": hit.passage.revision,
            "title": hit.passage.title,
            "audience": audiences[hit.passage.document, hit.passage.revision],
            "locator": hit.passage.locator,
            "text": hit.passage.text,
            "start": hit.passage.start,
            "end": hit.passage.end,
        }
        for hit in hits
        if (hit.passage.document, hit.passage.revision) in audiences
    ]


def describe_document(stored: StoredDocument) -> dict[str, Any]:
    """Give one line of a list of documents."""
    shape = stored.provenance.model_dump(mode="json") | {"sample": stored.provenance.is_sample}
    return shape | {"revision": stored.revision, "passages": stored.passages}


def describe_text(stored: StoredText) -> dict[str, Any]:
    """Give a document with its text and where it comes from."""
    return {
        "id": stored.provenance.id,
        "revision": stored.revision,
        "text": stored.text,
        "page_starts": list(stored.page_starts),
        "provenance": stored.provenance.model_dump(mode="json") | {"sample": stored.provenance.is_sample},
    }


def describe_quote(stored: StoredText, start: int, end: int) -> dict[str, Any]:
    """Give a cited span with the text around it; `before + quote + after` stands so in the document.

    Raises:
        InputError: the document has no such span.
    """
    text = stored.text
    if not 0 <= start < end <= len(text):
        raise InputError(
            f"The document has no span {start}-{end}.",
            hint="Take document, revision, start and end from one citation.",
        )
    starts = [at for at in stored.page_starts if at <= start]
    return {
        "document": stored.provenance.id,
        "revision": stored.revision,
        "start": start,
        "end": end,
        "page": len(starts) or None,
        "before": text[max(0, start - CONTEXT_CHARS) : start],
        "quote": text[start:end],
        "after": text[end : end + CONTEXT_CHARS],
        "provenance": stored.provenance.model_dump(mode="json") | {"sample": stored.provenance.is_sample},
    }
