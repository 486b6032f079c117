"""README and the other documents name what is there: commands, files, settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from assistant.__main__ import app
from assistant.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "evals" / "README.md",
        ROOT / "corpus" / "README.md",
    ]
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code_of(text: str) -> list[str]:
    """Every line of a code block and every inline piece of code."""
    fenced = FENCED.findall(text)
    inline = CODE.findall(FENCED.sub("", text).replace("\\|", "|"))
    return [line.strip() for block in fenced for line in block.splitlines()] + inline


def commands() -> set[str]:
    return set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def targets() -> set[str]:
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", rules, re.MULTILINE))


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_make_targets_are_in_the_makefile(path: Path) -> None:
    named = {
        match.group(1)
        for code in code_of(path.read_text(encoding="utf-8"))
        if (match := re.match(r"(?:\$ )?make ([a-z][a-z-]*)", code))
    }
    assert named <= targets()


def test_the_makefile_has_a_rule_for_every_phony_target() -> None:
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", rules, re.MULTILINE)
    assert set(phony.split()) == targets()


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_assistant_commands_are_there(path: Path) -> None:
    named = {
        match.group(1)
        for code in code_of(path.read_text(encoding="utf-8"))
        if (match := re.match(r"(?:\$ )?(?:\.venv/bin/)?assistant ([a-z]+)\b", code))
    }
    assert named <= commands()


def test_the_readme_names_every_command() -> None:
    named = {word for code in CODE.findall(README) for word in re.findall(r"[a-z]+", code)}
    assert commands() <= named


def test_options_named_in_the_readme_exist() -> None:
    group = typer.main.get_command(app)
    known = {
        option
        for command in group.commands.values()  # type: ignore[attr-defined]
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    table = [line for line in README.splitlines() if line.startswith("| `assistant ")]
    named = {option for line in table for option in re.findall(r"(?<!\w)--[a-z][a-z-]*", line)}
    assert named
    assert named <= known


def test_the_tree_of_the_readme_is_on_the_disk() -> None:
    trees = [block for block in FENCED.findall(README) if re.search(r"^assistant/\s", block, re.MULTILINE)]
    assert len(trees) == 1
    names = [line.split()[0] for line in trees[0].splitlines() if line and not line.startswith(" ")]
    for name in names:
        assert (ROOT / name).exists(), name
        assert name.endswith("/") == (ROOT / name).is_dir(), name
    hidden = {"build", "dist", "index", "alliance_assistant.egg-info", "__pycache__"}
    folders = {f"{path.name}/" for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert folders - {f"{name}/" for name in hidden} <= set(names)


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_files_that_documents_point_to_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    linked = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text)
    named = [
        code
        for code in CODE.findall(FENCED.sub("", text))
        if re.fullmatch(r"(?:docs|evals|corpus|assistant|tests)/[\w./-]+\.(?:md|py|jsonl|toml)", code)
    ]
    for name in [*linked, *named]:
        assert (ROOT / name).exists() or (path.parent / name).exists(), name


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    variable = PREFIX + name.upper()
    assert any(re.search(rf"\b{variable}\b", path.read_text(encoding="utf-8")) for path in DOCUMENTS)


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_no_document_names_a_setting_that_is_not_there(path: Path) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8")))
    assert named <= known


def test_no_document_names_a_machine_or_registry() -> None:
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(?:home|root|Users|work|tmp)/\w", text), relative(path)


def test_an_image_is_built_from_what_the_dockerfile_copies_and_nothing_else() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    sent = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    copied = {name.removeprefix("./") for names in sent for name in names}
    ignoring = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert next(line for line in ignoring if not line.startswith("#")) == "*"
    assert {line[1:] for line in ignoring if line.startswith("!")} == copied
    assert all((ROOT / name).exists() for name in copied)
