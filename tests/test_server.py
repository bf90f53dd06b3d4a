"""The HTTP server: answers, articles, links, figures."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from index.library import Library
from index.types import Article
from qa.assistant import Assistant
from qa.dating import EventDater
from qa.errors import ConfigError
from qa.server.app import create_app
from qa.server.connections import BoundedProtocol
from qa.server.desk import Desk
from qa.server.journal import JsonLines, PlainLines
from qa.server.launching import require_server_packages
from qa.server.policy import Policy
from qa.server.refusing import Refusal
from qa.server.service import Service
from tests.fakes import HARBOUR, SHUTDOWN, WordCountEmbedder
from tests.qa_fakes import EVIDENCE_ONLY, SETTINGS, ScriptedReader
from tests.server_fakes import HOSTILE, SCRIPT, TOKEN, DamagedStore, SlowReader, app_of, call, calls, service, serving
from tests.test_rendering import SCHEMA

ASKED = {"question": "When does the government shut down?"}


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """A folder as the chat page's is, with a file that is not to be sent."""
    folder = tmp_path / "static"
    (folder / "fonts").mkdir(parents=True)
    (folder / "index.html").write_text("<!DOCTYPE html><title>Chat</title>")
    (folder / "widget.js").write_text("'use strict';")
    (folder / "app.css").write_text("body {}")
    (folder / "fonts" / "a.woff2").write_bytes(b"wOF2")
    (folder / "notes.py").write_text("secret")
    (tmp_path / "outside.txt").write_text("secret")
    return folder


def test_an_answer_is_the_json_of_the_schema() -> None:
    response = call(app_of(), "POST", "/ask", json=ASKED)
    assert response.status_code == 200
    jsonschema.validate(response.json(), SCHEMA, format_checker=jsonschema.FormatChecker())
    (citation,) = response.json()["citations"]
    assert SHUTDOWN.text[citation["start"] : citation["end"]] == citation["quote"] == response.json()["answer"]


def streamed(app: FastAPI, asked: dict[str, Any]) -> list[tuple[str, Any]]:
    """The events of an answer: each one's name with its data."""
    response = call(app, "POST", "/ask", json=asked, headers={"Accept": "text/event-stream"})
    assert (response.status_code, response.headers["content-type"][:17]) == (200, "text/event-stream")
    lines = [event.split("\n") for event in response.text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in lines]


def test_a_streamed_answer_tells_first_how_it_was_understood_and_what_is_read() -> None:
    history = [{"question": "When does the government shut down?", "answer": "Feb. 5"}]
    follow_up = {"question": "And what will it do then?", "history": history}
    events = streamed(app_of(), follow_up)
    assert [name for name, _ in events] == ["underway", "underway", "answer"]
    understood, found, answer = (data for _, data in events)
    whole = call(app_of(), "POST", "/ask", json=follow_up).json()
    assert understood["standalone_question"] == whole["standalone_question"] != follow_up["question"]
    assert (understood["n_passages"], understood["articles"]) == (0, [])
    assert found["n_passages"] >= len(found["articles"]) > 1
    assert {cited["article_id"] for cited in answer["citations"]} <= {article["id"] for article in found["articles"]}
    assert answer | {"timings_ms": 0} == whole | {"timings_ms": 0}


@pytest.mark.parametrize(
    ("said", "reply"),
    [("Thanks!", "You're welcome."), ("bye", "Goodbye."), ("what can you do?", "I answer from 3 articles")],
)
def test_small_talk_is_an_abstention_with_a_remark(said: str, reply: str) -> None:
    told = call(app_of(), "POST", "/ask", json={"question": said}).json()
    jsonschema.validate(told, SCHEMA)
    assert streamed(app_of(), {"question": said}) == [("answer", told)]
    assert (told["abstained"], told["nearest"]) == (True, [])
    assert told["remark"].startswith(reply)


