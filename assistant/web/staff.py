"""Endpoints about the library's state, and what staff reads: questions without answers, ratings."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.types import LANGUAGES
from assistant.web.endpoints import shown_errors
from assistant.web.readers import reader_of, require_staff

if TYPE_CHECKING:
    from assistant.build import Assistant

MAX_RATINGS = 200


def add_staff_endpoints(assistant: Assistant) -> None:
    """Declare `about`, `gaps`, `settle_gap` and `remove_rating` in the Blocks under construction."""

    @shown_errors
    def about(request: gr.Request) -> dict[str, Any]:
        """Tell versions and numbers of what the reader may see."""
        return describe_library(assistant, reader_of(request).audience)

    @shown_errors
    def gaps(request: gr.Request) -> dict[str, Any]:
        """List the questions that found no answer, most frequent first, and the ratings, newest first."""
        require_staff(request)
        journal = assistant.library.journal
        ratings = journal.feedback()
        return {
            "questions": [gap.model_dump(mode="json") for gap in journal.gaps()],
            "ratings": [rating.model_dump(mode="json") for rating in ratings[:MAX_RATINGS]],
            "all_ratings": len(ratings),
            "days": assistant.settings.journal_days,
        }

    @shown_errors
    def settle_gap(question: str, request: gr.Request) -> dict[str, Any]:
        """Forget a question without answer that the library answers by now."""
        require_staff(request)
        return {"settled": assistant.library.journal.remove_gap(question)}

    @shown_errors
    def remove_rating(number: int, request: gr.Request) -> dict[str, Any]:
        """Forget a rating with its question and note."""
        require_staff(request)
        return {"removed": assistant.library.journal.remove_feedback(number)}

    gr.api(about, api_name="about", queue=False)
    gr.api(gaps, api_name="gaps", queue=False)
    gr.api(settle_gap, api_name="settle_gap", queue=False)
    gr.api(remove_rating, api_name="remove_rating", queue=False)


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
