"""The door: who may come in, how often, and with how much in hand."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import time
from collections import OrderedDict
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.server.journal import request_id
from qa.server.policy import Policy
from qa.server.refusing import Refusal, error_response

# What holds nothing of the articles: the chat page, which asks for the token itself, and what machines look at.
_OPEN_PATHS = frozenset({"/", "/widget.js", "/healthz", "/readyz", "/docs", "/openapi.json", "/favicon.ico"})
_OPEN_FOLDER = "/static/"
_ARTICLES = "/articles"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_CLIENTS = 10_000
_LENGTH = re.compile(r"[0-9]{1,12}")
_BURST_S = 10  # as much as that many seconds allow may come at once


class Guard:
    """Refuses requests before anything of them is read."""

    def __init__(self, app: ASGIApp, *, policy: Policy) -> None:
        self._app = app
        self._policy = policy
        self._rates = Rates(policy.requests_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, or hand it on with its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            self._check(scope)
            if scope["method"] not in _READING:
                receive = await self._body(scope, receive)
        except Refusal as refusal:
            await error_response(refusal, request_id=request_id.get())(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        headers, policy = Headers(scope=scope), self._policy
        host, origin = headers.get("host", ""), headers.get("origin")
        if not policy.allows_host(host):
            raise Refusal(403, "Without a token this server answers only to localhost. Start it with QA_TOKEN set.")
        if origin and scope["method"] not in _READING and not policy.allows_origin(origin, host):
            raise Refusal(403, "Pages of this origin may not ask here. Name it with --origins.")
        if _is_open(scope["path"]):
            return
        client = scope.get("client")
        self._rates.count(client[0] if client else "", now_s=time.monotonic())
        if policy.token is not None and not self._is_known(scope, headers):
            raise Refusal(401, "A token is needed: send the header Authorization: Bearer TOKEN")

    def _is_known(self, scope: Scope, headers: Headers) -> bool:
        if self._policy.knows_token(headers.get("authorization", "").encode("latin-1")):
            return True
        path: str = scope["path"]
        if scope["method"] not in {"GET", "HEAD"} or not path.startswith(f"{_ARTICLES}/"):
            return False
        keys = parse_qs(scope["query_string"].decode("latin-1")).get("key", [])
        return bool(keys) and self._policy.opens(keys[0], path.removeprefix(f"{_ARTICLES}/"))

    async def _body(self, scope: Scope, receive: Receive) -> Receive:
        """Take in the whole body, no larger and no slower than allowed, and hand it on as one piece."""
        policy, headers = self._policy, Headers(scope=scope)
        most = policy.most_bytes_of_articles if scope["path"] == _ARTICLES else policy.most_bytes
        declared = headers.get("content-length", "0")
        if not _LENGTH.fullmatch(declared) or int(declared) > most:
            raise Refusal(413, f"The body may have {most} bytes. Send less at a time.")
        try:
            async with asyncio.timeout(policy.body_limit_s):
                body = await _received(receive, most=most)
        except TimeoutError:
            raise Refusal(408, f"The body took longer than {policy.body_limit_s:g} seconds. Try again.") from None
        if body and not _is_plain_json(headers):
            raise Refusal(415, "Send plain JSON, with the header Content-Type: application/json")
        pending: list[Message] = []
        if body is not None:
            pending.append({"type": "http.request", "body": body, "more_body": False})

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        return replay


async def _received(receive: Receive, *, most: int) -> bytes | None:
    """Return the body; None where the client has gone."""
    parts: list[bytes] = []
    n_bytes = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        n_bytes += len(parts[-1])
        if n_bytes > most:
            raise Refusal(413, f"The body may have {most} bytes. Send less at a time.")
        if not message.get("more_body", False):
            return b"".join(parts)


def _is_plain_json(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" and headers.get("content-encoding", "identity").lower() == "identity"


def _is_open(path: str) -> bool:
    return path in _OPEN_PATHS or path.startswith(_OPEN_FOLDER)


class Rates:
    """So many requests a minute for each client, a burst at once; remembers the 10,000 clients last seen."""

    def __init__(self, per_minute: int) -> None:
        self._per_s = per_minute / 60
        self._burst = max(1.0, self._per_s * _BURST_S)
        self._seen: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def count(self, client: str, *, now_s: float) -> None:
        """Count a request of a client.

        :raises Refusal: 429 if it comes too soon.
        """
        if not self._per_s:
            return
        who = _network(client)
        left, since_s = self._seen.pop(who, (self._burst, now_s))
        left = min(self._burst, left + (now_s - since_s) * self._per_s)
        is_too_soon = left < 1
        self._seen[who] = (left if is_too_soon else left - 1, now_s)
        if len(self._seen) > _MOST_CLIENTS:
            self._seen.popitem(last=False)
        if is_too_soon:
            wait_s = max(1, round((1 - left) / self._per_s + 0.5))
            raise Refusal(429, "Too many requests from one address. Wait a moment.", retry_after_s=wait_s)


def _network(client: str) -> str:
    """Return the network that one client has to itself: the address, of IPv6 the first half."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else client
