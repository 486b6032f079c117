"""Evidence as a reader sees it."""

from __future__ import annotations

from hypothesis import given, settings

from assistant.answering.blocks import Block, cut_blocks
from tests import strategies
from tests.samples import make_evidence, make_passage


def blocks_of(text: str, *, start: int = 0) -> list[Block]:
    [evidence] = make_evidence(make_passage(text, start=start))
    return cut_blocks(evidence)


def shapes(text: str) -> list[tuple[str, int, list[str]]]:
    return [(b.kind, b.lead, [b.text_of(span) for span in b.spans]) for b in blocks_of(text)]


def test_a_list_keeps_its_introduction() -> None:
    text = "Send to:\n\n- the case officer;\n- the chair.\n\nBoth answer."
    assert shapes(text) == [
        ("list", 1, ["Send to:", "the case officer;", "the chair."]),
        ("paragraph", 0, ["Both answer."]),
    ]


def test_a_chinese_list_keeps_its_introduction() -> None:
    [block] = blocks_of("提交材料包括：\n（一）申请表；\n（二）说明书。")
    assert (block.kind, block.lead, len(block.spans)) == ("list", 1, 3)


def test_an_introduction_whose_sentence_goes_on_in_the_list_needs_no_colon() -> None:
    [block] = blocks_of("6.1 The applicant sends the Secretariat\n(a) the form;\n(b) the licence.")
    assert (block.kind, block.lead, len(block.spans)) == ("list", 1, 3)
    assert [block.kind for block in blocks_of("The form is sent.\n(a) by mail;\n(b) by hand.")] == [
        "paragraph",
        "list",
    ]


def test_a_table_keeps_its_header_and_drops_the_rule() -> None:
    text = "| Tier | Dues |\n| --- | --- |\n| Member | 20,000 |\n| Observer | 0 |"
    assert shapes(text) == [
        ("table", 1, ["| Tier | Dues |", "| Member | 20,000 |", "| Observer | 0 |"]),
    ]


def test_two_tables_keep_each_its_own_header() -> None:
    table = "| Tier | Dues |\n| --- | --- |\n| {} | 20,000 |\n| Observer | 0 |"
    blocks = blocks_of(f"{table.format('Member')}\n\n{table.format('Partner')}")
    assert [(b.lead, b.text_of(b.spans[1])) for b in blocks] == [
        (1, "| Member | 20,000 |"),
        (1, "| Partner | 20,000 |"),
    ]


def test_lists_under_different_headings_stay_apart() -> None:
    assert [kind for kind, *_ in shapes("## A\n\n- one\n- two\n\n## B\n\n- three")] == ["list", "list"]


def test_a_heading_alone_is_no_block() -> None:
    assert blocks_of("## Article 7 Dues") == []
    assert blocks_of("| Tier | Dues |\n| --- | --- |") == []


def test_sentences_of_a_line_are_read_together() -> None:
    assert shapes("Dues are annual. They are low.\n\nFees differ.") == [
        ("paragraph", 0, ["Dues are annual.", "They are low."]),
        ("paragraph", 0, ["Fees differ."]),
    ]


@settings(max_examples=60)
@given(strategies.texts.filter(lambda text: text.strip() != ""))
def test_blocks_hold_spans_of_the_evidence_in_order_each_once(text: str) -> None:
    [evidence] = make_evidence(make_passage(text, start=17))
    blocks = cut_blocks(evidence)
    spans = [span for block in blocks for span in block.spans]
    assert spans == sorted(spans, key=lambda span: span.start)
    assert len(set(spans)) == len(spans)
    assert set(spans) <= set(evidence.spans)
    for block in blocks:
        assert 0 <= block.lead < len(block.spans)
        for span in block.spans:
            assert block.text_of(span) == text[span.start - 17 : span.end - 17]
    items = {span for span in evidence.spans if span.kind in ("item", "sentence", "clause")}
    assert items <= set(spans), "only headings may be left out"
