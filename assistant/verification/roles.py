"""Who does what: parties of a claim that the source does not name there, or names the other way round."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.types import Reason
from assistant.verification.alignment import Aligned, SourceUnits
from assistant.verification.facts import same_value
from assistant.verification.lexicon import find_terms
from assistant.verification.parties import between_parties, find_parties, is_passive
from assistant.verification.reasons import because
from assistant.verification.segments import Unit

# A narrower party is named by a wider one: a claim may say council member where the source says member.
_WIDER = {
    "council member": ("council", "member"), "governing": ("member",), "start-up": ("member", "company"),
    "applicant": ("company", "hospital"), "individual": ("inventor",), "member": ("company",), "company": ("member",),
    "reviewer": ("company",), "case officer": ("secretariat",),
}  # fmt: skip

_APPROVES = re.compile(
    r"(?:经|由|报)(?P<zh>[\u4e00-\u9fff]{2,12}?)(?:书面|事先|审核)?(?P<zh_act>批准|同意|签字|签署|签名|许可|核准|审查|确认)"
    r"|\b(?P<of_act>approval|consent|signature|permission|authorisation|agreement) of (?:the |a |an |its )?(?P<of>\w+(?: (?:of )?\w+){0,3})"
    r"|\b(?P<by_act>approved|signed|authorised|confirmed|reviewed) by (?:the |a |an |its )?(?P<by>\w+(?: (?:of )?\w+){0,3})",
    re.IGNORECASE,
)
_ANYONE = re.compile(
    r"(?:the )?(?:others?|other (?:co|part|own|memb)\w*|them|both|all|each|either|it|him|her|any)\b|其(?!中)|[他她双各]",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"(?:(?:and|but|while) )?(?:all |the )?(?:others?|rest|remaining)\b|everyone else\b|其他|其余|另外的",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:they|them|their|he|him|his|she|her|it|its)\b|[他她其]", re.IGNORECASE)


def _is_recipient(segment_terms: frozenset[str], source_terms: frozenset[str]) -> bool:
    """Tell whether "B receives" stands for "A sends": the one who gets is not named by who gives."""
    return "=receive" in segment_terms and bool(_GIVING & source_terms)


_GIVING = frozenset({"=send", "=grant", "=notify", "=supply", "=return", "=answer", "=confirm", "=pay"})


def compare_roles(aligned: Sequence[Aligned], claim: Sequence[Unit], source: SourceUnits) -> list[Reason]:
    """List the parties that a claim puts in another's place."""
    named = {party for unit in claim for party in unit.parties}
    found: list[Reason] = []
    given = any(_is_recipient(unit.term_set, source.terms) for unit in claim)
    for party in dict.fromkeys(party for unit in claim for party in unit.parties if not given):
        stranger = party not in source.parties and not _close(party, source.parties)
        stranger = stranger and f"={party}" not in source.terms  # membership speaks of members
        if stranger and source.parties - named:
            found.append(because("party_absent", party))
    for pair in aligned:
        theirs = frozenset(pair.unit.parties) | _meant(pair.unit, source)
        if _is_recipient(frozenset(pair.segment.terms), pair.unit.term_set):
            continue
        for party in pair.segment.parties:
            if (
                party in source.parties
                and party not in theirs
                and not _close(party, theirs)
                and theirs - named
            ):
                found.append(because("party_other", party, *sorted(theirs - named)))
    found.extend(_swapped(aligned))
    found.extend(_other_approvers(claim, source))
    found.extend(_told_of_others(aligned, source))
    return list(dict.fromkeys(found))


def _close(party: str, others: frozenset[str]) -> bool:
    return bool(others & set(_WIDER.get(party, ())))


def _meant(unit: Unit, source: SourceUnits) -> frozenset[str]:
    """Give the parties of the sentence before, where a pronoun may stand for one of them."""
    at = source.units.index(unit)
    return frozenset(source.units[at - 1].parties) if at and _PRONOUN.search(unit.text) else frozenset()


