"""Check that the documents of corpus/ agree with each other; `make corpus-check` runs it.

Reads all front matter and text, prints one line for each problem and exits 1 when there is any.
`--table` rewrites the table of documents in corpus/README.md from the front matter.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter

from _tools.citations import check_citations
from _tools.library import CORPUS, SOURCES, Entry, load_entries
from _tools.parameters import check_parameters
from _tools.parity import check_parity
from _tools.register import check_register
from _tools.table import README, count_sections, document_table, insert_table
from assistant.errors import FileRejected
from assistant.ingest.readers import read_document
from assistant.ingest.sources import QUESTIONS_SUFFIX, find_sources
from build import TARGETS, output_path

SAMPLE_LINES = {
    "en": "SAMPLE — written for this software; not a document of the Alliance",
    "zh": "示例文件——为本软件编写，并非联盟文件",
}


def check_identity(entries: list[Entry]) -> list[str]:
    """Ids are unique and equal to the file name."""
    counted = Counter(entry.provenance.id for entry in entries)
    problems = [f"id {name!r} is used {count} times" for name, count in counted.items() if count > 1]
    for entry in entries:
        if entry.provenance.id != entry.path.stem:
            problems.append(f"{entry.name}: id is {entry.provenance.id!r}, not the file name")
        if not entry.provenance.id.endswith(f".{entry.provenance.language}"):
            problems.append(f"{entry.name}: language {entry.provenance.language!r} does not match the id")
    return problems


def check_links(entries: list[Entry]) -> list[str]:
    """What a document supersedes or translates exists, in the right language and dates."""
    by_id = {entry.provenance.id: entry for entry in entries}
    replaced = {entry.provenance.supersedes for entry in entries}
    problems = []
    for entry in entries:
        own = entry.provenance
        if own.supersedes:
            problems += _succession_problems(entry, by_id.get(own.supersedes))
        if own.translation_of:
            problems += _translation_problems(entry, by_id.get(own.translation_of))
        if own.status == "superseded" and own.id not in replaced:
            problems.append(f"{entry.name}: superseded, but no document replaces it")
        if own.status == "superseded" and not own.effective_to:
            problems.append(f"{entry.name}: superseded without effective_to")
    return problems


def _succession_problems(entry: Entry, old: Entry | None) -> list[str]:
    own = entry.provenance
    if old is None or old.provenance.language != own.language:
        return [f"{entry.name}: supersedes {own.supersedes!r}, not found in {own.language}"]
    if old.provenance.status != "superseded":
        return [f"{old.name}: superseded by {own.id!r} but its status is {old.provenance.status!r}"]
    if not old.provenance.effective_to or not own.effective_from:
        return [f"{entry.name}: the date of the change from {own.supersedes!r} is missing"]
    if (own.effective_from - old.provenance.effective_to).days != 1:
        return [f"{entry.name}: does not start the day after {own.supersedes!r} ends"]
    return []


def _translation_problems(entry: Entry, original: Entry | None) -> list[str]:
    if original is None or original.provenance.language == entry.provenance.language:
        missing = entry.provenance.translation_of
        return [f"{entry.name}: translates {missing!r}, not found in the other language"]
    keys = ["kind", "status", "effective_from", "effective_to", "adopted", "state_of", "audience"]
    if entry.provenance.kind != "law":  # a law's version is a phrase, such as "2020 amendment"
        keys.append("version")
    return [
        f"{entry.name}: {key} differs from {original.provenance.id}"
        for key in keys
        if getattr(entry.provenance, key) != getattr(original.provenance, key)
    ]


def check_sample_lines(entries: list[Entry]) -> list[str]:
    """Everything but the public record says in its own text that it is a sample."""
    problems = []
    for entry in entries:
        line = SAMPLE_LINES[entry.provenance.language]
        says_so = line in entry.body
        public = entry.provenance.status == "public-record"
        if not public and not entry.body.startswith(line):
            problems.append(f"{entry.name}: the text does not start with the SAMPLE line")
        if public and says_so:
            problems.append(f"{entry.name}: public record with a SAMPLE line")
        if not public and not entry.provenance.is_sample:
            problems.append(f"{entry.name}: status {entry.provenance.status!r} without 'sample: true'")
    return problems


def check_targets() -> list[str]:
    """Every source below _src/ is a target, and every target is built and has no Markdown twin."""
    sources = {path.relative_to(SOURCES).with_suffix("").as_posix() for path in SOURCES.rglob("*.md")}
    problems = [f"_src/{name}.md: not in TARGETS of build.py" for name in sorted(sources - TARGETS.keys())]
    for name in sorted(TARGETS):
        if name not in sources:
            problems.append(f"_src/{name}.md: missing, but TARGETS of build.py names it")
        if not output_path(name).is_file():
            problems.append(f"{name}: not built, run python corpus/build.py")
        if (CORPUS / f"{name}.md").exists():
            problems.append(f"{name}.md: stands beside the document built from _src/")
    return problems


def check_questions() -> list[str]:
    """Every file of expected questions lies beside a document, every line of it is used, and none contradicts another."""
    problems = []
    answered: dict[str, str] = {}
    near_misses: dict[str, str] = {}
    for path in sorted(CORPUS.rglob(f"*{QUESTIONS_SUFFIX}")):
        document, name = path.with_suffix(""), path.relative_to(CORPUS).as_posix()
        if not document.is_file():
            problems.append(f"{name}: there is no {document.name}")
            continue
        try:
            (source,) = find_sources(document).sources
            document_read = read_document(source)
        except FileRejected:
            continue  # a scan, where nothing reads pictures
        problems += [f"{name}: {note}" for note in document_read.notes if path.name in note]
        for question in document_read.questions:
            (near_misses if question.near_miss else answered)[question.text] = name
    return problems + [
        f"{near_misses[text]}: {answered[text]} answers {text!r}"
        for text in sorted(near_misses.keys() & answered.keys())
    ]


def main(arguments: list[str]) -> int:
    """Print the problems of the corpus; 1 when there is any."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", action="store_true", help="rewrite the table in corpus/README.md")
    options = parser.parse_args(arguments)
    entries, problems = load_entries()
    table = document_table(entries)
    if options.table:
        README.write_text(insert_table(README.read_text(encoding="utf-8"), table), encoding="utf-8")
    elif not README.is_file() or table not in README.read_text(encoding="utf-8"):
        problems.append("README.md: the table is out of date, run python corpus/check.py --table")
    problems += check_targets() + check_questions()
    for check in (
        check_identity,
        check_links,
        check_sample_lines,
        check_citations,
        check_parity,
        check_parameters,
        check_register,
    ):
        problems += check(entries)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    sections = sum(map(count_sections, entries))
    sys.stdout.write(f"{len(entries)} documents, {sections} sections, {len(problems)} problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
