"""Making a follow-up searchable: what it leans on and how much, and when a model's rewrite is taken."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.retrieval.query import Query, WeightedText
from assistant.types import Turn
from assistant.words import content_terms, detect_language

FIRST_TURN_WEIGHT = 0.5
PREVIOUS_TURN_WEIGHT = 0.5
WORD_WEIGHT = 0.3
"""Sweep on mtrag-clapnq (nDCG@10, 208 questions): last turn alone .425, these .474, human rewrite .473;
the agent's answers, titles found before and pseudo-relevance feedback each lowered it (docs/log.md)."""
STANDS_ALONE = 0.5
"""Factor on all three beside a question that could stand alone; people seldom change the topic."""
SHORT_TERMS = 3
MAX_CONTEXT_CHARS = 500
MAX_TURNS_SHOWN = 4
MAX_REWRITE_CHARS = 300
MAX_NEW_TERMS = 1

_LEANS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that|these|those|he|she|his|her|him|there|then|such|same|one|ones|"
    r"former|latter|another|others?|else|instead|too|also|above|previous|again)\b|"
    r"^(?:and|but|so|or|then|what about|how about|what if|why|which|really|ok|okay|yes|no)\b|"
    r"它|他们|她们|这|那|该|其(?![他中])|此|上述|前者|后者|刚才|前面|同样|另外|还有|呢[？?]?$|^(?:那|那么|所以|但是|然后|如果|为什么|哪)",
    re.IGNORECASE,
)


def refers_back(text: str) -> bool:
    """Tell whether a turn points at an earlier one by a word: a pronoun, "and", 那."""
    return bool(_LEANS.search(text.strip()))


def words_to_answer(query: Query, versions: frozenset[str]) -> str:
    """Give the words that an answer is chosen by: with the turn before, where this one asks it of another version.

    "What was that under v1.0?" alone is answered by every text that says "v1.0".
    """
    few = len(set(content_terms(query.text))) <= 2 * SHORT_TERMS
    if not (versions and query.word_context and few and refers_back(query.text)):
        return query.text
    return f"{query.word_context[0].text.rstrip('?？。. ')} {query.text}"


def leans_on_history(text: str) -> bool:
    """Tell whether a turn needs earlier ones to be understood: a pronoun, an opening, or few words."""
    return refers_back(text) or len(set(content_terms(text))) <= SHORT_TERMS


def write_conversation(text: str, history: Sequence[Turn]) -> str | None:
    """Write the user's turns for a model that makes the last one stand alone; `None` when it already does.

    Answers stay out: nothing screens what a client sends back as one.
    """
    asked = _asked_before(history)
    if not asked or not leans_on_history(text):
        return None
    chosen = dict.fromkeys([asked[0], *asked[-MAX_TURNS_SHOWN:]])
    return "\n".join([*(f"- {content}" for content in chosen), f"\n=> {text}"])


def accept_rewrite(reply: str, text: str, history: Sequence[Turn]) -> str | None:
    """Give a model's rewrite of the last turn if it is one; `None` for an answer, a list or new facts.

    Of 136 human rewrites of turns that lean on earlier ones (mtrag-clapnq), 110 have at most one content
    word that the user did not say.
    """
    _, _, said = reply.rpartition("</think>")
    rewrite = said.strip().strip('"“”「」*- ').removeprefix("=>").strip()
    if not rewrite or "\n" in rewrite or len(rewrite) > MAX_REWRITE_CHARS:
        return None
    if detect_language(rewrite) != detect_language(text):
        return None
    before = " ".join([text, *_asked_before(history)])
    new = set(content_terms(rewrite)) - set(content_terms(before))
    if len(new) > MAX_NEW_TERMS or any(any(char.isdigit() for char in term) for term in new):
        return None
    return rewrite


def with_rewrite(query: Query, rewrite: str | None) -> Query:
    """Put a rewrite in the place of the turn's own words; earlier turns then weigh less."""
    if rewrite is None:
        return query
    lighter = [WeightedText(part.text, STANDS_ALONE * part.weight) for part in query.meaning_context]
    words = [WeightedText(part.text, STANDS_ALONE * part.weight) for part in query.word_context]
    return Query(rewrite, query.language, tuple(lighter), tuple(words))


def _asked_before(history: Sequence[Turn]) -> list[str]:
    asked = [turn.content.strip()[:MAX_CONTEXT_CHARS] for turn in history if turn.role == "user"]
    return [content for content in asked if content]


def read_conversation(text: str, history: Sequence[Turn]) -> Query:
    """Give the query of the last turn, with earlier user turns as weighted context.

    The question is searched beside itself preceded by the first and by the previous user turn, each
    with its own vector: the first turn names the topic, the previous one what "it" is. One joined
    text does worse than the last turn alone (BM25 nDCG@10 .262 against .266).
    """
    language = detect_language(text)
    asked = _asked_before(history)
    if not asked:
        return Query(text, language)
    factor = 1.0 if leans_on_history(text) else STANDS_ALONE
    first, previous = asked[0], asked[-1]
    meaning = (
        WeightedText(f"{first} {text}", factor * FIRST_TURN_WEIGHT),
        WeightedText(f"{previous} {text}", factor * PREVIOUS_TURN_WEIGHT),
    )
    return Query(text, language, meaning, (WeightedText(previous, factor * WORD_WEIGHT),))
