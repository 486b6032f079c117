"""Cut sections into passages: the slices that are embedded, stored and cited."""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from assistant.cutting import cut_spans
from assistant.ingest.headings import title_clause
from assistant.ingest.sections import body_start, split_sections
from assistant.types import Document, Language, Passage, Section
from assistant.words import CJK, detect_language

CountTokens = Callable[[str], int]

MAX_MARKS = 30
"""Combining marks on one letter that a cut steps back over."""
CHARS_PER_TOKEN = 12
"""More characters than this for each token of room are certainly too long, without counting (e5: 2 to 5)."""
FEW_LETTERS = 12
"""A passage with fewer letters (a table of numbers) takes the language of its document."""
SAMPLE_LINES = (
    "SAMPLE — written for this software; not a document of the Alliance",
    "示例文件——为本软件编写，并非联盟文件",
)
"""The first line of every sample. Its status says the same, and a passage of it from each would only be noise."""

_LETTERS = re.compile(rf"[A-Za-z{CJK}]")
_GOOD_CUT = re.compile(r"[\s,;:，、；：)）|]")


class _Atom(NamedTuple):
    """A span as a passage takes it: from its bullet on, with the strength of a cut in front of it."""

    start: int
    end: int
    strength: int  # 3 paragraph or clause, 2 item or row, 1 sentence, 0 never cut here
    tokens: int


def document_passages(document: Document, *, max_tokens: int, count_tokens: CountTokens) -> list[Passage]:
    """Cut a whole document into passages, in reading order.

    Sections of a heading alone give none, unless the document holds nothing else.
    """
    sections = split_sections(document)
    passages = [
        passage
        for section in sections
        for passage in split_passages(document, section, max_tokens=max_tokens, count_tokens=count_tokens)
    ]
    if passages or not sections:
        return passages
    whole = Section((), 0, len(document.text))
    cutter = _Cutter(document, whole, max_tokens, count_tokens)
    return cutter.passages(0)


def split_passages(
    document: Document, section: Section, *, max_tokens: int, count_tokens: CountTokens
) -> list[Passage]:
    """Cut one section into passages that end at a clause, list item, table row or sentence where they can.

    Each is a slice, `document.text[p.start:p.end] == p.text`, without its heading line. Where title and
    heading path alone take most of `max_tokens`, outer headings are left out.

    Args:
        max_tokens: Upper bound on `count_tokens(passage.embedded_text)`, as long as the title leaves room.
        count_tokens: Tokens of a text for the embedder.

    Returns:
        Passages in reading order; empty when the section holds nothing but its heading or the sample line.
    """
    cutter = _Cutter(document, section, max_tokens, count_tokens)
    return cutter.passages(body_start(document, section))


