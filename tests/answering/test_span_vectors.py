"""Vectors of spans: one row for each, worked out once, stored, and bounded for one answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.answering import span_vectors
from assistant.answering.span_vectors import embed_evidence_spans, embed_missing_spans, span_text
from assistant.retrieval.evidence import passage_spans
from assistant.types import Evidence
from tests.answering.responders import open_rules
from tests.library.indexes import Index
from tests.samples import make_evidence, make_passage

RULES = {
    "ropes": ("## Ropes\n\nRopes are dry. Ropes are thirty metres long.", {}),
    "lamps": ("## 灯\n\n灯在黄昏点亮。灯在黎明熄灭。", {"language": "zh"}),
}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with open_rules(tmp_path, RULES) as opened:
        yield opened


def evidence_of(index: Index) -> list[Evidence]:
    ids = sorted(set().union(*index.library.passage_ids().values()))
    return make_evidence(*index.library.passages(ids).values())


def test_a_span_is_embedded_under_its_nearest_heading() -> None:
    passage = make_passage("Ropes are dry. Boots are wet.", start=70, headings=["Gear", "Ropes"])
    assert [span_text(passage, span) for span in passage_spans(passage)] == [
        "Ropes\nRopes are dry.",
        "Ropes\nBoots are wet.",
    ]
    bare = make_passage("Ropes are dry.", title="Rules of the boat")
    assert span_text(bare, passage_spans(bare)[0]) == "Rules of the boat\nRopes are dry."


def test_every_span_has_the_row_of_its_text_and_is_embedded_once(index: Index) -> None:
    evidence = evidence_of(index)
    first = embed_evidence_spans(evidence, index.library, index.embedder)
    assert set(first) == {item.passage.id for item in evidence}
    for item in evidence:
        own = index.embedder.encode_queries([span_text(item.passage, span) for span in item.spans])
        assert np.allclose(first[item.passage.id], own, atol=1e-3)
    index.embedder.embedded.clear()
    again = embed_evidence_spans(evidence, index.library, index.embedder)
    assert index.embedder.embedded == []
    assert all(np.allclose(again[key], first[key], atol=1e-3) for key in first)


def test_what_does_not_fit_into_one_answer_is_left_out(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = evidence_of(index)
    monkeypatch.setattr(span_vectors, "MAX_NEW_SPANS", len(first.spans))
    index.embedder.fingerprint = "another-model"  # nothing is stored for it
    assert set(embed_evidence_spans([first, second], index.library, index.embedder)) == {first.passage.id}


def test_missing_spans_are_embedded_once_and_counted(index: Index) -> None:
    index.embedder.fingerprint = "another-model"
    evidence = evidence_of(index)
    seen: list[tuple[int, int]] = []
    done = embed_missing_spans(
        index.library, index.embedder, lambda *at: seen.append(at), passages=[evidence[0].passage.id]
    )
    assert done == len(evidence[0].spans)
    assert seen == [(1, 1)]
    assert embed_missing_spans(index.library, index.embedder) == len(evidence[1].spans)
    assert embed_missing_spans(index.library, index.embedder) == 0
