"""Small valid values of the data path behind retrieval: passages, hits, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.retrieval.evidence import list_candidates, passage_spans, select_evidence
from assistant.types import Citation, Evidence, Hit, Passage, Provenance, Sentence, Verdict
from assistant.words import detect_language
from tests.strategies import make_provenance

REVISION = "0123456789ab"
SUPPORTED = Verdict(label="supported", score=1.0)


def make_passage(text: str, document: str = "rules.en", *, start: int = 0, **values: object) -> Passage:
    """Give a passage around a text that stands at `start` of its document."""
    end = start + len(text)
    return Passage.model_validate(
        {
            "id": f"{document}@{REVISION}#{start}-{end}",
            "document": document,
            "revision": REVISION,
            "title": "Rules",
            "text": text,
            "start": start,
            "end": end,
            "language": detect_language(text),
            **values,
        }
    )


def make_hits(*passages: Passage) -> list[Hit]:
    """Rank passages in the order given."""
    return [Hit(passage, 1.0 - rank / 100, rank) for rank, passage in enumerate(passages, start=1)]


def provenances_of(hits: Sequence[Hit], **values: object) -> dict[str, Provenance]:
    """Give every document of the hits a provenance, changed by `values`."""
    return {
        hit.passage.document: make_provenance(
            **{"id": hit.passage.document, "language": hit.passage.language, "status": "official", **values}
        )
        for hit in hits
    }


def make_evidence(*passages: Passage, **values: object) -> list[Evidence]:
    """Number passages as evidence without selecting; `values` go to their provenance."""
    known = provenances_of(make_hits(*passages), **values)
    return [
        Evidence(number, passage, known[passage.document], passage_spans(passage), 1.0)
        for number, passage in enumerate(passages, start=1)
    ]


def choose(
    hits: Sequence[Hit],
    known: Mapping[str, Provenance] | None = None,
    *,
    max_chars: int = 100_000,
) -> list[Evidence]:
    """Select evidence with room for all."""
    candidates = list_candidates(hits, known or provenances_of(hits))
    return select_evidence(candidates, max_chars=max_chars)


def make_citation(number: int = 1, quote: str = "Dues are paid yearly.", **values: object) -> Citation:
    """Give a citation of an official document."""
    return Citation.model_validate(
        {
            "number": number,
            "document": "rules.en",
            "revision": REVISION,
            "title": "Rules",
            "kind": "rules",
            "status": "official",
            "audience": "public",
            "language": "en",
            "locator": "Article 7",
            "quote": quote,
            "start": 0,
            "end": len(quote),
            **values,
        }
    )


def make_sentence(text: str = "Dues are paid yearly.", *citations: int, **values: object) -> Sentence:
    """Give a supported sentence; it cites [1] unless told otherwise."""
    return Sentence.model_validate(
        {"text": text, "citations": citations or (1,), "verdict": SUPPORTED, **values}
    )
