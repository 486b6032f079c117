"""Build the documents of corpus/ that are not Markdown, from the Markdown below corpus/_src/.

`python corpus/build.py` writes each file of `TARGETS` with a sidecar `NAME.EXT.yaml` that holds the
source's front matter. The same sources, library versions and font give the same bytes. `--check`
writes nothing and exits 1 when a file on disk differs from what would be built.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from _tools.blocks import Source, read_source

CORPUS = Path(__file__).resolve().parent
BUILDERS = {
    "pdf": "pdf.build_pdf",
    "scan.pdf": "scan.build_scan",
    "docx": "office.build_docx",
    "xlsx": "office.build_xlsx",
    "pptx": "office.build_pptx",
    "html": "plain.build_html",
    "txt": "plain.build_text",
}
"""Function of `_tools` by format, imported when needed: `check.py` reads `TARGETS` without reportlab."""
TARGETS: dict[str, str] = {
    "alliance/confidentiality-agreement.zh": "docx",
    "alliance/dues-table.en": "xlsx",
    "alliance/events.en": "html",
    "alliance/form-confidential-disclosure.en": "docx",
    "alliance/form-need-statement.zh": "docx",
    "alliance/how-the-alliance-works.en": "pptx",
    "alliance/ip-policy-v1.zh": "pdf",
    "alliance/joint-project-guide.en": "pdf",
    "alliance/meeting-notice-2024.zh": "scan.pdf",
    "alliance/newcomers.zh": "html",
    "alliance/onboarding-letter.zh": "txt",
    "devices/evidence-compendium.en": "pdf",
    "members/register.zh": "xlsx",
}
"""Source below _src/ without `.md`, and the format it becomes."""


def output_path(name: str) -> Path:
    """Where the document of a target is written."""
    return CORPUS / f"{name}.{TARGETS[name].rpartition('.')[2]}"


def built_files(name: str) -> dict[Path, bytes]:
    """The document and the sidecar of one target, by path."""
    source = read_source(CORPUS / "_src" / f"{name}.md")
    path = output_path(name)
    module, _, function = BUILDERS[TARGETS[name]].partition(".")
    build: Callable[[Source], bytes] = getattr(import_module(f"_tools.{module}"), function)
    return {
        path: build(source),
        path.with_name(f"{path.name}.yaml"): source.front.encode(),
    }


def main(arguments: list[str]) -> int:
    """Build every target, or with `--check` report files that are not up to date."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    parser.add_argument("names", nargs="*", default=sorted(TARGETS), help="targets; all when none is given")
    options = parser.parse_args(arguments)
    stale = 0
    for name in options.names:
        for path, data in built_files(name).items():
            if path.is_file() and path.read_bytes() == data:
                continue
            stale += 1
            shown = path.relative_to(CORPUS).as_posix()
            if options.check:
                sys.stdout.write(f"{shown} differs from its source: run python corpus/build.py\n")
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                sys.stdout.write(f"built {shown} ({len(data)} bytes)\n")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
