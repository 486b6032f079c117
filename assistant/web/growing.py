"""Answers that are sent while they grow: what is said once, and what ends them early."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from assistant.errors import AssistantError
from assistant.render import as_markdown, render_sentences, render_text
from assistant.types import Answer, Audience
from assistant.web.gate import BadToken
from assistant.web.readers import Identify, reader_of

RIGHTS_CHANGED = "Your rights have changed. 您的权限已变更。"


class RightsChanged(AssistantError):
    """The reader's rights changed while something was made for them."""


async def while_allowed(
    first: Answer, growing: AsyncGenerator[Answer], connection: HTTPConnection, identify: Identify
) -> AsyncIterator[Answer | None]:
    """Yield answers as long as the reader's rights stay what they were; then None, and no more."""
    async with aclosing(growing):
        if not await _may_still_read(identify, connection):
            yield None
            return
        yield first
        async for answer in growing:
            if not await _may_still_read(identify, connection):
                yield None
                return
            yield answer


async def check_rights(identify: Identify, connection: HTTPConnection) -> None:
    """Look again, before what was made for a reader is sent: a question may have waited for its turn.

    Raises:
        RightsChanged: they are not what they were when the request came.
    """
    if not await _may_still_read(identify, connection):
        raise RightsChanged(RIGHTS_CHANGED, hint="Ask again. 请重新提问。")


async def _may_still_read(identify: Identify, connection: HTTPConnection) -> bool:
    return await run_in_threadpool(may_still_read, identify, connection, reader_of(connection).audience)


def may_still_read(identify: Identify, connection: Any, audience: Audience) -> bool:
    """Tell whether whoever is behind a request still has the rights that it began with.

    Args:
        connection: A Starlette request, or Gradio's wrapping of one.
    """
    inner = getattr(connection, "request", None) or connection
    try:
        return identify(inner).audience == audience
    except BadToken:
        return False


class GrowingText:
    """Turns growing answers into pieces of Markdown that are only ever added to."""

    def __init__(self) -> None:
        self._sent = ""

    def add(self, answer: Answer) -> str:
        """Give what is new in an answer that still grows; '' when a sentence was taken back."""
        return self._advance(render_sentences(answer.sentences, as_markdown))

    def finish(self, answer: Answer) -> str:
        """Give what completes the text, with notices and the list of sources.

        What was sent cannot be taken back; should the last answer not begin with it, the whole of it
        follows below a line.
        """
        whole = render_text(answer, as_markdown)
        piece = self._advance(whole)
        return piece or (f"\n\n---\n\n{whole}" if self._sent != whole else "")

    def _advance(self, text: str) -> str:
        if not text.startswith(self._sent):
            return ""
        piece, self._sent = text[len(self._sent) :], text
        return piece
