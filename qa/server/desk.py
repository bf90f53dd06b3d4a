"""Blocking work off the event loop: so many threads, so many in line, so long and no longer."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from qa.server.refusing import Refusal

T = TypeVar("T")

_WEIGHT_OF_THE_LAST = 0.1  # in the running mean of what a piece of work takes
_LONGEST_RETRY_S = 30


class Desk:
    """Does work on `n_workers` threads; `n_waiting` more may wait, the next is sent away with the time to come back."""

    def __init__(self, name: str, *, n_workers: int, n_waiting: int, limit_s: float) -> None:
        self._threads = ThreadPoolExecutor(n_workers, thread_name_prefix=name)
        self._n_workers = n_workers
        self._most = n_workers + n_waiting
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._n_inside = 0
        self._mean_s: float | None = None

    @property
    def n_inside(self) -> int:
        """How many are being served or wait."""
        return self._n_inside

    async def do(self, work: Callable[[], T]) -> T:
        """Return what `work` returns.

        :raises Refusal: 429 if too many wait or the line is too long, 504 if it takes too long. What has begun by then
            goes on to its end and keeps its place, so that the threads are never promised twice.
        """
        with self._lock:
            # Who would wait for longer than is allowed is told so now instead of then.
            line_s = (self._mean_s or 0.0) * self._n_inside / self._n_workers
            if self._n_inside >= self._most or line_s > self._limit_s:
                # Who comes back before those in line have been served is likely to be sent away again.
                retry_after_s = min(max(1, math.ceil(line_s)), _LONGEST_RETRY_S)
                message = "Too many questions wait already. Try again in a moment."
                raise Refusal(429, message, retry_after_s=retry_after_s)
            self._n_inside += 1
        future = self._threads.submit(self._timed, work)
        future.add_done_callback(self._leave)
        try:
            async with asyncio.timeout(self._limit_s):
                return await asyncio.wrap_future(future)  # cancelled, it takes back what has not begun
        except TimeoutError:
            raise Refusal(504, f"It took longer than {self._limit_s:g} seconds. Try again.") from None

    def close(self) -> None:
        """Finish what was begun or waits, and let the threads go."""
        self._threads.shutdown(wait=True)

    def _timed(self, work: Callable[[], T]) -> T:
        started_s = time.monotonic()
        try:
            return work()
        finally:
            took_s = time.monotonic() - started_s
            with self._lock:
                mean_s = took_s if self._mean_s is None else self._mean_s
                self._mean_s = mean_s + _WEIGHT_OF_THE_LAST * (took_s - mean_s)

    def _leave(self, _: Future[T]) -> None:
        with self._lock:
            self._n_inside -= 1
