"""Answers worded by a chat model: streamed, each sentence checked before it is shown."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from assistant.answering.alignment import Rarity, coverage
from assistant.answering.citations import CitationList
from assistant.answering.extractive import Composition
from assistant.answering.phrases import say
from assistant.answering.verify import Similarity, Source, verify
from assistant.models.chat import ChatFailed, stream_chat
from assistant.prompts import read_prompt
from assistant.types import Answer, Evidence, Notice, Removed, Sentence, Verdict
from assistant.words import content_terms

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.models import Embedder
    from assistant.respond import Prepared, Trace
    from assistant.retrieval.search import Searcher
    from assistant.settings import Settings

MAX_SENTENCES = 12
BREAK_AFTER_FAILURES = 3
BREAK_SECONDS = 60.0
"""A server that failed three times in a row is left alone for a minute; readers get quotes at once."""
NO_ANSWER = "NOTHING"

_MARK = re.compile(r"\s*[\[【](\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)[\]】]")
_SENTENCE_END = re.compile(
    r"(?:[.!?](?=[\s\[【]|$)|[。！？])[\"”’』」)]*(?:\s*[\[【][\d\s,，、]+[\]】])*\s*|\n+"
)


class Finish(Protocol):
    """Makes an answer of a composition; see `Responder`."""

    def __call__(
        self,
        prepared: Prepared,
        composition: Composition,
        trace: Trace,
        extra: Sequence[Notice] = (),
        **fields: object,
    ) -> Answer: ...


class Quote(Protocol):
    """Answers extractively; see `Responder`."""

    def __call__(self, prepared: Prepared, trace: Trace, extra: Sequence[Notice] = ()) -> Answer: ...


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


class Checker:
    """Turns a model's text into sentences that hold and sentences that do not."""

    def __init__(self, prepared: Prepared, rarity: Rarity, similarity: Similarity | None) -> None:
        self._evidence = {item.number: item for item in prepared.evidence}
        self._rarity = rarity
        self._similarity = similarity
        self.citations = CitationList()
        self.sentences: list[Sentence] = []
        self.removed: list[Removed] = []

    def take(self, raw: str) -> None:
        """Judge one finished sentence with its marks."""
        marks = [int(n) for group in _MARK.findall(raw) for n in re.split(r"\s*[,，、]\s*", group)]
        text = " ".join(_MARK.sub("", raw).split()).lstrip("-*• ")
        if not text or len(self.sentences) >= MAX_SENTENCES:
            return
        known = [self._evidence[n] for n in dict.fromkeys(marks) if n in self._evidence]
        verdict, carriers = self._judge(text, known)
        if verdict.label != "supported":
            made_up = [n for n in marks if n not in self._evidence]
            reasons = verdict.reasons + tuple(f"evidence [{n}] does not exist" for n in made_up)
            self.removed.append(Removed(text=text, verdict=verdict.model_copy(update={"reasons": reasons})))
            return
        numbers = tuple(dict.fromkeys(self._cite(text, item) for item in carriers))
        self.sentences.append(
            Sentence(text=text, citations=numbers, verdict=verdict, role="generated", group=0)
        )

    def _judge(self, text: str, cited: Sequence[Evidence]) -> tuple[Verdict, list[Evidence]]:
        """Check against what is cited together, then against each piece of evidence alone.

        A sentence whose mark is wrong but which another passage carries is shown with that passage.
        """
        if cited:
            verdict = self._verify(text, cited)
            if verdict.label == "supported":
                return verdict, list(cited)
            first = verdict
        else:
            first = Verdict(label="unsupported", score=0.0, reasons=("no citation",))
        for item in self._evidence.values():
            verdict = self._verify(text, [item])
            if verdict.label == "supported":
                return verdict, [item]
        return first, []

    def _verify(self, text: str, items: Sequence[Evidence]) -> Verdict:
        sources = [
            Source(item.passage.text, " ".join((item.passage.title, *item.passage.headings)))
            for item in items
        ]
        return verify(text, sources, rarity=self._rarity, similarity=self._similarity)

    def _cite(self, text: str, item: Evidence) -> int:
        """Cite the run of one to three spans that covers the sentence best."""
        terms = content_terms(text)
        offset = item.passage.start
        runs = [
            (item.spans[i].start, item.spans[i + n].end) for n in range(3) for i in range(len(item.spans) - n)
        ] or [(item.passage.start, item.passage.end)]

        def cover(run: tuple[int, int]) -> tuple[float, int]:
            words = frozenset(content_terms(item.passage.text[run[0] - offset : run[1] - offset]))
            return round(coverage(terms, words, self._rarity), 3), run[0] - run[1]

        start, end = max(runs, key=cover)
        return self.citations.add(item, start, end)

    def composition(self) -> Composition:
        """Give what holds so far."""
        return Composition(list(self.sentences), [], self.citations.citations, (), conflicting=False)


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
                    if raw.strip().strip(".。") == NO_ANSWER:
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
        extra = []
        if checker.removed:
            reasons = "; ".join(
                dict.fromkeys(r for item in checker.removed for r in item.verdict.reasons[:1])
            )
            text = say("withheld", language, n=len(checker.removed), reasons=reasons)
            extra.append(Notice(code="withheld", text=text))
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
        buffer = ""
        system = read_prompt("answer", prepared.query.language)
        for chunk in stream_chat(self._model, system, write_task(prepared)):
            buffer += chunk
            while match := _SENTENCE_END.search(buffer):
                if match.end() == len(buffer):
                    break  # marks of this sentence may still come
                yield buffer[: match.end()]
                buffer = buffer[match.end() :]
        if buffer.strip():
            yield buffer

    def _failure(self, prepared: Prepared, reason: str) -> Notice:
        return Notice(code="model_failed", text=say("model_failed", prepared.query.language, reason=reason))


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
