"""A configured cross-encoder: it puts hits in order, and its best score joins the judgement whether they answer.

No threshold stands in front of its scores: logits, probabilities and cosines differ by model, and by library. So it is
measured on questions made from the library itself, with their passage present and with its document held out.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field

from assistant.answering.calibration import SEARCHED, has_changed, hold_out, make_probes
from assistant.retrieval.query import Query
from assistant.retrieval.rerank import rerank
from assistant.retrieval.search import Scope, Searcher
from assistant.types import LANGUAGES, Hit, Language, Record

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.models import Reranker

READ = 10
"""First hits whose best score is judged; what is read beyond them is only put in order."""
PROBES = 40
"""Questions read for each language, some 12 passages each: 10 s with a small model, minutes with one of 560 million."""
LEAST_PROBES = 30
LEAST_AREA = 0.75
"""A reranker that tells no more than three of four pairs of probes apart has no say; a probe repeats its passage, so
that is little to ask. From there its say grows with what it tells."""
MOST = 0.5
"""Of the log-odds: what a reranker that tells all probes apart adds or takes away at most. Probes are easier than readers'
questions, so one that only counts shared words gets a say and lowers answers that are right: at 1.5 it had 20 % of the
answerable English dev questions refused instead of 5 %, at .5 11 % (docs/decisions/0007)."""
ZERO = 0.25
"""Place of the score that says nothing, from 0 (below all probes) over .5 (between both kinds) to 1 (above all): the
middle of what is found without the passage, where the other signals have their zero. Half-way between the kinds would
be too high: a probe repeats the words of its passage, a reader's question does not."""
KEY = "second_look"
VERSION = 1  # raise when probes, or what is read of them, change

Progress = Callable[[int, int], None]


class Contrast(Record):
    """A reranker's best scores for the probes of one language, with the passage asked about and with its document held out."""

    present: tuple[float, ...] = Field(min_length=1, description="in rising order")
    held_out: tuple[float, ...] = Field(min_length=1, description="in rising order")

    @property
    def area(self) -> float:
        """The chance that a probe with its passage scores above one without, ties half (AUROC)."""
        above = sum(bisect_left(self.held_out, s) + bisect_right(self.held_out, s) for s in self.present)
        return above / (2 * len(self.present) * len(self.held_out))

    @property
    def weight(self) -> float:
        """What a score adds to the log-odds or takes away at most; 0 for a reranker that does not tell probes apart."""
        return round(MOST * max(0.0, self.area - LEAST_AREA) / (1 - LEAST_AREA), 4)

    def lean(self, score: float) -> float:
        """Give what a best score adds to the log-odds of an answer, at most `weight` either way.

        Only the order of scores counts, so that any rising scale of them gives the same.
        """
        if not math.isfinite(score):
            return 0.0
        above = bisect_left(self.held_out, score) / len(self.held_out)
        as_good = bisect_right(self.present, score) / len(self.present)
        place = (above + as_good) / 2
        side = ZERO if place < ZERO else 1 - ZERO
        return round(self.weight * (place - ZERO) / side, 4)


class Contrasts(Record):
    """What is kept in a library of one reranker."""

    version: int
    embedder: str
    reranker: str
    passages: dict[Language, int]
    by_language: dict[Language, Contrast] = Field(description="languages with too few passages are missing")

    def describe(self) -> str:
        """Say what came out, in a line for staff."""
        found = [
            f"{language} {contrast.area:.2f}{'' if contrast.weight else ', too little for a say in the judgement'}"
            for language, contrast in self.by_language.items()
        ]
        told = "; ".join(found) or "too few passages to tell"
        return f"measured on questions made from this library, the share of pairs told apart: {told}."


class Look(NamedTuple):
    """Hits in the order to answer from, and what their best score adds to the log-odds; `None`: nothing is known."""

    hits: list[Hit]
    lean: float | None


