"""Work for a client that may leave before it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

from qa.server.refusing import Refusal

T = TypeVar("T")

_CLIENT_CLOSED_REQUEST = 499  # as nginx calls it; nobody is there to read it, but the log and the figures have it


async def while_there(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns; it is cancelled when the client goes, so that nobody waits in line for nobody.

    The request's body must have been read.

    :raises Refusal: 499 if the client has gone.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise Refusal(_CLIENT_CLOSED_REQUEST, "The client has gone.")
    finally:
        leaving.cancel()
        working.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
