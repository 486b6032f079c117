"""Token vectors in a bit a dimension: small enough to keep for every passage, and no worse to compare by.

The tokens of one model share a direction, which says nothing and hides what tells them apart. Without it, the signs of
a token's vector do as well as its numbers: 48 bytes instead of 1,536 (docs/decisions/0006).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assistant.models.interfaces import TokenBits, Vectors, unit_rows


def centre_tokens(tokens: Vectors, mean: Vectors) -> Vectors:
    """Take what all tokens share from the unit vectors of some: (n, d) float32, rows of length 1."""
    return unit_rows(tokens - mean) if len(tokens) else tokens


def pack_tokens(tokens: Vectors, mean: Vectors) -> TokenBits:
    """Keep the signs of centred token vectors: (n, d) float32 → (n, d / 8) uint8."""
    return np.packbits(tokens > mean, axis=1)


def meet_tokens(asked: Vectors, bits: TokenBits) -> Vectors:
    """Compare each centred token of a question with its nearest of a passage.

    Returns:
        (n,) float32, the cosine with the vector of length 1 that the signs stand for; empty when either has no token.
    """
    if not len(asked) or not len(bits):
        return np.zeros(0, np.float32)
    dimension = asked.shape[1]
    ones: NDArray[np.float32] = np.unpackbits(bits, axis=1, count=dimension).astype(np.float32)
    # A sign is twice the bit less one, so that the product with the bits alone will do.
    nearest: Vectors = (asked @ ones.T).max(axis=1)
    met: Vectors = (2 * nearest - asked.sum(axis=1)) / np.float32(np.sqrt(dimension))
    return met
