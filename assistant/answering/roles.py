"""Who does what: parties of a claim that the source does not name there, or names the other way round."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.alignment import Aligned, SourceUnits
from assistant.answering.facts import same_value
from assistant.answering.lexicon import find_terms
from assistant.answering.parties import between_parties, is_passive
from assistant.answering.reasons import because
from assistant.answering.segments import Unit
from assistant.types import Reason

# A narrower party is named by a wider one: a claim may say member where the source says council member.
_WIDER = {
    "council member": ("council", "member"), "governing": ("member",), "start-up": ("member", "company"),
    "applicant": ("company", "hospital"), "individual": ("inventor",), "member": ("company",), "company": ("member",),
    "reviewer": ("company",), "case officer": ("secretariat",),
}  # fmt: skip


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
        theirs = frozenset(pair.unit.parties)
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
    return list(dict.fromkeys(found))


def _close(party: str, others: frozenset[str]) -> bool:
    return bool(others & set(_WIDER.get(party, ())))


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
