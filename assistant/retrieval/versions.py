"""Which version a question names, and which documents that means among those about its topic."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.types import Provenance

_VERSION = re.compile(
    r"(?<![A-Za-z0-9.])[vV](?:ersion)? ?(\d+(?:\.\d+)+)|版本 ?(\d+(?:\.\d+)+)|(?<![\d.])(\d+\.\d+) ?版"
)
_NAMED_YEAR = re.compile(
    r"\b(?:dues|fees?|notice|faq|rates?)\b[^.?!]{0,20}\b(20\d\d)\b|\b(20\d\d) (?:dues|fees?|notice|faq|rates?)\b|"
    r"(20\d\d)年?(?:度)?的?(?:会费|收费|常见问题|通知)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_BEFORE_YEAR = re.compile(
    r"\b(?:before|prior to|until|up to) (20\d\d)\b|(20\d\d) ?年?(?:以|之)?前(?!后|述)", re.IGNORECASE
)
_EARLIER = re.compile(
    r"\b(?:before(?: that)?|earlier|previously|formerly|in the past|back then|(?:under |in )?the (?:old|previous|earlier|former) "
    r"(?:one|version|rules?|policy|notice))\b|以前|之前|过去|从前|早先|旧的?(?:版本?|规定|规则|政策)|老(?:版本?|规定|规则|政策)",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:now|today|nowadays|currently|at present|these days|(?:under |in )?the (?:new|present|current|latest) "
    r"(?:one|version|rules?|policy|notice))\b|现在|如今|目前|今年|眼下|新的?(?:版本?|规定|规则|政策)|现行的?(?:版本?|规定)?",
    re.IGNORECASE,
)


_ASKED_OF = re.compile(
    rf"(?:\b(?:under|in|of|by) )?(?:the )?(?:{_VERSION.pattern})|\b(?:in|for|during|of) 20\d\d\b|20\d\d ?年(?:的?时候|度)?的?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Named:
    """The versions and years a question names; `earlier` is any version that was replaced."""

    versions: frozenset[str] = frozenset()  # "1.0", or a year with what it is the version of
    years: frozenset[int] = frozenset()
    earlier: bool = False

    def __bool__(self) -> bool:
        return bool(self.versions or self.years or self.earlier)

    def means(self, provenance: Provenance) -> bool:
        """Tell whether a document of the topic is of a named version, or was the rule when a named year ended."""
        if provenance.version in self.versions:
            return True
        is_old = provenance.status == "superseded"
        return is_old and (self.earlier or any(_held(provenance, year) for year in self.years))


NOT_NAMED = Named()


def _held(provenance: Provenance, year: int) -> bool:
    last_day = dt.date(year, 12, 31)
    first, last = provenance.effective_from, provenance.effective_to
    return first is not None and last is not None and first <= last_day <= last


def read_named(text: str) -> Named:
    """Read the versions a question names: v1.0, 1.0版, or a year with what it is the version of (2023年的会费)."""
    found = [*_VERSION.findall(text), *_NAMED_YEAR.findall(text)]
    return Named(frozenset(part for groups in found for part in groups if part))


def read_time(text: str) -> Named | None:
    """Read a turn for nothing but time: a version, a year, before or now; `None` when it names none."""
    versions = read_named(text).versions
    years = _read_years(text)
    earlier = bool(_EARLIER.search(text))
    if not (versions or years or earlier or _NOW.search(text)):
        return None
    return Named(versions, years, earlier and not versions and not years)


def _read_years(text: str) -> frozenset[int]:
    """List the years a text names; "before 2025" is the year before."""
    before = frozenset(int(one or other) - 1 for one, other in _BEFORE_YEAR.findall(text))
    return before | {int(year) for year in _YEAR.findall(_BEFORE_YEAR.sub(" ", text))}


def without_time(text: str) -> str:
    """Give a text without the versions, years and words for now and before that it names."""
    for pattern in (_BEFORE_YEAR, _VERSION, _YEAR, _EARLIER, _NOW):
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def without_versions(text: str) -> str:
    """Give a question without the versions and years it is asked of."""
    return " ".join(_ASKED_OF.sub(" ", text).split())


def name_versions(named: Named) -> str:
    """Write what is named as a question would."""
    return " ".join(
        [*(f"v{v}" if "." in v else v for v in sorted(named.versions)), *map(str, sorted(named.years))]
    )


def chain_keys(provenances: Iterable[Provenance]) -> dict[str, str]:
    """Map each document to one name for it, its versions and their translations."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for provenance in provenances:
        for other in (provenance.supersedes, provenance.translation_of):
            if other is not None:
                first, second = sorted((root(provenance.id), root(other)))
                parent[second] = first
        root(provenance.id)
    return {name: root(name) for name in parent}


def named_documents(
    named: Named, provenances: Mapping[str, Provenance], topic: Iterable[str], chains: Mapping[str, str]
) -> frozenset[str]:
    """Give the documents that a question means by the version it names.

    Many documents carry "1.0" by chance: only those count that are a version of what speaks of the topic, and
    where one of them was replaced, that one is meant.

    Args:
        provenances: Documents that could be meant, by id.
        topic: Documents that the search puts first whatever their version.
        chains: From `chain_keys`, over the whole library.
    """
    if not named:
        return frozenset()
    keys = {chains.get(document, document) for document in topic}
    meant = {name for name, p in provenances.items() if chains.get(name, name) in keys and named.means(p)}
    replaced = {name for name in meant if provenances[name].status == "superseded"}
    return frozenset(replaced or meant)
