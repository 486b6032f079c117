"""The table of documents in corpus/README.md, and counts by language, kind and section."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from _tools.library import CORPUS, Entry

README = CORPUS / "README.md"
_START, _END = "<!-- documents: python corpus/check.py --table -->", "<!-- end of documents -->"
_HEADING = re.compile(r"^#{2,3} .+\n(?=\s*[^#\s])", re.MULTILINE)


def count_sections(entry: Entry) -> int:
    """Headings of level 2 and 3 that have text of their own; at least 1."""
    return max(1, len(_HEADING.findall(entry.body)))


def document_table(entries: list[Entry]) -> str:
    """Counts and one row a document, in path order."""
    lines = [
        _counts(entries, "language", lambda entry: entry.provenance.language),
        _counts(entries, "kind", lambda entry: entry.provenance.kind),
        _counts(entries, "status", lambda entry: entry.provenance.status),
        _counts(entries, "format", lambda entry: entry.path.suffix.lstrip(".")),
        "",
        "| id | language | kind | status | version | in force | audience | sections | file | written in |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*lines, *map(_row, entries)])


def insert_table(readme: str, table: str) -> str:
    """The README with the text between its two markers replaced.

    Raises:
        ValueError: A marker is missing.
    """
    before, start, rest = readme.partition(_START)
    _, end, after = rest.partition(_END)
    if not start or not end:
        raise ValueError(f"README.md needs the lines {_START!r} and {_END!r}")
    return f"{before}{start}\n{table}\n{end}{after}"


def _counts(entries: list[Entry], name: str, key: Callable[[Entry], str]) -> str:
    documents = Counter(map(key, entries))
    sections: Counter[str] = Counter()
    for entry in entries:
        sections[key(entry)] += count_sections(entry)
    parts = [f"{value} {count} ({sections[value]})" for value, count in documents.most_common()]
    return f"- By {name}, documents (sections): {', '.join(parts)}"


def _row(entry: Entry) -> str:
    own = entry.provenance
    status = f"{own.status}, sample" if own.status == "superseded" and own.is_sample else own.status
    dates = ""
    if own.effective_from:
        dates = (
            f"{own.effective_from} to {own.effective_to}"
            if own.effective_to
            else f"from {own.effective_from}"
        )
    written = "" if entry.source == entry.path else entry.source.relative_to(CORPUS).as_posix()
    cells = (own.id, own.language, own.kind, status, own.version or "", dates, own.audience)
    return f"| {' | '.join(cells)} | {count_sections(entry)} | {entry.name} | {written} |"
