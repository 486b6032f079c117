"""Cut a document into sections by its headings and numbered clauses and, without those, by its pages."""

from __future__ import annotations

import re

from assistant.ingest.headings import Heading, clean_title, find_headings
from assistant.types import Document, Section


def split_sections(document: Document) -> list[Section]:
    """Cut a document into sections that tile its text: they start at 0, touch, and end at its end.

    A heading belongs to its section. A section without a number of its own carries that of the clause it
    stands in. The document's own title is left out of the heading paths.

    Returns:
        Sections in reading order; empty only for an empty text.
    """
    headings = find_headings(document.text)
    title = _title_heading(document, headings)
    sections: list[Section] = []
    path: list[Heading] = []
    starts = [heading.start for heading in headings]
    bounds = [*starts, len(document.text)]
    sections.append(Section((), 0, bounds[0]))
    for heading, end in zip(headings, bounds[1:], strict=True):
        while path and path[-1].level >= heading.level:
            path.pop()
        if heading is not title:
            path.append(heading)
        clause = next((above.clause for above in reversed(path) if above.clause), None)
        sections.append(Section(tuple(above.title for above in path), heading.start, end, clause))
    if all(heading is title for heading in headings):
        sections = [piece for section in sections for piece in _split_at_pages(document, section)]
    return [section for section in sections if section.start < section.end]


def body_start(document: Document, section: Section) -> int:
    """Give the offset behind the section's heading line; its start where the words share that line."""
    end = document.text.find("\n", section.start, section.end)
    end = section.end if end < 0 else end
    line = document.text[section.start : min(end, section.start + 1000)]
    words = clean_title(line.lstrip().lstrip("#"))
    is_heading = line.lstrip().startswith("#") or words in (*section.headings[-1:], document.provenance.title)
    return end if is_heading else section.start


def _title_heading(document: Document, headings: list[Heading]) -> Heading | None:
    """Find the heading that only repeats the document's title, or None."""
    tops = [heading for heading in headings if heading.level == 1]
    title = _letters(document.provenance.title)
    if headings and _letters(headings[0].title) == title:
        return headings[0]
    for heading in tops[:1]:
        words = _letters(heading.title)
        if words == title or (len(tops) == 1 and words and (words in title or title in words)):
            return heading
    return None


def _letters(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).casefold()


def _split_at_pages(document: Document, section: Section) -> list[Section]:
    cuts = [start for start in document.page_starts if section.start < start < section.end]
    bounds = zip([section.start, *cuts], [*cuts, section.end], strict=True)
    return [Section(section.headings, start, end, section.clause) for start, end in bounds]
