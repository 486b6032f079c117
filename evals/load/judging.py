"""Whether an answer that a reader got is whole and theirs; knows nothing of locust."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

STATUSES = ("answered", "partial", "no_evidence", "declined")


def judge_answer(
    answer: dict[str, Any] | None, role: str, allowed: Collection[str], audiences: Collection[str]
) -> str | None:
    """Give what is wrong with an answer, None when nothing is.

    Args:
        allowed: Documents of the index that the role may read.
        audiences: Audiences that it may read; documents of the running sync carry theirs in their name.
    """
    if answer is None or answer.get("status") not in STATUSES:
        return "no complete answer"
    named = [one["document"] for key in ("citations", "nearest", "considered") for one in answer[key]]
    for name in named:
        mine = name.split("-")[1] in audiences if name.startswith("load-") else name in allowed
        if not mine:
            return f"WRONG ROLE {role}: {name}"
    return None


def last_answer(text: str) -> dict[str, Any] | None:
    """Read the last answer of the API's stream; None when it broke off."""
    blocks = [block for block in text.split("\n\n") if block.startswith("event: answer\n")]
    if not blocks or "event: done" not in text:
        return None
    found: dict[str, Any] = json.loads(blocks[-1].split("data: ", 1)[1])
    return found


def last_event(text: str) -> dict[str, Any] | None:
    """Read the last value of a stream of the page."""
    blocks = [
        block for block in text.split("\n\n") if block.startswith(("event: generating", "event: complete"))
    ]
    data = [json.loads(block.split("data: ", 1)[1]) for block in blocks]
    found: list[dict[str, Any]] = [value[0] for value in data if value]
    return found[-1] if found else None
