"""Screening a question before anything is searched, stored or sent; what is held back goes nowhere."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.guarding.categories import CATEGORIES, SECRET, Category
from assistant.guarding.classifier import LABELS, Classifier, load_classifier
from assistant.guarding.cues import ASKS_FOR_CARE, read_cues
from assistant.guarding.decision import decide
from assistant.guarding.replies import reply_for
from assistant.guarding.rules import decide_by_words
from assistant.guarding.windows import cut_stretches
from assistant.types import Language, Turn
from assistant.words import detect_language, drop_invisible

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from assistant.models import Embedder

SURE_AGAIN = 0.25
"""Enough for a turn that goes on from an earlier one of the same category: "And which size for him?"."""
SECRET_ENOUGH = 0.2
"""A turn held back for another reason is not shown again either when it may be one of `SECRET`."""
REMEMBERED = 1024

_DIGITS = re.compile(r"\d{41,}")
_REPEATED = re.compile(r"(.{1,6}?)\1{15,}", re.DOTALL)

_SEEN_IN_STRETCHES: frozenset[Category] = frozenset({"disclosure", "patient_data", "treatment", "emergency"})
"""What a few sentences of a long turn show by their meaning; a request is seen in the whole or by its words."""
_GROUNDS: dict[Category, tuple[Category, ...]] = {
    "emergency": ("emergency", "treatment"),
    "disclosure": ("disclosure",),
    "treatment": ("treatment", "patient_data", "emergency"),
}
"""What an earlier turn was, for a later one to go on from it."""


@dataclass(frozen=True)
class Screened:
    """Why a question is not answered, the reply, and the question whose answer shows the right path."""

    category: Category
    language: Language
    reply: str
    path_question: str
    may_echo: bool


class _Part(NamedTuple):
    """A turn, or a stretch of a long one."""

    text: str
    is_whole: bool


class _Judged(NamedTuple):
    """What is known of one turn by itself; holds none of its words."""

    category: Category | None
    by_category: dict[Category, float]
    asks_for_care: bool


class Guard:
    """Tells what must not go on; give it every turn before anything else sees it.

    Its classifier is fitted to the embedder at the first turn and kept in `cache`. Of the turns themselves it
    keeps, in memory only, what they were judged to be, under a digest that cannot be undone.
    """

    def __init__(self, embedder: Embedder, *, cache: Path) -> None:
        self._embedder = embedder
        self._cache = cache
        self._lock = threading.Lock()
        self._classifier: Classifier | None = None
        self._known: OrderedDict[bytes, _Judged] = OrderedDict()
        self._key = os.urandom(32)

    def warm_up(self) -> None:
        """Fit or load the classifier now, so that the first reader does not wait for it."""
        self.screen("?")

    def screen(self, text: str, history: Sequence[Turn] = ()) -> Screened | None:
        """Give `None` for an ordinary question, else the category and the reply.

        Args:
            text: The turn as typed.
            history: Earlier turns; facts of a patient in them count for what is asked now.
        """
        *earlier, own = self._judge([*(turn.content for turn in history if turn.role == "user"), text])
        category = own.category
        if category is None or category == "out_of_scope":
            category = _goes_on(own, earlier) or category
        if category is None:
            return None
        language = detect_language(text)
        reply = reply_for(category, language)
        secret = category in SECRET or max(own.by_category[name] for name in SECRET) >= SECRET_ENOUGH
        return Screened(category, language, reply.text, reply.path_question, may_echo=not secret)

    def drop_held_back(self, history: Sequence[Turn]) -> tuple[Turn, ...]:
        """Give the history without the user turns that were, or would have been, held back."""
        asked = [turn.content for turn in history if turn.role == "user"]
        judged = iter(self._judge(asked))
        return tuple(turn for turn in history if turn.role != "user" or next(judged).category is None)

    def _judge(self, texts: Sequence[str]) -> list[_Judged]:
        texts = [drop_invisible(text) for text in texts]  # they would part words, and patterns see words
        keys = [
            hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._key).digest() for text in texts
        ]
        with self._lock:
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
            self._known.update(self._judge_new(new))
            for key in keys:
                self._known.move_to_end(key)
            found = [self._known[key] for key in keys]
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _judge_new(self, texts: dict[bytes, str]) -> dict[bytes, _Judged]:
        if not texts:
            return {}
        if self._classifier is None:
            self._classifier = load_classifier(self._embedder, cache=self._cache)
        parts = {key: _cut_parts(_shorten_runs(text)) for key, text in texts.items()}
        flat = [part.text for each in parts.values() for part in each]
        rows = self._classifier.probabilities(self._embedder.encode_queries(flat), flat)
        found, first = {}, 0
        for key, each in parts.items():
            found[key] = _judge_parts(each, rows[first : first + len(each)], self._classifier.caution)
            first += len(each)
        return found


def _shorten_runs(text: str) -> str:
    """Cut long runs of digits or of one repeated piece; patterns take quadratic time on them (3,000 digits: 10 s)."""
    return _DIGITS.sub(
        lambda match: match.group()[:40], _REPEATED.sub(lambda match: match.group()[:40], text)
    )


def _cut_parts(text: str) -> list[_Part]:
    stretches = cut_stretches(text)
    if len(stretches) == 1:
        return [_Part(text, is_whole=True)]
    return [_Part(text, is_whole=True), *(_Part(stretch, is_whole=False) for stretch in stretches)]


def _judge_parts(parts: Sequence[_Part], rows: npt.NDArray[np.float64], caution: float) -> _Judged:
    decided: set[Category | None] = set()
    care = False
    for part, row in zip(parts, rows, strict=True):
        if not part.is_whole or len(parts) == 1:
            decided.add(decide_by_words(part.text))
        by_meaning = decide(row, caution)
        if part.is_whole or by_meaning in _SEEN_IN_STRETCHES:
            decided.add(by_meaning)
        care = care or _asks_for_care(part.text)
    highest = {name: float(rows[:, LABELS.index(name)].max()) for name in CATEGORIES}
    return _Judged(next((name for name in CATEGORIES if name in decided), None), highest, care)


def _goes_on(own: _Judged, earlier: Sequence[_Judged]) -> Category | None:
    """Name the category that a turn carries on from an earlier one."""
    for name in CATEGORIES:
        grounds = _GROUNDS.get(name, ())
        before = any(turn.category in grounds for turn in earlier)
        if before and (own.by_category[name] >= SURE_AGAIN or (name == "treatment" and own.asks_for_care)):
            return name
    return None


def _asks_for_care(text: str) -> bool:
    return bool(ASKS_FOR_CARE.search(text)) and not read_cues(text).names & {"study", "rule"}
