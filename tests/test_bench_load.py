"""The load that the server is put under: clients that wait when they are told to, figures that add up."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from eval.bench.clients import Connection, Reply, Request, Tally, keep_asking, load_of
from eval.bench.server_process import ServerDidNotStart, ServerProcess, Watch, free_port
from tests.test_bench import bench

QUESTIONS = [Request("/ask", {"question": f"What is {n}?"}) for n in range(3)]


@contextmanager
def answering(*statuses: int) -> Iterator[tuple[str, list[str]]]:
    """A server that answers with these statuses in turn, and then with 200; its address, and what it was asked."""
    left, asked = list(statuses), list[str]()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["question"])
            status = left.pop(0) if left else 200
            body = json.dumps({"n": len(asked)}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 429:
                self.send_header("Retry-After", "1")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
        thread.join()


def test_every_client_asks_all_questions_before_it_begins_again() -> None:
    with answering() as (address, asked):
        tally = keep_asking(address, QUESTIONS, n_clients=1, seconds=0.05)
    assert sorted(asked[:3]) == ["What is 0?", "What is 1?", "What is 2?"]
    assert tally.statuses == {200: len(asked)}


def test_a_client_sent_away_comes_back_with_the_same_question_when_it_was_told_to() -> None:
    with answering(429) as (address, asked):
        started_s = time.monotonic()
        tally = keep_asking(address, QUESTIONS[:1], n_clients=1, seconds=1.05)
    assert time.monotonic() - started_s >= 1
    assert (tally.statuses[429], tally.statuses[200]) == (1, len(asked) - 1)
    assert max(tally.with_waits_s) >= 1 > max(tally.answered_s)


def test_a_client_that_may_not_come_back_in_time_asks_nothing_more() -> None:
    with answering(*[429] * 9) as (address, asked):
        tally = keep_asking(address, QUESTIONS, n_clients=1, seconds=0.1)
    assert (tally.statuses, len(asked)) == ({429: 1}, 1)
    assert tally.lasted_s >= 0.1


def test_what_is_no_answer_is_counted_and_shown_to_nobody() -> None:
    shown: list[Reply] = []
    with answering(500, 503) as (address, asked):
        tally = keep_asking(address, QUESTIONS, n_clients=1, seconds=0.2, on_answer=shown.append)
    assert tally.statuses == {500: 1, 503: 1, 200: len(asked) - 2}
    assert [reply.body for reply in shown] == [{"n": n} for n in range(3, len(asked) + 1)]


def test_a_server_that_is_gone_is_a_broken_connection() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    assert Connection(address).post(QUESTIONS[0]) == Reply(0, None, 0.0)
    assert set(keep_asking(address, QUESTIONS, n_clients=2, seconds=0.02).statuses) == {0}


def test_figures_are_of_answers_and_statuses_of_all_requests() -> None:
    tally = Tally(2)
    for ms in range(1, 102):  # 1 to 101: every hundredth is a whole step
        tally.count(200, took_s=ms / 1000, since_first_try_s=ms / 500)
    tally.count(429, took_s=9.0, since_first_try_s=9.0)
    tally.lasted_s = 10.0
    load = load_of(tally)
    assert (load.n_clients, load.n_answered, load.per_second, load.statuses) == (2, 101, 10.1, {200: 101, 429: 1})
    assert (load.p50_ms, load.p95_ms, load.p99_ms, load.p95_with_waits_ms) == (51.0, 96.0, 100.0, 192.0)


def test_a_process_is_watched_with_its_memory_and_time() -> None:
    with Watch(os.getpid(), every_s=0.01) as watch:
        until_s = time.process_time() + 0.1
        while time.process_time() < until_s:
            pass
    assert min(watch.rss_mib) > 1
    assert watch.cpu_s >= 0.08


def test_a_server_that_can_not_start_is_one_clear_line(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "none", log=tmp_path / "log")
    with pytest.raises(ServerDidNotStart, match=r"did not become ready: error: .*none"):
        server.wait_until_ready()
    server.stop()


@pytest.mark.model
def test_load_is_printed_as_json_with_its_recipe(tmp_path: Path) -> None:
    done = bench("server_load", "--clients", "1,3", "--seconds", "0.5", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    one, three = told["phases"]
    assert (told["n_questions"], one["load"]["n_clients"], three["load"]["n_clients"]) == (124, 1, 3)
    assert set(one["load"]["statuses"]) == set(three["load"]["statuses"]) == {"200"}
    assert one["cpu_ms_per_answer"] > 0
    assert min(one["rss_mib"]) > 1


@pytest.mark.model
def test_a_server_killed_under_load_has_lost_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    done = bench("server_kill", "--rounds", "1", "--seconds", "0.5", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    (crash,) = json.loads(done.stdout)["crashes"]
    assert (crash["n_lost"], crash["n_altered"], crash["n_problems"]) == (0, 0, 0)
    assert crash["n_acknowledged"] > 0
