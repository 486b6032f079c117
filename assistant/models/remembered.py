"""Vectors of the questions asked last: the guard, the search and the next reader need the same one."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from assistant.models.interfaces import Vectors

REMEMBERED = 256
"""Rows, some 0.4 MB; a reader's own question is asked for twice within milliseconds."""


class RememberedRows:
    """Keeps rows in memory under a digest that cannot be undone; holds none of the texts. Safe between threads."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._size = size
        self._key = os.urandom(32)
        self._lock = threading.Lock()
        self._rows: OrderedDict[bytes, Vectors] = OrderedDict()

    def rows(self, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]) -> Vectors:
        """Give the rows of texts, (n, d), working out those that are not known."""
        if not texts or len(texts) > self._size:
            return encode(texts)
        keys = [self._digest(text) for text in texts]
        with self._lock:
            known = {key: self._rows[key] for key in keys if key in self._rows}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            known |= dict(zip(missing, encode(list(missing.values())), strict=True))
        with self._lock:
            for key in keys:
                self._rows[key] = known[key]
                self._rows.move_to_end(key)
            while len(self._rows) > self._size:
                self._rows.popitem(last=False)
        return np.stack([known[key] for key in keys])

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._key).digest()
