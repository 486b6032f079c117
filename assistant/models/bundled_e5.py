"""The default embedder: multilingual-e5-small from an installed wheel, run by ONNX Runtime."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from assistant.models.graph import GRAPH_OUTPUTS, GRAPH_VERSION, Precision, assemble_graph
from assistant.models.interfaces import Embedder, TokenBits, Vectors, unit_rows
from assistant.models.remembered import REMEMBERED, Remembered
from assistant.models.stored import fetch_or_make
from assistant.models.token_bits import centre_tokens, pack_tokens
from assistant.models.tokenizer import E5Tokenizer
from assistant.models.weights import WEIGHTS_SHA256, find_weights, read_weights
from assistant.words import TEXT_VERSION

DEFAULT_PRECISION: Precision = "int8"
"""Chosen by measurement, docs/decisions/0001-embedder-precision.md."""
BATCH_TOKENS = 1024
"""Padded tokens in one run; larger batches leave the processor's cache and are slower (same record)."""
WINDOW_OVERLAP_TOKENS = 64
"""Tokens that two windows of a long text share, so that no sentence is cut in both."""
TOKEN_MEAN = "e5_token_mean.json"
"""What all token vectors share; made by `python -m evals.fit_tokens`."""
_PASSAGE, _QUERY = "passage: ", "query: "
_READING_VERSION = "1"  # raise when tokens or windows change


@dataclass(frozen=True)
class _Window:
    """A stretch of one text that the model reads in one go."""

    text: int  # index of the text
    first: bool  # of its windows
    ids: list[int]  # with the marks at begin and end


class _Reading(NamedTuple):
    """What the model makes of one text."""

    vector: Vectors
    tokens: Vectors  # of its first window, without prefix and marks, rows of length 1


