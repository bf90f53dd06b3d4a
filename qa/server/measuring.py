"""What /metrics tells: questions, abstentions, time by stage, requests, the size of the index."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from index.types import Stats
from qa.types import Answer

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one server, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._questions = Counter(
            "dateline_questions", "Questions answered or abstained from.", ["form"], registry=self._registry
        )
        self._abstentions = Counter(
            "dateline_abstentions", "Questions abstained from.", ["reason"], registry=self._registry
        )
        self._stages = Histogram(
            "dateline_stage_seconds",
            "Time of a question's stages.",
            ["stage"],
            registry=self._registry,
            buckets=_SECONDS,
        )
        self._requests = Counter(
            "dateline_requests", "Requests by route and status.", ["method", "route", "status"], registry=self._registry
        )
        self._request_seconds = Histogram(
            "dateline_request_seconds", "Time of requests.", ["route"], registry=self._registry, buckets=_SECONDS
        )
        self._inside = Gauge("dateline_questions_inside", "Questions that are read or wait.", registry=self._registry)
        self._held = Gauge("dateline_index", "What the index holds.", ["what"], registry=self._registry)

    def count_answer(self, answer: Answer) -> None:
        """Count a question with its stages."""
        self._questions.labels(answer.form.value).inc()
        if answer.reason:
            self._abstentions.labels(answer.reason.value).inc()
        for stage, ms in answer.timings_ms.items():
            self._stages.labels(stage).observe(ms / 1000)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; `route` is a pattern, of which there are few, not a path."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def page(self, held: Stats, *, n_inside: int) -> bytes:
        """Return the figures as Prometheus reads them."""
        self._inside.set(n_inside)
        for what, n in (
            ("articles", held.n_articles),
            ("stories", held.n_stories),
            ("chunks", held.n_chunks),
            ("bytes", held.n_bytes),
        ):
            self._held.labels(what).set(n)
        return generate_latest(self._registry)
