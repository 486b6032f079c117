"""Answers worded by a chat model: streamed, each sentence checked before it is shown."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from assistant.answering.checking import Checker
from assistant.answering.extractive import Composition
from assistant.answering.reply import ReplyCutter
from assistant.conversation import accept_rewrite, write_conversation
from assistant.models.chat import PULSE_SECONDS, ChatCut, ChatFailed, find_host, stream_chat
from assistant.phrases import say
from assistant.prompts import read_prompt
from assistant.types import Answer, Language, Notice, Provenance, Turn
from assistant.verification.alignment import Rarity
from assistant.verification.verify import Similarity
from assistant.words import detect_language

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.models import Embedder
    from assistant.respond import Prepared, Trace
    from assistant.retrieval.search import Searcher
    from assistant.settings import Settings

BREAK_AFTER_FAILURES = 3
BREAK_SECONDS = 60.0
"""A server that failed three times in a row is left alone for a minute; readers get quotes at once."""
REWRITE_SECONDS = 10.0
"""A follow-up is searched without the model's help when that takes longer."""


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
        self._next_trial = 0.0

    def admits(self) -> bool:
        """Tell whether to ask; while the server is left alone, one call each minute tries whether it is back."""
        with self._lock:
            if self._failures < BREAK_AFTER_FAILURES:
                return True
            if self._clock() < self._next_trial:
                return False
            self._next_trial = self._clock() + BREAK_SECONDS
            return True

    def record(self, *, failed: bool) -> None:
        """Count one call that ended; one that its reader left says nothing about the server."""
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            if self._failures >= BREAK_AFTER_FAILURES:
                self._next_trial = self._clock() + BREAK_SECONDS


class Writer:
    """Lets a chat model word the answer, with the extractive answer to fall back on."""

    def __init__(
        self,
        model: BaseChatModel,
        name: str,
        rarity: Callable[[Prepared], Rarity],
        similarity: Similarity | None,
        *,
        timeout_seconds: float,
    ) -> None:
        self._model = model
        self._name = name
        self._rarity = rarity
        self._similarity = similarity
        self._timeout_seconds = timeout_seconds
        self._breaker = Breaker()

    @property
    def host(self) -> str | None:
        """The host that questions are sent to; `None` when the provider's client does not tell."""
        return find_host(self._model)

    def rewrite(self, text: str, history: Sequence[Turn]) -> str | None:
        """Let the model make a follow-up understandable alone; `None` when it does not do so in time."""
        task = write_conversation(text, history)
        if task is None or not self._breaker.admits():
            return None
        seconds = min(self._timeout_seconds, REWRITE_SECONDS)
        prompt = read_prompt("standalone", detect_language(text))
        try:
            reply = "".join(stream_chat(self._model, prompt, task, timeout_seconds=seconds))
        except ChatCut:
            return None
        except ChatFailed:
            self._breaker.record(failed=True)
            return None
        self._breaker.record(failed=False)
        return accept_rewrite(reply, text, history)

    def write(self, prepared: Prepared, finish: Finish, quote: Quote, trace: Trace) -> Generator[Answer]:
        """Yield growing answers, the same again for each second of silence, so that a reader can leave.

        On failure the last one quotes the sources and says why.
        """
        if not self._breaker.admits():
            yield quote(prepared, trace, [_failure(prepared, ChatFailed("resting"))])
            return
        checker = Checker(prepared, self._rarity(prepared), self._similarity)
        shown: Answer | None = None
        is_cut = False
        try:
            with trace.stage("model"):
                for has_grown in self._check_reply(prepared, checker):
                    if has_grown or shown is None:
                        shown = finish(prepared, checker.composition(), trace, answered_by=self._name)
                    yield shown
            if not (checker.sentences or checker.removed or checker.found_nothing):
                raise ChatFailed("garbled")
        except ChatCut:
            is_cut = True
        except ChatFailed as failed:
            self._breaker.record(failed=True)
            answer = quote(prepared, trace, [_failure(prepared, failed)])
            yield answer.model_copy(update={"removed": tuple(checker.removed)})
            return
        self._breaker.record(failed=False)
        extra = _remarks(checker, prepared.query.language, is_cut=is_cut)
        removed = tuple(checker.removed)
        if checker.sentences:
            fields = {"answered_by": self._name, "removed": removed}
            yield finish(prepared, checker.composition(), trace, extra, **fields)
            return
        if checker.found_nothing:
            prepared = _doubted(prepared)
        yield quote(prepared, trace, extra).model_copy(update={"removed": removed})

    def _check_reply(self, prepared: Prepared, checker: Checker) -> Iterator[bool]:
        """Hand the reply to the checker; yield True when a sentence was added, False after a silence."""
        system = read_prompt("answer", prepared.query.language)
        task = write_task(prepared)
        cutter = ReplyCutter()
        last = time.monotonic()
        with closing(stream_chat(self._model, system, task, timeout_seconds=self._timeout_seconds)) as pieces:
            for piece in pieces:
                for raw in cutter.add(piece):
                    if checker.take(raw):
                        last = time.monotonic()
                        yield True
                    if checker.is_done:
                        return
                if time.monotonic() - last >= PULSE_SECONDS:
                    last = time.monotonic()
                    yield False
        for raw in cutter.finish():
            if checker.take(raw):
                yield True


