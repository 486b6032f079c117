"""Does a text hold the kind of thing that a question asks for: a figure with its unit, a party that acts, the act itself?"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from assistant.answering.question import Question
from assistant.verification.facts import Fact, extract_facts
from assistant.verification.lexicon import find_terms
from assistant.verification.parties import strike_parties
from assistant.verification.polarity import NEGATIVE, find_markers, find_modalities, find_parties, find_stance

_CLAUSE = re.compile(r"[;；,，]\s*")


@functools.lru_cache(maxsize=20_000)
def read_facts(text: str) -> tuple[Fact, ...]:
    """Give the figures, dates and names of a text; the same ones come up for many questions."""
    return tuple(extract_facts(text))


def measure_other_question(headings: Sequence[str], asked: str) -> float:
    """Give how far an FAQ's own question is another one than the reader's, 0 to 1; 0 under any other heading.

    That is the share of its concepts that the reader did not name, times the share of the reader's that it does not: "How
    does a clinician submit an idea, for example for a stent?" answers "How do I submit an idea?".
    """
    own = headings[-1].rstrip() if headings else ""
    if not own.endswith(("?", "？")):
        return 0.0
    concepts, named = read_act(own), read_act(asked)
    if not concepts:
        return 0.0
    missed = len(named - concepts) / len(named) if named else 1.0
    return missed * len(concepts - named) / len(concepts)


def measure_act(text: str, question: Question) -> float:
    """Give the share of the act a yes/no question asks about that one clause demands, allows or denies; 0 to 1."""
    act = read_act(question.text) if question.shape == "yes_no" else frozenset()
    if not act:
        return 0.0
    return max((len(act & said) / len(act) for said in _read_decisions(text)), default=0.0)


@functools.lru_cache(maxsize=4_096)
def read_act(text: str) -> frozenset[str]:
    """Give the concepts of what a question asks about: without parties, without its "may" or "must"."""
    return frozenset(find_terms(strike_parties(text)))


@functools.lru_cache(maxsize=20_000)
def _read_decisions(text: str) -> tuple[frozenset[str], ...]:
    """Give the concepts of each clause that demands, allows or denies something."""
    return tuple(
        frozenset(find_terms(clause)) for clause in _CLAUSE.split(text) if clause and find_markers(clause)
    )


@functools.lru_cache(maxsize=20_000)
def names_doer(text: str) -> bool:
    """Tell whether a clause says of a party that it does something: "the Alliance does not decide" answers no "who?"."""
    return any(
        find_parties(clause) and find_stance(clause).stance not in NEGATIVE for clause in _CLAUSE.split(text)
    )


_PLACE = re.compile(
    r"\b(?:in|at|to|from) (?:the )?[A-Z][a-z]+|\bShanghai\b|\bBeijing\b|\bon site\b|\bby video\b|\bonline\b|\bchannel\b|\boffice\b|\S@\S|"
    r"上海|北京|[\u4e00-\u9fff]{2}[省市]|现场|视频|线上|渠道|(?:管理局|管理部门|办公室)",
)


_UNITS = (
    (frozenset({"money"}), re.compile(r"\b(?:yuan|rmb)\b|元", re.IGNORECASE)),
    (frozenset({"percent"}), re.compile(r"%|\bper ?cent|百分")),
    (frozenset({"working_day", "day"}), re.compile(r"\bdays?\b|[日天]", re.IGNORECASE)),
    (frozenset({"months"}), re.compile(r"\bmonths?\b|月", re.IGNORECASE)),
    (frozenset({"years"}), re.compile(r"\byears?\b|年", re.IGNORECASE)),
)


def fits_row(row: str, heads: str, question: Question) -> bool:
    """Tell whether a row holds the kind of figure asked for, with its unit in the header or the caption of the table."""
    if not any(fact.kind == "number" for fact in read_facts(row)):
        return False
    return any(kinds & question.wanted_kinds and unit.search(heads) for kinds, unit in _UNITS)


def fits_question(text: str, question: Question) -> bool:
    """Tell whether a text holds the kind of thing a question asks for."""
    if question.wants_figure:
        return any(question.wants(fact) for fact in read_facts(text))
    if question.shape == "yes_no":
        return bool(find_modalities(text))
    if question.shape == "where":
        return bool(_PLACE.search(text))
    if question.shape == "who":
        return names_doer(text) or any(word[:1].isupper() for word in text.split()[1:])
    return False
