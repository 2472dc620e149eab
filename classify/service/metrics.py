"""Figures of the service for Prometheus: requests by route and status, their seconds, workers, corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from classify.service.workers import Workers

__all__ = ["Metrics"]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Bounds of the histogram. Chosen: an article takes 5 ms, a page of a PDF file a second."""


class Metrics:
    """The figures of one service.

    >>> metrics = Metrics()
    >>> metrics.observe("/v1/pages", 200, 0.02)
    >>> 'classify_requests_total{route="/v1/pages",status="200"} 1.0' in metrics.text().decode()
    True
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        names = ("route", "status")
        self._requests = Counter("classify_requests", "Requests answered.", names, registry=self._registry)
        self._seconds = Histogram(
            "classify_request_seconds", "Seconds to the end of the answer.", ("route",), buckets=_SECONDS,
            registry=self._registry,
        )  # fmt: skip
        self.corrections = Counter(
            "classify_corrections", "Corrections kept.", ("kind",), registry=self._registry
        )
        self._busy = Gauge("classify_workers_busy", "Workers with a task.", registry=self._registry)
        self._waiting = Gauge(
            "classify_requests_waiting", "Requests that wait for a worker.", registry=self._registry
        )

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self, workers: Workers | None = None) -> bytes:
        """Return the figures in Prometheus's text format."""
        if workers is not None:
            self._busy.set(workers.busy)
            self._waiting.set(workers.queued)
        return generate_latest(self._registry)