class SecondLook:
    """Reads the hits of a question once more; without a reranker it leaves all as it is."""

    def __init__(self, library: Library, reranker: Reranker | None) -> None:
        self._library = library
        self._reranker = reranker

    @property
    def has_reranker(self) -> bool:
        """True when there is a model to read with."""
        return self._reranker is not None

    def order(self, query: Query, hits: list[Hit]) -> Look:
        """Put hits in the reranker's order; their best score is that of the first `READ` as they were found."""
        if self._reranker is None or not hits:
            return Look(hits, None)
        ordered = rerank(query.meaning_parts[-1].text, hits, self._reranker, len(hits))
        first = {hit.passage.id for hit in hits[:READ]}
        return Look(ordered, self._lean(query.language, [h.score for h in ordered if h.passage.id in first]))

    def judge(self, part: Query, hits: Sequence[Hit]) -> float | None:
        """Give what the best score of the first `READ` hits adds to the log-odds, for a part of a question.

        It is read by itself, without the whole that was searched beside it; with a reranker that has no say, not at all.
        """
        if self._reranker is None or not hits or self._contrast(part.language) is None:
            return None
        texts = [hit.passage.embedded_text for hit in hits[:READ]]
        return self._lean(part.language, self._reranker.score(part.text, texts).tolist())

    def _lean(self, language: Language, scores: Sequence[float]) -> float | None:
        contrast = self._contrast(language)
        return contrast.lean(max(scores)) if contrast is not None else None

    def _contrast(self, language: Language) -> Contrast | None:
        """Give what was measured of this very reranker, when it has a say."""
        kept = read_contrasts(self._library)
        if kept is None or self._reranker is None or kept.reranker != self._reranker.fingerprint:
            return None
        contrast = kept.by_language.get(language)
        return contrast if contrast is not None and contrast.weight else None


def read_contrasts(library: Library) -> Contrasts | None:
    """Give what was measured last; `None` for a library that no reranker was measured on."""
    found = library.read_value(KEY)
    return Contrasts.model_validate(found) if found and found.get("version") == VERSION else None


def measure_reranker(
    library: Library, searcher: Searcher, reranker: Reranker, embedder: str, progress: Progress | None = None
) -> Contrasts:
    """Let a reranker read the library's own questions and keep its scores; nothing is done while they still hold.

    Args:
        embedder: Its fingerprint: what is found, and so read, depends on it.
        progress: Called with the probes done and their number.
    """
    counts: dict[Language, int] = {language: library.passage_count(language) for language in LANGUAGES}
    kept = read_contrasts(library)
    if (
        kept is not None
        and (kept.embedder, kept.reranker) == (embedder, reranker.fingerprint)
        and not has_changed(kept.passages, counts)
    ):
        return kept
    by_language: dict[Language, Contrast] = {}
    for number, language in enumerate(LANGUAGES):
        rows: list[tuple[float, float]] = []
        for passage, probe in make_probes(library, language, PROBES):
            found = searcher.search(Query(probe, language), Scope("staff"), k=SEARCHED).hits
            if without := hold_out(library, passage, found):
                rows.append(_read_probe(reranker, probe, found[:READ], without[:READ]))
            if progress:
                progress(number * PROBES + len(rows), len(LANGUAGES) * PROBES)
        told = [row for row in rows if all(map(math.isfinite, row))]
        if len(told) >= LEAST_PROBES:
            present, held_out = (tuple(sorted(scores)) for scores in zip(*told, strict=True))
            by_language[language] = Contrast(present=present, held_out=held_out)
    contrasts = Contrasts(
        version=VERSION, embedder=embedder, reranker=reranker.fingerprint, passages=counts, by_language=by_language
    )  # fmt: skip
    library.write_value(KEY, contrasts.model_dump())
    return contrasts


def _read_probe(
    reranker: Reranker, probe: str, found: Sequence[Hit], without: Sequence[Hit]
) -> tuple[float, float]:
    """Give the best score with the passage asked about and without its document; each text is read once."""
    texts = {hit.passage.id: hit.passage.embedded_text for hit in (*found, *without)}
    scores = dict(zip(texts, reranker.score(probe, list(texts.values())).tolist(), strict=True))
    best_found, best_without = (max(scores[hit.passage.id] for hit in hits) for hits in (found, without))
    return best_found, best_without
