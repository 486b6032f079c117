"""Reading the signals of answerability off the passages that a search found."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assistant.retrieval.answerable import Signals
from assistant.retrieval.fusion import Background, compared_language
from assistant.types import Hit, Language

LANGUAGE_SHARE = 0.6
"""Tokens of two languages lie apart, too, by this share of what their passages do (.46 for English questions on the
shipped corpus, .73 for Chinese ones); without it a Chinese question was refused for an English answer."""


def read_signals(
    hits: Sequence[Hit],
    backgrounds: Mapping[Language, Background],
    language: Language,
    wording: float | None = None,
) -> Signals | None:
    """Give what speaks for an answer; `None` without hits.

    Args:
        hits: All that may answer, in any order and more than are shown: the agreement of the two searches
            is a rank among them.
        language: The question's.
        wording: What `WordingMatcher.match` gives for the best of them; nearness stands in for `None`.
    """
    ranked = sorted(hits, key=lambda hit: hit.rank)
    backed = [(hit, backgrounds.get(compared_language(hit.passage, language))) for hit in ranked]
    seen = [
        (hit, hit.dense, behind) for hit, behind in backed if hit.dense is not None and behind is not None
    ]
    if not seen:
        return None
    _, cosine, behind = seen[0]
    own = backgrounds.get(language, behind)
    heights = {hit.passage.id: behind.standardise(cosine) for hit, cosine, behind in seen}
    spans = (hit.span if hit.span is not None else heights.get(hit.passage.id) for hit in hits)
    nearness = cosine - behind.mean + own.mean
    return Signals(
        nearness=round(nearness, 4),
        agreement=round(-math.log1p(_rank_of_best_words(hits, heights)), 4),
        span=round(max(span for span in spans if span is not None), 4),
        wording=round(
            nearness if wording is None else wording + LANGUAGE_SHARE * (own.mean - behind.mean), 4
        ),
    )


def _rank_of_best_words(hits: Sequence[Hit], heights: Mapping[str, float]) -> int:
    """Give how many passages lie nearer by meaning than the best one by words; all of them without a shared word.

    Two searches that know nothing of each other and meet at one passage are the best single sign of an
    answer (AUROC .73 and .76 on the dev half of the cases, English and Chinese).
    """
    best = max(hits, key=lambda hit: (hit.lexical or 0.0, -hit.rank))
    if not best.lexical or best.passage.id not in heights:
        return len(hits)
    own = heights[best.passage.id]
    return sum(height > own for height in heights.values())
