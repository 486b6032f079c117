"""A claim laid beside the one source it is compared with."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.types import Reason
from assistant.verification.alignment import Aligned, SourceUnits, read_source
from assistant.verification.segments import read_units


def read(source: str) -> SourceUnits:
    return read_source((source,))


def align(claim: str, source: str) -> list[Aligned]:
    """Lay each clause of a claim beside the sentence of the source it comes from."""
    units = read(source)
    return [units.align(segment, unit) for unit in read_units(claim) for segment in unit.segments]


def codes(reasons: Iterable[Reason]) -> list[str]:
    return [reason.code for reason in reasons]
