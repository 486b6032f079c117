"""Read provenance from front matter or a sidecar, and fill in what is missing, in plain sight."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

import yaml
from pydantic import ValidationError

from assistant.errors import BadProvenance
from assistant.ingest.disguise import take_off_disguise
from assistant.types import Provenance
from assistant.words import detect_language, normalise_text

MAX_YAML_CHARS = 16_000
"""The longest valid provenance has about 2,500 characters; more is a mistake or an attack."""
MAX_ID_CHARS = 128

_FRONT_MATTER = re.compile(
    r"---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_UNCLOSED = re.compile(r"---[ \t]*\n\s*[A-Za-z_]+[ \t]*:")
_SHOWN = ("title", "issuer", "version")
"""Values that readers weigh a source by; they must be what they look like."""
_ASSUMED = {"status": "draft", "audience": "staff"}


class Stated(NamedTuple):
    """The values somebody wrote down for a document, as text, and the line of each."""

    values: dict[str, str]
    lines: dict[str, int]
    name: str  # of the file they were read from


class FrontMatter(NamedTuple):
    """The YAML at the start of a text, and the text behind it; `stated` is None without front matter."""

    stated: Stated | None
    body: str


class Established(NamedTuple):
    """A provenance and the notes that tell what of it was assumed."""

    provenance: Provenance
    notes: tuple[str, ...]


def split_front_matter(text: str, name: str) -> FrontMatter:
    """Take the YAML between `---` lines off the start of a text.

    Raises:
        BadProvenance: it is not closed, or `parse_stated` refuses it.
    """
    if not text.startswith("---"):
        return FrontMatter(None, text)
    match = _FRONT_MATTER.match(text[: 2 * MAX_YAML_CHARS])
    if match:
        return FrontMatter(parse_stated(match["yaml"], name, first_line=2), text[match.end() :])
    if _UNCLOSED.match(text):
        raise BadProvenance(
            f"{name}:1: the front matter has no closing '---' line within {MAX_YAML_CHARS} characters.",
            hint="Write '---' on a line of its own behind the last key.",
        )
    return FrontMatter(None, text)


def parse_stated(text: str, name: str, *, first_line: int = 1) -> Stated:
    """Read the keys and values of provenance YAML; each value stays as it is written.

    Raises:
        BadProvenance: not a flat mapping of known keys, each once, or too long; names file and line.
    """
    if len(text) > MAX_YAML_CHARS:
        raise _bad(name, first_line, f"more than {MAX_YAML_CHARS} characters of YAML", "Shorten it.")
    stated = Stated({}, {}, name)
    for key, value in _pairs(text, name, first_line):
        line = key.start_mark.line + first_line
        if key.value not in Provenance.model_fields:
            raise _unknown_key(name, line, key.value)
        if key.value in stated.lines:
            raise _bad(name, line, f"key {key.value!r} is given twice", "Keep one of the two lines.")
        if not isinstance(value, yaml.ScalarNode):
            raise _bad(name, line, f"{key.value!r} holds a list or mapping", "Give it one plain value.")
        if value.tag == "tag:yaml.org,2002:null":
            continue
        stated.values[key.value] = normalise_text(value.value).strip()
        stated.lines[key.value] = line
    return stated


def establish_provenance(stated: Stated | None, *, path: str, title: str, text: str) -> Established:
    """Make the provenance of a document from what is stated; what is missing is derived and noted.

    The id comes from the path, the language from the text; status is `draft` and audience `staff`.

    Args:
        title: Used when none is stated, for example the first heading.

    Raises:
        BadProvenance: a value is not allowed; names file, line and the allowed values.
    """
    values = dict(stated.values) if stated else {}
    language = detect_language(text[:50_000])
    values.setdefault("id", derive_id(path))
    values.setdefault("title", _plain_title(title) or PurePosixPath(path).stem)
    disguised: list[str] = []
    for key in _SHOWN:
        if key in values:
            plain = take_off_disguise(values[key], key)
            values[key] = " ".join(plain.text.split()) or PurePosixPath(path).stem
            disguised.extend(plain.notes)
    disguised.extend(take_off_disguise(path, "file name").notes[:1])
    values.setdefault("language", language)
    missing = [key for key in _ASSUMED if key not in values]
    values |= {key: _ASSUMED[key] for key in missing}
    try:
        provenance = Provenance.model_validate(values)
    except ValidationError as error:
        raise _invalid(error, stated, path) from error
    assumed = ", ".join(f"{key} {_ASSUMED[key]!r}" for key in missing)
    if stated is None:
        note = f"no provenance: taken as {assumed}, language {language!r}; add front matter or a sidecar"
        return Established(provenance, (note, *disguised))
    stated_in_part = (f"no {' and '.join(missing)} stated: taken as {assumed}",) if missing else ()
    return Established(provenance, (*stated_in_part, *disguised))


def derive_id(path: str) -> str:
    """Derive a document id from a relative path: `devices/Stents 2024.pdf` gives `devices-stents-2024.pdf`.

    Only `.md` is left out, so that files which differ in format alone get ids of their own.
    """
    words = normalise_text(path).casefold().removesuffix(".md")
    # Not \w: ids are checked by another regex engine, for which ² and ½ are no word characters.
    kept = "".join(char if char.isalpha() or char.isdecimal() or char in "_." else "-" for char in words)
    slug = re.sub(r"-{2,}", "-", kept).strip("-.")
    if not slug:
        return f"doc-{_digest(path)}"
    return slug if len(slug) <= MAX_ID_CHARS else f"{slug[: MAX_ID_CHARS - 9]}-{_digest(path)}"


def _digest(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _plain_title(title: str) -> str:
    return re.sub(r"\s+", " ", normalise_text(title)).strip()[:300]


def _pairs(text: str, name: str, first_line: int) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """Compose the YAML after looking through its events, so that aliases and deep nesting never unfold."""
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = (event.start_mark.line if event.start_mark else 0) + first_line
            if isinstance(event, yaml.AliasEvent):
                raise _bad(name, line, "aliases ('*name') are not allowed", "Write the value itself.")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > 2:
                raise _bad(name, line, "values are nested", "Give every key one plain value.")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        raise _bad(name, line, f"not valid YAML: {error.problem}", _YAML_HINT) from error
    except yaml.YAMLError as error:
        problem = str(error).splitlines()[0]
        raise _bad(name, first_line, f"not valid YAML: {problem}", _YAML_HINT) from error
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode) or not all(
        isinstance(k, yaml.ScalarNode) for k, _ in root.value
    ):
        raise _bad(name, first_line, "not a list of 'key: value' lines", _YAML_HINT)
    return list(root.value)


_YAML_HINT = "Write one 'key: value' a line, and put values with a colon or '#' in quotes."


def _bad(name: str, line: int, problem: str, hint: str) -> BadProvenance:
    return BadProvenance(f"{name}:{line}: {problem}.", hint=hint)


def _unknown_key(name: str, line: int, key: str) -> BadProvenance:
    known = sorted(Provenance.model_fields)
    close = difflib.get_close_matches(key, known, n=1)
    advice = f"Did you mean {close[0]!r}? " if close else ""
    return _bad(name, line, f"unknown key {key!r}", f"{advice}Known keys: {', '.join(known)}.")


def _invalid(error: ValidationError, stated: Stated | None, path: str) -> BadProvenance:
    first = error.errors()[0]
    lines: Mapping[str, int] = stated.lines if stated else {}
    name = stated.name if stated else path
    message = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:  # two values contradict each other
        line = max((lines[key] for key in ("effective_from", "effective_to") if key in lines), default=1)
        return _bad(
            name, lines.get("supersedes", line) if "supersedes" in message else line, message, "Correct it."
        )
    key = str(first["loc"][0])
    expected = first.get("ctx", {}).get("expected")
    hint = f"Use {expected}." if expected else f"Expected: {message[:1].lower()}{message[1:]}."
    if key in ("effective_from", "effective_to", "adopted", "state_of"):
        hint = "Write a date as YYYY-MM-DD."
    return _bad(name, lines.get(key, 1), f"{key} cannot be {str(first['input'])[:80]!r}", hint)
