"""The wire: so many connections at a time, and none that never says what it wants."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class BoundedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, which limits neither by itself."""

    most_connections = 512  # below the 1,024 files that a process may commonly hold open; the index needs some
    header_limit_s = 10.0  # for a connection to begin a request, and for a request to end its headers

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or turn it away where there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            transport.write(_FULL)
            transport.close()
            return
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        """Read on; a request that has begun must end its headers in time."""
        super().data_received(data)
        is_between_requests = self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]
        if self.conn.their_state is not h11.IDLE or is_between_requests:
            self._stop_waiting()
        elif self._waiting is None:
            self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_headers(self) -> None:
        self._waiting = self.loop.call_later(self.header_limit_s, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
