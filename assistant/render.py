"""An answer as plain text or Markdown: the same words and marks on every surface.

In Markdown, words of documents, models and readers stay words: whoever shows it loads no picture, and makes
no link, that somebody planted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.types import Answer, Citation, Language, Sentence

_LABELS: dict[str, tuple[str, str]] = {
    "sources": ("Sources", "来源"),
    "more": ("More", "更多"),
    "withheld": ("Withheld", "已隐去"),
    "nearest": ("Nearest documents (they do not answer the question)", "最相近的文件（未回答该问题）"),
    "from": ("from", "自"),
    "until": ("until", "至"),
    "sample": ("SAMPLE", "示例"),
    "official": ("official", "正式文件"),
    "public-record": ("public record", "公开记录"),
    "summary": ("summary of public sources", "公开资料摘要"),
    "draft": ("draft", "草案"),
    "superseded": ("SUPERSEDED", "已失效"),
}

_MARKS: dict[Language, tuple[str, str, str, str]] = {
    "en": (":", " (", ", ", ")"),
    "zh": ("：", "（", "，", "）"),
}
"""What stands behind a label, and around and between what is said of a source."""
_SUMMARISED = frozenset({"law", "literature"})
"""Kinds of public record that the project wrote in its own words."""
_NUMBERED = re.compile(r"\d+(?:\.\d+)+")

SAID_FIRST = frozenset({"as_of", "undated", "superseded", "closest", "conflict"})
"""Codes of notices that stand before the sentences: without them the answer would be taken for something else."""


Written = Callable[[str], str]
"""How words that are not ours are written."""

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{0,20}://|www\.|mailto:)[!-;=?-Z^_a-z{|}~]+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/[!-;=?-Z^_a-z{|}~]*",
    re.IGNORECASE | re.ASCII,
)
_SYNTAX = re.compile(r"[\\\[\]<`]")


def as_is(text: str) -> str:
    """Give a text for a terminal."""
    return text


def as_markdown(text: str) -> str:
    """Write a text so that Markdown shows it as it stands: no link, picture or HTML; addresses as code."""
    parts: list[str] = []
    at = 0
    for match in _ADDRESS.finditer(text):
        parts += [_SYNTAX.sub(r"\\\g<0>", text[at : match.start()]), f"`{match.group()}`"]
        at = match.end()
    return "".join([*parts, _SYNTAX.sub(r"\\\g<0>", text[at:])])


def label(name: str, language: Language) -> str:
    """Give a fixed word in the reader's language."""
    return _LABELS[name][0 if language == "en" else 1]


def status_label(citation: Citation, language: Language) -> str:
    """Say what a source is; law and literature of the public record are summaries, not the record itself."""
    is_summary = citation.status == "public-record" and citation.kind in _SUMMARISED
    return label("summary" if is_summary else citation.status, language)


def _title(name: str, language: Language) -> str:
    return f"{label(name, language)}{_MARKS[language][0]}"


def render_text(answer: Answer, write: Written = as_is) -> str:
    """Write sentences with marks, notices, sources with their quotes; for a terminal, or `as_markdown`."""
    first = [notice for notice in answer.notices if _is_said_first(notice.code) and answer.sentences]
    parts = [f"• {write(notice.text)}" for notice in first]
    if answer.sentences:
        parts.append(render_sentences(answer.sentences, write))
    parts.extend(f"• {write(notice.text)}" for notice in answer.notices if notice not in first)
    if answer.removed:
        lines = [f"  - {write(item.text)} ({write('; '.join(item.reasons))})" for item in answer.removed]
        parts.append("\n".join([_title("withheld", answer.language), *lines]))
    if answer.more:
        parts.append(f"{_title('more', answer.language)}\n{render_sentences(answer.more, write)}")
    if answer.nearest:
        lines = [f"  - {write(near.title)} ({near.document})" for near in answer.nearest]
        parts.append("\n".join([_title("nearest", answer.language), *lines]))
    if answer.citations:
        lines = [render_citation(citation, answer.language, write) for citation in answer.citations]
        parts.append("\n".join([_title("sources", answer.language), *lines]))
    return "\n\n".join(parts)


def render_brief(answer: Answer) -> str:
    """Write an answer for a conversation in a terminal: sources of what is shown, without quotes; the rest named only."""
    shown = answer.model_copy(update={"more": (), "citations": ()})
    parts = [render_text(shown)]
    marks = {number for sentence in answer.sentences for number in sentence.citations}
    if cited := [citation for citation in answer.citations if citation.number in marks]:
        lines = [render_citation(citation, answer.language, quote=False) for citation in cited]
        parts.append("\n".join([_title("sources", answer.language), *lines]))
    if answer.more:
        parts.append(f"{_title('more', answer.language)} /more")
    return "\n\n".join(part for part in parts if part)


def render_more(answer: Answer) -> str:
    """Write what waits behind "more" for a terminal, with the sources that were not named yet."""
    return render_brief(
        answer.model_copy(update={"sentences": answer.more, "more": (), "notices": (), "nearest": ()})
    )


def _is_said_first(code: str) -> bool:
    return code in SAID_FIRST or code.startswith("guard:")


def render_sentences(sentences: Sequence[Sentence], write: Written = as_is) -> str:
    """Write sentences with their marks: a group a paragraph, list items and rows a line each."""
    groups: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        groups.setdefault(sentence.group, []).append(sentence)
    return "\n\n".join(_render_group(group, write) for group in groups.values())


def _render_group(sentences: Sequence[Sentence], write: Written) -> str:
    lines: list[str] = []
    for sentence in sentences:
        text = write(sentence.text)
        marks = "".join(f"[{number}]" for number in sentence.citations)
        marked = f"{text} {marks}".rstrip()
        if sentence.kind == "text" and lines and not lines[-1].startswith(("|", "  - ")):
            lines[-1] = f"{lines[-1]} {marked}"
        elif sentence.kind == "item":
            lines.append(f"  - {marked}")
        else:
            lines.append(marked)
    return "\n".join(lines)


def render_citation(
    citation: Citation, language: Language, write: Written = as_is, *, quote: bool = True
) -> str:
    """Write one source: number, title, status, version, dates, place and, unless told otherwise, its quote."""
    facts = [label("sample", language)] if citation.sample else []
    if citation.status != "sample":
        facts.append(status_label(citation, language))
    if citation.version:
        facts.append(
            f"v{citation.version}" if _NUMBERED.fullmatch(citation.version) else write(citation.version)
        )
    if citation.effective_from:
        facts.append(f"{label('from', language)} {citation.effective_from}")
    if citation.effective_to:
        facts.append(f"{label('until', language)} {citation.effective_to}")
    _, opening, comma, closing = _MARKS[language]
    head = f"[{citation.number}] {write(citation.title)}{opening}{comma.join(facts)}{closing}"
    place = f"    {citation.document}@{citation.revision}"
    if citation.locator:
        place += f" · {write(citation.locator)}"
    if not quote:
        return f"{head}\n{place}"
    words = write(" ".join(citation.quote.split()))
    return f"{head}\n{place}\n    “{words}”"
