"""A chat model's sentences held against the evidence: what holds is shown with its place, the rest withheld."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from assistant.answering.citations import CitationList
from assistant.answering.extractive import Composition
from assistant.answering.reply import read_marks
from assistant.guarding.instructions import find_instructions
from assistant.types import Evidence, Removed, Sentence, Verdict
from assistant.verification.alignment import Rarity, coverage
from assistant.verification.reasons import because, say_reason
from assistant.verification.verify import Similarity, Source, verify
from assistant.words import content_terms

if TYPE_CHECKING:
    from assistant.respond import Prepared

MAX_SENTENCES = 12
MAX_REPEATS = 3
"""A small model may go round in circles; its reply ends there."""
_NO_CLAIM = re.compile(r"[\W_]*\d{0,2}[\W_]*|.*[?？]\W*", re.DOTALL)
"""A rule, the number of a list item, or a question: nothing to check and nothing to show."""
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}:)?//[^\s<>\"'`）)\]】]+|\b(?:javascript|data|mailto):\S+|\bwww\.\S+",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"!\[|\]\s?[(:\[]|<[a-z/!?]", re.IGNORECASE)
"""Links, pictures and HTML. A model that obeys a document could send away with an address what it was told."""
NO_ANSWER = "NOTHING"
"""What the prompt tells a model to reply when the evidence does not answer."""
RUN_SHARE = 0.9
"""A few spans are cited instead of the passage when they have this share of the words that it has."""


class _Place(NamedTuple):
    """A stretch of a piece of evidence, by document offsets."""

    evidence: Evidence
    start: int
    end: int

    @property
    def text(self) -> str:
        passage = self.evidence.passage
        return passage.text[self.start - passage.start : self.end - passage.start]


def _whole(item: Evidence) -> _Place:
    return _Place(item, item.passage.start, item.passage.end)


@functools.lru_cache(maxsize=256)
def _without_orders(text: str) -> str:
    """Leave out what a document says to an assistant: an order carries no sentence, least of all its own execution."""
    kept, at = [], 0
    for planted in find_instructions(text):
        kept.append(text[at : planted.start])
        at = planted.end
    return "".join([*kept, text[at:]])


def _reaches_out(text: str, carriers: Sequence[Evidence]) -> bool:
    """Tell whether a sentence holds markup, or an address that its sources do not have."""
    said = "\n".join(item.passage.text for item in carriers)
    addresses = (match.group().rstrip(".,;:!?。，；：！？") for match in _ADDRESS.finditer(text))
    return bool(_MARKUP.search(text)) or any(address not in said for address in addresses)


class Checker:
    """Turns a model's text into sentences that hold and sentences that do not."""

    def __init__(self, prepared: Prepared, rarity: Rarity, similarity: Similarity | None) -> None:
        self._evidence = {item.number: item for item in prepared.evidence}
        self._language = prepared.query.language
        self._rarity = rarity
        self._similarity = similarity
        self.citations = CitationList()
        self.sentences: list[Sentence] = []
        self.removed: list[Removed] = []
        self.made_up: dict[int, None] = {}  # marks of evidence that does not exist, in order of mention
        self.found_nothing = False  # the model said that the evidence does not answer
        self._taken: set[str] = set()
        self._repeats = 0

    @property
    def is_done(self) -> bool:
        """True when the rest of the reply is of no use."""
        return self.found_nothing or len(self.sentences) >= MAX_SENTENCES or self._repeats > MAX_REPEATS

    def take(self, raw: str) -> bool:
        """Judge one finished sentence with its marks; True when it is shown."""
        text, marks = read_marks(raw)
        if self.is_done or _NO_CLAIM.fullmatch(text):
            return False
        if text.strip(".。").upper() == NO_ANSWER:
            self.found_nothing = True
            return False
        if text in self._taken:
            self._repeats += 1
            return False
        self._taken.add(text)
        known = [self._evidence[n] for n in marks if n in self._evidence]
        self.made_up.update(dict.fromkeys(n for n in marks if n not in self._evidence))
        verdict, carriers = self._judge(text, known)
        if verdict.label == "supported" and _reaches_out(text, carriers):
            verdict = Verdict(label="unsupported", score=verdict.score, reasons=(because("reaches_out"),))
        if verdict.label != "supported":
            reasons = tuple(say_reason(reason, self._language) for reason in verdict.reasons)
            self.removed.append(Removed(text=text, verdict=verdict, reasons=reasons))
            return False
        places = self._places(text, carriers)
        numbers = tuple(dict.fromkeys(self.citations.add(*place) for place in places))
        self.sentences.append(
            Sentence(text=text, citations=numbers, verdict=verdict, role="generated", group=0)
        )
        return True

    def _judge(self, text: str, cited: Sequence[Evidence]) -> tuple[Verdict, list[Evidence]]:
        """Check against what is cited together, then against each piece of evidence alone.

        A sentence whose mark is wrong but which another passage carries is shown with that passage.
        """
        if cited:
            verdict = self._verify(text, cited)
            if verdict.label == "supported":
                return verdict, list(cited)
            first = verdict
        else:
            first = Verdict(label="unsupported", score=0.0, reasons=(because("no_citation"),))
        for item in self._evidence.values():
            verdict = self._verify(text, [item])
            if verdict.label == "supported":
                return verdict, [item]
        return first, []

    def _verify(self, text: str, items: Sequence[Evidence]) -> Verdict:
        return self._verify_places(text, [_whole(item) for item in items])

    def _verify_places(self, text: str, places: Sequence[_Place]) -> Verdict:
        sources = [
            Source(
                _without_orders(place.text),
                " ".join((place.evidence.passage.title, *place.evidence.passage.headings)),
            )
            for place in places
        ]
        return verify(text, sources, rarity=self._rarity, similarity=self._similarity)

    def _places(self, text: str, carriers: Sequence[Evidence]) -> list[_Place]:
        """Give the few spans that carry a sentence, or whole passages where it draws on more of them."""
        terms = content_terms(text)
        runs = [self._best_run(terms, item) for item in carriers]
        whole = [_whole(item) for item in carriers]
        carries = self._cover(terms, runs) >= RUN_SHARE * self._cover(terms, whole)
        return runs if carries and self._verify_places(text, runs).label == "supported" else whole

    def _best_run(self, terms: Sequence[str], item: Evidence) -> _Place:
        """Find the run of one to three spans that covers a sentence's words best, of equal ones the shortest."""
        runs = [
            _Place(item, item.spans[i].start, item.spans[i + n].end)
            for n in range(3)
            for i in range(len(item.spans) - n)
        ] or [_whole(item)]
        return max(runs, key=lambda run: (round(self._cover(terms, [run]), 3), run.start - run.end))

    def _cover(self, terms: Sequence[str], places: Sequence[_Place]) -> float:
        words = frozenset(term for place in places for term in content_terms(place.text))
        return coverage(terms, words, self._rarity)

    def composition(self) -> Composition:
        """Give what holds so far."""
        return Composition(list(self.sentences), [], self.citations.citations, (), conflicting=False)
