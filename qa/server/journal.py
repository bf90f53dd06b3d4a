"""One line of JSON for each request and each warning, with the request's id; no question is written down."""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.rendering import one_line, printable
from qa.server.measuring import Metrics
from qa.server.refusing import Refusal, error_response

logger = logging.getLogger(__name__)
request_id: ContextVar[str] = ContextVar("request_id", default="-")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class JsonLines(logging.Formatter):
    """Formats records as lines of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request_id": request_id.get(),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True)


class PlainLines(logging.Formatter):
    """Formats records as lines for a terminal: "06:03:11 POST /ask 200 42 ms"."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record; what would steer a terminal is replaced."""
        fields = getattr(record, "fields", None)
        said = "{method} {path} {status} {ms:.0f} ms".format_map(fields) if fields else record.getMessage()
        line = f"{datetime.fromtimestamp(record.created):%H:%M:%S} {printable(one_line(said))}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class Journal:
    """The outermost layer: gives each request its id, each response its headers, and writes a line about both.

    What nobody foresaw ends here: the trace goes to the log, the client gets its id.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request and write its line."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(id)
        started = time.perf_counter()
        status = 0

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = id
                for name, value in _SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        # As HTTP wants it, HEAD is served where GET is; uvicorn leaves the body out.
        routed = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        try:
            await self._app(routed, receive, send_marked)
        except Exception:
            logger.exception("unforeseen error")
            if not status:
                failure = Refusal(500, "Something went wrong; the server's log has it under this request's id.")
                await error_response(failure, request_id=id)(scope, receive, send_marked)
        finally:
            self._write({**routed, "method": scope["method"]}, status, time.perf_counter() - started)
            request_id.reset(token)

    def _write(self, scope: Scope, status: int, seconds: float) -> None:
        # A pattern that was met, not a path: whoever asks for a million paths must not make a million counters.
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.count_request(method, route, status, seconds)
        client = scope.get("client")
        fields = {
            "method": method,
            "path": scope["path"],
            "status": status,
            "ms": round(seconds * 1000, 1),
            "client": client[0] if client else None,
        }
        logger.info("request", extra={"fields": fields})


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