def test_news_of_an_answer_is_sent_before_the_answer_is_there() -> None:
    reader = SlowReader(SCRIPT, delay_s=0.5)
    with (
        serving(app_of(reader=reader)) as address,
        httpx.stream("POST", f"{address}/ask", json=ASKED, headers={"Accept": "text/event-stream"}) as response,
    ):
        started = time.monotonic()
        came = {line: time.monotonic() - started for line in response.iter_lines() if line.startswith("event")}
    assert came["event: answer"] - came["event: underway"] > 0.2


def test_a_stream_that_is_refused_before_it_begins_has_the_status_of_the_refusal() -> None:
    app = app_of(reader=SlowReader(SCRIPT, delay_s=0.2), n_workers=1, n_waiting=0)
    responses = calls(app, ASKED, ASKED, headers={"Accept": "text/event-stream"})
    assert sorted(response.status_code for response in responses) == [200, 429]


def test_what_goes_wrong_in_a_stream_is_its_last_event() -> None:
    events = streamed(app_of(reader=SlowReader(SCRIPT, delay_s=0.3), answer_limit_s=0.1), ASKED)
    assert [name for name, _ in events] == ["underway", "underway", "error"]
    assert events[-1][1]["error"]["type"] == "server_error"


def test_history_dates_and_settings_of_a_question_count() -> None:
    app = app_of()
    history = [{"question": "When does the government shut down?", "answer": "Feb. 5"}]
    followed = call(app, "POST", "/ask", json={"question": "And what will it do then?", "history": history}).json()
    assert followed["standalone_question"] != followed["question"]
    early = call(app, "POST", "/ask", json={**ASKED, "as_of": "2020-01-01"}).json()
    assert (early["reason"], early["as_of"], early["n_undated_left_out"]) == ("no_passages", "2020-01-01", 1)
    assert call(app, "POST", "/ask", json={**ASKED, "source": "Coast News"}).json()["answer"] != "Feb. 5"
    assert call(app, "POST", "/ask", json={**ASKED, "min_confidence": 0.99}).json()["abstained"]
    assert call(app, "POST", "/ask", json={**ASKED, "k": 1}).json()["nearest"][1:] == []


def test_examples_come_with_the_size_and_dates_of_the_collection() -> None:
    told = call(app_of(), "GET", "/examples").json()
    assert 1 <= len(told.pop("questions")) <= 3
    assert told == {
        "n_articles": 3,
        "n_undated": 1,
        "first_published": "2020-01-27",
        "last_published": "2020-02-10",
        "sources": {"Coast News": 2, "The Daily Ledger": 1},
    }


def test_articles_are_listed_in_pages() -> None:
    app = app_of()
    pages = [call(app, "GET", f"/articles?limit=2&offset={offset}").json() for offset in (0, 2, 4)]
    assert [[a["id"] for a in page["articles"]] for page in pages] == [["harbour", "shutdown"], ["virus"], []]
    assert {page["n_articles"] for page in pages} == {3}
    assert "text" not in pages[0]["articles"][0]


