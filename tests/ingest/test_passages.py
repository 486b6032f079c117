import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.ingest.passages import SAMPLE_LINES, document_passages, split_passages
from assistant.ingest.sections import split_sections
from tests.invariants import assert_slices
from tests.strategies import documents, make_document


def count_tokens(text):
    """A token is a Chinese character, or five others: near the embedder, and adding up like it."""
    chinese = sum("\u3400" <= char <= "\u9fff" for char in text)
    return chinese + -(-(len(text) - chinese) // 5) + 2


@given(documents(), st.integers(40, 200))
@settings(max_examples=150, deadline=None)
def test_passages_are_slices_inside_one_section_within_the_bound(document, max_tokens):
    passages = document_passages(document, max_tokens=max_tokens, count_tokens=count_tokens)
    assert_slices(passages, document)
    sections = split_sections(document)
    for passage in passages:
        assert count_tokens(passage.embedded_text) <= max_tokens
        whole = not any(s.start <= passage.start and passage.end <= s.end for s in sections)
        # Only a document of headings is one passage.
        assert not whole or "\n" in passage.text or passage.text.startswith("#")


@given(documents(), st.integers(60, 200))
@settings(max_examples=60, deadline=None)
def test_no_word_of_a_section_is_lost(document, max_tokens):
    for section in split_sections(document):
        passages = split_passages(document, section, max_tokens=max_tokens, count_tokens=count_tokens)
        covered = {n for p in passages for n in range(p.start, p.end)}
        for start, end in zip([p.end for p in passages], [p.start for p in passages[1:]], strict=False):
            gap = document.text[start:end]
            assert not any(char.isalnum() for char in gap.replace("```", "")) or "`" in gap
        assert all(section.start <= n < section.end for n in covered)


def test_the_page_is_the_one_the_passage_starts_on():
    document = make_document("# A\nfirst page.\n# B\nsecond page.", page_starts=(0, 16))
    passages = document_passages(document, max_tokens=100, count_tokens=count_tokens)
    assert [(p.text, p.page) for p in passages] == [("first page.", 1), ("second page.", 2)]


def test_a_long_article_is_cut_at_its_numbered_paragraphs():
    paragraphs = [f"7.{n} " + "Every member pays the dues of the year in time. " * 3 for n in range(1, 5)]
    document = make_document("### Article 7 Dues\n" + "\n".join(paragraphs))
    passages = document_passages(document, max_tokens=60, count_tokens=count_tokens)
    assert [p.text[:4].strip() for p in passages] == ["7.1", "7.2", "7.3", "7.4"]
    assert [p.clause for p in passages] == ["7.1", "7.2", "7.3", "7.4"]
    assert {p.headings for p in passages} == {("Article 7 Dues",)}


def test_a_short_article_is_one_passage_without_its_heading():
    document = make_document("### Article 7 Dues\n7.1 Paid yearly.\n7.2 Never refunded.")
    (passage,) = document_passages(document, max_tokens=100, count_tokens=count_tokens)
    assert passage.text == "7.1 Paid yearly.\n7.2 Never refunded."
    assert passage.clause == "7"
    assert passage.embedded_text.startswith("Rules › Article 7 Dues\n7.1")


def test_a_clause_with_words_on_its_line_keeps_them():
    document = make_document("第七条 会员应当缴纳会费。", title="联盟章程")
    (passage,) = document_passages(document, max_tokens=100, count_tokens=count_tokens)
    assert (passage.text, passage.headings, passage.language) == (
        "第七条 会员应当缴纳会费。",
        ("第七条",),
        "zh",
    )


def test_a_long_table_is_cut_between_rows():
    rows = "\n".join(f"| Company {n} Limited of Shanghai | {n},000 yuan a year |" for n in range(40))
    document = make_document(f"# Dues\n| Name | Dues |\n| --- | --- |\n{rows}")
    passages = document_passages(document, max_tokens=100, count_tokens=count_tokens)
    assert len(passages) > 3
    assert all(p.text.startswith("| ") and p.text.endswith(" |") for p in passages)
    assert min(count_tokens(p.text) for p in passages) > 25  # no stub at the end


def test_numbers_alone_take_the_language_of_the_document():
    document = make_document("# 会费\n| a | 1 |\n| - | - |\n| b | 2 |", language="zh")
    assert document_passages(document, max_tokens=100, count_tokens=count_tokens)[0].language == "zh"


@pytest.mark.parametrize("line", SAMPLE_LINES)
def test_the_sample_line_gives_no_passage(line):
    document = make_document(f"{line}\n\n# Rules\n\nWords.")
    assert [p.text for p in document_passages(document, max_tokens=100, count_tokens=count_tokens)] == [
        "Words."
    ]


def test_headings_alone_give_a_passage_only_when_there_is_nothing_else():
    assert (
        document_passages(make_document("# A\n## B"), max_tokens=99, count_tokens=count_tokens)[0].text
        == "# A\n## B"
    )
    passages = document_passages(make_document("# A\n## B\nword"), max_tokens=99, count_tokens=count_tokens)
    assert [p.text for p in passages] == ["word"]


def test_long_heading_paths_lose_their_outer_part():
    text = (
        "\n".join(f"{'#' * n} {'Heading of level ' + str(n) + ' word' * 20}" for n in range(2, 7))
        + "\nWords."
    )
    (passage,) = document_passages(make_document(text), max_tokens=100, count_tokens=count_tokens)
    assert passage.headings[-1].startswith("Heading of level 6")
    assert count_tokens(passage.embedded_text) <= 100


def test_a_line_without_end_is_cut_within_seconds():
    document = make_document("x" * 1_000_000 + " " + "word, " * 300_000)
    begun = time.monotonic()
    passages = document_passages(document, max_tokens=480, count_tokens=count_tokens)
    assert time.monotonic() - begun < 20
    assert_slices(passages, document)
    assert max(count_tokens(p.embedded_text) for p in passages) <= 480


def test_a_bound_below_one_is_a_bug_of_the_caller():
    with pytest.raises(ValueError, match="max_tokens"):
        document_passages(make_document("word"), max_tokens=0, count_tokens=count_tokens)


def test_a_letter_with_thousands_of_marks_is_not_cut_mark_by_mark():
    document = make_document("Z" + "\u0301" * 20_000 + "lgo")
    cut = document_passages(document, max_tokens=80, count_tokens=count_tokens)
    assert_slices(cut, document)
    assert len(cut) < 200
