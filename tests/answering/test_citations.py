"""A quote is a slice of its document, and the same place has one number."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from assistant.answering.blocks import cut_blocks
from assistant.answering.citations import CitationList, plain_words, quote_spans
from tests import strategies
from tests.samples import make_evidence, make_passage


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        pytest.param("- **Dues** are `annual`", "Dues are annual", id="bullet-and-emphasis"),
        pytest.param("2 ** 3 ** 2", "2 ** 3 ** 2", id="no-emphasis"),
        pytest.param("1. Send the form", "Send the form", id="step"),
        pytest.param("7.1 Dues are annual", "7.1 Dues are annual", id="clause-number-stays"),
        pytest.param("20. 5 percent", "20. 5 percent", id="a-figure-is-no-step"),
        pytest.param("two\n  lines", "two lines", id="lines-are-joined"),
        pytest.param("（一）秘书处；", "（一）秘书处；", id="chinese-number-stays"),
    ],
)
def test_plain_words(quote: str, words: str) -> None:
    assert plain_words(quote) == words


def test_the_same_place_keeps_its_number() -> None:
    first, second = make_evidence(make_passage("Dues are annual."), make_passage("Fees differ.", "fees"))
    citations = CitationList()
    assert [citations.add(first, 0, 4), citations.add(second, 0, 4), citations.add(first, 0, 4)] == [1, 2, 1]
    assert citations.add(first, 0, 8) == 3
    assert [c.number for c in citations.citations] == [1, 2, 3]
    assert [c.quote for c in citations.citations] == ["Dues", "Fees", "Dues are"]


def test_a_citation_carries_where_its_words_come_from() -> None:
    passage = make_passage("Dues are annual.", page=4, headings=("Article 7",), clause="7")
    [evidence] = make_evidence(passage, audience="member", version="2.0", kind="policy", issuer="Council")
    citations = CitationList()
    citations.add(evidence, 0, 16)
    [citation] = citations.citations
    assert (citation.audience, citation.version, citation.kind, citation.issuer) == (
        "member", "2.0", "policy", "Council",
    )  # fmt: skip
    assert (citation.page, citation.locator, citation.language) == (4, "Article 7, p. 4", "en")


def test_neighbours_share_a_citation_and_others_have_their_own() -> None:
    [evidence] = make_evidence(make_passage("One is. Two is. Three is. Four is."))
    [block] = cut_blocks(evidence)
    citations = CitationList()
    one, two, _, four = block.spans
    sentences = quote_spans(block, [one, two, four], 0, citations)
    assert [s.citations for s in sentences] == [(1,), (1,), (2,)]
    assert [c.quote for c in citations.citations] == ["One is. Two is.", "Four is."]


@settings(max_examples=60)
@given(strategies.documents())
def test_every_quote_is_a_slice_of_its_document(document: object) -> None:
    text = document.text  # type: ignore[attr-defined]
    if not text.strip():
        return
    start = len(text) // 3
    if not text[start:].strip():
        return
    [evidence] = make_evidence(make_passage(text[start:], start=start))
    citations = CitationList()
    for group, block in enumerate(cut_blocks(evidence)):
        for sentence in quote_spans(block, block.spans, group, citations):
            assert sentence.verdict.label == "supported"
            assert set(sentence.citations) <= {c.number for c in citations.citations}
    for citation in citations.citations:
        assert text[citation.start : citation.end] == citation.quote != ""
