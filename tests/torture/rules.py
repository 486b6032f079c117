"""Documents whose every sentence carries a mark of document and version, so that each byte tells whence it is."""

from __future__ import annotations

import re
from pathlib import Path

from tests.library.indexes import write_rule

TOPICS = ("dues", "ballots", "stents", "lasers", "catheters", "patents", "archives", "seals")
NAMES = tuple(f"rule-{number:02}" for number in range(len(TOPICS)))
MARK = re.compile(r"zq(\d\d)v(\d{6})")
PASSAGE = re.compile(rb"rule-\d\d@[0-9a-f]{12}")


def mark_of(name: str, version: int) -> str:
    return f"zq{name[-2:]}v{version:06}"


def write_version(corpus: Path, name: str, version: int) -> Path:
    topic, mark = TOPICS[NAMES.index(name)], mark_of(name, version)
    clauses = "\n\n".join(
        f"## Article {clause} {topic.title()}\n\nThe rule on {topic} carries the mark {mark} in clause {clause}."
        for clause in range(1, 4)
    )
    # Beside its place and then moved there: a kill between opening and writing would leave an empty file.
    fresh = write_rule(corpus.parent / "fresh", f"{name}.md", clauses, title=f"Rule on {topic}")
    return fresh.replace(corpus / fresh.name)


def question_about(name: str) -> str:
    return f"Which mark does the rule on {TOPICS[NAMES.index(name)]} carry?"


def versions_in(text: str) -> set[tuple[str, int]]:
    """Give the documents and versions whose marks are in a text."""
    return {(NAMES[int(number)], int(version)) for number, version in MARK.findall(text)}


def versions_on_disk(corpus: Path) -> dict[str, int]:
    """Give the version of each document that a folder holds."""
    found = (versions_in(path.read_text(encoding="utf-8")) for path in corpus.glob("*.md"))
    return {name: version for versions in found for name, version in versions}
