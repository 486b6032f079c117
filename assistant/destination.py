"""Where the text of a question goes: told to readers before they type."""

from __future__ import annotations

from typing import Literal, NamedTuple, Self

from assistant.hosts import is_this_machine


class Destination(NamedTuple):
    """Where a question's text goes: `machine`, or a model `server` with its host."""

    kind: Literal["machine", "server"]
    model: str | None = None
    host: str | None = None

    @classmethod
    def of(cls, model: str | None, host: str | None) -> Self:
        """Give it for a chat model; of an unknown host the provider's name is all there is."""
        if model is None:
            return cls("machine")
        return cls("machine" if is_this_machine(host) else "server", model, host or model.partition(":")[0])
