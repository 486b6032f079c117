"""Read HTML as Markdown-like text: headings, paragraphs, lists, tables; nothing that a browser hides."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.ingest.provenance import split_front_matter
from assistant.ingest.readers.content import Content, clean_text
from assistant.ingest.readers.tables import pipe_rows
from assistant.ingest.readers.text import decode_text

if TYPE_CHECKING:
    from bs4 import Tag
    from bs4.element import PageElement

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_DROPPED = frozenset(
    "script style nav template noscript head iframe object embed svg math canvas audio video select button input "
    "textarea dialog".split()
)
_BLOCKS = frozenset(
    "p div section article main header footer aside figure figcaption blockquote address dl dt dd pre hr form "
    "fieldset details summary body html center caption".split()
)


def read_html(data: bytes, name: str) -> Content:
    """Read a page; its title is the first `h1`, or else the `title` element."""
    from bs4 import BeautifulSoup

    charset = _CHARSET.search(data[:4096])
    declared = charset[1].decode("ascii") if charset else None
    front = split_front_matter(clean_text(decode_text(data, name, declared=declared)), name)
    # An XML declaration would make the parser look for another encoding than the one already applied.
    soup = BeautifulSoup(re.sub(r"^\s*<\?xml[^>]*>", "", front.body), "lxml")
    writer = _Writer()
    writer.write_children(soup)
    heading, title = soup.find("h1"), soup.find("title")
    named = heading if heading and heading.get_text(strip=True) else title
    return Content(
        clean_text(writer.text()),
        stated=front.stated,
        title=named.get_text(" ", strip=True) if named else None,
    )


class _Writer:
    """Collects blocks of text while it walks down the tree."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.line: list[str] = []

    def text(self) -> str:
        """Give everything written; list items and rows stand on lines of their own."""
        self.end_block()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.blocks)).strip()

    def write_children(self, element: Tag) -> None:
        for child in element.children:
            self.write(child)

    def write(self, node: PageElement) -> None:
        from bs4.element import NavigableString, PreformattedString, Tag

        if isinstance(node, NavigableString):
            # Comments, CDATA and declarations are PreformattedString.
            if not isinstance(node, PreformattedString):
                self.line.append(re.sub(r"\s+", " ", node))
        elif isinstance(node, Tag) and not is_hidden(node):
            self._write_tag(node)

    def _write_tag(self, tag: Tag) -> None:
        if re.fullmatch(r"h[1-6]", tag.name):
            self._write_heading(tag)
        elif tag.name in ("ul", "ol"):
            self._write_list(tag)
        elif tag.name == "table":
            self._write_table(tag)
        elif tag.name == "br":
            self.line.append("\n")
        elif tag.name in _BLOCKS:
            self.end_block()
            self.write_children(tag)
            self.end_block()
        else:
            self.write_children(tag)

    def end_block(self, prefix: str = "", after: str = "") -> None:
        lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(self.line).split("\n"))
        words = "\n".join(line for line in lines if line)
        if words:
            self.blocks += [prefix + words, after]
        self.line = []

    def _write_heading(self, tag: Tag) -> None:
        self.end_block()
        words = inline_text(tag)
        if words:
            self.blocks += ["", f"{'#' * int(tag.name[1])} {words}", ""]

    def _write_list(self, tag: Tag) -> None:
        self.end_block()
        start = str(tag.get("start") or "1")
        number = int(start) if start.isdecimal() and len(start) < 6 else 1
        for item in tag.find_all("li", recursive=False):
            if is_hidden(item):
                continue
            mark = f"{number}. " if tag.name == "ol" else "- "
            number += 1
            before = len(self.blocks)
            self.write_children(item)
            self.end_block()
            written = [block for block in self.blocks[before:] if block]
            if written and not written[0].startswith(("- ", "|")):
                written[0] = mark + written[0]
            self.blocks[before:] = written
        self.blocks.append("")

    def _write_table(self, tag: Tag) -> None:
        self.end_block()
        caption = tag.find("caption")
        if caption:
            self.blocks += [inline_text(caption), ""]
        rows: list[list[str]] = []
        for row in tag.find_all("tr"):
            if row.find_parent("table") is tag and not is_hidden(row):
                cells = [cell for cell in row.find_all(["td", "th"], recursive=False) if not is_hidden(cell)]
                rows.append([text for cell in cells for text in _spread(cell)])
        self.blocks += [*pipe_rows(rows), ""]


def is_hidden(tag: Tag) -> bool:
    """Tell whether a browser would not show an element, by its kind, attribute or own style."""
    style = str(tag.get("style") or "")
    return tag.name in _DROPPED or tag.has_attr("hidden") or bool(_HIDDEN_STYLE.search(style))


def inline_text(tag: Tag) -> str:
    """Give the visible words below an element on one line."""
    writer = _Writer()
    writer.write_children(tag)
    return re.sub(r"\s+", " ", writer.text()).strip()


def _spread(cell: Tag) -> list[str]:
    """Give a cell's words, and an empty cell for each further column it spans."""
    span = str(cell.get("colspan") or "1")
    columns = min(int(span), 50) if span.isdecimal() and len(span) < 4 else 1
    return [inline_text(cell), *[""] * (columns - 1)]