class BundledE5(Embedder):
    """multilingual-e5-small: 384 numbers, 512 tokens, about 100 languages.

    Longer texts are read in overlapping windows whose means are averaged by their number of tokens.
    Safe to call from several threads; not usable in a process forked after loading.
    """

    def __init__(self, *, cache: Path, threads: int = 0, precision: Precision = DEFAULT_PRECISION) -> None:
        weights = read_weights(find_weights())
        self.name = "bundled-e5"
        self.dimension = weights.sizes.hidden
        self.max_tokens = weights.sizes.positions
        parts = (WEIGHTS_SHA256, precision, GRAPH_VERSION, _READING_VERSION, TEXT_VERSION)
        self.fingerprint = hashlib.sha256("\n".join(parts).encode("ascii")).hexdigest()[:16]
        self._tokenizer = E5Tokenizer(weights.vocabulary)
        version = f"v{GRAPH_VERSION}-{GRAPH_OUTPUTS}"
        file = f"multilingual-e5-small-{precision}-{WEIGHTS_SHA256[:8]}-{version}.onnx"
        graph = fetch_or_make(cache / file, lambda: assemble_graph(weights, precision))
        self._session = _open_session(graph, threads)
        self._queries: Remembered[_Reading] = Remembered()
        self._mean = _read_token_mean()
        self.token_code = hashlib.sha256(self._mean.tobytes()).hexdigest()[:16]

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Embed texts that will be searched: (n, d) float32, rows of length 1; see `Embedder`."""
        return self._encode(_PASSAGE, texts, progress)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions: (n, d) float32, rows of length 1."""
        if not texts or len(texts) > REMEMBERED:
            return self._encode(_QUERY, texts)
        return np.stack([reading.vector for reading in self._read_questions(texts)])

    def encode_with_tokens(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenBits]]:
        """Embed passages with the bits of their tokens; of a longer text, as far as one window goes."""
        bits: list[TokenBits] = [np.zeros((0, self.dimension // 8), np.uint8)] * len(texts)

        def keep(text: int, tokens: Vectors) -> None:
            bits[text] = pack_tokens(tokens, self._mean)

        return self._encode(_PASSAGE, texts, keep_tokens=keep), bits

    def encode_question_tokens(self, text: str) -> Vectors:
        """Give the centred vectors of a question's tokens, from the reading that gave its vector."""
        return centre_tokens(self.encode_tokens(text, question=True), self._mean)

    def encode_tokens(self, text: str, *, question: bool) -> Vectors:
        """Give the plain vectors of a text's tokens, without prefix and marks: (tokens, d) float32, rows of length 1.

        A longer text is read as far as one window goes; an empty one gives at most one row.
        """
        if question:
            return self._read_questions([text])[0].tokens.astype(np.float32)
        found: list[Vectors] = []
        self._encode(_PASSAGE, [text], keep_tokens=lambda _, tokens: found.append(tokens))
        return found[0]

    def locate_tokens(self, text: str) -> Sequence[int]:
        """Give the place in a passage's text at which each token of its first window begins."""
        lead = len(self._tokenizer.tokenise(_PASSAGE.rstrip()))
        starts = self._tokenizer.locate(_PASSAGE + text)[lead:]
        return [max(0, start - len(_PASSAGE)) for start in starts[: self.max_tokens - 2 - lead]]

    def _read_questions(self, texts: Sequence[str]) -> Sequence[_Reading]:
        def read(missing: Sequence[str]) -> list[_Reading]:
            tokens: list[Vectors] = [np.zeros((0, self.dimension), np.float16)] * len(missing)

            def keep(text: int, rows: Vectors) -> None:
                tokens[text] = rows.astype(np.float16)

            vectors = self._encode(_QUERY, missing, keep_tokens=keep)
            return [_Reading(*pair) for pair in zip(vectors, tokens, strict=True)]

        return self._queries.fetch(texts, read)

    def count_tokens(self, text: str) -> int:
        """Count what the model reads for `text` as a passage, prefix and end marks included."""
        return len(self._tokenizer.tokenise(_PASSAGE + text)) + 2

    def _encode(
        self,
        prefix: str,
        texts: Sequence[str],
        progress: Callable[[int], None] | None = None,
        keep_tokens: Callable[[int, Vectors], None] | None = None,
    ) -> Vectors:
        """Embed texts, (n, d) float32; `keep_tokens` gets each text's place and the tokens of its first window."""
        windows = [window for i, text in enumerate(texts) for window in self._windows(prefix, i, text)]
        sums = np.zeros((len(texts), self.dimension), np.float32)
        missing = np.bincount([window.text for window in windows], minlength=len(texts))
        lead = 1 + len(self._tokenizer.tokenise(prefix.rstrip()))
        for batch in _batches(windows):
            finished = 0
            means, tokens = self._run(batch, ["means", "tokens"] if keep_tokens else ["means"])
            for row, (window, mean) in enumerate(zip(batch, means, strict=True)):
                sums[window.text] += len(window.ids) * mean
                missing[window.text] -= 1
                finished += int(missing[window.text] == 0)
                if keep_tokens and window.first:
                    keep_tokens(window.text, unit_rows(tokens[row, lead : len(window.ids) - 1]))
            if progress and finished:
                progress(finished)
        return unit_rows(sums)

    def _windows(self, prefix: str, index: int, text: str) -> Iterator[_Window]:
        """Cut one text into windows of at most `max_tokens`; each begins with the prefix."""
        begin, end = [self._tokenizer.begin], [self._tokenizer.end]
        ids = self._tokenizer.tokenise(prefix + text)
        if len(ids) + 2 <= self.max_tokens:
            yield _Window(index, True, begin + ids + end)
            return
        lead = self._tokenizer.tokenise(prefix.rstrip())
        body = ids[len(lead) :]
        room = self.max_tokens - 2 - len(lead)
        for start in window_starts(len(body), room):
            yield _Window(index, start == 0, begin + lead + body[start : start + room] + end)

    def _run(self, batch: list[_Window], outputs: list[str]) -> tuple[Vectors, Vectors]:
        """Run the network: the mean token vector of each window, (len(batch), d), and all of them, padded, if asked."""
        lengths = np.array([len(window.ids) for window in batch], np.int32)
        shape = (len(batch), int(lengths.max()))
        ids = np.full(shape, self._tokenizer.pad, np.int64)
        for row, window in enumerate(batch):
            ids[row, : len(window.ids)] = window.ids
        positions = np.tile(np.arange(shape[1], dtype=np.int64), (shape[0], 1))
        shares = (positions < lengths[:, None]) / lengths[:, None]
        inputs = {
            "ids": ids,
            "positions": positions,
            "lengths": lengths,
            "shares": shares.astype(np.float32)[:, None, :],
        }
        found: list[Vectors] = self._session.run(outputs, inputs)
        return found[0], found[-1]


def _read_token_mean() -> Vectors:
    text = resources.files("assistant.models").joinpath(TOKEN_MEAN).read_text("ascii")
    return np.array(json.loads(text), np.float32)


def window_starts(tokens: int, room: int) -> list[int]:
    """Place windows of `room` tokens over a longer text, so that they cover it and overlap.

    The last window ends with the text and is as full as the others, so that no window is a stub.
    """
    last = tokens - room
    return [*range(0, last, room - WINDOW_OVERLAP_TOKENS), last]


def _batches(windows: list[_Window]) -> Iterator[list[_Window]]:
    """Group windows of like length, longest first, so that little of a batch is padding."""
    ordered = sorted(windows, key=lambda window: -len(window.ids))
    start = 0
    while start < len(ordered):
        size = max(1, BATCH_TOKENS // len(ordered[start].ids))
        yield ordered[start : start + size]
        start += size


def _open_session(graph: bytes, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # A given number also keeps ONNX Runtime from pinning its threads to cores that others use.
    options.intra_op_num_threads = threads or len(os.sched_getaffinity(0))
    options.inter_op_num_threads = 1
    # Waiting threads would otherwise burn the cores that the web server needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Without VNNI the fast integer product overflows; this picks the exact one there.
    options.add_session_config_entry("session.x64quantprecision", "1")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
