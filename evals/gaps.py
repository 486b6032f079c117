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

SIMILAR = 0.93
"""Least cosine of two questions that ask the same. e5: rephrasings .93 to .97, other questions .78 to .90."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


class GapGroup(NamedTuple):
    """Questions that ask the same, the most asked one first."""

    gaps: tuple[Gap, ...]

    @property
    def asked(self) -> int:
        """How often they were asked together."""
        return sum(gap.asked for gap in self.gaps)


def group_gaps(gaps: Sequence[Gap], encode: Encode, *, similar: float = SIMILAR) -> list[GapGroup]:
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
        near = [vectors[group[0]] @ vectors[position] for group in groups]
        best = int(np.argmax(near)) if near else -1
        if best >= 0 and near[best] >= similar:
            groups[best].append(position)
        else:
            groups.append([position])
    found = [GapGroup(tuple(ordered[position] for position in group)) for group in groups]
    return sorted(found, key=lambda group: (-group.asked, group.gaps[0].question))


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
