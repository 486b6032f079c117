"""Read a corpus document: its front matter, and its body as a list of blocks.

Knows the small Markdown that corpus/ uses (headings, numbered clauses, list items, pipe tables,
quotes); nothing about any output format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

BlockKind = Literal["heading", "clause", "text", "item", "quote", "table"]

_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_HEADING = re.compile(r"(#{1,6}) +(.+)")
_ITEM = re.compile(r"(?:- |\d{1,2}\. |\([a-z]\) |（[一二三四五六七八九十]{1,3}）)")
_CLAUSE = re.compile(r"\d{1,2}\.\d{1,2} ")
_RULE_ROW = re.compile(r"\|[\s:|-]+\|$")
_EMPHASIS = re.compile(r"\*\*|`")


@dataclass(frozen=True)
class Block:
    """One heading, line or table; `rows` only for tables, the first row holds the column heads."""

    kind: BlockKind
    text: str = ""
    level: int = 0  # of a heading, from 1
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Source:
    """A Markdown file cut into front matter (verbatim and parsed) and body."""

    path: Path
    front: str
    keys: dict[str, Any]
    body: str

    @property
    def blocks(self) -> list[Block]:
        """The body's blocks in reading order."""
        return parse_blocks(self.body)

    @property
    def language(self) -> str:
        """`en` or `zh`."""
        return str(self.keys.get("language", "en"))


def read_source(path: Path) -> Source:
    """Read a Markdown file that starts with front matter.

    Raises:
        ValueError: The file does not start with a `---` block.
    """
    text = path.read_text(encoding="utf-8")
    match = _FRONT.match(text)
    if match is None:
        raise ValueError(f"{path.as_posix()!r} has no front matter")
    return Source(path, match[1] + "\n", yaml.safe_load(match[1]), text[match.end() :].strip() + "\n")


def parse_blocks(body: str) -> list[Block]:
    """Cut a Markdown body into blocks; wrapped lines of one paragraph are joined."""
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    joinable = False
    for line in [*map(str.strip, body.splitlines()), ""]:
        if line.startswith("|"):
            if not _RULE_ROW.match(line):
                rows.append(tuple(plain_text(cell.strip()) for cell in line.strip("|").split("|")))
            joinable = False
            continue
        if rows:
            blocks.append(Block("table", rows=tuple(rows)))
            rows = []
        if not line:
            joinable = False
            continue
        block = _line_block(line)
        if block.kind == "text" and joinable:
            blocks[-1] = _joined(blocks[-1], block.text)
        else:
            blocks.append(block)
        joinable = block.kind not in ("heading", "quote")
    return blocks


def plain_text(text: str) -> str:
    """The text without emphasis marks."""
    return _EMPHASIS.sub("", text)


def _line_block(line: str) -> Block:
    if match := _HEADING.match(line):
        return Block("heading", plain_text(match[2]), level=len(match[1]))
    if line.startswith("> "):
        return Block("quote", plain_text(line[2:]))
    if _ITEM.match(line):
        return Block("item", plain_text(line))
    return Block("clause" if _CLAUSE.match(line) else "text", plain_text(line))


def _joined(block: Block, more: str) -> Block:
    # Chinese lines are joined without a blank.
    gap = "" if ord(block.text[-1]) > 0x2E7F else " "
    return Block(block.kind, f"{block.text}{gap}{more}", block.level)
