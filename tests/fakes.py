"""Real code with an obvious rule in place of a model; each remembers what it was asked."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import numpy as np
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from assistant.models import Embedder, Vectors
from assistant.models.interfaces import TokenBits, unit_rows
from assistant.models.token_bits import pack_tokens
from assistant.words import lexical_terms


class WordEmbeddings(Embedder):
    """Adds up one fixed pseudo-random direction for each term, so that shared words mean closeness.

    `embedded` holds every text that was embedded as a passage.
    """

    def __init__(
        self, *, name: str = "words", dimension: int = 64, max_tokens: int = 512, seconds_per_text: float = 0
    ) -> None:
        self.name = name
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.fingerprint = f"{name}-{dimension}"
        self.embedded: list[str] = []
        self._seconds_per_text = seconds_per_text
        self._directions: dict[str, Vectors] = {}

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        self.embedded.extend(texts)
        time.sleep(self._seconds_per_text * len(texts))
        if progress:
            progress(len(texts))
        return self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in lexical_terms(text):
                row += self._direction(term)
        return unit_rows(rows)

    def count_tokens(self, text: str) -> int:
        return len(lexical_terms(text)) + 2

    def _direction(self, term: str) -> Vectors:
        if term not in self._directions:
            digest = hashlib.sha256(f"{self.name} {term}".encode("utf-8", "replace")).digest()
            rng = np.random.default_rng(int.from_bytes(digest[:8], "little"))
            self._directions[term] = rng.standard_normal(self.dimension).astype(np.float32)
        return self._directions[term]


class TokenEmbeddings(WordEmbeddings):
    """Gives each term of a text its own direction as a token, too; `read` holds every text whose tokens were read."""

    token_code = "signs"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.read: list[str] = []

    def encode_with_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenBits]]:
        self.read.extend(texts)
        nothing = np.zeros(self.dimension, np.float32)
        return self.encode_passages(texts), [pack_tokens(self._tokens(text), nothing) for text in texts]

    def encode_question_tokens(self, text: str) -> Vectors:
        return unit_rows(self._tokens(text))

    def _tokens(self, text: str) -> Vectors:
        rows = [self._direction(term) for term in lexical_terms(text)]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), np.float32)


class OverlapReranker:
    """Scores a text by the share of the question's terms it has; `asked` holds every question."""

    name = fingerprint = "overlap"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        self.asked.append(question)
        wanted = set(lexical_terms(question))
        shares = [len(wanted & set(lexical_terms(text))) / max(1, len(wanted)) for text in texts]
        return np.array(shares, dtype=np.float32)


class ScriptedChat(BaseChatModel):
    """Replies with `replies` in order, a few characters a chunk; an exception among them is raised.

    A list is a reply in given pieces, and an exception in it is raised between two of them. `asked`
    holds the messages of every call; `closed` counts replies that nobody wanted to their end.
    """

    replies: list[Any]
    chunk_chars: int = 5
    seconds_per_piece: float = 0
    _asked: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _closed: int = PrivateAttr(default=0)

    @property
    def asked(self) -> list[list[BaseMessage]]:
        return self._asked

    @property
    def closed(self) -> int:
        return self._closed

    @property
    def _llm_type(self) -> str:
        return "scripted"

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: Any = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        reply = self.replies[len(self._asked)]
        self._asked.append(messages)
        try:
            for piece in self._pieces(reply):
                await asyncio.sleep(self.seconds_per_piece)
                if isinstance(piece, BaseException):
                    raise piece
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        except (GeneratorExit, asyncio.CancelledError):
            self._closed += 1
            raise
        end = AIMessageChunk(content="", response_metadata={"finish_reason": "stop"})
        yield ChatGenerationChunk(message=end)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: Any = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError("it is only ever streamed")

    def _pieces(self, reply: Any) -> list[Any]:
        if isinstance(reply, str):
            size = self.chunk_chars
            return [reply[at : at + size] for at in range(0, len(reply), size)]
        return reply if isinstance(reply, list) else [reply]
