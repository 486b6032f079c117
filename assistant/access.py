"""Who may read what: the order of the audiences, and nothing else."""

from __future__ import annotations

from assistant.types import AUDIENCES, Audience


def readable_audiences(audience: Audience) -> tuple[Audience, ...]:
    """List the audiences whose documents a reader of this tier may read, the most open first."""
    return AUDIENCES[: AUDIENCES.index(audience) + 1]


def may_read(reader: Audience, audience: Audience) -> bool:
    """Tell whether a reader of one tier may read a document of another."""
    return AUDIENCES.index(audience) <= AUDIENCES.index(reader)


def strictest_audience(*audiences: Audience) -> Audience:
    """Give the audience with the fewest readers."""
    return max(audiences, key=AUDIENCES.index)