def _told_of_others(aligned: Sequence[Aligned], source: SourceUnits) -> list[Reason]:
    """List the parties of whom a claim says a figure that the source gives for all but them."""
    parts = [segment for unit in source.units for segment in unit.segments]
    found = []
    for segment in (pair.segment for pair in aligned):
        for party in segment.parties:
            for fact in segment.facts:
                homes = [part for part in parts if any(same_value(own, fact) for own in part.facts)]
                named = any(party in part.parties for part in parts if part not in homes)
                if named and homes and all(_OTHERS.match(h.text.strip()) for h in homes):
                    found.append(because("doer", party, "others"))
    return found


def _other_approvers(claim: Sequence[Unit], source: SourceUnits) -> list[Reason]:
    """List who approves or signs in a claim and not in its source, which names somebody else for that act."""
    whole = " ".join(unit.text for unit in source.units).lower()
    theirs = [found for unit in source.units for found in find_approvers(unit.text)]
    found = []
    for act, who in (found for unit in claim for found in find_approvers(unit.text)):
        if _ANYONE.match(who):
            continue
        others = [
            name
            for other, name in theirs
            if other == act and name.isascii() == who.isascii() and not _ANYONE.match(name)
        ]
        own = frozenset(find_terms(who))
        if (
            not others
            or not own
            or who.lower() in whole
            or any(own & frozenset(find_terms(o)) for o in others)
        ):
            continue
        if not frozenset(find_parties(who)) & source.parties:
            found.append(because("party_other", who, others[0]))
    return found


def find_approvers(text: str) -> list[tuple[str, str]]:
    """List who approves, consents or signs, each behind the act under one name in both languages."""
    found = []
    for match in _APPROVES.finditer(text):
        who = match["zh"] or match["of"] or match["by"]
        acts = find_terms(match["zh_act"] or match["of_act"] or match["by_act"])
        if acts:
            found.append((acts[0], who.strip()))
    return found


def _swapped(aligned: Sequence[Aligned]) -> list[Reason]:
    """Find clauses in which two parties changed places, by clause or by order around the verb."""
    found = []
    for pair in aligned:
        if _is_recipient(frozenset(pair.segment.terms), pair.unit.term_set):
            continue
        ours = list(dict.fromkeys(pair.segment.parties))
        if len(ours) == 2 and pair.is_close and _turned_round(pair, ours):
            found.append(because("parties_swapped"))
        if len(ours) == 1 and (other := _doer_of(pair, ours[0])):
            found.append(because("doer", ours[0], other))
    return found


def _turned_round(pair: Aligned, ours: Sequence[str]) -> bool:
    """Tell whether every clause of the source with both parties, of the same voice, has them the other way round."""
    orders = [
        [party for party in dict.fromkeys(segment.parties) if party in ours] == list(ours)
        for segment in pair.unit.segments
        if set(ours) <= set(segment.parties)
        and find_terms(between_parties(segment.text, ours))
        and find_terms(between_parties(pair.segment.text, ours))
        and is_passive(segment.text) == is_passive(pair.segment.text)
    ]
    return bool(orders) and not any(orders)


def _doer_of(pair: Aligned, party: str) -> str | None:
    """Give the party of whom the source says what a claim's clause says of another; None where it is the same."""
    words, figures = frozenset(pair.segment.terms), pair.segment.facts
    best: tuple[float, tuple[str, ...]] = (0.0, ())
    own = 0.0
    current: tuple[str, ...] = ()
    for segment in pair.unit.segments:
        current = segment.parties
        shared = len(words & frozenset(segment.terms)) + 2 * sum(
            any(same_value(theirs, fact) for theirs in segment.facts) for fact in figures
        )
        if party in current or _close(party, frozenset(current)):
            own = max(own, shared)
        elif shared > best[0]:
            best = (shared, current)
    return best[1][0] if best[1] and best[0] > own else None
