"""Bounds of figures: at least for at most, before for after, two for "only one"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.types import Reason
from assistant.verification.facts import Fact, carries, family, same_value
from assistant.verification.reasons import because, name_fact
from assistant.verification.segments import Unit

_LIMIT = re.compile(r"期限|时限|限期|之?内|\b(?:within|limit|deadline|at most|no more than)\b", re.IGNORECASE)
_ONLY_ONE = re.compile(
    r"\bonly one\b|\bno more than one\b|(?:只|仅)[^，。；]{0,6}一[家名个人件份次]", re.IGNORECASE
)


def opposite_bounds(claim: Sequence[Unit], source: Sequence[Unit]) -> list[Reason]:
    """List the figures that the claim bounds from the other side: at least for at most, two for only one."""
    known = [fact for unit in source for fact in unit.facts]
    found = []
    for fact in (fact for unit in claim for fact in unit.facts):
        if exceeds_only_one(fact, source):
            found.append(because("only_one", name_fact(fact)))
        same = [own for own in known if same_value(own, fact)]
        same = [own for own in same if own.kind == fact.kind] or same
        if same and not any(carries(own, fact) for own in same):
            found.append(because("bound", name_fact(fact), name_fact(same[0])))
        elif same and _exceeds_limit(fact, same, source):
            found.append(because("limit", name_fact(fact)))
    return found


def _exceeds_limit(fact: Fact, same: Sequence[Fact], source: Sequence[Unit]) -> bool:
    """Tell whether "at least 30 days" meets a source in which 30 days are a time limit."""
    if fact.bound != "at_least" or family(fact) != "span" or any(own.bound == "at_least" for own in same):
        return False
    return any(
        _LIMIT.search(unit.text) for unit in source if any(same_value(own, fact) for own in unit.facts)
    )


def exceeds_only_one(fact: Fact, source: Sequence[Unit]) -> bool:
    """Tell whether a bare number above one meets a source that says "only one"."""
    if fact.kind != "number" or fact.bound == "at_most" or float(fact.value) < 2:
        return False
    return any(_ONLY_ONE.search(unit.text) for unit in source) and not any(
        same_value(own, fact) for unit in source for own in unit.facts
    )
