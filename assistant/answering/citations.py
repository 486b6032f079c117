"""Turning chosen spans into sentences with citations; a quote is a slice of the cited revision."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.blocks import Block
from assistant.types import Citation, Evidence, Sentence, Span, Verdict
from assistant.verification.reasons import because

EXACT = Verdict(label="supported", score=1.0, reasons=(because("quoted"),))

_BULLET = re.compile(r"^(?:[-*+•]\s+|\d+[.)]\s+(?=\D))")
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")


def plain_words(quote: str) -> str:
    """Strip the marks of Markdown from a quote, none of its words."""
    text = _BULLET.sub("", quote.strip())
    text = _EMPHASIS.sub(r"\2", text)
    return re.sub(r"\s*\n\s*", " ", text)


def cite(number: int, evidence: Evidence, start: int, end: int) -> Citation:
    """Cite a stretch of a passage, by document offsets."""
    passage, provenance = evidence.passage, evidence.provenance
    return Citation(
        number=number,
        document=passage.document,
        revision=passage.revision,
        title=provenance.title,
        kind=provenance.kind,
        issuer=provenance.issuer,
        status=provenance.status,
        sample=provenance.is_sample,
        audience=provenance.audience,
        version=provenance.version,
        effective_from=provenance.effective_from,
        effective_to=provenance.effective_to,
        language=passage.language,
        locator=passage.locator,
        page=passage.page,
        quote=passage.text[start - passage.start : end - passage.start],
        start=start,
        end=end,
    )


class CitationList:
    """Numbers citations in order of first use; the same place keeps its number."""

    def __init__(self) -> None:
        self._by_place: dict[tuple[str, int, int], Citation] = {}

    def add(self, evidence: Evidence, start: int, end: int) -> int:
        """Give the number of a place, new or known."""
        place = (evidence.passage.id, start, end)
        if place not in self._by_place:
            self._by_place[place] = cite(len(self._by_place) + 1, evidence, start, end)
        return self._by_place[place].number

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations, numbered from 1."""
        return tuple(self._by_place.values())


def quote_spans(
    block: Block, spans: Sequence[Span], group: int, citations: CitationList, *, first: Span | None = None
) -> list[Sentence]:
    """Make a sentence of each span; neighbouring ones share one citation.

    Args:
        spans: Some of `block.spans`, in order.
        first: One of them that is said before the others.
    """
    sentences: list[Sentence] = []
    for run in _runs(block, spans):
        number = citations.add(block.evidence, run[0].start, run[-1].end)
        for span in run:
            words = block.text_of(span)
            kind = "item" if span.kind == "item" else "text"
            if words.startswith("|"):
                kind = "row" if span.kind == "row" else "heading"
            sentence = Sentence(
                text=plain_words(words),
                citations=(number,),
                verdict=EXACT,
                role="quote",
                group=group,
                kind=kind,
            )
            sentences.insert(0 if span == first else len(sentences), sentence)
    return sentences


def _runs(block: Block, spans: Sequence[Span]) -> list[list[Span]]:
    """Group spans that stand next to each other in the block."""
    order = {span: index for index, span in enumerate(block.spans)}
    runs: list[list[Span]] = []
    for span in spans:
        if runs and order[span] == order[runs[-1][-1]] + 1:
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs
