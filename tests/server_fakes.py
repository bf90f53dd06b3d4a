"""A server over a small library without models: the store compares with everything, the reader follows a script."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from index.errors import IndexDamaged
from index.library import Library
from index.types import Article, Passage, Stats
from qa.assistant import Assistant
from qa.dating import EventDater
from qa.server.app import create_app
from qa.server.connections import BoundedProtocol
from qa.server.policy import Policy
from qa.server.service import Service
from qa.types import Candidate
from tests.fakes import ARTICLES, NumpyStore, WordCountEmbedder, chunk_by_line
from tests.qa_fakes import EVIDENCE_ONLY, SETTINGS, ScriptedReader

TOKEN = "correct-horse-battery-staple"
HOME = "http://127.0.0.1:8000"
SCRIPT = {"Feb. 5": 3.0, "eleven weeks": 2.0}
HOSTILE = Article(
    id="hostile",
    title='<img src=x onerror="alert(1)"> \u202egnp.exe',
    source="<b>Evil</b> News",
    url="javascript:alert(document.cookie)",
    text=(
        'The <script>alert(1)</script> minister resigned on "Tuesday" & [left](javascript:alert(2)) the capital.\n'
        "\u202eThe right-to-left override \x1b[31mand the escape\x00 stood in the text, 3 &lt; 4 as they say.\n"
    ),
)


@dataclass
class SlowReader(ScriptedReader):
    """Takes its time, and remembers in which threads and what for."""

    delay_s: float = 0.0
    threads: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Candidate]:
        self.threads.add(threading.current_thread().name)
        self.asked.append(question)
        time.sleep(self.delay_s)
        return super().read(question, passages)


@dataclass
class FailingReader(ScriptedReader):
    """Breaks as no one foresaw."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Candidate]:
        raise ZeroDivisionError("secret of the inside")


class DamagedStore(NumpyStore):
    """Can't be read."""

    def stats(self) -> Stats:
        raise IndexDamaged("'/srv/secret/catalog.sqlite' is damaged")


def service(
    *articles: Article, reader: ScriptedReader | None = None, policy: Policy | None = None, **rules: Any
) -> Service:
    library = Library(NumpyStore(), WordCountEmbedder(), chunker=chunk_by_line, dater=EventDater())
    list(library.add(articles or ARTICLES))
    settings = replace(SETTINGS, min_confidence=0.5)
    assistant = Assistant(library, reader or ScriptedReader(SCRIPT), calibration=EVIDENCE_ONLY, settings=settings)
    return Service(assistant, library, policy=policy or Policy(**{"requests_per_minute": 0, **rules}))


def app_of(*articles: Article, static: Path | None = None, **options: Any) -> FastAPI:
    made = service(*articles, **options)
    return create_app(made, static=static) if static else create_app(made)


def call(app: FastAPI, method: str, path: str, *, base: str = HOME, **options: Any) -> httpx.Response:
    """One request, in an event loop of its own; what the server raises is an answer, as over the wire."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            return await client.request(method, path, **options)

    return asyncio.run(send())


def calls(app: FastAPI, *bodies: dict[str, Any], path: str = "/ask", **options: Any) -> list[httpx.Response]:
    """Several requests at once."""

    async def send() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
            return await asyncio.gather(*(client.post(path, json=body, **options) for body in bodies))

    return asyncio.run(send())


@contextmanager
def serving(app: FastAPI, *, http: type[BoundedProtocol] = BoundedProtocol) -> Iterator[str]:
    """The server on a free port of this machine, in a thread; the address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, http=http, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)
