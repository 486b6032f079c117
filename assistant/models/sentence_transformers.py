"""Any sentence-transformers model as embedder, and any cross-encoder as reranker (extra `[st]`)."""

from __future__ import annotations

import hashlib
import importlib.util
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from assistant.errors import ModelError
from assistant.models.interfaces import Embedder, Vectors, unit_rows
from assistant.words import TEXT_VERSION, normalise_text

BATCH_TEXTS = 32
_GROUP_TEXTS = 8 * BATCH_TEXTS  # texts between two reports of progress; sorted by length within
_DEFAULT_MAX_TOKENS = 512  # for a model that does not say
_SAMPLED_NUMBERS = 256  # of each tensor, for the fingerprint
# `intfloat/e5-base` and `multilingual-e5-small` were trained with prefixes but their configuration is silent;
# the instruct models have a form of their own.
_E5_NAME = re.compile(r"(?:^|[-_.])e5(?:[-_.]|$)")


class SentenceTransformersEmbedder(Embedder):
    """A bi-encoder; its own `query` and `document` (or `passage`) prompts are used when it has them.

    Texts longer than `max_tokens` are cut there, as the library does.
    """

    def __init__(self, model: str, *, spec: str, threads: int = 0) -> None:
        self._model = _load("SentenceTransformer", model)
        if threads:
            import torch

            torch.set_num_threads(threads)
        self.name = spec
        self._query, self._passage = _prompts(model, dict(self._model.prompts))
        self.dimension = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length or _DEFAULT_MAX_TOKENS)
        self.fingerprint = self._hash_model()

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Embed texts that will be searched: (n, d) float32, rows of length 1; see `Embedder`."""
        parts = [np.zeros((0, self.dimension), np.float32)]
        for start in range(0, len(texts), _GROUP_TEXTS):
            group = texts[start : start + _GROUP_TEXTS]
            parts.append(self._encode(self._passage, group))
            if progress:
                progress(len(group))
        return np.concatenate(parts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed questions: (n, d) float32, rows of length 1."""
        return self._encode(self._query, texts)

    def count_tokens(self, text: str) -> int:
        """Count what the model reads for `text` as a passage, prompt and marks included."""
        ids = self._model.tokenizer(self._passage + normalise_text(text), truncation=False, verbose=False)[
            "input_ids"
        ]
        return len(ids)

    def _encode(self, prompt: str, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        vectors = self._model.encode(
            [normalise_text(text) for text in texts],
            prompt=prompt,
            batch_size=BATCH_TEXTS,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return unit_rows(np.asarray(vectors, dtype=np.float32))

    def _hash_model(self) -> str:
        settings = (self.dimension, self.max_tokens, self._query, self._passage, TEXT_VERSION)
        return _hash_model(self._model, settings)


class CrossEncoderReranker:
    """A cross-encoder with one output, which reads question and text together."""

    def __init__(self, model: str, *, spec: str) -> None:
        self.name = spec
        self._model = _load("CrossEncoder", model)
        if self._model.num_labels != 1:
            labels = [str(label) for label in self._model.config.id2label.values()]
            raise ModelError(
                f"The model {model!r} gives {self._model.num_labels} scores for a pair ({', '.join(labels)}), a reranker gives one.",
                hint=_hint_for(labels),
            )
        self.fingerprint = _hash_model(self._model, (self._model.max_seq_length, TEXT_VERSION))

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        """Score each text: (n,) float32, higher is better; logits or probabilities, as the model is made."""
        if not texts:
            return np.zeros(0, np.float32)
        pairs = [(normalise_text(question), normalise_text(text)) for text in texts]
        scores = self._model.predict(pairs, batch_size=BATCH_TEXTS, show_progress_bar=False)
        return np.asarray(scores, dtype=np.float32).reshape(len(texts))


def _hint_for(labels: Sequence[str]) -> str:
    """Say what to set in place of a model with such labels."""
    hint = "Set ASSISTANT_RERANKER to a cross-encoder with one output, or unset it."
    if any("entail" in label.lower() for label in labels):
        return f"An entailment model judges statements, and a question states nothing. {hint}"
    return hint


def _hash_model(model: Any, settings: object) -> str:
    """Hash a sample of every weight tensor and all that shapes the input, in well under a second."""
    digest = hashlib.sha256(repr((settings, [repr(module) for module in model])).encode())
    for name, tensor in sorted(model.state_dict().items()):
        flat = tensor.detach().reshape(-1)
        sample = flat[:: max(1, flat.numel() // _SAMPLED_NUMBERS)].double().cpu().numpy()
        digest.update(f"{name}{tuple(tensor.shape)}".encode() + sample.tobytes())
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is not None:
        digest.update(backend.to_str().encode())
    return digest.hexdigest()[:16]


def _prompts(model: str, prompts: dict[str, str | None]) -> tuple[str, str]:
    """Choose what is put before questions and passages, as (query, passage)."""
    query = prompts.get("query") or ""
    passage = prompts.get("document") or prompts.get("passage") or ""
    name = re.split(r"[/\\]", model.rstrip("/\\"))[-1].lower()
    if not query and not passage and _E5_NAME.search(name) and "instruct" not in name:
        return "query: ", "passage: "
    return query, passage


def _load(kind: str, model: str) -> Any:
    """Load a `SentenceTransformer` or `CrossEncoder` from a folder or the hub's cache."""
    if importlib.util.find_spec("sentence_transformers") is None:
        raise ModelError(
            f"The model {model!r} needs the package sentence-transformers.",
            hint="Install the extra: .venv/bin/uv pip install -e '.[st]'.",
        )
    import sentence_transformers
    from transformers.utils import logging

    # Untyped in transformers; without it loading draws a bar, in pipes too.
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return getattr(sentence_transformers, kind)(model)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(
            f"The model {model!r} cannot be loaded: {reason.rstrip('.')}.",
            hint="Give the folder of a complete sentence-transformers model, or a hub name that is reachable.",
        ) from error