def _failure(prepared: Prepared, failed: ChatFailed) -> Notice:
    language = prepared.query.language
    reason = say(f"failed_{failed.cause}", language, detail=failed.detail)
    return Notice(code="model_failed", text=say("model_failed", language, reason=reason))


def _doubted(prepared: Prepared) -> Prepared:
    """Give what was prepared, graded as closest passages: the model found no answer in them."""
    judgement = prepared.judgement
    reasons = ("the chat model found no answer", *judgement.reasons)
    return replace(prepared, judgement=judgement._replace(grade="partial", reasons=reasons))


def _remarks(checker: Checker, language: Language, *, is_cut: bool) -> list[Notice]:
    """Say what of the model's reply is not shown, and why."""
    remarks = []
    if checker.found_nothing and not checker.sentences:
        remarks.append(Notice(code="model_found_nothing", text=say("model_found_nothing", language)))
    if is_cut:
        remarks.append(Notice(code="model_cut", text=say("model_cut", language)))
    if checker.made_up:
        marks = ", ".join(f"[{number}]" for number in checker.made_up)
        remarks.append(Notice(code="made_up", text=say("made_up", language, marks=marks)))
    if checker.removed:
        found = dict.fromkeys(reason for item in checker.removed for reason in item.reasons[:1])
        reasons = ("; " if language == "en" else "；").join(found)
        text = say("withheld", language, n=len(checker.removed), reasons=reasons)
        remarks.append(Notice(code="withheld", text=text))
    return remarks


def write_task(prepared: Prepared) -> str:
    """Write the numbered evidence, each with its standing, the question and its date; ids, files and audiences stay out."""
    blocks = []
    for item in prepared.evidence:
        head = " › ".join((item.passage.title, *item.passage.headings))
        blocks.append(f"[{item.number}] {head} ({_standing(item.provenance)})\n{item.passage.text}")
    earlier = [turn.content for turn in prepared.asked.history if turn.role == "user"][-2:]
    context = "".join(f"(earlier: {text})\n" for text in earlier)
    date = prepared.asked.scope.as_of
    context += f"(as of {date})\n" if date else ""
    return "\n\n".join(blocks) + f"\n\n---\n{context}{prepared.query.text}"


def _standing(provenance: Provenance) -> str:
    """Say what a text is and when it holds: SAMPLE, its status, version and dates."""
    facts = ["SAMPLE"] if provenance.is_sample else []
    facts += [provenance.status] if provenance.status != "sample" else []
    facts += [f"version {provenance.version}"] if provenance.version else []
    facts += [f"from {provenance.effective_from}"] if provenance.effective_from else []
    facts += [f"until {provenance.effective_to}"] if provenance.effective_to else []
    return ", ".join(facts)


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
        model,
        settings.chat_model,
        lambda prepared: searcher.rarity(prepared.query.language),
        similarity,
        timeout_seconds=settings.chat_timeout_seconds,
    )
