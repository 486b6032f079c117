"""Recognise heading lines and clause numbers: Markdown, `Article 7.2`, `1.2 Title`, `第七条`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.words import CJK

HEADING_CHARS = 200
"""A longer line is a paragraph whatever it starts with; headings stand in front of every passage embedded."""
TITLE_CHARS = 90
"""Bound for numbered lines without `#`, which are headings only when they are short."""

_NUMERAL = r"[一二三四五六七八九十百零〇两\d]"
_FENCE = re.compile(r" {0,3}(```|~~~)")
_HASHES = re.compile(rf" {{0,3}}(#{{1,6}})(?:[ \t\u3000]+|(?=[{CJK}]))(\S.*)$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{3,})[ \t]*$")
_CHINESE = re.compile(rf"(第{_NUMERAL}+(编|部分|章|节|条)(?:之{_NUMERAL}+)?)(?=[\s:：【（(]|$)[\s:：]*(.*)$")
_ENGLISH = re.compile(
    r"((Part|Chapter|Annex|Appendix|Schedule|Section|Article|Clause)[ \t]+(\d+(?:\.\d+)*|[IVXLC]+|[A-Z]))"
    r"(?:[.:]?$|[.:][ \t]+|[ \t]*[—–-][ \t]*|[ \t]+(?=[A-Z“\"]))(.*)$"
)
_DECIMAL = re.compile(
    rf"(\d{{1,2}}(?:\.\d{{1,2}}){{0,3}})(\.?[ \t\u3000]+|\.(?=[{CJK}]))(?![a-z%°µ]+(?:[\s,.;]|$))(\S.*)$"
)
_CHINESE_LIST = re.compile(r"([一二三四五六七八九十]{1,3})、[ \t\u3000]*(\S.*)$")
_CLAUSE_IN_TITLE = re.compile(
    rf"(?:(?:Article|Section|Clause|Art\.)[ \t]+(\d+(?:\.\d+)*)|(第{_NUMERAL}+条(?:之{_NUMERAL}+)?)"
    rf"|(\d{{1,2}}(?:\.\d{{1,2}}){{1,3}})\.?(?=[\s{CJK}])(?!\s+[a-z%°µ]+(?:[\s,.;]|$))|(\d{{1,2}})(?:\.(?=[\s{CJK}])|、))"
)
_SENTENCE_END = re.compile(r"[.;:,!。；：，！、]$")
_ENDS_PARAGRAPH = re.compile(r"[.!?;:。！？；：)）\]”’\"」』】》|]\s*$")

_PLAIN_LEVEL = 10  # below every `#` heading
_LEVELS = {
    "编": 1,
    "部分": 1,
    "Part": 1,
    "章": 2,
    "Chapter": 2,
    "Annex": 2,
    "Appendix": 2,
    "Schedule": 2,
    "节": 3,
    "Section": 3,
    "条": 4,
    "Article": 4,
    "Clause": 4,
}


class Heading(NamedTuple):
    """A heading line; `body` is where its section's own words begin."""

    start: int
    body: int
    level: int
    title: str
    clause: str | None


class _Line(NamedTuple):
    start: int
    end: int
    text: str


def find_headings(text: str) -> list[Heading]:
    """List the headings of a text in order.

    Numbered lines without `#` count when they are short and no sentence; `1.` lines that follow each
    other are a list. Lines such as `第七条 会员应当…。` head a section whose words include that line.
    """
    lines = list(_lines(text))
    marked = {
        number: heading
        for number, line in enumerate(lines)
        if (heading := _markdown_heading(lines, number, line)) is not None
    }
    clauses_marked = any(heading.clause for heading in marked.values())
    headings: list[Heading] = []
    for number in range(len(lines)):
        plain = None if number in marked else _plain_heading(lines, number, decimals=not clauses_marked)
        if heading := marked.get(number) or plain:
            headings.append(heading)
    return headings


def clean_title(line: str) -> str:
    """Take emphasis marks, closing hashes and double spaces out of a heading."""
    line = re.sub(r"[ \t]+#+$", "", line.strip())
    return re.sub(r"\s+", " ", re.sub(r"(\*\*|__|`)", "", line)).strip()


