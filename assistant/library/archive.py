"""Which collection a passage's vector belongs to; knows nothing of who asks or for which date.

Where a vector is decides only how soon it is found. Whether a passage may answer is decided for each question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from assistant.types import Audience, Language, Provenance
from assistant.validity import successors


def superseded_by_others(provenances: Iterable[Provenance], today: dt.date) -> frozenset[str]:
    """Give the ids of documents whose successor is in force; drafts and later ones do not count yet."""
    in_force = (p for p in provenances if p.effective_from is None or p.effective_from <= today)
    return frozenset(successors(in_force))


def is_archived(provenance: Provenance, superseded_ids: Collection[str], today: dt.date) -> bool:
    """Tell whether a document's passages belong apart from those that answer today."""
    return (
        provenance.status in ("superseded", "draft")
        or (provenance.effective_to is not None and provenance.effective_to < today)
        or provenance.id in superseded_ids
    )


def collection_name(language: Language, audience: Audience, archived: bool) -> str:
    """Name the vector collection: `en-public-live`, `zh-staff-archive`."""
    return f"{language}-{audience}-{'archive' if archived else 'live'}"
