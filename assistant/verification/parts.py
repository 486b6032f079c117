"""Clauses cut into what each of their modal words and negations speaks of.

"Observers may attend and have no vote" says two things: attending is allowed, a vote is denied. A clause
that leaves out its subject, its modal word or its verb takes it from the clause before.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.verification.lexicon import find_terms
from assistant.verification.parties import find_parties, strike_parties
from assistant.verification.polarity import NEGATIVE, Marker, Stance, find_markers, read_markers
from assistant.verification.segments import Segment, Unit

OPENS = 12
"""Characters in which a clause that has its own subject names it."""
TOPIC = 2
"""Words at the start of a plain statement that may be the subject of the clauses behind it."""

_JOINS = re.compile(r"\b(?:and|but)\b|但|而|且|并")
_WITH_VERB = re.compile(
    r"(?:takes?|has|have|had|pays?|gives?|charges?|accepts?|receives?|makes?) no", re.IGNORECASE
)
_NO_SUBJECT = re.compile(r"no|none|nobody|neither", re.IGNORECASE)
_NO_VERB = re.compile(r"(?:(?:does|do|did|is|are|may|must|can|shall) ?not|cannot)\W*$", re.IGNORECASE)
_DENYING_VERB = re.compile(
    r"\b(?:refus|los|waiv|reject|fail|lack)\w*|拒绝|丧失|失去|免除|豁免|排除|逾期", re.IGNORECASE
)
_POSSIBLE: tuple[Stance, ...] = ("may", "affirms", "must", "needs")
"""What "X needs Y" and "X need not Y" say of X itself."""


class Part(NamedTuple):
    """What stands under one modal word or negation of a clause."""

    stances: tuple[Stance, ...]  # any of them may be meant
    terms: frozenset[str]
    subject: frozenset[str] = frozenset()
    is_condition: bool = False
    denying: frozenset[str] = frozenset()  # verbs that deny by themselves: refuse, lose, 免除


class _Carried(NamedTuple):
    """What the next clause may leave out."""

    topic: frozenset[str] = frozenset()
    stance: Stance | None = None
    verb: frozenset[str] = frozenset()


class _Said(NamedTuple):
    stances: tuple[Stance, ...]
    terms: list[str]
    marker: Marker


@functools.lru_cache(maxsize=4_096)
def read_source_parts(unit: Unit) -> tuple[Part, ...]:
    """Read a sentence of a source, with what "X needs Y" and "X without Y" say of X and of Y."""
    denied = any(segment.stance in NEGATIVE for segment in unit.segments if not segment.is_condition)
    parts: list[Part] = []
    carried = _Carried()
    for segment in unit.segments:
        if segment.is_condition:
            parts += _read_condition(segment)
            parts += _read_demand(segment, parts[-1])
            goes_without = segment.excludes and not segment.excepts
            if segment.stance == "denies" and (goes_without or _leaves_open(segment.text)):
                parts.append(Part(("needs" if denied else "need_not",), parts[-1].terms))
            continue
        found, carried = _read_statement(segment.text, carried)
        for part in found:
            asks = "needs" in part.stances
            if part.subject and (asks or part.stances == ("need_not",)):
                parts.append(Part(_POSSIBLE, part.subject))
            if asks:
                parts.append(part._replace(subject=frozenset(), is_condition=True, denying=frozenset()))
            parts.append(part)
    return tuple(parts)


@functools.lru_cache(maxsize=4_096)
def read_claim_parts(segment: Segment) -> tuple[Part, ...]:
    """Read one clause of a claim by itself."""
    if segment.is_condition:
        return tuple(_read_condition(segment))
    return tuple(_read_statement(segment.text, _Carried())[0])


def find_denying(text: str) -> frozenset[str]:
    """List the verbs of a text that deny by themselves."""
    found = (match.group() for match in _DENYING_VERB.finditer(text.lower()))
    return frozenset(term for verb in found for term in (find_terms(verb) or [verb]))


def _find_terms(text: str) -> list[str]:
    return [term for term in find_terms(strike_parties(text)) if len(term) > 1]


def _leaves_open(text: str) -> bool:
    return any(marker.stance == "need_not" for marker in find_markers(text))


def _read_condition(segment: Segment) -> list[Part]:
    terms = frozenset(term for term in segment.terms if len(term) > 1)
    own = terms - segment.subject or terms
    return [Part((segment.stance,), own, is_condition=True, denying=find_denying(segment.text))]


def _read_demand(segment: Segment, condition: Part) -> list[Part]:
    """Read what a condition demands by a word of its own: 访客须由工作人员陪同方可进入."""
    demands = [marker.stance for marker in read_markers(segment.text) if marker.stance in ("must", "needs")]
    return [Part((demands[0],), condition.terms)] if demands else []


def _read_plain(text: str, carried: _Carried) -> tuple[list[Part], _Carried]:
    """Read a statement without a marker, which may go on under the one before it."""
    terms = _find_terms(text)
    stances: tuple[Stance, ...] = ("affirms",)
    if carried.stance and not find_parties(text[:OPENS]):
        stances = ("affirms", carried.stance)
    part = Part(stances, frozenset(terms), carried.topic)
    topic = carried.topic or frozenset(terms[:TOPIC])
    return [part], carried._replace(topic=topic, verb=part.terms)


def _read_statement(text: str, carried: _Carried) -> tuple[list[Part], _Carried]:
    """Read one statement; a marker at its end speaks of the words before it."""
    markers = read_markers(text)
    if not markers:
        return _read_plain(text, carried)
    front = text[: markers[0].start]
    lead = frozenset(_find_terms(front))
    topic = lead if lead or find_parties(front) else carried.topic
    verb = carried.verb
    parts: list[Part] = []
    for stances, words, marker in _read_markers(text, markers):
        terms, subject = frozenset(words), topic - frozenset(words)
        denying = find_denying(text[marker.start : marker.end])
        if not terms and _NO_VERB.search(text):
            terms = verb | lead  # "the other does not"
        elif not terms:
            terms, subject = lead, frozenset()
        verb = terms
        parts.append(Part(stances, terms, subject, denying=denying))
    return parts, _Carried(topic, markers[0].stance, verb)


def _read_markers(text: str, markers: Sequence[Marker]) -> list[_Said]:
    """Give the words behind each marker; two markers side by side are one."""
    ends = [*(marker.start for marker in markers[1:]), len(text)]
    bodies = [_find_terms(text[m.end : end]) for m, end in zip(markers, ends, strict=True)]
    said: list[_Said] = []
    at = 0
    while at < len(markers):
        marker, body = markers[at], bodies[at]
        word = text[marker.start : marker.end]
        if _WITH_VERB.fullmatch(word):
            body = [*_find_terms(word), *body]
        following = markers[at + 1] if at + 1 < len(markers) else None
        if following and _denies_subject(text, marker, following):
            said.append(_Said(("must_not",), [*bodies[at + 1], *body], marker))
            at += 2
        elif following and not body:
            said.append(_Said((_join(marker.stance, following.stance),), bodies[at + 1], marker))
            at += 2
        else:
            said.append(_Said(_under(text, markers, at), body, marker))
            at += 1
    return said


def _denies_subject(text: str, marker: Marker, following: Marker) -> bool:
    """Tell whether "no" denies the subject of the next modal word: no fee of any kind may be charged."""
    return (
        marker.start <= TOPIC
        and bool(_NO_SUBJECT.fullmatch(text[marker.start : marker.end]))
        and following.stance in ("may", "must", "must_not", "needs")
        and not _JOINS.search(text[marker.end : following.start])
    )


def _join(first: Stance, second: Stance) -> Stance:
    """Give the stance of two markers side by side: 不得不, may not, 可以要求."""
    if first in NEGATIVE:
        return "must" if second in NEGATIVE else first
    return first if second == "needs" else second


def _under(text: str, markers: Sequence[Marker], at: int) -> tuple[Stance, ...]:
    """Give what a marker may mean behind the first one of its clause, which may reach as far as it."""
    own, first = markers[at].stance, markers[0].stance
    if not at or _JOINS.search(text[markers[at - 1].end : markers[at].start]):
        return (own,)
    if first in ("must_not", "need_not"):
        return (first,)
    # "what is not sound may not advance": the first one denies something in the subject
    return (own,) if first == "denies" and own in ("may", "must", "must_not") else (own, first)
