"""The file list of evals/README.md names every module, and only modules that exist."""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path

EVALS = Path(__file__).parents[2] / "evals"


def test_the_file_list_is_the_folder() -> None:
    listed = (EVALS / "README.md").read_text(encoding="utf-8").split("## Files")[1].split("```")[1]
    patterns = re.findall(r"[\w*]+\.py", listed)
    modules = {path.name for path in EVALS.glob("*.py")} - {"__init__.py", "__main__.py"}
    assert {name for name in modules if not any(fnmatch.fnmatch(name, each) for each in patterns)} == set()
    assert [each for each in patterns if not fnmatch.filter(modules, each)] == []
