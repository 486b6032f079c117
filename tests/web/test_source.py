import pytest

from assistant.web.readers import ANONYMOUS, Reader
from assistant.web.source import MAX_SHOWN_CHARS, heading_path, open_source, show_page
from tests.web.serving import small_assistant

STAFF = Reader("Li", "staff")


def test_a_citation_opens_at_its_place() -> None:
    assistant = small_assistant()
    citation = assistant.ask("Who founded the Alliance, and when?").citations[0]
    source = open_source(
        assistant, ANONYMOUS, citation.document, citation.revision, start=citation.start, end=citation.end
    )
    assert source["available"]
    assert source["current"]
    assert source["has_file"]
    assert source["quote"] == citation.quote
    assert '<mark class="cited">' in source["html"]
    assert source["provenance"]["status"] == citation.status


@pytest.mark.parametrize("document", ["secretariat-handling-guide.en", "hostile", "no-such-document"])
def test_what_a_reader_may_not_see_tells_nothing(document: str) -> None:
    assert open_source(small_assistant(), ANONYMOUS, document, None) == {"available": False}
    assert show_page(small_assistant(), ANONYMOUS, document, 1, "x") == {"available": False}


def test_a_replaced_document_names_its_successor() -> None:
    source = open_source(small_assistant(), ANONYMOUS, "dues-2023.en", None)
    assert [link["document"] for link in source["superseded_by"]] == ["dues-2025.en"]
    assert source["provenance"]["sample"] is True


def test_a_document_names_its_translations_both_ways() -> None:
    for document, other in (("dues-2025.en", "dues-2025.zh"), ("dues-2025.zh", "dues-2025.en")):
        source = open_source(small_assistant(), ANONYMOUS, document, None)
        assert [link["document"] for link in source["translations"]] == [other]


@pytest.mark.parametrize("span", [(None, None), (5, 5), (-1, 3), (0, 10**9)], ids=str)
def test_a_span_that_is_none_opens_the_document_unmarked(span: tuple[int | None, int | None]) -> None:
    source = open_source(small_assistant(), ANONYMOUS, "dues-2025.en", None, start=span[0], end=span[1])
    assert source["quote"] is None
    assert "<mark" not in source["html"]


def test_a_pdf_page_shows_the_quote_in_a_box() -> None:
    assistant = small_assistant()
    stored = assistant.show("ip-policy-v1.zh")
    line = next(line for line in stored.text.splitlines() if len(line) > 20)
    start = stored.text.index(line)
    source = open_source(assistant, ANONYMOUS, "ip-policy-v1.zh", None, start=start, end=start + len(line))
    assert source["pages"] == len(stored.page_starts)
    assert source["page"] == 1
    picture = show_page(assistant, ANONYMOUS, "ip-policy-v1.zh", source["page"], line)
    assert picture["available"]
    assert picture["image"].startswith("data:image/png;base64,")
    assert picture["boxes"]
    assert all(0 <= value <= 1 for box in picture["boxes"] for value in box)
    assert show_page(assistant, ANONYMOUS, "ip-policy-v1.zh", 999, line) == {"available": False}


def test_a_long_document_is_shown_around_the_quote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.web.source.MAX_SHOWN_CHARS", 500)
    assistant = small_assistant()
    text = assistant.show("idea-submission-procedure.en").text
    start = text.index("Article 18 Petition")
    source = open_source(
        assistant, ANONYMOUS, "idea-submission-procedure.en", None, start=start, end=start + 19
    )
    assert source["shortened"]
    assert len(source["html"]) < 5000 < MAX_SHOWN_CHARS
    assert '<mark class="cited">Article 18 Petition</mark>' in source["html"]


def test_headings_above_a_place() -> None:
    text = "# Charter\n\n## Chapter I\n\n### Article 1\nx\n\n## Chapter II\ny"
    assert heading_path(text, text.index("x")) == ("Chapter I", "Article 1")
    assert heading_path(text, text.index("y")) == ("Chapter II",)
    assert heading_path(text, 0) == ()
