"""Prompts as Markdown files without placeholders; question and evidence are added in code."""

from __future__ import annotations

import hashlib
from importlib import resources

from assistant.types import Language


def read_prompt(name: str, language: Language) -> str:
    """Give a prompt in the reader's language: `NAME.md`, or `NAME.zh.md` for Chinese.

    Raises:
        FileNotFoundError: no such prompt.
    """
    file = f"{name}.md" if language == "en" else f"{name}.{language}.md"
    return (resources.files(__name__) / file).read_text(encoding="utf-8")


def digest_prompts() -> str:
    """Give one hash over all prompts, for eval results."""
    digest = hashlib.sha256()
    for file in sorted(resources.files(__name__).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".md"):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
