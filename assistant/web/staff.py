"""Endpoints about the library's state, and what staff reads: gaps, ratings, reports of evals."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import NotFound
from assistant.types import LANGUAGES
from assistant.web.endpoints import shown_errors
from assistant.web.markdown import render_document
from assistant.web.readers import reader_of, require_staff

if TYPE_CHECKING:
    from assistant.build import Assistant

REPORT_SUFFIXES = (".md", ".json", ".txt")
MAX_REPORT_CHARS = 200_000
MAX_RATINGS = 200


def add_staff_endpoints(assistant: Assistant, evals: Path | None) -> None:
    """Declare `about`, `gaps`, `settle_gap`, `evals` and `eval_report` in the Blocks under construction."""

    @shown_errors
    def about(request: gr.Request) -> dict[str, Any]:
        """Tell versions and numbers of what the reader may see."""
        return describe_library(assistant, reader_of(request).audience)

    @shown_errors
    def gaps(request: gr.Request) -> dict[str, Any]:
        """List the questions that found no answer, most frequent first, and the ratings, newest first."""
        require_staff(request)
        journal = assistant.library.journal
        return {
            "questions": [gap.model_dump(mode="json") for gap in journal.gaps()],
            "ratings": [rating.model_dump(mode="json") for rating in journal.feedback()[:MAX_RATINGS]],
        }

    @shown_errors
    def settle_gap(question: str, request: gr.Request) -> dict[str, Any]:
        """Forget a question without answer that the library answers by now."""
        require_staff(request)
        return {"settled": assistant.library.journal.remove_gap(question)}

    @shown_errors
    def eval_reports(request: gr.Request) -> dict[str, Any]:
        """List the reports of evals, newest first."""
        require_staff(request)
        return {"reports": list_reports(evals)}

    @shown_errors
    def eval_report(name: str, request: gr.Request) -> dict[str, Any]:
        """Show one report."""
        require_staff(request)
        return read_report(evals, name)

    gr.api(about, api_name="about", queue=False)
    gr.api(gaps, api_name="gaps", queue=False)
    gr.api(settle_gap, api_name="settle_gap", queue=False)
    gr.api(eval_reports, api_name="evals", queue=False)
    gr.api(eval_report, api_name="eval_report", queue=False)


def describe_library(assistant: Assistant, audience: Any) -> dict[str, Any]:
    """Count what the reader may see, and name the parts that answer."""
    stored = assistant.documents(audience)
    statuses = [document.provenance.status for document in stored]
    return {
        "documents": len(stored),
        "passages": sum(document.passages for document in stored),
        "samples": sum(document.provenance.is_sample for document in stored),
        "by_status": {status: statuses.count(status) for status in sorted(set(statuses))},
        "by_language": {
            language: sum(document.provenance.language == language for document in stored)
            for language in LANGUAGES
        },
        "versions": {
            "alliance-assistant": version("alliance-assistant"),
            "gradio": version("gradio"),
            "chromadb": version("chromadb"),
            "langchain-core": version("langchain-core"),
        },
        "embedder": assistant.settings.embedder,
        "chat_model": assistant.settings.chat_model,
    }


def list_reports(folder: Path | None) -> list[dict[str, Any]]:
    """List report files below `folder`, newest first; empty without a folder."""
    if folder is None or not folder.is_dir():
        return []
    files = [p for p in folder.rglob("*") if p.is_file() and p.suffix in REPORT_SUFFIXES]
    newest = sorted(files, key=lambda path: (-path.stat().st_mtime, path.name))
    return [
        {
            "name": path.relative_to(folder).as_posix(),
            "changed": path.stat().st_mtime,
            "size_bytes": path.stat().st_size,
        }
        for path in newest
    ]


def read_report(folder: Path | None, name: str) -> dict[str, Any]:
    """Give one report as safe HTML.

    Raises:
        NotFound: there is no such report below `folder`.
    """
    if name not in {report["name"] for report in list_reports(folder)} or folder is None:
        raise NotFound(f"There is no report {name!r}.", hint="Choose one of the list.")
    text = (folder / name).read_text(encoding="utf-8", errors="replace")[:MAX_REPORT_CHARS]
    if name.endswith(".json"):
        text = f"```\n{json.dumps(json.loads(text), ensure_ascii=False, indent=2)}\n```"
    return {"name": name, "html": render_document(text)}
