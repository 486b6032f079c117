"""How `corpus/build.py` turns Markdown sources into other formats, and `corpus/check.py` reads them."""

import sys
from pathlib import Path

# A script's own folder is on the path, the repository root is not: `assistant.types` stays importable.
sys.path.append(str(Path(__file__).resolve().parents[2]))
