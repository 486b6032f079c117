"""The chat's endpoints: the streamed answer, the source panel, and what a reader thought of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import gradio as gr
from pydantic import Field, ValidationError

from assistant.errors import InputError
from assistant.types import Answer, Audience, Record, Turn
from assistant.web.endpoints import shown_errors
from assistant.web.growing import RIGHTS_CHANGED, may_still_read
from assistant.web.readers import Identify, reader_of
from assistant.web.source import open_source, show_page

if TYPE_CHECKING:
    from assistant.build import Assistant

OPENING_PULSE_SECONDS = 0.5
"""How often a question that waits for the library tells its reader how far that is."""


def add_chat_endpoints(
    assistant: Assistant, identify: Identify | None = None, *, sign_in: str | None = None
) -> None:
    """Declare `ask`, `source`, `source_page`, `start` and `feedback` in the Blocks under construction."""

    @shown_errors
    def ask(
        question: str, history: list[dict[str, str]], as_of: str | None, request: gr.Request
    ) -> Iterator[dict[str, Any]]:
        """Answer a question; every value is an Answer, the last one is complete.

        While the library is being opened, values with `opening` come first: files looked at and their number.
        """
        from assistant.respond import parse_as_of

        while (reached := assistant.opening.wait(OPENING_PULSE_SECONDS)) is not None:
            yield {"opening": reached}
        audience = reader_of(request).audience
        answers = assistant.stream(
            question,
            reader=audience,
            history=read_history(history),
            as_of=parse_as_of(as_of or None),
        )
        for answer in answers:
            if identify is not None and not may_still_read(identify, request, audience):
                raise InputError(RIGHTS_CHANGED, hint="Ask again. 请重新提问。")
            yield answer.model_dump(mode="json")
        keep_gap(assistant, answer, audience)

    @shown_errors
    def source(
        document: str, revision: str | None, start: int | None, end: int | None, request: gr.Request
    ) -> dict[str, Any]:
        """Open a document at a cited span."""
        return open_source(assistant, reader_of(request), document, revision, start=start, end=end)

    @shown_errors
    def source_page(document: str, page: int, quote: str, request: gr.Request) -> dict[str, Any]:
        """Show the page of a PDF that a citation stands on."""
        return show_page(assistant, reader_of(request), document, page, quote)

    @shown_errors
    def start(request: gr.Request) -> dict[str, Any]:
        """Tell the page who reads, where text goes and whom to ask."""
        reader = reader_of(request)
        told = {
            "reader": {"name": reader.name, "audience": reader.audience},
            "destination": assistant.destination._asdict(),
            "contact": assistant.settings.contact,
            "documents": len(assistant.documents(reader.audience)),
            "sign_in": sign_in,
            "opening": assistant.opening.wait(0) is not None,
        }
        assistant.opening.wanted.set()  # the page has all its files now; the first question may come soon
        return told

    gr.api(ask, api_name="ask", concurrency_limit=8)
    gr.api(source, api_name="source", queue=False)
    gr.api(source_page, api_name="source_page", queue=False)

    @shown_errors
    def feedback(rating: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        """Keep what a reader thought of an answer."""
        keep_rating(assistant, rating, reader_of(request).audience)
        return {"kept": True}

    gr.api(feedback, api_name="feedback", queue=False)
    gr.api(start, api_name="start", queue=False)


def read_history(history: Sequence[Any] | None) -> list[Turn]:
    """Give the turns that the browser sent.

    Raises:
        InputError: a turn has another shape.
    """
    try:
        return [Turn.model_validate(turn) for turn in history or []]
    except ValidationError as error:
        raise InputError("The conversation sent along cannot be read.", hint="Start a new one.") from error


class Rating(Record):
    """A reader's thumb, as the page sends it."""

    question: str = Field(min_length=1, max_length=4000)
    rating: Literal["up", "down"]
    reasons: tuple[Literal["wrong", "incomplete", "outdated", "source", "unclear"], ...] = ()
    note: str = Field(default="", max_length=1000)
    documents: tuple[str, ...] = Field(default=(), max_length=100)


def keep_gap(assistant: Assistant, answer: Answer, audience: Audience) -> None:
    """Keep a question that the library did not answer, for staff to mend; declined ones never."""
    if answer.status == "no_evidence":
        nearest = [near.document for near in answer.nearest]
        assistant.library.journal.add_gap(
            answer.question, answer.language, audience=audience, nearest=nearest
        )


def keep_rating(assistant: Assistant, rating: dict[str, Any], audience: Audience) -> None:
    """Keep a rating, unless its text is of the kind that must not be stored.

    Raises:
        InputError: it has another shape, or reads like an unpublished invention or patient data.
    """
    try:
        read = Rating.model_validate(rating)
    except ValidationError as error:
        raise InputError("The rating cannot be read.", hint="Reload the page and rate again.") from error
    for text in (read.question, read.note):
        screened = assistant.guard.screen(text)
        if screened is not None and not screened.may_echo:
            raise InputError(
                "The note reads like an unpublished invention or patient data, so it was not stored.",
                hint="Leave these details out.",
            )
    comment = "; ".join(part for part in (", ".join(read.reasons), read.note.strip()) if part)
    assistant.library.journal.add_feedback(
        read.question, read.rating, audience=audience, comment=comment, documents=read.documents
    )
