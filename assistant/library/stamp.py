"""What an index was built with; vectors and terms of different makers are never mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from assistant.errors import IndexMismatch
from assistant.types import Record
from assistant.words import TEXT_VERSION

if TYPE_CHECKING:
    from assistant.library import Library


class Embedding(Protocol):
    """What a stamp needs to know of an embedder."""

    name: str
    dimension: int

    @property
    def fingerprint(self) -> str:
        """Give a digest of everything that changes a vector."""
        ...


class Stamp(Record):
    """The embedder and the text processing an index was built with."""

    embedder: str
    fingerprint: str
    dimension: int
    text_version: str = TEXT_VERSION


def make_stamp(embedder: Embedding) -> Stamp:
    """Give the stamp of an index built now with this embedder."""
    return Stamp(embedder=embedder.name, fingerprint=embedder.fingerprint, dimension=embedder.dimension)


def check_stamp(library: Library, embedder: Embedding) -> None:
    """Refuse an index that was built with something else; an index without a stamp is new.

    Raises:
        IndexMismatch: embedder, dimension or text processing differ.
    """
    found, wanted = library.stamp(), make_stamp(embedder)
    if found is None or found == wanted:
        return
    if found.text_version != wanted.text_version:
        what = f"text processing {found.text_version!r}, this program has {wanted.text_version!r}"
    elif found.embedder != wanted.embedder:
        what = f"embedder {found.embedder!r}, the one set is {wanted.embedder!r}"
    else:
        what = f"another build of {found.embedder!r} ({found.fingerprint} instead of {wanted.fingerprint})"
    raise IndexMismatch(f"The index was built with {what}.", hint="Run `assistant rebuild`, or set it back.")
