"""Requests that mean harm: each gets its status, none gets a trace, and the server goes on answering."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from qa.server.guard import Rates
from qa.server.policy import Policy
from qa.server.refusing import Refusal
from tests.fakes import ARTICLES
from tests.qa_fakes import ScriptedReader
from tests.server_fakes import HOME, HOSTILE, SCRIPT, TOKEN, FailingReader, app_of, call, serving

JSON = {"Content-Type": "application/json"}
ASKED = {"question": "When does the government shut down?"}
CHAT = "/v1/chat/completions"
TRACE = re.compile(r"Traceback|\.py\b|ZeroDivision|secret of the inside|site-packages|sqlite")


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return app_of(*ARTICLES, HOSTILE)


def user(content: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": content}]}


BODIES = [
    # What is no JSON, or too deep to be any.
    ("/ask", b"", 422),
    ("/ask", b"{", 422),
    ("/ask", b"null", 422),
    ("/ask", b"[]", 422),
    ("/ask", b'"question"', 422),
    ("/ask", b"\xff\xfe\x00", 400),
    ("/ask", b"\x00" * 100, 422),
    ("/ask", b"[" * 100_000, 400),
    ("/ask", b'{"question":' * 50_000, 400),
    ("/ask", b'{"question": "a", "k": ' + b"9" * 5000 + b"}", 400),
    ("/ask", b'{"question": ' + b"[" * 900 + b"]" * 900 + b"}", 422),
    ("/ask", b'{"question": "a", "min_confidence": NaN}', 422),
    ("/ask", b'{"question": "a", "min_confidence": Infinity}', 422),
    ("/ask", b'{"question": "\\ud800"}', 422),
    ("/ask", b'{"question": "a", "\\ud800": 1}', 422),
    ("/ask", b'{"question": "a", "source": "\\udfff"}', 422),
    (CHAT, b'{"messages": [{"role": "user", "content": "\\ud800"}]}', 422),
    ("/articles", b'{"text": "\\ud800 the bridge opens."}', 422),
    ("/articles", b"[" * 100_000, 400),
]
SHAPES: list[tuple[str, Any, int]] = [
    # Values that make no sense.
    ("/ask", {}, 422),
    ("/ask", {"question": ""}, 422),
    ("/ask", {"question": " \n\t"}, 422),
    ("/ask", {"question": None}, 422),
    ("/ask", {"question": ["a"]}, 422),
    ("/ask", {"question": {"$gt": ""}}, 422),
    ("/ask", {"question": "a" * 2001}, 422),
    ("/ask", {"question": "a", "k": 10**9}, 422),
    ("/ask", {"question": "a", "k": 0}, 422),
    ("/ask", {"question": "a", "k": -1}, 422),
    ("/ask", {"question": "a", "k": "ten"}, 422),
    ("/ask", {"question": "a", "min_confidence": 2}, 422),
    ("/ask", {"question": "a", "min_confidence": -1}, 422),
    ("/ask", {"question": "a", "as_of": "yesterday"}, 422),
    ("/ask", {"question": "a", "as_of": "2021-02-30"}, 422),
    ("/ask", {"question": "a", "as_of": "0000-00-00"}, 422),
    ("/ask", {"question": "a", "as_of": "2021-W01-1"}, 422),
    ("/ask", {"question": "a", "as_of": 1e308}, 422),
    ("/ask", {"question": "a", "as_of": 0}, 422),
    ("/ask", {"question": "a", "as_of": "'; DROP TABLE articles; --"}, 422),
    ("/ask", {"question": "a", "as_of": "9" * 10_000}, 422),
    ("/ask", {"question": "a", "since": "2021-02-01", "until": "2021-01-01"}, 422),
    ("/ask", {"question": "a", "source": "x" * 201}, 422),
    ("/ask", {"question": "a", "index": "/etc"}, 422),
    ("/ask", {"question": "a", "history": "x"}, 422),
    ("/ask", {"question": "a", "history": [{"question": "b"}] * 51}, 422),
    ("/ask", {"question": "a", "history": [{"answer": "b"}]}, 422),
    (CHAT, {}, 422),
    (CHAT, {"messages": []}, 422),
    (CHAT, {"messages": [{"role": "user"}]}, 422),
    (CHAT, {"messages": [{"role": "root", "content": "a"}]}, 422),
    (CHAT, {"messages": [{"role": "assistant", "content": "a"}]}, 422),
    (CHAT, user([{"type": "image_url", "image_url": {"url": "file:///etc/passwd"}}]), 422),
    (CHAT, user("a" * 2001), 422),
    (CHAT, {"messages": [{"role": "user", "content": "When?"}, {"role": "user", "content": " "}]}, 422),
    ("/ask", {"question": "a", "k": True}, 422),
    ("/ask", {"question": "a", "k": "5"}, 422),
    ("/ask", {"question": "a", "min_confidence": "0.5"}, 422),
    (CHAT, {**user("a"), "stream": "perhaps"}, 422),
    ("/articles", {}, 422),
    ("/articles", [], 422),
    ("/articles", {"text": ""}, 422),
    ("/articles", {"text": 5}, 422),
    ("/articles", {"text": "The bridge opens.", "id": ".."}, 422),
    ("/articles", {"text": "The bridge opens.", "id": "a\x00b"}, 422),
    ("/articles", {"text": "The bridge opens.", "id": "a\r\nSet-Cookie: x=1"}, 422),
    ("/articles", {"text": "The bridge opens.", "published": "soon"}, 422),
    ("/articles", {"url": "http://169.254.169.254/latest/meta-data"}, 422),
    ("/articles", [{"text": "The bridge opens."}] * 501, 422),
    # Odd, but a question all the same.
    ("/ask", {"question": "\x00 \u202e <script>alert(1)</script>"}, 200),
    ("/ask", {"question": '" OR 1=1 -- NEAR( * ^ {'}, 200),
    ("/ask", {"question": "a" * 2000}, 200),
    ("/ask", {"question": "?" * 2000}, 200),
    ("/ask", {"question": "a", "source": "x' OR '1'='1"}, 200),
    ("/ask", {"question": "When?", "history": [{"question": "(" * 2000, "answer": "\\" * 2000}] * 50}, 200),
    (CHAT, user([{"type": "text", "text": "When does it close?"}]), 200),
    (CHAT, {"messages": [{"role": "system", "content": "b" * 90_000}, *[user("a")["messages"][0]] * 500]}, 200),
]
PATHS = [
    ("GET", "/articles/../../etc/passwd", 404),
    ("GET", "/articles/..%2f..%2fetc%2fpasswd", 404),
    ("GET", "/articles/%2e%2e/%2e%2e/etc/passwd", 404),
    ("GET", "/articles//etc/passwd", 404),
    ("GET", "/articles/file:%2f%2f%2fetc%2fpasswd", 404),
    ("GET", "/articles/%00", 404),
    ("GET", "/articles/%ff%fe", 404),
    ("GET", "/articles/" + "a" * 5000, 404),
    ("GET", "/articles/%25", 404),
    ("GET", "/articles/'%20OR%20'1'='1", 404),
    ("GET", "/articles/harbour?start=-1&end=5", 422),
    ("GET", "/articles/harbour?start=x", 422),
    ("GET", "/articles/harbour?start=1&end=99999999999999999999", 422),
    ("GET", "/articles?limit=1000000", 422),
    ("GET", "/articles?offset=-1", 422),
    ("DELETE", "/articles/..%2f..", 404),
    ("GET", "/static/..%2f..%2fapp.py", 404),
    ("GET", "/static/%2e%2e/%2e%2e/cli.py", 404),
    ("GET", "/.env", 404),
    ("POST", "/", 405),
    ("GET", "/mcp", 405),
    ("DELETE", "/mcp", 405),
    ("PUT", "/ask", 405),
    ("TRACE", "/ask", 405),
    ("GET", "/ask", 405),
]


@pytest.mark.parametrize(("path", "body", "status"), BODIES, ids=range(len(BODIES)))
def test_a_body_that_is_no_json_of_the_kind_is_refused(app: FastAPI, path: str, body: bytes, status: int) -> None:
    response = call(app, "POST", path, content=body, headers=JSON)
    assert response.status_code == status, response.text
    assert_nothing_leaked_and_alive(app, response)


@pytest.mark.parametrize(("path", "body", "status"), SHAPES, ids=range(len(SHAPES)))
def test_values_that_make_no_sense_are_refused(app: FastAPI, path: str, body: Any, status: int) -> None:
    response = call(app, "POST", path, content=json.dumps(body), headers=JSON)
    assert response.status_code == status, response.text
    assert_nothing_leaked_and_alive(app, response)
    if status == 422:
        assert set(response.json()["error"]) == {"message", "type", "param", "code", "request_id"}


@pytest.mark.parametrize(("method", "path", "status"), PATHS)
def test_a_path_names_what_there_is_or_nothing(app: FastAPI, method: str, path: str, status: int) -> None:
    response = call(app, method, path)
    assert response.status_code == status, response.text
    assert_nothing_leaked_and_alive(app, response)


def assert_nothing_leaked_and_alive(app: FastAPI, response: httpx.Response) -> None:
    assert not TRACE.search(response.text)
    assert response.headers["x-content-type-options"] == "nosniff"
    assert call(app, "GET", "/healthz").status_code == 200


def test_a_body_that_is_too_large_is_refused_before_it_is_read(app: FastAPI) -> None:
    large = json.dumps({"question": "a", "source": "x" * (1 << 20)})
    assert call(app, "POST", "/ask", content=large, headers=JSON).status_code == 413
    assert call(app, "POST", CHAT, content=large, headers=JSON).status_code == 413
    assert call(app, "POST", "/articles", content=b" " * (10 << 20) + b"{", headers=JSON).status_code == 413
    declared = JSON | {"Content-Length": str(50 << 20)}
    assert call(app, "POST", "/ask", content=b"{}", headers=declared).status_code == 413
    for nonsense in ("-1", "1e3", "９", "9" * 5000):
        headers = [(b"Content-Type", b"application/json"), (b"Content-Length", nonsense.encode())]
        assert call(app, "POST", "/ask", content=b"{}", headers=headers).status_code == 413


def test_articles_may_be_larger_than_questions() -> None:
    text = "The harbour bridge closes for eleven weeks. " * 40_000
    response = call(app_of(), "POST", "/articles", json={"id": "long", "text": text})
    assert response.json()["results"][0]["outcome"] == "added"


def test_what_is_no_message_of_mcp_is_refused() -> None:
    headers = JSON | {"Accept": "application/json, text/event-stream"}
    with serving(app_of()) as address:
        for body in (b"", b"{", b"[" * 100_000, b'{"jsonrpc": "2.0"}', b"\xff", b'"\\ud800"'):
            response = httpx.post(f"{address}/mcp", content=body, headers=headers)
            assert (response.status_code, bool(TRACE.search(response.text))) == (400, False)
        assert httpx.post(f"{address}/mcp", content=b" " * (2 << 20), headers=headers).status_code == 413


def chunked() -> Iterator[bytes]:
    for _ in range(40):
        yield b" " * (1 << 16)


def test_a_body_without_a_length_is_counted_as_it_comes() -> None:
    with serving(app_of()) as address:
        assert httpx.post(f"{address}/ask", content=chunked(), headers=JSON).status_code == 413
        assert httpx.get(f"{address}/healthz").status_code == 200


def test_a_body_that_comes_too_slowly_is_given_up() -> None:
    with serving(app_of(body_limit_s=0.2)) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as slow:
            head = (
                "POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
            )
            slow.sendall(head.encode())
            assert slow.recv(100).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN.upper()}",
        "Bearer \xe9",
        f"Bearer {TOKEN} {TOKEN}",
    ],
)
def test_without_the_token_nothing_of_the_articles_is_told(authorization: str | None) -> None:
    app = app_of(token=TOKEN)
    headers = {} if authorization is None else {"Authorization": authorization.encode("latin-1")}
    for method, path in [
        ("POST", "/ask"),
        ("POST", CHAT),
        ("GET", "/v1/models"),
        ("GET", "/articles"),
        ("GET", "/articles/harbour"),
        ("GET", "/articles/harbour?key="),
        ("GET", "/articles/harbour?key=0"),
        ("GET", "/articles/harbour?key=%ff"),
        ("POST", "/articles"),
        ("DELETE", "/articles/harbour"),
        ("GET", "/examples"),
        ("GET", "/metrics"),
        ("POST", "/mcp"),
        ("GET", "/nothing"),
    ]:
        response = call(app, method, path, headers=headers)
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
        assert "harbour bridge" not in response.text


def test_with_the_token_the_server_answers_by_any_name() -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    app = app_of(token=TOKEN)
    assert call(app, "POST", "/ask", json=ASKED, headers=headers, base="http://news.example").status_code == 200
    assert call(app, "GET", "/healthz", base="http://news.example").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "a b", "x" * 300])
def test_a_name_that_was_bound_to_this_machine_gets_nothing(app: FastAPI, host: str) -> None:
    assert call(app, "POST", "/ask", json=ASKED, headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:9", "[::1]:8000", "LOCALHOST"])
def test_this_machines_own_names_are_answered(app: FastAPI, host: str) -> None:
    assert call(app, "POST", "/ask", json=ASKED, headers={"Host": host}).status_code == 200


def test_pages_of_other_sites_may_neither_ask_nor_write(app: FastAPI) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1:8001", "javascript:alert(1)"):
        headers = {"Origin": origin}
        assert call(app, "POST", "/ask", json=ASKED, headers=headers).status_code == 403
        assert call(app, "DELETE", "/articles/harbour", headers=headers).status_code == 403
        preflight = headers | {"Access-Control-Request-Method": "POST"}
        response = call(app, "OPTIONS", "/ask", headers=preflight)
        assert (response.status_code, "access-control-allow-origin" in response.headers) == (405, False)
    assert call(app, "POST", "/ask", json=ASKED, headers={"Origin": HOME}).status_code == 200


def test_a_form_of_another_site_is_no_question(app: FastAPI) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        body = json.dumps({"text": "The bridge opens."})
        assert call(app, "POST", "/articles", content=body, headers={"Content-Type": kind}).status_code == 415


def test_named_sites_may_ask_and_no_others() -> None:
    app = app_of(origins=("https://news.example",))
    headers = {"Origin": "https://news.example"}
    assert call(app, "POST", "/ask", json=ASKED, headers=headers).headers["access-control-allow-origin"] == (
        "https://news.example"
    )
    preflight = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    assert call(app, "OPTIONS", "/ask", headers=headers | preflight).status_code == 200
    stranger = call(app, "POST", "/ask", json=ASKED, headers={"Origin": "https://evil.example"})
    assert (stranger.status_code, "access-control-allow-origin" in stranger.headers) == (403, False)
    deleting = preflight | {"Access-Control-Request-Method": "DELETE"}
    assert call(app, "OPTIONS", "/articles/harbour", headers=headers | deleting).status_code == 400


@pytest.mark.parametrize("given", ["a\tb", "x" * 200, "ü".encode(), "<script>", "", "a b"])
def test_a_request_id_that_could_forge_a_header_or_a_line_is_replaced(app: FastAPI, given: Any) -> None:
    response = call(app, "GET", "/healthz", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["x-request-id"])


def test_what_nobody_foresaw_is_an_id_and_not_a_trace() -> None:
    response = call(app_of(reader=FailingReader(SCRIPT)), "POST", "/ask", json=ASKED, headers={"X-Request-ID": "q1"})
    assert (response.status_code, response.json()["error"]["request_id"]) == (500, "q1")
    assert not TRACE.search(response.text)


def test_one_client_may_ask_so_often_and_another_as_often() -> None:
    rates = Rates(60)
    for _ in range(10):
        rates.count("10.0.0.1", now_s=100.0)
    with pytest.raises(Refusal) as refused:
        rates.count("10.0.0.1", now_s=100.0)
    assert (refused.value.status, refused.value.retry_after_s) == (429, 2)
    rates.count("10.0.0.2", now_s=100.0)
    rates.count("10.0.0.1", now_s=101.0)
    for n in range(10):
        rates.count(f"2001:db8::{n}", now_s=100.0)
    with pytest.raises(Refusal):
        rates.count("2001:db8::ffff", now_s=100.0)


def test_the_memory_of_clients_is_bounded() -> None:
    rates = Rates(60)
    for n in range(20_000):
        rates.count(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", now_s=1.0)
    assert len(rates._seen) == 10_000


def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    app = app_of(requests_per_minute=6)
    assert call(app, "GET", "/articles").status_code == 200
    response = call(app, "GET", "/articles")
    assert (response.status_code, int(response.headers["retry-after"]) > 1) == (429, True)
    assert call(app, "GET", "/healthz").status_code == 200


def test_comparing_a_token_looks_at_all_of_it() -> None:
    policy = Policy(token=TOKEN)
    assert policy.knows_token(f"Bearer {TOKEN}".encode())
    assert policy.knows_token(f"bearer {TOKEN}".encode())
    assert not Policy().knows_token(b"Bearer ")


@pytest.mark.parametrize("question", ["a " * 1000, "who " * 500, "'s" * 1000, "(" * 2000, "2021-" * 400, "é" * 2000])
def test_no_question_takes_long(question: str) -> None:
    started = time.perf_counter()
    history = [{"question": question[:2000], "answer": question[:2000]}] * 5
    app = app_of(*ARTICLES, reader=ScriptedReader({}))
    assert call(app, "POST", "/ask", json={"question": question[:2000], "history": history}).status_code == 200
    assert time.perf_counter() - started < 5
