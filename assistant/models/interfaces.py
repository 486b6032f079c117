"""What the rest of the program knows about a model: an embedder and a reranker, whatever runs them."""

from __future__ import annotations

import abc
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from langchain_core.embeddings import Embeddings

Vectors = npt.NDArray[np.float32]
TokenBits = npt.NDArray[np.uint8]
"""Tokens of one text, (tokens, bytes), as `token_bits` packs and compares them."""


class Embedder(Embeddings, abc.ABC):
    """Turns texts into unit vectors; also a LangChain `Embeddings`.

    Any string is accepted (empty, NUL, lone surrogates, very long) and gives a vector of length 1.

    Attributes:
        name: The full spec string that `load_embedder` was given.
        dimension: Numbers in a vector.
        fingerprint: Changes whenever the same text could give another vector; keys caches and the index stamp.
        max_tokens: A passage with `count_tokens(text) <= max_tokens` is read whole in one go.
        token_code: Changes whenever the same text could give other token bits; "" from an embedder that gives none,
            which is the rule for models other than the bundled one.
    """

    name: str
    dimension: int
    fingerprint: str
    max_tokens: int
    token_code: str = ""

    @abc.abstractmethod
    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Embed texts that will be searched.

        Args:
            progress: Called after every batch with the number of texts it finished; the numbers add up
                to `len(texts)`.

        Returns:
            (n, d) float32, rows of length 1, in the order of `texts`.
        """

    @abc.abstractmethod
    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions: (n, d) float32, rows of length 1, in the order of `texts`."""

    def encode_tokens(self, text: str, *, question: bool) -> Vectors | None:
        """Give a vector for each token of a text: (tokens, d) float32, rows of length 1.

        Returns:
            `None` from an embedder that gives none, which is the rule for models other than the bundled one.
        """
        return None

    def encode_with_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenBits]]:
        """Embed texts that will be searched, and keep what the same reading shows of their tokens.

        Returns:
            What `encode_passages` gives, and the bits of each text's tokens; no list without `token_code`.
        """
        return self.encode_passages(texts), []

    def encode_question_tokens(self, text: str) -> Vectors:
        """Give the centred token vectors of a question: (tokens, d) float32, rows of length 1; none without `token_code`."""
        return np.zeros((0, 0), np.float32)

    def locate_tokens(self, text: str) -> Sequence[int]:
        """Give the place in a passage's text at which each token begins whose bits are kept; none without `token_code`."""
        return ()

    @abc.abstractmethod
    def count_tokens(self, text: str) -> int:
        """Count what the model reads for `text` as a passage, prefix and end marks included."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages, for LangChain."""
        rows: list[list[float]] = self.encode_passages(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """Embed one question, for LangChain."""
        row: list[float] = self.encode_queries([text])[0].tolist()
        return row


class Reranker(Protocol):
    """Scores how well each text answers a question.

    Attributes:
        name: The full spec string that `load_reranker` was given.
        fingerprint: Changes whenever the same pair could get another score; what was measured of it is then measured anew.
    """

    name: str
    fingerprint: str

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        """Score each text: (n,) float32, higher is better, on whatever scale the model has."""
        ...


def unit_rows(vectors: Vectors) -> Vectors:
    """Scale every row to length 1; a row of zeros becomes the first axis, so that no cosine is undefined."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    # The negated comparison also catches NaN.
    broken = ~(lengths[:, 0] > 1e-12)
    scaled = (vectors / np.where(broken[:, None], 1.0, lengths)).astype(np.float32)
    scaled[broken] = np.eye(1, vectors.shape[1], dtype=np.float32)
    return scaled
