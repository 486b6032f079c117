"""Read DOCX: headings by style, numbering as Word shows it, tables in place, footnotes at the end."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from assistant.ingest.readers.archives import check_office_file
from assistant.ingest.readers.content import Content, clean_text
from assistant.ingest.readers.numbering import Numbering
from assistant.ingest.readers.tables import pipe_rows

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)


def read_docx(data: bytes, name: str) -> Content:
    """Read the body in document order; headers, footers, deleted and hidden text are left out."""
    import docx

    check_office_file(data, name, part="word/document.xml")
    document = docx.Document(io.BytesIO(data))
    reader = _Body(document)
    blocks = list(reader.blocks(document.element.body))
    blocks += [f"[{number}] {text}" for number, text in _footnotes(document)]
    text = "\n".join(line for line in blocks)
    title = (document.core_properties.title or "").strip()
    return Content(clean_text(re.sub(r"\n{3,}", "\n\n", text)).strip(), title=reader.title or title or None)


class _Body:
    """Walks the body; remembers styles, counters of numbered paragraphs, and the title paragraph."""

    def __init__(self, document: Any) -> None:
        self.levels = _heading_levels(document)
        self.numbering = Numbering(document)
        self.title: str | None = None

    def blocks(self, parent: Any) -> Iterator[str]:
        """Yield lines; an empty one stands between paragraphs, none between list items."""
        for element in parent:
            if element.tag == f"{_W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                yield from ["", *pipe_rows(self._rows(element)), ""]
            elif element.tag == f"{_W}sdt":
                content = element.find(f"{_W}sdtContent")
                yield from self.blocks(content if content is not None else ())

    def _paragraph(self, element: Any) -> Iterator[str]:
        style = element.find(f"{_W}pPr/{_W}pStyle")
        style_id = style.get(f"{_W}val") if style is not None else ""
        level = self.levels.get(style_id)
        number = self.numbering.next_mark(element, style_id)
        words = re.sub(r"[ \t]*\n[ \t]*", "\n", run_text(element)).strip()
        if not words or level == -1:
            return
        if level is not None:
            title = re.sub(r"\s+", " ", f"{number or ''} {words}").strip()
            self.title = self.title or (title if level <= 1 else None)
            yield from ["", f"{'#' * max(level, 1)} {title}", ""]
        elif number:
            yield f"{number} {words}"
        else:
            yield from ["", words, ""]

    def _rows(self, table: Any) -> list[list[str]]:
        rows: list[list[str]] = []
        for row in table.findall(f"{_W}tr"):
            cells: list[str] = []
            for cell in row.iterchildren(f"{_W}tc"):
                properties = cell.find(f"{_W}tcPr")
                merge = properties.find(f"{_W}vMerge") if properties is not None else None
                span = properties.find(f"{_W}gridSpan") if properties is not None else None
                text = " ".join(run_text(part) for part in cell.iter(f"{_W}p"))
                if (
                    merge is not None
                    and merge.get(f"{_W}val") != "restart"
                    and rows
                    and len(rows[-1]) > len(cells)
                ):
                    text = rows[-1][len(cells)]
                width = span.get(f"{_W}val", "1") if span is not None else "1"
                cells += [text, *[""] * (min(int(width), 100) - 1 if width.isdecimal() else 0)]
            rows.append(cells)
        return rows


def run_text(element: Any) -> str:
    """Give the words of a paragraph as they print: with insertions and note marks, without deletions."""
    parts: list[str] = []
    for child in element:
        tag = child.tag
        if tag in _SKIPPED or not isinstance(tag, str) or _is_vanished(child):
            continue
        if tag == f"{_W}t":
            parts.append(child.text or "")
        elif tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif tag == f"{_W}tab":
            parts.append(" ")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif tag == f"{_W}footnoteReference":
            parts.append(f"[{child.get(f'{_W}id')}]")
        else:
            # A paragraph inside a paragraph is the text of a box.
            parts += ["\n" if tag == f"{_W}p" else "", run_text(child)]
    return "".join(parts)


def _is_vanished(run: Any) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish") if run.tag == f"{_W}r" else None
    return mark is not None and mark.get(f"{_W}val") not in ("0", "false")


def _heading_levels(document: Any) -> dict[str, int]:
    """Map style ids to heading levels, the title to 1, tables of contents to -1."""
    levels: dict[str, int] = {}
    for style in document.styles.element.findall(f"{_W}style"):
        name_element = style.find(f"{_W}name")
        name = name_element.get(f"{_W}val", "") if name_element is not None else ""
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        heading = _HEADING_STYLE.match(name)
        style_id = style.get(f"{_W}styleId")
        if heading:
            levels[style_id] = min(int(heading[1]), 6)
        elif name.lower() in ("title", "标题"):
            levels[style_id] = 1
        elif name.lower().startswith("toc "):
            levels[style_id] = -1
        elif outline is not None and outline.get(f"{_W}val", "9") in "012345":
            levels[style_id] = int(outline.get(f"{_W}val")) + 1
    return levels


def _footnotes(document: Any) -> Iterator[tuple[str, str]]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for relation in document.part.rels.values():
        if relation.is_external or not relation.reltype.endswith("/footnotes"):
            continue
        for note in etree.fromstring(relation.target_part.blob, parser).findall(f"{_W}footnote"):
            text = " ".join(run_text(paragraph) for paragraph in note.iter(f"{_W}p")).strip()
            if text and note.get(f"{_W}type") is None:
                yield note.get(f"{_W}id"), text
