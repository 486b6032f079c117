"""Checks the cases themselves: gold that occurs, halves that do not overlap, shares of each kind of case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from assistant.words import content_terms
from evals.cases import EvalCase
from evals.corpus import Corpus
from evals.gold import alternatives
from evals.metrics.matching import says

MIN_CASES = 320
NEAR_DUPLICATE = 0.8
"""Share of common content terms (Jaccard) from which two questions count as one."""
HALF_RANGE = (0.45, 0.55)
BLIND = "blind"
"""Tag of questions written before their author read the library: their shares are found, not asked for."""


class Quota(NamedTuple):
    """A least share of the cases that were not written blind."""

    name: str
    share: float
    holds: Callable[[EvalCase], bool]


QUOTAS = (
    Quota("Chinese", 0.45, lambda c: c.language == "zh"),
    Quota("refused or declined", 0.25, lambda c: c.is_refusal),
    Quota("multi-turn", 0.15, lambda c: bool(c.history)),
    Quota("cross-lingual", 0.10, lambda c: "cross-lingual" in c.tags),
    Quota(
        "version or as-of", 0.08, lambda c: c.as_of is not None or bool({"version", "as-of"} & set(c.tags))
    ),
    Quota("access", 0.08, lambda c: "access" in c.tags),
)
REQUIRED_TAGS = ("guard", "injection", "false-premise", "multi-part", "table", "number")
"""Kinds of question of which there must be some in each half."""


class Problem(NamedTuple):
    """What is wrong with which case; an empty case id is the whole set."""

    case: str
    text: str


def check_cases(cases: Sequence[EvalCase], corpus: Corpus, *, quotas: bool = True) -> list[Problem]:
    """List everything that is wrong with a set of cases; empty when it may be used."""
    problems = [*_repeated_ids(cases), *_duplicates(cases), *_near_duplicates(cases)]
    for case in cases:
        problems.extend(Problem(case.id, text) for text in _gold_problems(case, corpus))
        problems.extend(Problem(case.id, text) for text in _tag_problems(case, corpus))
    return problems + (_quota_problems(cases) if quotas else [])


def shares(cases: Sequence[EvalCase]) -> dict[str, float]:
    """Give the measured share of every quota, by its name; blind cases count where there is no other."""
    counted = [case for case in cases if BLIND not in case.tags] or cases
    return {quota.name: sum(map(quota.holds, counted)) / len(counted) for quota in QUOTAS}


def _repeated_ids(cases: Iterable[EvalCase]) -> list[Problem]:
    counts = Counter(case.id for case in cases)
    return [Problem(name, f"the id stands {n} times") for name, n in counts.items() if n > 1]


def _asked(case: EvalCase) -> frozenset[str]:
    """Give what a question is about: its terms, and for a follow-up those of the turns before it."""
    turns = [turn.content for turn in case.history if turn.role == "user"]
    return frozenset(content_terms("\n".join([*turns, case.question])))


def _setting(case: EvalCase) -> tuple[object, ...]:
    """Give what makes the same words another case: who asks, and for which date."""
    return case.role, case.as_of


def _duplicates(cases: Sequence[EvalCase]) -> list[Problem]:
    seen: dict[tuple[object, ...], str] = {}
    problems = []
    for case in cases:
        turns = tuple(turn.content for turn in case.history)
        key = (case.question.casefold().strip(), turns, *_setting(case))
        if key in seen:
            problems.append(Problem(case.id, f"the same question as {seen[key]}"))
        seen.setdefault(key, case.id)
    return problems


def _near_duplicates(cases: Sequence[EvalCase]) -> list[Problem]:
    """Compare the halves: what was seen while tuning must not be asked again in the report."""
    terms = {case.id: _asked(case) for case in cases}
    dev = [case for case in cases if case.split == "dev"]
    report = [case for case in cases if case.split == "report"]
    problems = []
    for one in report:
        for other in dev:
            a, b = terms[one.id], terms[other.id]
            common = len(a & b) / len(a | b) if a | b else 1.0
            if common >= NEAR_DUPLICATE:
                problems.append(
                    Problem(one.id, f"nearly the same question as {other.id} of dev ({common:.2f})")
                )
    return problems


def _gold_problems(case: EvalCase, corpus: Corpus) -> list[str]:
    problems = []
    for gold in (place for one in case.expected.gold for place in (one, *one.also)):
        if gold.document not in corpus.texts:
            problems.append(f"document {gold.document!r} is not in the corpus")
        elif not alternatives(gold, corpus):
            problems.append(f"quote {gold.quote[:50]!r} is not in {gold.document}")
        elif not corpus.may_read(gold.document, case.role):
            problems.append(f"{case.role} may not read the gold document {gold.document}")
    for wordings in case.expected.facts:
        clash = [w for w in wordings for banned in case.expected.must_not_say if says(w, banned)]
        problems.extend(f"{wording!r} is both required and forbidden" for wording in clash)
    return problems


def _tag_problems(case: EvalCase, corpus: Corpus) -> list[str]:
    # The places include translations, so an answer in the question's language is seen, too.
    golds = [place for gold in case.expected.gold for place in (gold, *gold.also)]
    documents = {place.document for gold in golds for place in alternatives(gold, corpus)}
    languages = {corpus.texts[name].provenance.language for name in documents}
    if "cross-lingual" in case.tags and case.language in languages:
        return ["tagged cross-lingual, but the answer stands in the question's language, too"]
    if "access" in case.tags and case.role == "staff" and case.is_refusal:
        return ["tagged access and refused, but staff may read everything"]
    return []


def _quota_problems(cases: Sequence[EvalCase]) -> list[Problem]:
    problems = []
    if len(cases) < MIN_CASES:
        problems.append(Problem("", f"{len(cases)} cases, at least {MIN_CASES} are needed"))
    measured = shares(cases)
    problems.extend(
        Problem("", f"{measured[q.name]:.1%} {q.name}, at least {q.share:.0%} are needed")
        for q in QUOTAS
        if measured[q.name] < q.share
    )
    for half in ("dev", "report"):
        members = [case for case in cases if case.split == half]
        if not HALF_RANGE[0] <= len(members) / len(cases) <= HALF_RANGE[1]:
            problems.append(Problem("", f"{half} holds {len(members)} of {len(cases)} cases, not half"))
        tags = {tag for case in members for tag in case.tags}
        problems.extend(Problem("", f"{half} has no {tag} case") for tag in REQUIRED_TAGS if tag not in tags)
    return problems
