"""`qa serve` as a process among others: they change its index, and tell it to end."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from eval.bench.server_process import ServerProcess, served
from tests.test_cli import qa

pytestmark = pytest.mark.model

BRIDGE = "The harbour bridge closes for eleven weeks from Monday, the mayor of Lisbon said."
FERRY = "The ferry to Norland sails on 12 March, the harbour master of Lisbon said on Tuesday."


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server over an index of one article."""
    (tmp_path / "bridge.txt").write_text(BRIDGE)
    (tmp_path / "ferry.txt").write_text(FERRY)
    assert qa("add", "bridge.txt", cwd=tmp_path).returncode == 0
    with served(tmp_path / ".dateline", log=tmp_path / "server.log") as started:
        yield started


def ask(server: ServerProcess, question: str) -> httpx.Response:
    return httpx.post(f"{server.address}/ask", json={"question": question}, timeout=30)


def test_what_qa_add_and_qa_remove_change_meanwhile_the_next_question_sees(
    server: ServerProcess, tmp_path: Path
) -> None:
    question = "When does the ferry to Norland sail?"
    assert ask(server, question).json()["answer"] != "12 March"
    with ThreadPoolExecutor(1) as threads:
        adding = threads.submit(qa, "add", "ferry.txt", cwd=tmp_path)
        while not adding.done():
            assert ask(server, question).status_code == 200
        assert adding.result().returncode == 0
    found = ask(server, question).json()
    assert (found["answer"], found["citations"][0]["quote"]) == ("12 March", "12 March")
    assert qa("remove", "ferry.txt", cwd=tmp_path).returncode == 0
    assert ask(server, question).json()["answer"] != "12 March"


def test_told_to_end_it_finishes_every_question_that_it_took(server: ServerProcess) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = [threads.submit(ask, server, f"How long does the bridge close, {n} people ask?") for n in range(8)]
        while n_inside(server) + sum(answer.done() for answer in answers) < 8:
            pass
        server.stop()
        assert [answer.result().status_code for answer in answers] == [200] * 8


def n_inside(server: ServerProcess) -> float:
    lines = httpx.get(f"{server.address}/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("dateline_questions_inside "))
