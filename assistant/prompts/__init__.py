"""Prompts as Markdown files without placeholders; question and evidence are added in code."""

from __future__ import annotations

from importlib import resources

from assistant.types import Language


def read_prompt(name: str, language: Language) -> str:
    """Give a prompt in the reader's language: `NAME.md`, or `NAME.zh.md` for Chinese.

    Raises:
        FileNotFoundError: no such prompt.
    """
    file = f"{name}.md" if language == "en" else f"{name}.{language}.md"
    return (resources.files(__name__) / file).read_text(encoding="utf-8")
