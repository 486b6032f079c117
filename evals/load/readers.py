"""The readers of `make load`, run by locust: each keeps one role, asks questions of the dev cases and opens citations.

Knows nothing of the application but its HTTP interface; what to ask, as whom and what each role may read
comes in the file that LOAD_PLAN names.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import uuid
from pathlib import Path
from typing import Any

from locust import HttpUser, between, task

from evals.load.judging import judge_answer, last_answer, last_event

PLAN: dict[str, Any] = json.loads(Path(os.environ["LOAD_PLAN"]).read_text(encoding="utf-8"))
TURN = itertools.count()


class Reader(HttpUser):
    """Somebody who reads an answer before asking the next question."""

    wait_time = between(*PLAN["think_seconds"])

    def on_start(self) -> None:
        """Take a role, a token of its own and, without one, an address of its own."""
        number = next(TURN)
        self.role, token = PLAN["readers"][number % len(PLAN["readers"])]
        self.allowed = set(PLAN["allowed"][self.role])
        # The proxy of the plan is this machine: each reader counts by itself, as they would outside.
        self.client.headers["x-forwarded-for"] = f"10.9.{number // 250}.{number % 250 + 1}"
        self.client.trust_env = False
        if token:
            self.client.headers["authorization"] = f"Bearer {token}"
        self.random = random.Random(number)
        self.last: list[dict[str, Any]] = []

    @task(6)
    def ask(self) -> None:
        """Ask, as a program does."""
        with self.client.post("/api/ask", json=self._question(), name="ask", catch_response=True) as reply:
            self._check(reply, lambda: reply.json())

    @task(3)
    def ask_on_the_page(self) -> None:
        """Ask as the page does, through Gradio's queue; the time runs to the last event."""
        body = {"data": [self._question()["question"], [], None]}
        start = self.client.post("/gradio_api/call/ask", json=body, name="page: begin")
        if start.status_code != 200:
            return
        path = f"/gradio_api/call/ask/{start.json()['event_id']}"
        with self.client.get(path, name="page: ask", catch_response=True) as reply:
            self._check(reply, lambda: last_event(reply.text))

    @task(2)
    def ask_streamed(self) -> None:
        """Ask, and read the answer as it grows."""
        headers = {"accept": "text/event-stream"}
        with self.client.post(
            "/api/ask", json=self._question(), headers=headers, name="ask: stream", catch_response=True
        ) as reply:
            self._check(reply, lambda: last_answer(reply.text))

    @task(2)
    def open_a_citation(self) -> None:
        """Open what the last answer cited; it may have been replaced since, but never be another's."""
        if not self.last:
            return
        cited = self.random.choice(self.last)
        query = {key: cited[key] for key in ("revision", "start", "end")}
        with self.client.get(
            f"/api/documents/{cited['document']}", params=query, name="open citation", catch_response=True
        ) as reply:
            if reply.status_code == 404 and cited["document"].startswith("load-"):
                reply.success()  # the sync has taken it away meanwhile
            elif reply.status_code == 200 and reply.json()["quote"] != cited["quote"]:
                reply.failure("another text than was cited")

    def _question(self) -> dict[str, Any]:
        question = self.random.choice(PLAN["questions"])
        # A word more, so that no two readers ask the very same and nothing is only remembered.
        return {
            "question": f"{question} ({uuid.uuid4().hex[:4]})" if self.random.random() < 0.2 else question
        }

    def _check(self, reply: Any, read: Any) -> None:
        if reply.status_code != 200:
            reply.failure(f"status {reply.status_code}")
            return
        answer = read()
        fault = judge_answer(answer, self.role, self.allowed, PLAN["audiences"][self.role])
        if fault:
            reply.failure(fault)
            return
        self.last = answer["citations"]