def _lines(text: str) -> Iterator[_Line]:
    """Yield the lines that are not blank and not inside a code fence."""
    fence, position = "", 0
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        # Only the front is looked at, so a line of megabytes costs nothing.
        line = text[position : min(end, position + HEADING_CHARS + 1)].rstrip()
        if mark := _FENCE.match(line):
            fence = "" if fence == mark[1] else (fence or mark[1])
        elif line and not fence:
            yield _Line(position, end, line)
        position = end + 1


def _markdown_heading(lines: list[_Line], number: int, line: _Line) -> Heading | None:
    if len(line.text) > HEADING_CHARS:
        return None
    if match := _HASHES.match(line.text):
        title = clean_title(match[2])
        return Heading(line.start, line.end, len(match[1]), title, title_clause(title)) if title else None
    below = lines[number + 1] if number + 1 < len(lines) else None
    alone = number == 0 or lines[number - 1].end + 1 < line.start
    underline = _UNDERLINE.match(below.text) if below and below.start == line.end + 1 and alone else None
    if below and underline and line.text.lstrip()[0] not in "#|>-*":
        title = clean_title(line.text)
        level = 1 if underline[1][0] == "=" else 2
        return Heading(line.start, below.end, level, title, title_clause(title)) if title else None
    return None


def title_clause(title: str) -> str | None:
    """Give the clause number a heading starts with, as written, or None."""
    match = _CLAUSE_IN_TITLE.match(title)
    return next((group for group in match.groups() if group), None) if match else None


def _plain_heading(lines: list[_Line], number: int, *, decimals: bool) -> Heading | None:
    line = lines[number]
    if number and lines[number - 1].end + 1 == line.start and not _may_precede(lines[number - 1]):
        return None
    if match := _CHINESE.match(line.text):
        return _worded(line, match[1], match[3], _LEVELS[match[2]], match[1] if match[2] == "条" else None)
    if match := _ENGLISH.match(line.text):
        is_clause = match[2] in ("Section", "Article", "Clause") and match[3][0].isdigit()
        level = _LEVELS[match[2]] + match[3].count(".")
        return _worded(line, match[1], match[4], level, match[3] if is_clause else None)
    if not decimals or len(line.text) > TITLE_CHARS:
        return None
    return _decimal_heading(lines, number)


def _worded(line: _Line, number: str, rest: str, level: int, clause: str | None) -> Heading | None:
    """Make the heading of a line that starts with a number in words, be it a title or a whole clause."""
    level += _PLAIN_LEVEL
    if len(line.text) <= TITLE_CHARS and not _SENTENCE_END.search(rest):
        return Heading(line.start, line.end, level, clean_title(line.text), clause)
    return Heading(line.start, line.start, level, number, clause) if clause else None


def _decimal_heading(lines: list[_Line], number: int) -> Heading | None:
    line = lines[number]
    if _SENTENCE_END.search(line.text):
        return None
    depth = _list_depth(line.text)
    if depth is None:
        return None
    neighbours = [lines[n].text for n in (number - 1, number + 1) if 0 <= n < len(lines)]
    # A neighbour numbered alike, without words between, makes it a list; "1." before "1.1" is no list.
    if any(_list_depth(other) == depth for other in neighbours):
        return None
    title = clean_title(line.text)
    decimal = _DECIMAL.match(line.text)
    if decimal:
        return Heading(line.start, line.end, _PLAIN_LEVEL + 5 + depth, title, decimal[1])
    return Heading(line.start, line.end, _PLAIN_LEVEL + 2, title, None)


def _list_depth(line: str) -> int | None:
    """Give the depth of a numbered line: 0 for `一、`, 1 for `1. A`, 2 for `1.1 A`; None without a number."""
    if _CHINESE_LIST.match(line):
        return 0
    match = _DECIMAL.match(line)
    if not match or ("." not in match[1] and not match[2].startswith(".")):
        return None
    return match[1].count(".") + 1


def _may_precede(line: _Line) -> bool:
    """Tell whether a heading may follow a line directly: it ends a sentence, or is short like a heading."""
    return bool(_ENDS_PARAGRAPH.search(line.text)) or len(line.text) < TITLE_CHARS // 2
