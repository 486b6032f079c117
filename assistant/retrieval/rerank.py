"""A second look at the best hits by a model that reads question and passage together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.types import Hit

if TYPE_CHECKING:
    from assistant.models import Reranker


def rerank(question: str, hits: Sequence[Hit], reranker: Reranker, k: int) -> list[Hit]:
    """Order hits by the reranker's scores, best first.

    The reranker sees a passage under its title and headings, as the embedder did.

    Args:
        k: At most so many hits come back.

    Returns:
        Hits with the reranker's scores and ranks from 1; of equal scores the one that was found
        earlier comes first, then by passage id.
    """
    scores = reranker.score(question, [hit.passage.embedded_text for hit in hits])
    scored = sorted(
        zip((float(score) for score in scores), hits, strict=True),
        key=lambda pair: (-pair[0], pair[1].rank, pair[1].passage.id),
    )
    return [replace(hit, score=score, rank=rank) for rank, (score, hit) in enumerate(scored[:k], start=1)]
