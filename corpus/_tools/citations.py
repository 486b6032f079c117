"""Find the clauses that a document cites, and check that they exist where they are said to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from _tools.library import Entry, cjk_number

ALIASES = {
    "IP Policy": "Intellectual Property Policy",
    "Confidentiality Agreement": "Confidentiality Agreement (Template)",
}
"""Short titles that the documents use, and the full ones."""

_REFERENCE_EN = re.compile(
    r"(?:Articles?|Sections?|Parts?) (?P<numbers>\d+(?:\.\d+)?(?:(?:, and |, | and | to |–|-)\d+(?:\.\d+)?)*)"
    r"(?P<owner> of (?:the )?(?=[A-Z]))?"
)
_REFERENCE_ZH = re.compile(r"第(?P<numbers>\d+(?:\.\d+)?|[零一二三四五六七八九十百]+)(?:条|部分|节)")
_ANY_TITLE_EN = r"(?P<law>(?:[A-Z][\w&]+ )+(?:Law|Code|Regulations?|Measures|Rules))"
_BETWEEN = re.compile(r"[\s,;，、；和及与至()（）]*(?:and|to|or)?\s*")
_SENTENCE_END = re.compile(r"[。；\n]|\. (?=[A-Z])")


LAW = ""
"""Stands for the title of a law or anything else that corpus/ does not hold clause by clause."""
NOTHING_NAMED: tuple[str | None, str | None] = (None, None)


class Reference(NamedTuple):
    """A cited clause; `title` is None where the text names no document."""

    title: str | None
    version: str | None
    number: str


def check_citations(entries: list[Entry]) -> list[str]:
    """Name every citation of a clause that the cited document does not have."""
    problems = []
    for entry in entries:
        for reference in find_references(entry, entries):
            cited = _cited_entry(reference, entry, entries)
            if isinstance(cited, str):
                problems.append(f"{entry.name}: {cited}")
            elif cited is not None and reference.number not in cited.citable:
                problems.append(
                    f"{entry.name}: cites {reference.number} of {cited.provenance.title!r}, which has no such clause"
                )
    return problems


def find_references(entry: Entry, entries: Iterable[Entry]) -> Iterator[Reference]:
    """Yield the clause references of a document, each with the title it stands behind."""
    language = entry.provenance.language
    titles = _title_pattern(entries, language)
    numbers = _REFERENCE_ZH if language == "zh" else _REFERENCE_EN
    for sentence in _SENTENCE_END.split(entry.body):
        named = NOTHING_NAMED
        end = 0
        tokens = [*titles.finditer(sentence), *numbers.finditer(sentence)]
        for token in sorted(tokens, key=lambda match: match.start()):
            if "numbers" not in token.groupdict():
                named = _named_document(token)
            else:
                if not end or not _BETWEEN.fullmatch(sentence[end : token.start()]):
                    named = NOTHING_NAMED
                if token.groupdict().get("owner"):  # Article 24 of the Patent Law
                    follower = titles.match(sentence, token.end())
                    named = _named_document(follower) if follower else (LAW, None)
                for number in _split_numbers(token["numbers"]):
                    yield Reference(*named, number)
            end = token.end()


def _named_document(match: re.Match[str]) -> tuple[str, str | None]:
    title = match["title"] or LAW
    return ALIASES.get(title, title), match["version"]


def _split_numbers(text: str) -> list[str]:
    if not text[0].isdigit():
        return [str(cjk_number(text))]
    return re.findall(r"\d+(?:\.\d+)?", text)


def _title_pattern(entries: Iterable[Entry], language: str) -> re.Pattern[str]:
    bases = {entry.base_title for entry in entries if entry.provenance.language == language}
    if language == "zh":
        names = "|".join(map(re.escape, sorted(bases, key=len, reverse=True)))
        return re.compile(rf"《(?:(?P<title>{names})|[^》]+)》\s*(?:v?(?P<version>\d[\d.]*\d)|（[^）]*）)?")
    names = "|".join(map(re.escape, sorted(bases | set(ALIASES), key=len, reverse=True)))
    return re.compile(rf"(?:(?P<title>{names})|{_ANY_TITLE_EN})(?: v(?P<version>\d[\d.]*\d))?(?: \([^)]*\))?")


def _cited_entry(reference: Reference, citing: Entry, entries: list[Entry]) -> Entry | str | None:
    """The document that is meant; None for a law; a text that says why there is none."""
    if reference.title == LAW:
        return None
    if reference.title is None:
        # Without a title only a clause number such as 5.2 can be told from an article of a law.
        return citing if "." in reference.number else None
    same_title = [
        entry
        for entry in entries
        if entry.base_title == reference.title and entry.provenance.language == citing.provenance.language
    ]
    if reference.version:
        matching = [entry for entry in same_title if entry.provenance.version == reference.version]
    else:
        matching = [entry for entry in same_title if entry.provenance.status != "superseded"] or same_title
    if not matching:
        return f"cites {reference.title!r} v{reference.version}, which is not in the library"
    return None if matching[0].provenance.kind == "law" else matching[0]
