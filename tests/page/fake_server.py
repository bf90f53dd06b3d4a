"""The chat page's files and scripted answers over HTTP, and a foreign page with the widget on it.

To look at the page while working on it: python -m tests.page.fake_server
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from qa.rendering import article_dict, to_dict, underway_dict
from qa.server.refusing import Refusal, error_shape
from qa.types import Answer, Question, Reason, Underway
from tests.page import scripted
from tests.qa_fakes import passage

STATIC = Path(__file__).parents[2] / "qa" / "server" / "static"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SLOW = "Slow?"
BUSY = "Busy?"
BUSY_ONCE = "Busy once?"
BROKEN_OFF = "Broken off?"
FAULTY = "Faulty?"
CUT_SHORT = "Cut short?"
FAILS_LATE = "Fails late?"
REFUSED = "Refused?"
LOCKED = "Locked?"
TOKEN = "let-me-in"
FOREIGN_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Harbour Blog</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/blog.css">
<script src="{server}/static/widget.js" data-title="Ask the archive" defer></script></head>
<body><main><h1>Harbour Blog</h1><p>Notes from the quay, by somebody who lives there.</p>
<p>The tunnel is shut again. I took the ferry, which took its time, and the gulls took my sandwich.</p>
<button type="button">Subscribe</button></main></body></html>"""
FOREIGN_STYLE = """html { font-size: 62.5%; } body { margin: 6rem auto; max-width: 60rem; font: 2rem/1.6 Georgia, serif;
color: #223; background: #eef3f6; }
div { all: unset; transform: translateZ(0); letter-spacing: 9px; direction: rtl; text-transform: uppercase; }
button, p, h2, textarea { color: #a00000 !important; text-transform: uppercase; }
h1, main p { color: #223 !important; text-transform: none; }"""


class Handler(BaseHTTPRequestHandler):
    """Answers what the page asks of `qa serve`."""

    server: FakeServer

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/" or path.startswith("/static/"):
            self._file(STATIC / ("index.html" if path == "/" else Path(path).name))
        elif path == "/examples":
            days = sorted(a.published for a in scripted.ARTICLES.values() if a.published)
            ends = {"first_published": days[0].isoformat(), "last_published": days[-1].isoformat()}
            self._json(200, {"n_articles": len(scripted.ARTICLES), **ends, "questions": scripted.EXAMPLES})
        elif path.startswith("/articles/"):
            found = scripted.ARTICLES.get(unquote(path.removeprefix("/articles/")))
            if found:
                self._json(200, article_dict(found, with_text=True))
            else:
                self._refuse(404, "No such article.")
        else:
            self._refuse(404, "No such page.")

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        question = asked["question"]
        n_times = sum(earlier["question"] == question for earlier in self.server.asked)
        if question == BROKEN_OFF:
            self.close_connection = True
        elif question == BUSY or (question == BUSY_ONCE and n_times == 1):
            self._refuse(429, "Too many questions at once.", {"Retry-After": "1"})
        elif question == FAULTY:
            self._refuse(500, "Something went wrong; it is in the log.")
        elif question == REFUSED:
            self._refuse(422, "The question is too long.")
        elif question == LOCKED and self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._refuse(401, "A token is needed.")
        else:
            self._stream(answer_to(asked), broken=question == CUT_SHORT, fails=question == FAILS_LATE)

    def do_OPTIONS(self) -> None:
        self._send(204, b"", "text/plain")

    def _file(self, path: Path) -> None:
        if path.is_file():
            self._send(200, path.read_bytes(), TYPES[path.suffix], {"Content-Security-Policy": POLICY})
        else:
            self._refuse(404, "No such file.")

    def _stream(self, answer: Answer, *, broken: bool, fails: bool) -> None:
        """Send the events of an answer: what is read for it, a pause where it is slow, and the answer."""
        read = [cited.article for cited in answer.citations] or list(scripted.ARTICLES.values())
        passages = tuple(passage(article) for article in read)
        news = underway_dict(Underway(answer.question, answer.form, passages))
        late = error_shape(Refusal(504, "It took longer than 30 seconds."), request_id="1")
        end = ("error", late) if fails else ("answer", to_dict(answer))
        self.send_response(200)
        self._send_common({"Content-Type": "text/event-stream"})
        for name, shape in [("underway", news), *([] if broken else [end])]:
            # In two pieces, as a network may deliver them.
            for piece in (f"event: {name}\nda", f"ta: {json.dumps(shape)}\n\n"):
                self.wfile.write(piece.encode())
                self.wfile.flush()
            if answer.question.text == SLOW:
                time.sleep(self.server.slow_s / 2)

    def _refuse(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        self._json(status, error_shape(Refusal(status, message), request_id="1"), headers)

    def _json(self, status: int, shape: Any, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(shape).encode(), "application/json", headers)

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self._send_common({"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})})
        self.wfile.write(body)

    def _send_common(self, headers: dict[str, str]) -> None:
        if self.headers["Origin"] in self.server.allowed_origins:
            self.send_header("Access-Control-Allow-Origin", self.headers["Origin"])
            self.send_header("Access-Control-Allow-Headers", "Authorization, Content-Type")
            self.send_header("Access-Control-Expose-Headers", "Retry-After")
        for name, value in {"X-Content-Type-Options": "nosniff", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


class ForeignHandler(Handler):
    """A page of somebody else's, under a strict policy, with the widget on it."""

    def do_GET(self) -> None:
        allowed = self.server.embeds
        policy = f"default-src 'none'; script-src {allowed}; connect-src {allowed}; style-src 'self'"
        if self.path == "/blog.css":
            self._send(200, FOREIGN_STYLE.encode(), "text/css")
        else:
            page = FOREIGN_PAGE.format(server=allowed)
            if self.path == "/without":
                page = page.replace("<script", "<template").replace("</script", "</template")
            self._send(200, page.encode(), "text/html", {"Content-Security-Policy": policy})


class FakeServer(ThreadingHTTPServer):
    """Remembers what it was asked; `allowed_origins` may embed its chat."""

    daemon_threads = True

    def __init__(self, handler: type[Handler], *, port: int = 0, embeds: str = "") -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.asked: list[dict[str, Any]] = []
        self.allowed_origins: set[str] = set()
        self.embeds = embeds
        self.slow_s = 2.0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


def answer_to(asked: dict[str, Any]) -> Answer:
    """Return the scripted answer to a question; an abstention to all others."""
    question = asked["question"]
    answer = scripted.ANSWERS.get(question) or Answer(Question(question), 0.0, reason=Reason.NO_EVIDENCE)
    if day := asked.get("as_of"):
        answer = replace(answer, question=replace(answer.question, as_of=date.fromisoformat(day)), n_undated_left_out=2)
    return answer


@contextmanager
def serving(*, port: int = 0) -> Iterator[tuple[FakeServer, FakeServer]]:
    """Run the server and a foreign page that embeds its widget."""
    server = FakeServer(Handler, port=port)
    foreign = FakeServer(ForeignHandler, port=port and port + 1, embeds=server.address)
    server.allowed_origins.add(foreign.address)
    threads = [threading.Thread(target=one.serve_forever, args=(0.05,), daemon=True) for one in (server, foreign)]
    for thread in threads:
        thread.start()
    try:
        yield server, foreign
    finally:
        for one in (server, foreign):
            one.shutdown()
            one.server_close()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    with serving(port=8765) as (page, blog):
        print(f"{page.address}/ and, with the widget, {blog.address}/; end with Ctrl+C")  # noqa: T201
        threading.Event().wait()
