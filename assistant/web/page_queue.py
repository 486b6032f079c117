"""What Gradio keeps for each call of the page, with a bound.

It takes every call for a session that may come back, and holds a copy of the page's state for the last 10,000 (36 KB each:
360 MB) and what they were sent but did not read for the last 2,000, questions and answers of readers who have left among it.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gradio as gr

MAX_SESSIONS = 100
"""More than can wait and be answered at once; the page keeps nothing there."""

os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")  # times of calls, which nobody looks at


def bound_sessions(blocks: gr.Blocks) -> None:
    """Let Gradio forget calls that are over; call it after `blocks.queue()`."""
    blocks.state_session_capacity = MAX_SESSIONS
    blocks._queue.pending_messages_per_session = UnreadMessages(blocks._queue)


class UnreadMessages(OrderedDict[str, Any]):
    """Messages by session; the oldest session whose calls are over goes first, one still at work never."""

    def __init__(self, queue: Any) -> None:
        super().__init__()
        self._queue = queue

    def __setitem__(self, session: str, messages: Any) -> None:
        if session not in self and len(self) >= MAX_SESSIONS:
            self._forget_one()
        super().__setitem__(session, messages)

    def __delitem__(self, session: str) -> None:
        super().__delitem__(session)
        self._queue.pending_event_ids_session.pop(session, None)

    def _forget_one(self) -> None:
        at_work = {event.session_hash for event in self._queue.event_ids_to_events.values()}
        over = next((session for session in self if session not in at_work), None)
        if over is not None:
            del self[over]
