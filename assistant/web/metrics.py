"""What is counted for Prometheus: numbers by route, status and language; no words and no names."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from assistant.types import Answer

__all__ = ["CONTENT_TYPE_LATEST", "Metrics"]

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """The counters of one application; its own registry, so that two never mix."""

    def __init__(self, *, documents: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self.requests = self._counter("http_requests", "Requests.", "route", "status")
        self.seconds = Histogram(
            "assistant_http_seconds", "Time to the end of a response.", ["route"], buckets=_SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self.answers = self._counter("answers", "Answers made through the API.", "status", "language")
        self.refused = self._counter("requests_refused", "Requests turned away.", "reason")
        self.sign_ins = self._counter("sign_ins", "Attempts to sign in.", "outcome")
        held = Gauge("assistant_documents", "Documents in the library.", registry=self._registry)
        held.set_function(documents)

    def watch_answering(self, count: Callable[[], int]) -> None:
        """Show how many answers are being made or waited for."""
        gauge = Gauge("assistant_answering", "Answers being made or waited for.", registry=self._registry)
        gauge.set_function(count)

    def count_answer(self, answer: Answer) -> None:
        """Count a finished answer."""
        self.answers.labels(answer.status, answer.language).inc()

    def render(self) -> bytes:
        """Give all counts in Prometheus' text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, description: str, *labels: str) -> Counter:
        return Counter(f"assistant_{name}", description, labels, registry=self._registry)
