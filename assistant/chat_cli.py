"""`assistant chat`: a conversation in the terminal, with the answers of the page."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.options import AsOfOption, IndexOption, Reader, ReaderOption

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.types import Answer, Audience, Turn

PROMPT = "> "
HELP = """\
Ask in English or Chinese.
  /open N   the quote of mark N, in its document
  /more     the rest of what the sources say
  /new      start afresh; earlier questions no longer count
  /quit     end (Ctrl-D, too)"""
TURNS_KEPT = 12
"""As many as the page sends: six questions with their answers."""
AROUND_CHARS = 600
"""Characters of the document that `/open` shows before and after a quote."""


def chat_command(
    reader: ReaderOption = Reader.public, as_of: AsOfOption = None, index: IndexOption = None
) -> None:
    """Ask in a conversation: follow-ups lean on the questions before; nothing is kept when it ends."""
    from assistant.build import build_assistant
    from assistant.library.database import check_library
    from assistant.respond import parse_as_of
    from assistant.settings import load_settings

    date, settings = parse_as_of(as_of), load_settings(index=index)
    check_library(settings.index)
    with build_assistant(settings) as assistant:
        if assistant.destination.kind == "server":
            print(
                f"Questions and passages go to {assistant.destination.model} at {assistant.destination.host}."
            )
        print(f"{HELP}\n")
        chat = Chat(assistant, reader.audience, date)
        for line in _read_lines():
            if line == "/quit":
                break
            try:
                print(f"\n{chat.reply(line)}\n")
            except AssistantError as error:
                print(f"\n{error.message}\n{error.hint}\n")
            except KeyboardInterrupt:
                print("\nStopped.\n")


class Chat:
    """One reader's conversation: what was asked and answered, and the commands about it."""

    def __init__(self, assistant: Assistant, reader: Audience, as_of: dt.date | None) -> None:
        self._assistant = assistant
        self._reader = reader
        self._as_of = as_of
        self._history: list[Turn] = []
        self._last: Answer | None = None

    def reply(self, line: str) -> str:
        """Answer a question or do a command; gives the text to show.

        Raises:
            AssistantError: the question cannot be asked, or the source is not there any more.
        """
        command, _, rest = line.partition(" ")
        if command == "/open":
            return self._open(rest)
        if command == "/more":
            return self._more()
        if command == "/new":
            self._history, self._last = [], None
            return "A new conversation."
        if command.startswith("/"):
            return HELP
        return self._ask(line)

    def _ask(self, question: str) -> str:
        from assistant.render import render_brief
        from assistant.types import Turn

        answer = self._assistant.ask(
            question, reader=self._reader, history=self._history[-TURNS_KEPT:], as_of=self._as_of
        )
        self._last = answer
        if answer.status != "declined":  # what the guard holds back is kept nowhere
            said = "\n".join(sentence.text for sentence in answer.sentences)
            self._history += [
                Turn(role="user", content=question),
                Turn(role="assistant", content=said[:8000]),
            ]
        return render_brief(answer)

    def _more(self) -> str:
        from assistant.render import render_more

        if self._last is None or not self._last.more:
            return "There is no more."
        return render_more(self._last)

    def _open(self, number: str) -> str:
        from assistant.render import render_citation

        citations = self._last.citations if self._last else ()
        cited = next((one for one in citations if str(one.number) == number.strip("[] ")), None)
        if self._last is None or cited is None:
            marks = ", ".join(str(one.number) for one in citations)
            return f"The last answer has no mark {number!r}. " + (
                f"Its marks are {marks}." if marks else "Ask first."
            )
        text = self._assistant.show(cited.document, cited.revision, reader=self._reader).text
        before = text[max(cited.start - AROUND_CHARS, 0) : cited.start]
        after = text[cited.end : cited.end + AROUND_CHARS]
        head = render_citation(cited, self._last.language, quote=False)
        return f"{head}\n\n{before}»{text[cited.start : cited.end]}«{after}"


def _read_lines() -> Iterator[str]:
    """Give what is typed, line by line; piped lines are shown, too, so that the output reads as a conversation."""
    typed = sys.stdin.isatty()
    if typed:
        with suppress(ImportError):  # editing with arrow keys; its history stays in memory
            import readline  # noqa: F401
    while True:
        try:
            line = input(PROMPT if typed else "").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if not line:
            continue
        if not typed:
            print(f"{PROMPT}{line}")
        yield line
