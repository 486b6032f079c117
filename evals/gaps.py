"""Questions that got no answer in use, grouped by what they ask, as candidates for new cases.

Whether a question may be kept at all, and without what, is decided where it is stored; here is only counting.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.library.journal import Gap

SIMILAR = 0.88
"""Least cosine of two questions of one language that ask the same. e5 on 28 hand-made questions of eight kinds:
same .83 to .97 (median .90), different up to .92 (95th percentile .86)."""
SIMILAR_ACROSS = 0.82
"""The same between the languages: same .79 to .89 (median .84), different up to .81."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


class GapGroup(NamedTuple):
    """Questions that ask the same, the most asked one first."""

    gaps: tuple[Gap, ...]

    @property
    def asked(self) -> int:
        """How often they were asked together."""
        return sum(gap.asked for gap in self.gaps)


def group_gaps(gaps: Sequence[Gap], encode: Encode) -> list[GapGroup]:
    """Group questions around the most asked ones, across languages; the order of `gaps` does not matter.

    Args:
        encode: Unit vectors of texts, (n, d).

    Returns:
        Groups, the most asked first.
    """
    ordered = sorted(gaps, key=lambda gap: (-gap.asked, gap.question, gap.audience))
    if not ordered:
        return []
    vectors = encode([gap.question for gap in ordered])
    groups: list[list[int]] = []
    for position in range(len(ordered)):
        margins = [_margin(ordered, vectors, group[0], position) for group in groups]
        best = int(np.argmax(margins)) if margins else -1
        if best >= 0 and margins[best] >= 0:
            groups[best].append(position)
        else:
            groups.append([position])
    found = [GapGroup(tuple(ordered[position] for position in group)) for group in groups]
    return sorted(found, key=lambda group: (-group.asked, group.gaps[0].question))


def _margin(gaps: Sequence[Gap], vectors: NDArray[np.float32], a: int, b: int) -> float:
    """Give how far two questions are above what makes them one."""
    needed = SIMILAR if gaps[a].language == gaps[b].language else SIMILAR_ACROSS
    return float(vectors[a] @ vectors[b]) - needed


def write_candidates(groups: Sequence[GapGroup]) -> str:
    """Give one line of JSON for each group: a case whose expectations a reviewer must still write.

    The lines lack `persona`, `split` and `expected`, so they are refused as cases until someone fills them in.
    """
    lines = []
    for number, group in enumerate(groups, start=1):
        gap = group.gaps[0]
        candidate = {
            "id": f"gap-{gap.last_at:%Y%m%d}-{number:03}",
            "language": gap.language,
            "role": gap.audience,
            "question": gap.question,
            "tags": ["gap"],
            "asked": group.asked,
            "also": [other.question for other in group.gaps[1:]],
            "nearest": list(gap.nearest),
        }
        lines.append(json.dumps(candidate, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)
