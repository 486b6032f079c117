import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.web.markdown import render_document

LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "# Title", "## Part 1", "", "| a | b |", "| --- | --- |", "| x \\| y | 2 |", "- item", "  more", "1. one",
                "(a) first;", "```", "    indented", "> quote", "7.2 **Bold** and `code` here.", "***", "第七条 会费为100元。",
                "<script>alert(1)</script>", "[x](javascript:alert(1))", "![p](https://outside.example/p.png)", "&lt;b&gt;",
            ]
        ),
        st.text(st.characters(codec="utf-8", exclude_characters="\n\r\x00"), max_size=30),
    ),
    max_size=12,
)  # fmt: skip
TAG = re.compile(r"<(/?)([a-z0-9]+)((?:\s+[a-z-]+=(?:\"[^\"]*\"|'[^']*'))*)\s*/?>")
ALLOWED = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "em",
    "strong", "code", "pre", "blockquote", "hr", "mark", "span",
}  # fmt: skip


def text_of_marks(rendered: str) -> str:
    return html.unescape(
        re.sub(r"<[^>]+>", "", "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", rendered, re.S)))
    )


@settings(max_examples=150, deadline=None)
@given(LINES, st.data())
def test_only_harmless_elements_come_out(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    start = data.draw(st.integers(0, len(text)))
    rendered = render_document(text, start=start, end=data.draw(st.integers(start, len(text))))
    for _closing, name, attributes in TAG.findall(rendered):
        assert name in ALLOWED
        assert not re.search(r"\b(?:on\w+|href|src)=", attributes)
    assert "<" not in TAG.sub("", rendered)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("abc 中文，.7"), min_size=1, max_size=20), min_size=1, max_size=6),
    st.data(),
)
def test_marked_text_of_plain_lines_is_the_span(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(f"w{line.strip()}" for line in lines)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    squeezed = re.sub(r"\s+", "", text_of_marks(render_document(text, start=start, end=end)))
    assert squeezed == re.sub(r"\s+", "", text[start:end])


@pytest.mark.parametrize(
    ("text", "quote", "marked"),
    [
        pytest.param(
            "1.1 One **bold word** two.", "One **bold word** two.", "One bold word two.", id="across-bold"
        ),
        pytest.param("| A | B |\n|---|---|\n| x | 1 |\n| y | 1 |", "| y | 1 |", "y1", id="table-row"),
        pytest.param("| A | B |\n|---|---|\n| 1 | 1 |", "1 |", "1", id="second-of-two-equal-cells"),
        pytest.param(
            "2.1 Needed:\n(a) this;\n(b) that.", "(a) this;\n(b) that.", "(a) this;(b) that.", id="clauses"
        ),
        pytest.param("- one\n- two\n", "- two", "two", id="list-item"),
        pytest.param("## Article 4 Tiers\n", "## Article 4 Tiers", "Article 4 Tiers", id="heading"),
        pytest.param("第七条 会费。退会。", "退会。", "退会。", id="chinese"),
        pytest.param("<b>x</b> & y", "<b>x</b>", "<b>x</b>", id="html-is-text"),
    ],
)
def test_the_quote_is_marked(text: str, quote: str, marked: str) -> None:
    start = text.rindex(quote)
    assert text_of_marks(render_document(text, start=start, end=start + len(quote))) == marked


def test_without_a_span_nothing_is_marked() -> None:
    assert "<mark" not in render_document("a\n\nb")
    assert "<mark" not in render_document("a\n\nb", start=1, end=1)