class _Cutter:
    """Cuts one section: holds the document, the section's heading path and the room beside it."""

    def __init__(
        self, document: Document, section: Section, max_tokens: int, count_tokens: CountTokens
    ) -> None:
        if max_tokens < 1:
            raise ValueError(f"max_tokens must be positive, not {max_tokens}")
        self.document = document
        self.section = section
        self.max_tokens = max_tokens
        self.count = count_tokens
        self.headings = section.headings
        while self.headings and self._head_tokens() > max_tokens // 2:
            self.headings = self.headings[1:]
        self.room = max(max_tokens - self._head_tokens(), max_tokens // 4, 1)

    def passages(self, start: int) -> list[Passage]:
        """Cut from `start` to the end of the section."""
        text = self.document.text
        begin, end = _strip(text, start, self.section.end)
        while sample := next((line for line in SAMPLE_LINES if text.startswith(line, begin)), None):
            begin, end = _strip(text, begin + len(sample), end)
        if not any(char.isalnum() for char in text[begin:end]):
            return []
        if self._tokens(begin, end) is not None:
            return [self._passage(begin, end)]
        atoms = self._atoms(begin, end)
        return [self._passage(first.start, last.end) for first, last in self._groups(atoms)]

    def _head_tokens(self) -> int:
        path = " › ".join((self.document.provenance.title, *self.headings))
        return self.count(f"{path}\n")

    def _tokens(self, start: int, end: int) -> int | None:
        """Count the tokens of a slice; None when it is too long for a passage."""
        if end - start > self.room * CHARS_PER_TOKEN:
            return None
        tokens = self.count(self.document.text[start:end])
        return tokens if tokens <= self.room else None

    def _atoms(self, start: int, end: int) -> list[_Atom]:
        """List the spans with their sizes; one that is too long comes in pieces."""
        text = self.document.text
        atoms: list[_Atom] = []
        previous, after_heading = start, False
        for span in cut_spans(text, start, end):
            gap = text[previous : span.start]
            begin = max(previous, text.rfind("\n", previous, span.start) + 1, start)
            begin, _ = _strip(text, begin, span.start + 1)
            own_line = "\n" in gap or previous == start
            strength = 0 if after_heading else 2 if span.kind in ("item", "row") else 3 if own_line else 1
            tokens = self._tokens(begin, span.end)
            if tokens is None:
                atoms.extend(self._hard_cut(begin, span.end, strength))
            else:
                atoms.append(_Atom(begin, span.end, strength, tokens))
            previous, after_heading = span.end, span.kind == "heading"
        return atoms

    def _hard_cut(self, start: int, end: int, strength: int) -> list[_Atom]:
        """Cut a span that has no good end early enough; at white space or a comma where there is one."""
        text = self.document.text
        pieces: list[_Atom] = []
        while start < end:
            stop = min(end, start + self.room * CHARS_PER_TOKEN)
            while (tokens := self.count(text[start:stop])) > self.room and stop - start > 1:
                stop = start + max(1, min(stop - start - 1, (stop - start) * self.room // tokens))
            if stop < end:
                stop = _soften(text, start, stop)
            first, last = _strip(text, start, stop)
            if first < last:
                pieces.append(_Atom(first, last, 1 if pieces else strength, min(tokens, self.room)))
            start = stop
        return pieces

    def _groups(self, atoms: list[_Atom]) -> list[tuple[_Atom, _Atom]]:
        """Join neighbours as far as there is room, sharing it out so that no stub is left at the end."""
        total = sum(atom.tokens for atom in atoms)
        pieces = -(-total // self.room)
        aim = min(self.room, total // pieces * 5 // 4)
        groups: list[tuple[_Atom, _Atom]] = []
        first = 0
        while first < len(atoms):
            count, size = 0, 0
            while first + count < len(atoms) and (count == 0 or size + atoms[first + count].tokens <= aim):
                size += atoms[first + count].tokens
                count += 1
            if first + count < len(atoms):
                count = _best_cut(atoms, first, count)
            # The whole can count more tokens than its parts when a tokenizer joins across them.
            while count > 1 and self._tokens(atoms[first].start, atoms[first + count - 1].end) is None:
                count -= 1
            groups.append((atoms[first], atoms[first + count - 1]))
            first += count
        return groups

    def _passage(self, start: int, end: int) -> Passage:
        document, text = self.document, self.document.text[start:end]
        return Passage(
            id=f"{document.provenance.id}@{document.revision}#{start}-{end}",
            document=document.provenance.id,
            revision=document.revision,
            title=document.provenance.title,
            headings=self.headings,
            clause=self._clause(start, end),
            text=text,
            start=start,
            end=end,
            page=bisect.bisect_right(document.page_starts, start) if document.page_starts else None,
            language=passage_language(text, document.provenance.language),
        )

    def _clause(self, start: int, end: int) -> str | None:
        """Give the section's clause, or that of the one numbered paragraph a passage of it consists of."""
        if end - start >= self.section.end - self.section.start or not self.section.clause:
            return self.section.clause
        whole = self._is_whole(start, end)
        own = None if whole else title_clause(self.document.text[start : min(end, start + 40)])
        spans = cut_spans(self.document.text, start, end) if own else []
        alone = not any(title_clause(self.document.text[s.start : s.start + 40]) for s in spans[1:])
        return own if own and alone else self.section.clause

    def _is_whole(self, start: int, end: int) -> bool:
        begin = body_start(self.document, self.section)
        return (start, end) == _strip(self.document.text, begin, self.section.end)


def passage_language(text: str, fallback: Language) -> Language:
    """Tell the language of a passage; one with hardly any letters has that of its document."""
    return detect_language(text) if len(_LETTERS.findall(text)) >= FEW_LETTERS else fallback


def _best_cut(atoms: list[_Atom], first: int, count: int) -> int:
    """Choose how many atoms to take: up to the strongest boundary, the last of equals.

    A break in the first half would leave a stub, so look only in the second.
    """
    candidates = range(max(1, count // 2), count + 1)
    best = max(candidates, key=lambda taken: (atoms[first + taken].strength, taken))
    return best if atoms[first + best].strength else count


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _soften(text: str, start: int, stop: int) -> int:
    """Move a hard cut back to white space or a comma in its last third, and off combining marks."""
    for position in range(stop, start + (stop - start) * 2 // 3, -1):
        if _GOOD_CUT.match(text[position - 1]):
            return position
    # Nobody stacks more marks on a letter; a longer run would cut the text into pieces of one character.
    for position in range(stop, max(start, stop - MAX_MARKS), -1):
        if not unicodedata.combining(text[position]):
            return position
    return stop
