"""Load every document of corpus/ with its provenance, text and clauses, for `corpus/check.py`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import ValidationError

from _tools.blocks import read_source
from assistant.types import Provenance

CORPUS = Path(__file__).resolve().parent.parent
SOURCES = CORPUS / "_src"
BUILT_SUFFIXES = (".pdf", ".docx", ".xlsx", ".pptx", ".html", ".txt")
CJK_DIGITS = "零一二三四五六七八九"

_ARTICLE = re.compile(r"^### (?:Article (\d+)|第([零一二三四五六七八九十百]+)条)\b", re.MULTILINE)
_CLAUSE = re.compile(r"^(\d{1,2}\.\d{1,2})\s", re.MULTILINE)
_SECTION = re.compile(r"^## (?:Part )?第?(\d{1,2})(?:部分)?[ .]", re.MULTILINE)
_VERSION = re.compile(r" v\d[\d.]*$")


@dataclass(frozen=True)
class Entry:
    """One document: `path` is the file that is ingested, `source` the Markdown it is written in."""

    path: Path
    source: Path
    provenance: Provenance
    front: str
    body: str

    @property
    def name(self) -> str:
        """Path below corpus/."""
        return self.path.relative_to(CORPUS).as_posix()

    @property
    def base_title(self) -> str:
        """The title without its version."""
        return _VERSION.sub("", self.provenance.title)

    @cached_property
    def articles(self) -> dict[str, str]:
        """Text of each article by its number, in Arabic digits."""
        starts = list(_ARTICLE.finditer(self.body))
        bounds = [*(match.start() for match in starts), len(self.body)]
        return {
            match[1] or str(cjk_number(match[2])): self.body[match.end() : bounds[number]].partition("\n## ")[
                0
            ]
            for number, match in enumerate(starts, start=1)
        }

    @cached_property
    def clauses(self) -> list[str]:
        """Numbers of the clauses (`7.2`) in reading order."""
        return _CLAUSE.findall(self.body)

    @cached_property
    def citable(self) -> frozenset[str]:
        """Every number that another document may cite: articles, clauses, numbered sections."""
        return frozenset([*self.articles, *self.clauses, *_SECTION.findall(self.body)])


def cjk_number(text: str) -> int:
    """Value of a Chinese numeral up to 999, for example 二十四 or 一百零五."""
    hundreds, _, rest = text.rpartition("百")
    tens, ten, ones = rest.lstrip("零").rpartition("十")
    value = CJK_DIGITS.index(hundreds) * 100 if hundreds else 0
    if ten:
        value += (CJK_DIGITS.index(tens) if tens else 1) * 10
    return value + (CJK_DIGITS.index(ones) if ones else 0)


def load_entries() -> tuple[list[Entry], list[str]]:
    """Read all documents below corpus/ in path order, and name every file that cannot be read."""
    entries: list[Entry] = []
    problems: list[str] = []
    for path in _document_paths():
        name = path.relative_to(CORPUS).as_posix()
        source = path
        if path.suffix != ".md":
            source = SOURCES / Path(name).with_suffix(".md")
        try:
            entries.append(_load_entry(path, source))
        except (OSError, ValueError, yaml.YAMLError, ValidationError) as error:
            problems.append(f"{name}: {' '.join(str(error).split())}")
    return entries, problems


def _document_paths() -> list[Path]:
    return sorted(
        path
        for path in CORPUS.rglob("*")
        if path.suffix in (".md", *BUILT_SUFFIXES)
        and not any(part.startswith(("_", ".")) for part in path.relative_to(CORPUS).parts)
        and path != CORPUS / "README.md"
    )


def _load_entry(path: Path, source: Path) -> Entry:
    text = read_source(source)
    front = text.front
    if path != source:
        front = path.with_name(f"{path.name}.yaml").read_text(encoding="utf-8")
        if front != text.front:
            raise ValueError("the sidecar differs from its source: run python corpus/build.py")
    return Entry(path, source, Provenance.model_validate(text.keys), front, text.body)
