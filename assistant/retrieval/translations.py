"""A text and its translation say the same: of the two, the one in the question's language is found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.types import Hit, Language, Passage, Provenance

if TYPE_CHECKING:
    from assistant.library import Library


class Translations:
    """Puts passages of the other language into the reader's, where the library holds their translation."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._generation = -1
        self._passages: dict[str, list[Passage]] = {}

    def prefer(
        self,
        hits: Sequence[Hit],
        language: Language,
        *,
        k: int,
        may_speak: Callable[[Provenance, Provenance], bool],
    ) -> list[Hit]:
        """Give the first `k` hits, those of another language in the question's where they have a counterpart there.

        The counterpart stands at the better rank of the two and with its score, whether it was found by itself or not.

        Args:
            hits: Best first.
            language: The question's.
            k: At most so many come back.
            may_speak: Tells whether a translation (second) may stand for a document (first).
        """
        kept = self._kept()
        found = {hit.passage.id: hit for hit in hits}
        pairs = self._pairs({hit.passage.document for hit in hits[:k]}, language, may_speak)
        chosen: dict[str, Hit] = {}
        for hit in hits:
            if len(chosen) == k:
                break
            twin = self._counterpart(hit.passage, pairs, kept) if hit.passage.language != language else None
            speaker = hit if twin is None else found.get(twin.id, Hit(twin, hit.score, hit.rank))
            if speaker.passage.id not in chosen:
                chosen[speaker.passage.id] = replace(speaker, score=hit.score, rank=len(chosen) + 1)
        return list(chosen.values())

    def _pairs(
        self,
        documents: Iterable[str],
        language: Language,
        may_speak: Callable[[Provenance, Provenance], bool],
    ) -> Mapping[str, str]:
        """Map documents of another language to those that translate them."""
        everything = {provenance.id: provenance for provenance in self._library.provenances()}
        by_family: dict[str, list[Provenance]] = {}
        for provenance in everything.values():
            if provenance.language == language:
                by_family.setdefault(provenance.translation_of or provenance.id, []).append(provenance)
        pairs: dict[str, str] = {}
        for name in documents:
            one = everything.get(name)
            if one is None or one.language == language:
                continue
            twins = by_family.get(one.translation_of or one.id, ())
            twin = next((other for other in twins if may_speak(one, other)), None)
            if twin is not None:
                pairs[name] = twin.id
        return pairs

    def _counterpart(
        self, passage: Passage, pairs: Mapping[str, str], kept: dict[str, list[Passage]]
    ) -> Passage | None:
        twin = pairs.get(passage.document)
        if twin is None:
            return None
        for document in (passage.document, twin):
            if document not in kept:
                kept[document] = self._library.document_passages(document)
        return find_counterpart(passage, kept[passage.document], kept[twin])

    def _kept(self) -> dict[str, list[Passage]]:
        """Give what is kept of documents' passages; empty once the library has changed."""
        generation = self._library.generation
        with self._lock:
            if generation != self._generation:
                self._generation, self._passages = generation, {}
            return self._passages


def find_counterpart(passage: Passage, own: Sequence[Passage], others: Sequence[Passage]) -> Passage | None:
    """Give the passage of a translation that stands where `passage` does in `own`.

    Sections pair by their place when both texts have as many, otherwise by a clause number that stands once in each;
    within a section passages pair by their place, when both are cut into as many. `None` where nothing pairs.
    """
    mine, theirs = _sections(own), _sections(others)
    section = next((i for i, part in enumerate(mine) if any(p.id == passage.id for p in part)), None)
    if section is None:
        return None
    if len(mine) == len(theirs):
        other = theirs[section]
    else:
        same = [part for part in theirs if passage.clause and part[0].clause == passage.clause]
        alike = [part for part in mine if passage.clause and part[0].clause == passage.clause]
        if len(same) != 1 or len(alike) != 1:
            return None
        other = same[0]
    if len(other) != len(mine[section]):
        return None
    return other[next(i for i, p in enumerate(mine[section]) if p.id == passage.id)]


def _sections(passages: Sequence[Passage]) -> list[list[Passage]]:
    """Group passages in reading order by the headings they stand under."""
    sections: list[list[Passage]] = []
    for passage in passages:
        if sections and sections[-1][0].headings == passage.headings:
            sections[-1].append(passage)
        else:
            sections.append([passage])
    return sections
