"""What was looked at for an answer, and what became of it; the documents a refusal names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.types import Citation, Considered, Hit, Nearest

if TYPE_CHECKING:
    from assistant.respond import Prepared

NEAREST = 3
KEPT_OUT = 5


def list_nearest(prepared: Prepared) -> tuple[Nearest, ...]:
    """Name the documents of the first hits, each once."""
    named: dict[str, Nearest] = {}
    for hit in prepared.found.hits:
        provenance = prepared.provenances[hit.passage.document]
        if provenance.id not in named and len(named) < NEAREST:
            named[provenance.id] = Nearest(
                document=provenance.id,
                revision=hit.passage.revision,
                title=provenance.title,
                status=provenance.status,
                sample=provenance.is_sample,
                locator=hit.passage.locator,
            )
    return tuple(named.values())


def list_considered(prepared: Prepared, citations: Sequence[Citation] = ()) -> tuple[Considered, ...]:
    """List the passages looked at, best first, then the first of those that are not in force."""
    cited = {(citation.document, citation.start) for citation in citations}
    evidence = {item.passage.id for item in prepared.evidence}
    lines: list[Considered] = []
    for hit in prepared.found.hits:
        passage = hit.passage
        is_cited = any(doc == passage.document and passage.start <= at < passage.end for doc, at in cited)
        outcome = "cited" if is_cited else "used" if passage.id in evidence else "rejected"
        reason = "" if passage.id in evidence else "beyond the evidence budget"
        lines.append(_line(hit, prepared, outcome, reason))
    for hit, validity in prepared.found.kept_out[:KEPT_OUT]:
        lines.append(_line(hit, prepared, "rejected", f"not in force: {validity.standing}"))
    return tuple(lines)


def _line(hit: Hit, prepared: Prepared, outcome: str, reason: str) -> Considered:
    return Considered.model_validate(
        {
            "passage": hit.passage.id,
            "document": hit.passage.document,
            "title": prepared.provenances[hit.passage.document].title,
            "locator": hit.passage.locator,
            "rank": hit.rank,
            "score": round(hit.score, 4),
            "outcome": outcome,
            "reason": reason,
        }
    )
