"""The passages an answer is made from: numbered and within budget."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.retrieval.evidence import MAX_EVIDENCE, passage_spans
from assistant.types import Hit
from tests import strategies
from tests.invariants import assert_spans
from tests.samples import choose, make_hits, make_passage

non_empty = strategies.texts.filter(lambda text: text.strip() != "")
hit_lists = st.lists(non_empty, max_size=12).map(
    lambda texts: make_hits(*(make_passage(text, f"doc{n}") for n, text in enumerate(texts)))
)


@settings(max_examples=40)
@given(hit_lists, st.integers(1, 2000))
def test_numbered_within_budget_and_the_best_always_fits(hits: list[Hit], max_chars: int) -> None:
    evidence = choose(hits, max_chars=max_chars)
    assert [item.number for item in evidence] == list(range(1, len(evidence) + 1))
    assert len(evidence) <= MAX_EVIDENCE
    assert bool(evidence) == bool(hits)
    if hits:
        assert evidence[0].passage == hits[0].passage
    assert sum(len(item.passage.text) for item in evidence[1:]) <= max_chars
    assert len(evidence) < 2 or sum(len(item.passage.text) for item in evidence) <= max_chars
    ids = [item.passage.id for item in evidence]
    assert len(set(ids)) == len(ids)


@settings(max_examples=40)
@given(non_empty, st.integers(0, 500))
def test_spans_are_slices_of_the_document(text: str, start: int) -> None:
    passage = make_passage(text, start=start)
    document = "x" * start + text
    assert_spans(passage_spans(passage), document, start, start + len(text))


def test_a_long_passage_is_passed_over_for_a_shorter_one() -> None:
    hits = make_hits(make_passage("a" * 60, "a"), make_passage("b" * 60, "b"), make_passage("c" * 30, "c"))
    assert [item.passage.document for item in choose(hits, max_chars=100)] == ["a", "c"]