def test_an_article_is_a_page_with_the_span_marked_or_json() -> None:
    app = app_of()
    page = call(app, "GET", "/articles/harbour?start=40&end=52", headers={"Accept": "text/html,*/*"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<mark id="quote">eleven weeks</mark>' in page.text
    told = call(app, "GET", "/articles/harbour", headers={"Accept": "application/json"})
    assert (told.json()["text"], told.json()["title"], told.headers["vary"]) == (
        HARBOUR.text,
        HARBOUR.title,
        "Accept",
    )


def test_a_span_that_the_article_does_not_have_marks_nothing() -> None:
    app = app_of()
    for span in ("start=5&end=100000", "start=9&end=9", "start=9&end=3", "start=4", "end=4"):
        response = call(app, "GET", f"/articles/harbour?{span}")
        assert (response.status_code, "<mark" in response.text) == (200, False)


def test_the_page_of_a_hostile_article_has_no_markup_of_it() -> None:
    start = HOSTILE.text.index("alert")
    page = call(app_of(HOSTILE), "GET", f"/articles/hostile?start={start}&end={start + 8}").text
    body = page.partition("<main>")[2]
    assert '&lt;script&gt;<mark id="quote">alert(1)</mark>&lt;/script&gt;' in body
    for trick in ("<script", "<img", "<b>", 'href="javascript', "\u202e", "\x1b", "\x00"):
        assert trick not in body
    assert "3 &amp;lt; 4" in body


def test_articles_are_added_replaced_and_removed() -> None:
    app = app_of()
    new = {"id": "ferry", "text": "The ferry sails on Tuesday, the harbour master said.", "published": "2020-02-11"}
    assert call(app, "POST", "/articles", json=new).json() == {
        "results": [{"outcome": "added", "id": "ferry", "reason": None, "n_chunks": 1}]
    }
    again = call(app, "POST", "/articles", json=[new, {**new, "text": "The ferry sails on Friday, he said."}]).json()
    assert [result["outcome"] for result in again["results"]] == ["unchanged", "replaced"]
    stored = call(app, "GET", "/articles/ferry", headers={"Accept": "application/json"}).json()
    assert (stored["text"], stored["published"], stored["path"]) == (
        "The ferry sails on Friday, he said.",
        "2020-02-11",
        None,
    )
    assert call(app, "DELETE", "/articles/ferry").json() == {"removed": "ferry"}
    assert call(app, "GET", "/articles/ferry").status_code == 404
    assert call(app, "DELETE", "/articles/ferry").status_code == 404


def test_an_article_without_an_id_gets_one_and_can_be_found_by_it() -> None:
    app = app_of()
    (result,) = call(app, "POST", "/articles", json={"text": "The ferry sails on Tuesday."}).json()["results"]
    assert call(app, "GET", f"/articles/{result['id']}").status_code == 200


def test_only_a_whole_id_names_an_article() -> None:
    app = app_of()
    for reference in ("harb", "news/harbour.txt", "harbour.txt"):
        assert call(app, "GET", f"/articles/{reference}").status_code == 404


def test_a_read_only_server_neither_adds_nor_removes() -> None:
    app = app_of(is_read_only=True)
    assert call(app, "POST", "/articles", json={"text": "The ferry sails."}).status_code == 403
    assert call(app, "DELETE", "/articles/harbour").status_code == 403
    assert call(app, "GET", "/articles/harbour").status_code == 200


def test_health_and_readiness_are_told_apart() -> None:
    made = service()
    app = create_app(made)
    assert (call(app, "GET", "/healthz").status_code, call(app, "GET", "/readyz").status_code) == (200, 200)
    made.is_closing = True
    assert (call(app, "GET", "/healthz").status_code, call(app, "GET", "/readyz").status_code) == (200, 503)


def test_metrics_are_what_prometheus_reads() -> None:
    app = app_of()
    call(app, "POST", "/ask", json=ASKED)
    call(app, "POST", "/ask", json={**ASKED, "min_confidence": 1.0})
    call(app, "GET", "/articles/harbour")
    text = call(app, "GET", "/metrics").text
    samples = {
        (s.name, *sorted(s.labels.items())): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
    }
    assert samples["dateline_questions_total", ("form", "fact")] == 2
    assert samples["dateline_abstentions_total", ("reason", "low_confidence")] == 1
    assert samples["dateline_stage_seconds_count", ("stage", "read")] == 2
    assert samples["dateline_index", ("what", "articles")] == 3
    route = ("route", "/articles/{article_id:path}")
    assert samples["dateline_requests_total", ("method", "GET"), route, ("status", "200")] == 1


def test_a_page_asked_for_by_any_path_makes_no_counter_of_its_own() -> None:
    app = app_of()
    for n in range(3):
        call(app, "GET", f"/wp-admin/{n}")
    assert "wp-admin" not in call(app, "GET", "/metrics").text


def test_the_docs_name_every_route_and_load_nothing() -> None:
    app = app_of()
    page = call(app, "GET", "/docs").text
    for path in call(app, "GET", "/openapi.json").json()["paths"]:
        assert path in page
    assert "//" not in page
    assert "<script" not in page


def test_the_chat_page_and_what_it_is_made_of_are_sent_with_their_types(static: Path) -> None:
    app = app_of(static=static)
    types = {
        path: call(app, "GET", path).headers["content-type"]
        for path in ("/", "/widget.js", "/static/app.css", "/static/fonts/a.woff2")
    }
    assert types == {
        "/": "text/html; charset=utf-8",
        "/widget.js": "text/javascript; charset=utf-8",
        "/static/app.css": "text/css; charset=utf-8",
        "/static/fonts/a.woff2": "font/woff2",
    }
    assert "script-src 'self';" in call(app, "GET", "/").headers["content-security-policy"]
    etag = call(app, "GET", "/widget.js").headers["etag"]
    assert call(app, "GET", "/widget.js", headers={"If-None-Match": etag}).status_code == 304
    assert call(app, "HEAD", "/").status_code == 200


def test_no_path_of_a_request_opens_a_file(static: Path) -> None:
    app = app_of(static=static)
    for path in ("notes.py", "../outside.txt", "%2e%2e/outside.txt", "..%2foutside.txt", "/etc/passwd", "fonts", ""):
        response = call(app, "GET", f"/static/{path}")
        assert (response.status_code, "secret" in response.text) == (404, False)


def test_without_a_chat_page_the_docs_are_shown(tmp_path: Path) -> None:
    assert call(app_of(static=tmp_path), "GET", "/").headers["location"] == "/docs"


def test_the_request_id_is_echoed_and_logged_as_a_line_of_json(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="qa.server.journal"):
        response = call(app_of(), "GET", "/healthz", headers={"X-Request-ID": "abc-1"})
    assert response.headers["x-request-id"] == "abc-1"
    line = json.loads(JsonLines().format(caplog.records[-1]))
    assert (line["message"], line["path"], line["status"], line["method"]) == ("request", "/healthz", 200, "GET")


def test_on_a_terminal_a_request_is_one_line_that_steers_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="qa.server.journal"):
        call(app_of(), "GET", "/healthz%1b[31m%0aforged")
    line = PlainLines().format(caplog.records[-1])
    assert re.fullmatch(r"\d\d:\d\d:\d\d GET /healthz\ufffd\[31m forged 404 \d+ ms", line)


def test_no_question_is_written_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        call(app_of(), "POST", "/ask", json={"question": "Who stole the sapphire?"})
    assert "sapphire" not in "\n".join(JsonLines().format(record) for record in caplog.records)


def test_inference_runs_on_its_own_threads() -> None:
    reader = SlowReader(SCRIPT, delay_s=0.01)
    responses = calls(app_of(reader=reader, n_workers=2), ASKED, ASKED, ASKED)
    assert [response.status_code for response in responses] == [200] * 3
    assert all(name.startswith("asking") for name in reader.threads)


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_head_is_answered_where_get_is() -> None:
    with serving(app_of()) as address:
        for path in ("/healthz", "/articles", "/articles/harbour?start=0&end=5"):
            response = httpx.head(f"{address}{path}")
            assert (response.status_code, response.content) == (200, b"")


def test_the_page_behind_a_proxy_may_ask_from_its_public_address() -> None:
    app = app_of(token=TOKEN, public_url="https://news.example/dateline")
    known = {"Authorization": f"Bearer {TOKEN}"}
    for origin, status in (("https://news.example", 200), ("https://evil.example", 403), ("http://[", 403)):
        response = call(app, "POST", "/ask", json=ASKED, headers={**known, "Origin": origin})
        assert response.status_code == status


def test_a_sentence_without_end_is_shown_around_the_quote() -> None:
    text = f"{'word ' * 9000}the harbour bridge closes for eleven weeks {'word ' * 9000}"
    app = app_of(Article(id="long", text=text))
    chat = {"messages": [{"role": "user", "content": "How long does the harbour bridge close?"}]}
    content = call(app, "POST", "/v1/chat/completions", json=chat).json()["choices"][0]["message"]["content"]
    assert "eleven weeks" in content
    assert len(content) < 2500


def test_a_full_queue_sends_away_with_a_time_to_come_back() -> None:
    app = app_of(reader=SlowReader(SCRIPT, delay_s=0.2), n_workers=1, n_waiting=1)
    responses = calls(app, *[ASKED] * 5)
    assert sorted(response.status_code for response in responses) == [200, 200, 429, 429, 429]
    assert {r.headers["retry-after"] for r in responses if r.status_code == 429} == {"1"}


@pytest.mark.parametrize(
    ("took_s", "n_waiting", "limit_s", "n_taken", "retry_after_s"),
    [(0.6, 2, 5, 3, 2), (0.1, 2, 5, 3, 1), (0.3, 9, 1, 4, 2)],
    ids=["as long as the line takes", "a second at least", "too long a line is full"],
)
def test_who_is_sent_away_is_told_when_to_come_back(
    took_s: float, n_waiting: int, limit_s: float, n_taken: int, retry_after_s: int
) -> None:
    async def line() -> tuple[int, int | None]:
        desk, is_over = Desk("test", n_workers=1, n_waiting=n_waiting, limit_s=limit_s), threading.Event()
        await desk.do(lambda: threading.Event().wait(took_s))
        waiting = [asyncio.create_task(desk.do(lambda: is_over.wait(5))) for _ in range(n_taken)]
        await asyncio.sleep(0)
        with pytest.raises(Refusal, match="Too many questions wait") as refused:
            await desk.do(lambda: None)
        is_over.set()
        taken = await asyncio.gather(*waiting)
        desk.close()
        return sum(taken), refused.value.retry_after_s

    assert asyncio.run(line()) == (n_taken, retry_after_s)


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
@pytest.mark.parametrize("path", ["/ask", "/v1/chat/completions"])
def test_who_leaves_gives_up_the_place_in_line(path: str, accept: str) -> None:
    reader = SlowReader(SCRIPT, delay_s=0.4)
    made = service(reader=reader, n_workers=1, n_waiting=8)
    asked = {**ASKED, "messages": [{"role": "user", "content": ASKED["question"]}]}
    body = json.dumps(asked if path != "/ask" else ASKED)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\nContent-Type: application/json\r\n"
    with serving(create_app(made)) as address:
        host, port = address.removeprefix("http://").split(":")
        clients = [socket.create_connection((host, int(port)), timeout=5) for _ in range(6)]
        for client in clients:
            client.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        wait_until(lambda: made.n_inside == 6)
        for client in clients:
            client.close()
        wait_until(lambda: made.n_inside <= 1)  # the one that is being read
    assert len(reader.asked) < 3


def test_a_connection_that_asks_nothing_is_closed_and_one_too_many_is_turned_away() -> None:
    class Impatient(BoundedProtocol):
        header_limit_s = 0.3
        most_connections = 2

    with serving(app_of(), http=Impatient) as address:
        host, port = address.removeprefix("http://").split(":")
        silent, slow, third = (socket.create_connection((host, int(port)), timeout=5) for _ in range(3))
        with silent, slow, third:
            slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: loc")
            assert third.recv(20).startswith(b"HTTP/1.1 503")
            assert (silent.recv(1), slow.recv(1)) == (b"", b"")
        with httpx.Client(base_url=address) as client:
            assert client.get("/healthz").status_code == 200
            time.sleep(0.5)  # idle between two requests, which has its own limit
            assert client.get("/healthz").status_code == 200


def test_a_question_that_takes_too_long_is_given_up() -> None:
    response = call(app_of(reader=SlowReader(SCRIPT, delay_s=0.3), answer_limit_s=0.05), "POST", "/ask", json=ASKED)
    assert (response.status_code, response.json()["error"]["type"]) == (504, "server_error")


def test_what_was_given_up_keeps_its_place_until_it_ends() -> None:
    async def ask() -> list[int]:
        desk = Desk("test", n_workers=1, n_waiting=1, limit_s=0.05)
        ended = threading.Event()
        seen = []
        with pytest.raises(Refusal):
            await desk.do(lambda: ended.wait(5))
        seen.append(desk.n_inside)
        with pytest.raises(Refusal):  # waits, and is taken back before it has begun
            await desk.do(lambda: None)
        seen.append(desk.n_inside)
        ended.set()
        desk.close()
        return [*seen, desk.n_inside]

    assert asyncio.run(ask()) == [1, 1, 0]


def test_what_is_in_flight_is_finished_when_the_server_ends() -> None:
    reader = SlowReader(SCRIPT, delay_s=0.3)
    statuses: list[int] = []
    with serving(app_of(reader=reader)) as address:
        thread = threading.Thread(
            target=lambda: statuses.append(httpx.post(f"{address}/ask", json=ASKED, timeout=10).status_code)
        )
        thread.start()
        while not reader.threads:
            threading.Event().wait(0.005)
    thread.join()
    assert statuses == [200]


def test_what_another_process_adds_is_answered_from(tmp_path: Path) -> None:
    def opened() -> Library:
        return Library.open(tmp_path / "index", embedder=WordCountEmbedder(), create=True, dater=EventDater())

    with opened() as mine, opened() as others:
        list(mine.add([SHUTDOWN]))
        assistant = Assistant(mine, ScriptedReader(SCRIPT), calibration=EVIDENCE_ONLY, settings=SETTINGS)
        app = create_app(Service(assistant, mine, policy=Policy(requests_per_minute=0)))
        question = {"question": "How long does the harbour bridge close?"}
        assert call(app, "POST", "/ask", json=question).json()["answer"] != "eleven weeks"
        list(others.add([HARBOUR]))
        assert call(app, "POST", "/ask", json=question).json()["answer"] == "eleven weeks"
        assert call(app, "GET", "/examples").json()["n_articles"] == 2
        others.remove("harbour")
        assert call(app, "POST", "/ask", json=question).json()["answer"] != "eleven weeks"


def test_an_index_out_of_order_is_no_news_of_the_inside() -> None:
    library = Library(DamagedStore(), WordCountEmbedder())
    assistant = Assistant(library, ScriptedReader(SCRIPT), calibration=EVIDENCE_ONLY, settings=SETTINGS)
    response = call(create_app(Service(assistant, library)), "GET", "/readyz")
    assert (response.status_code, "/srv/secret" in response.text) == (503, False)


@pytest.mark.parametrize(
    "rules",
    [
        {"host": "0.0.0.0"},
        {"host": "::"},
        {"host": "192.168.1.7"},
        {"host": "news.example"},
        {"host": ""},
        {"token": "short"},
        {"token": "with a space in the middle"},
        {"token": "café-café-café-café"},
        {"origins": ("*",)},
        {"origins": ("https://news.example/",)},
        {"origins": ("javascript:alert(1)",)},
        {"origins": ("null",)},
        {"public_url": "ftp://news.example"},
        {"public_url": "https://news.example/)x"},
        {"n_gathered": 0},
        {"n_workers": 0},
        {"requests_per_minute": -1},
    ],
)
def test_a_server_with_unsafe_rules_is_not_started(rules: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        Policy(**rules)


def test_a_server_for_others_starts_with_a_token() -> None:
    assert Policy(host="0.0.0.0", token=TOKEN, origins=("https://news.example", "http://[::1]:3000")).token == TOKEN


def test_missing_packages_are_named_with_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    require_server_packages()
    monkeypatch.setattr("qa.server.launching._NEEDED", ("fastapi", "no_such_package"))
    with pytest.raises(ConfigError, match=r"\(no_such_package\).*pip install 'dateline-qa\[server\]'"):
        require_server_packages()


def test_an_id_may_hold_slashes_and_spaces() -> None:
    found = call(app_of(Article(id="a/b c", text="The ferry sails on Tuesday.")), "GET", "/articles/a%2Fb%20c")
    assert (found.status_code, "The ferry sails" in found.text) == (200, True)
