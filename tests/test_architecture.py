"""The layout's rules: who may import whom, where the heavy libraries live, how large modules are."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = [*sorted((ROOT / "assistant").rglob("*.py")), ROOT / "app.py"]

# Lower number = lower layer; a module imports its own layer or lower ones.
LAYERS = {
    "types": 0, "errors": 0, "hosts": 0, "settings": 0, "words": 0, "everyday": 0, "subjects": 4, "situation": 4, "sentences": 0, "cutting": 0, "validity": 1,
    "library": 2, "vectors": 2, "vector_files": 2, "models": 2, "access": 1,
    "ingest": 3, "retrieval": 3, "prompts": 3,
    "verification": 3, "phrases": 2,
    "answering": 4, "conversation": 4, "guard": 4, "guarding": 3,
    "respond": 5, "render": 5, "destination": 0, "opening": 5, "parts": 6, "build": 6,
    "options": 6, "accounts_cli": 7, "backup_cli": 7, "chat_cli": 7, "mcp_cli": 7, "serve_cli": 8, "terminal": 6, "web": 7, "__main__": 8,
}  # fmt: skip

HOMES = {
    "gradio": ("app.py", "assistant/web/"),
    "chromadb": ("assistant/vectors.py",),
    "onnxruntime": ("assistant/models/",),
    "onnx": ("assistant/models/",),
    "torch": ("assistant/models/",),
    "sentence_transformers": ("assistant/models/",),
    "docx": ("assistant/ingest/readers/",),
    "pptx": ("assistant/ingest/readers/",),
    "openpyxl": ("assistant/ingest/readers/",),
    "bs4": ("assistant/ingest/readers/",),
    "rapidocr": ("assistant/ingest/readers/",),
    "pypdfium2": ("assistant/ingest/readers/",),
}
MAX_LINES = 400


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path, *, type_checking: bool) -> set[str]:
    """Names of imported modules; with `type_checking` also those only for types."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[ast.AST] = set()
    if not type_checking:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
                skipped.update(child for item in node.body for child in ast.walk(item))
    names: set[str] = set()
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def part_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "assistant" and len(parts) > 1 and parts[1] in LAYERS else None


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_point_down(path: Path) -> None:
    own = path.relative_to(ROOT).with_suffix("").parts
    if own[0] != "assistant" or len(own) < 2 or own[1] == "__init__":
        return
    layer = LAYERS[own[1]]
    for name in imported(path, type_checking=False):
        part = part_of(name)
        if part and part != own[1]:
            assert LAYERS[part] <= layer, f"{relative(path)} imports {name}, which is above it"
            assert {part, own[1]} != {"ingest", "retrieval"}, f"{relative(path)} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_heavy_libraries_have_one_home(path: Path) -> None:
    for name in imported(path, type_checking=True):
        homes = HOMES.get(name.split(".")[0])
        assert homes is None or relative(path).startswith(homes), f"{relative(path)} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_only_build_and_surfaces_see_settings(path: Path) -> None:
    allowed = (
        "assistant/build.py",
        "assistant/settings.py",
        "assistant/__main__.py",
        "assistant/web/",
        "app.py",
    )
    allowed += tuple(f"assistant/{name}_cli.py" for name in ("accounts", "backup", "chat", "mcp", "serve"))
    if not relative(path).startswith(allowed):
        names = imported(path, type_checking=False)
        assert not any(name.startswith("assistant.settings") for name in names)


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_modules_stay_readable(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_the_package_imports_nothing_heavy() -> None:
    heavy = sorted({*HOMES, "langchain", "langchain_core", "numpy"} - {"numpy"})
    code = (
        "import sys, assistant, assistant.types, assistant.errors, assistant.__main__\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"
