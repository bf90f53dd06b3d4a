"""Clients that ask a server without a pause, each its next question as soon as it has an answer."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np

_PATIENCE_S = 120.0
_PAUSE_AFTER_BREAK_S = 0.05  # a server that is gone is not knocked at without end


class Request(NamedTuple):
    """What a client POSTs: a path and its JSON."""

    path: str
    body: Mapping[str, Any]


class Reply(NamedTuple):
    """What one request came back with; status 0: the connection broke."""

    status: int
    body: Any
    retry_after_s: float


class Connection:
    """One client's connection, kept open from request to request."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE_S)

    def post(self, request: Request) -> Reply:
        """Return the reply to a POST."""
        return self._reply("POST", request.path, json.dumps(request.body))

    def get(self, path: str) -> Reply:
        """Return the reply to a GET."""
        return self._reply("GET", path, None)

    def _reply(self, method: str, path: str, body: str | None) -> Reply:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()  # the next request opens it again
            return Reply(0, None, 0.0)
        return Reply(response.status, _json(content), float(response.headers.get("Retry-After", 0)))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Tally:
    """What all clients of one phase met."""

    def __init__(self, n_clients: int) -> None:
        self.n_clients = n_clients
        self.answered_s: list[float] = []
        self.with_waits_s: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.lasted_s = 0.0
        self._lock = threading.Lock()

    def count(self, status: int, *, took_s: float, since_first_try_s: float) -> None:
        """Count a reply; any client's thread may."""
        with self._lock:
            self.statuses[status] += 1
            if status == 200:
                self.answered_s.append(took_s)
                self.with_waits_s.append(since_first_try_s)


@dataclass(frozen=True, slots=True)
class Load:
    """Figures of one phase.

    Latencies are of the requests that were answered; `p95_with_waits_ms` counts from the first try, with every 429
    and the pause after it. `statuses` counts all requests; 0 is a broken connection.
    """

    n_clients: int
    seconds: float
    n_answered: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    p95_with_waits_ms: float
    statuses: Mapping[int, int]


def load_of(tally: Tally) -> Load:
    """Return the figures of what the clients met."""
    p50, p95, p99 = _percentiles_ms(tally.answered_s)
    return Load(
        n_clients=tally.n_clients,
        seconds=round(tally.lasted_s, 1),
        n_answered=len(tally.answered_s),
        per_second=round(len(tally.answered_s) / tally.lasted_s, 2),
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        p95_with_waits_ms=_percentiles_ms(tally.with_waits_s)[1],
        statuses=dict(sorted(tally.statuses.items())),
    )


def keep_asking(
    address: str,
    requests: Sequence[Request],
    *,
    n_clients: int,
    seconds: float,
    on_answer: Callable[[Reply], object] = lambda reply: None,
    is_over: threading.Event | None = None,
) -> Tally:
    """Send requests from `n_clients` at a time for `seconds`; what is under way by then is waited for.

    :param requests: each client sends them all in an order of its own, and begins again.
    :param on_answer: is shown every reply of status 200, in the thread of its client.
    :param is_over: ends it before its time.
    """
    is_over = is_over or threading.Event()
    tally = Tally(n_clients)
    started_s = time.monotonic()
    until_s = started_s + seconds

    def client(number: int) -> None:
        chance = random.Random(number)
        connection = Connection(address)
        while time.monotonic() < until_s and not is_over.is_set():
            for request in chance.sample(requests, len(requests)):
                if time.monotonic() < until_s and not is_over.is_set():
                    _send_until_taken(connection, request, tally, until_s=until_s, on_answer=on_answer)
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(n_clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.lasted_s = time.monotonic() - started_s
    return tally


def _send_until_taken(
    connection: Connection, request: Request, tally: Tally, *, until_s: float, on_answer: Callable[[Reply], object]
) -> None:
    """Send a request; after a 429, again when the server said, if there is time left then."""
    first_try_s = time.monotonic()
    while True:
        sent_s = time.monotonic()
        reply = connection.post(request)
        came_s = time.monotonic()
        tally.count(reply.status, took_s=came_s - sent_s, since_first_try_s=came_s - first_try_s)
        if reply.status == 200:
            on_answer(reply)
        if reply.status == 0:
            time.sleep(_PAUSE_AFTER_BREAK_S)
        if reply.status != 429:
            return
        connection.close()  # servers hang up on who says nothing for some seconds
        time.sleep(max(0.0, min(reply.retry_after_s, until_s - came_s)))
        if time.monotonic() >= until_s:
            return


def _percentiles_ms(times_s: Sequence[float]) -> tuple[float, float, float]:
    p50, p95, p99 = (round(float(s) * 1000, 1) for s in np.percentile(times_s or [0.0], (50, 95, 99)))
    return p50, p95, p99


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
