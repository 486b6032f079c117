"""What a library's own signals look like when the answer is not there: the zero of every judgement.

A threshold fitted on one library does not transfer to another, nor from one language to the next (with
raw signals, the threshold fitted on English refused 0 % of the answerable Chinese dev questions and the
reverse 36 %; scaled, 6 to 12 %). So each library is asked questions made from its own sentences while the
document they come from is held out, and signals are measured from there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from assistant.answering.signals import read_signals
from assistant.retrieval.answerable import Scale, Signals
from assistant.retrieval.evidence import passage_spans
from assistant.retrieval.fusion import Background
from assistant.retrieval.query import Query
from assistant.retrieval.search import RERANKED, Scope, Searcher
from assistant.types import LANGUAGES, Hit, Language, Passage, Record

if TYPE_CHECKING:
    from assistant.library import Library

PROBES = 100
"""Questions asked for each language: the standard error of a mean is then a tenth of its deviation."""
LEAST_PROBES = 30
"""With fewer the spread is chance, and `usual_scale` is nearer the truth."""
CHANGED_SHARE = 0.1
"""A library that grew or shrank by less keeps its scale."""
COLLECTION_PASSAGES = 60
"""A longer document is a collection: of it only the passage itself is held out."""
SEARCHED = RERANKED + 20
"""So that enough is left when a document is taken out."""
KEY = "calibration"
VERSION = 7  # raise when probes or signals change

_EN_FRAMES = ("What about {}?", "How does {}?", "What is {}?", "When is {}?", "Who {}?")
_ZH_FRAMES = ("{}是什么？", "{}是怎么规定的？", "{}有多少？", "{}由谁负责？", "{}吗？")
_EN_WORDS = re.compile(r"[A-Za-z][\w'-]*")
_ZH_RUN = re.compile(r"[\u4e00-\u9fff]+")


class Calibration(Record):
    """The scales of a library, and what they were measured on."""

    version: int
    fingerprint: str
    passages: dict[Language, int]
    scales: dict[Language, Scale] = Field(description="languages with too few passages are missing")


def make_probe(text: str, language: Language, rng: Random) -> str | None:
    """Turn a stretch of a sentence into a question about it; `None` when it has too few words."""
    if language == "en":
        words = _EN_WORDS.findall(text)
        wanted = rng.randint(6, 10)
        joiner, frames = " ", _EN_FRAMES
    else:
        words = list(max(_ZH_RUN.findall(text), key=len, default=""))
        wanted = rng.randint(8, 14)
        joiner, frames = "", _ZH_FRAMES
    if len(words) < 5:
        return None
    start = rng.randint(0, max(0, len(words) - wanted))
    return rng.choice(frames).format(joiner.join(words[start : start + wanted]))


def read_scales(library: Library) -> Mapping[Language, Scale]:
    """Give the measured scales by language; empty for a library that was never calibrated."""
    found = library.read_value(KEY)
    if found is None or found.get("version") != VERSION:
        return {}
    return Calibration.model_validate(found).scales


def usual_scale(
    backgrounds: Mapping[Language, Background], language: Language, *, has_wording: bool = True
) -> Scale:
    """Give what is usual, for a library too small to measure: distances in the question's own background.

    Source: means over the probes of the shipped corpus and of a library of 12,399 encyclopedia passages.

    Args:
        has_wording: The embedder gives token vectors; otherwise nearness stands in for the wording.
    """
    background = backgrounds.get(language) or next(iter(backgrounds.values()))
    near, spread = background.mean + 3.9 * background.deviation, background.deviation
    wording, around = (0.80, 0.035) if has_wording else (near, spread)
    return Scale(mean=(near, -2.0, 4.3, wording), deviation=(spread, 1.4, 0.9, around))


def calibrate(
    library: Library,
    searcher: Searcher,
    fingerprint: str,
    progress: Callable[[int, int], None] | None = None,
) -> Calibration:
    """Measure the scales of a library and keep them in it; nothing is done while they still hold.

    The probes depend on the passages alone, so that the same library gives the same scales.

    Args:
        fingerprint: Of the embedder; another one gives other cosines.
        progress: Called with the probes asked and the most there can be.
    """
    counts: dict[Language, int] = {language: library.passage_count(language) for language in LANGUAGES}
    kept = library.read_value(KEY)
    if kept is not None and kept.get("version") == VERSION:
        known = Calibration.model_validate(kept)
        if known.fingerprint == fingerprint and not has_changed(known.passages, counts):
            return known
    scales: dict[Language, Scale] = {}
    asked = 0
    for language in LANGUAGES:
        rows: list[Signals] = []
        for signals in _ask_probes(library, searcher, language):
            asked += 1
            rows += [] if signals is None else [signals]
            if progress:
                progress(asked, PROBES * len(LANGUAGES))
        if len(rows) >= LEAST_PROBES:
            table = np.array(rows, dtype=np.float64)
            scales[language] = Scale(
                mean=tuple(np.round(table.mean(0), 4).tolist()),
                deviation=tuple(np.round(np.maximum(table.std(0), 1e-3), 4).tolist()),
            )
    calibration = Calibration(version=VERSION, fingerprint=fingerprint, passages=counts, scales=scales)
    library.write_value(KEY, calibration.model_dump())
    return calibration


def has_changed(before: Mapping[Language, int], now: Mapping[Language, int]) -> bool:
    """Tell whether a library, in passages by language, is no longer the one that was measured."""
    return any(abs(now[name] - before.get(name, 0)) > CHANGED_SHARE * before.get(name, 0) for name in now)


def _ask_probes(library: Library, searcher: Searcher, language: Language) -> Iterator[Signals | None]:
    for passage, probe in make_probes(library, language, PROBES):
        found = searcher.search(Query(probe, language), Scope("staff"), k=SEARCHED)
        hits = hold_out(library, passage, found.hits)
        wording = searcher.wording.match(probe, hits, found.meant)
        yield read_signals(hits[:RERANKED], found.backgrounds, language, wording)


def make_probes(library: Library, language: Language, count: int) -> Iterator[tuple[Passage, str]]:
    """Make at most `count` questions from passages, in an order that depends on their ids alone."""
    ids = [
        pid for name, own in library.passage_ids().items() if name.startswith(f"{language}-") for pid in own
    ]
    ordered = sorted(ids, key=lambda pid: hashlib.sha256(pid.encode()).digest())
    made = 0
    for start in range(0, len(ordered), PROBES):
        batch = ordered[start : start + PROBES]
        passages = library.passages(batch)
        for passage_id in batch:
            rng = Random(passage_id)
            if (passage := passages.get(passage_id)) and (probe := _probe_of(passage, language, rng)):
                yield passage, probe
                made += 1
                if made == count:
                    return


def _probe_of(passage: Passage, language: Language, rng: Random) -> str | None:
    texts: Sequence[str] = [
        passage.text[span.start - passage.start : span.end - passage.start] for span in passage_spans(passage)
    ]
    return make_probe(rng.choice(texts), language, rng) if texts else None


def hold_out(library: Library, passage: Passage, hits: Sequence[Hit]) -> list[Hit]:
    """Leave out the document of a passage."""
    held_out = _held_out(library, passage)
    return [h for h in hits if h.passage.document not in held_out and h.passage.id != passage.id]


def _held_out(library: Library, passage: Passage) -> frozenset[str]:
    """Give the document of a passage with its translations; none for a collection."""
    if len(library.document_passages(passage.document)) > COLLECTION_PASSAGES:
        return frozenset()
    known = {p.id: p.translation_of or p.id for p in library.provenances()}
    family = known.get(passage.document, passage.document)
    return frozenset(document for document, own in known.items() if own == family)
