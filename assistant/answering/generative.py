"""Answers worded by a chat model: streamed, each sentence checked before it is shown."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from assistant.answering.alignment import Rarity
from assistant.answering.checking import Checker
from assistant.answering.extractive import Composition
from assistant.answering.phrases import say
from assistant.answering.reply import cut_stream, read_marks
from assistant.answering.verify import Similarity
from assistant.models.chat import ChatFailed, stream_chat
from assistant.prompts import read_prompt
from assistant.types import Answer, Language, Notice

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.models import Embedder
    from assistant.respond import Prepared, Trace
    from assistant.retrieval.search import Searcher
    from assistant.settings import Settings

BREAK_AFTER_FAILURES = 3
BREAK_SECONDS = 60.0
"""A server that failed three times in a row is left alone for a minute; readers get quotes at once."""
NO_ANSWER = "NOTHING"


class Finish(Protocol):
    """Makes an answer of a composition; see `Responder`."""

    def __call__(
        self,
        prepared: Prepared,
        composition: Composition,
        trace: Trace,
        extra: Sequence[Notice] = (),
        **fields: object,
    ) -> Answer:
        """Give the answer; `fields` are further fields of it."""
        ...


class Quote(Protocol):
    """Answers extractively; see `Responder`."""

    def __call__(self, prepared: Prepared, trace: Trace, extra: Sequence[Notice] = ()) -> Answer:
        """Give the answer; `extra` are notices before its own."""
        ...


class Breaker:
    """Counts failures in a row and says when to leave a server alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """True while the server is left alone."""
        with self._lock:
            return self._clock() < self._open_until

    def record(self, *, failed: bool) -> None:
        """Count one call."""
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            if self._failures >= BREAK_AFTER_FAILURES:
                self._open_until = self._clock() + BREAK_SECONDS
                self._failures = 0


class Writer:
    """Lets a chat model word the answer, with the extractive answer to fall back on."""

    def __init__(
        self,
        model: BaseChatModel,
        name: str,
        rarity: Callable[[Prepared], Rarity],
        similarity: Similarity | None,
    ) -> None:
        self._model = model
        self._name = name
        self._rarity = rarity
        self._similarity = similarity
        self._breaker = Breaker()

    def write(self, prepared: Prepared, finish: Finish, quote: Quote, trace: Trace) -> Iterator[Answer]:
        """Yield growing answers; on failure the last one quotes the sources and says why."""
        language = prepared.query.language
        if self._breaker.is_open:
            yield quote(prepared, trace, [self._failure(prepared, "resting after failures")])
            return
        checker = Checker(prepared, self._rarity(prepared), self._similarity)
        declined = False
        try:
            with trace.stage("model"):
                for raw in self._sentences(prepared):
                    if read_marks(raw).text.strip(".。").upper() == NO_ANSWER:
                        declined = True
                        break
                    before = len(checker.sentences)
                    checker.take(raw)
                    if len(checker.sentences) > before:
                        yield finish(prepared, checker.composition(), trace, answered_by=self._name)
        except ChatFailed as error:
            self._breaker.record(failed=True)
            yield quote(prepared, trace, [self._failure(prepared, error.reason)])
            return
        self._breaker.record(failed=False)
        extra = _remarks(checker, language)
        if declined or not checker.sentences:
            answer = quote(prepared, trace, extra)
            yield answer.model_copy(update={"removed": tuple(checker.removed)})
            return
        yield finish(
            prepared,
            checker.composition(),
            trace,
            extra,
            answered_by=self._name,
            removed=tuple(checker.removed),
        )

    def _sentences(self, prepared: Prepared) -> Iterator[str]:
        """Yield finished sentences of the model's stream, with their marks."""
        system = read_prompt("answer", prepared.query.language)
        return cut_stream(stream_chat(self._model, system, write_task(prepared)))

    def _failure(self, prepared: Prepared, reason: str) -> Notice:
        return Notice(code="model_failed", text=say("model_failed", prepared.query.language, reason=reason))


def _remarks(checker: Checker, language: Language) -> list[Notice]:
    """Say what of the model's reply is not shown, and why."""
    remarks = []
    if checker.made_up:
        marks = ", ".join(f"[{number}]" for number in checker.made_up)
        remarks.append(Notice(code="made_up", text=say("made_up", language, marks=marks)))
    if checker.removed:
        reasons = "; ".join(dict.fromkeys(r for item in checker.removed for r in item.verdict.reasons[:1]))
        text = say("withheld", language, n=len(checker.removed), reasons=reasons)
        remarks.append(Notice(code="withheld", text=text))
    return remarks


def write_task(prepared: Prepared) -> str:
    """Write the numbered evidence and the question; ids, files and audiences stay out."""
    blocks = []
    for item in prepared.evidence:
        head = " › ".join((item.passage.title, *item.passage.headings))
        blocks.append(f"[{item.number}] {head}\n{item.passage.text}")
    earlier = [turn.content for turn in prepared.asked.history if turn.role == "user"][-2:]
    context = "".join(f"(earlier: {text})\n" for text in earlier)
    return "\n\n".join(blocks) + f"\n\n---\n{context}{prepared.query.text}"


def load_writer(settings: Settings, searcher: Searcher, embedder: Embedder) -> Writer | None:
    """Give the writer that the settings name; `None` for the extractive default.

    Raises:
        SettingsError: the model's name or provider is not known.
    """
    if not settings.chat_model:
        return None
    from assistant.models.chat import load_chat_model

    model = load_chat_model(
        settings.chat_model, base_url=settings.chat_base_url, timeout_seconds=settings.chat_timeout_seconds
    )

    def similarity(text: str, others: Sequence[str]) -> Sequence[float]:
        rows = embedder.encode_queries([text, *others])
        return [float(cosine) for cosine in rows[1:] @ rows[0]]

    return Writer(
        model, settings.chat_model, lambda prepared: searcher.rarity(prepared.query.language), similarity
    )
