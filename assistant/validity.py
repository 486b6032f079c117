"""Which documents may answer on a date; knows nothing of readers or search."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from assistant.types import Provenance

Standing = Literal["in_force", "superseded", "expired", "not_yet", "draft"]


class Validity(NamedTuple):
    """Whether a document speaks for a date, and the document that took its place, if any."""

    standing: Standing
    successor: str | None = None


def successors(provenances: Iterable[Provenance], *, on: dt.date | None = None) -> dict[str, Provenance]:
    """Map each superseded document to the one that names it; of several the last to take effect.

    Args:
        on: Only what has taken effect by then counts, so that a planned successor does not hide a
            present one; `None` counts all.
    """
    by_superseded: dict[str, Provenance] = {}
    for provenance in sorted(provenances, key=lambda p: (p.effective_from or dt.date.min, p.id)):
        if on is not None and provenance.effective_from is not None and provenance.effective_from > on:
            continue
        if provenance.supersedes and provenance.status != "draft":
            by_superseded[provenance.supersedes] = provenance
    return by_superseded


def judge_validity(
    provenance: Provenance, successor_by_id: Mapping[str, Provenance], on: dt.date, *, today: dt.date
) -> Validity:
    """Tell whether a document is in force on a date.

    `today` differs from `on` for "as of" questions: a document marked superseded speaks again for a
    date inside its own period, and only then.
    """
    successor = successor_by_id.get(provenance.id)
    name = successor.id if successor else None
    if provenance.status == "draft":
        return Validity("draft", name)
    if provenance.effective_from and on < provenance.effective_from:
        return Validity("not_yet", name)
    if provenance.adopted and on < provenance.adopted:
        return Validity("not_yet", name)
    if provenance.effective_to and on > provenance.effective_to:
        return Validity("superseded" if name or provenance.status == "superseded" else "expired", name)
    if successor and (successor.effective_from or dt.date.min) <= on:
        return Validity("superseded", name)
    if provenance.status == "superseded" and (on >= today or provenance.effective_to is None):
        return Validity("superseded", name)
    return Validity("in_force", name)


def is_undated(provenance: Provenance, on: dt.date, *, today: dt.date) -> bool:
    """Tell whether nothing says since when a document holds, so that it may not have held on a past date."""
    return provenance.effective_from is None and on < min(provenance.state_of or today, today)
