"""Vectors of the questions asked last: the guard, the search and the next reader need the same one."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")

REMEMBERED = 256
"""Questions, some 4 MB with the vectors of their tokens; a reader's own is asked for three times within milliseconds."""


class Remembered(Generic[T]):
    """Keeps what was worked out for texts under a digest that cannot be undone; holds none of them. Safe between threads."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._size = size
        self._key = os.urandom(32)
        self._lock = threading.Lock()
        self._values: OrderedDict[bytes, T] = OrderedDict()

    def fetch(self, texts: Sequence[str], encode: Callable[[Sequence[str]], Sequence[T]]) -> Sequence[T]:
        """Give a value for each text, working out those that are not known."""
        if not texts or len(texts) > self._size:
            return encode(texts)
        keys = [self._digest(text) for text in texts]
        with self._lock:
            known = {key: self._values[key] for key in keys if key in self._values}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            known |= dict(zip(missing, encode(list(missing.values())), strict=True))
        with self._lock:
            for key in keys:
                self._values[key] = known[key]
                self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return [known[key] for key in keys]

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._key).digest()
