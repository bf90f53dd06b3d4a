"""One system in one process: `python -m eval.bench.peers.worker NAME WHAT FOLDER`; started by `eval.bench.peers`.

Needs the standard library and the system's own packages, so that any interpreter can run it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from eval.bench.machine import peak_mb
from eval.bench.peers import task
from eval.bench.peers.drivers import PEERS, driver
from eval.bench.peers.types import Models, Peer
from index.types import Article

_N_WARM_UP = 10


def index(peer: Peer, name: str, folder: Path) -> None:
    """Index the task's articles, unless that has been done; note what it took."""
    place = folder / "index" / PEERS[name].index_of
    if (place / "indexed.json").is_file():
        return
    shutil.rmtree(place, ignore_errors=True)  # half of an index, left by a killed process
    place.mkdir(parents=True)
    (place / "indexed.json").write_text(json.dumps(_indexed(peer, task.read_articles(folder), place)), encoding="utf-8")


def ask(peer: Peer, name: str, folder: Path) -> None:
    """Ask the questions that have no reply yet."""
    replies = folder / name / task.REPLIES
    done = {entry["id"] for entry in task.read_lines(replies)}
    questions = [question for question in task.read_questions(folder) if question.id not in done]
    if not questions:
        return
    peer.open(folder / "index" / PEERS[name].index_of)
    for n, question in enumerate(questions, start=1):
        task.append_line(replies, task.reply_entry(question.id, peer.ask(question)))
        if n % 50 == 0:
            sys.stderr.write(f"{name}: {n} of {len(questions)}\n")


def time_answers(peer: Peer, name: str, folder: Path, *, started: float, n_questions: int) -> None:
    """Time the first answer from the start of the process, and others once all is warm; add a line with the times."""
    questions = task.read_questions(folder)[:n_questions]
    peer.open(folder / "index" / PEERS[name].index_of)
    peer.ask(questions[0])
    first_s = time.time() - started
    for question in questions[1 : 1 + _N_WARM_UP]:
        peer.ask(question)
    answers_ms = []
    for question in questions:
        began = time.perf_counter()
        peer.ask(question)
        answers_ms.append(round(1000 * (time.perf_counter() - began), 2))
    entry = {"first_s": round(first_s, 3), "answers_ms": answers_ms, "peak_mb": peak_mb(), "n_threads": _threads()}
    task.append_line(folder / name / task.TIMING, {**entry, "versions": dict(peer.versions())})


def time_index(peer: Peer, name: str, folder: Path, *, n_articles: int) -> None:
    """Time the indexing of the task's first articles, in a folder that is gone afterwards; add a line."""
    articles = task.read_articles(folder)
    with tempfile.TemporaryDirectory(prefix="peers-") as first, tempfile.TemporaryDirectory(prefix="peers-") as second:
        peer.index(articles[:1], Path(first))  # loads the models
        task.append_line(folder / name / task.TIMING, {"index": _indexed(peer, articles[:n_articles], Path(second))})


def _indexed(peer: Peer, articles: list[Article], place: Path) -> dict[str, Any]:
    began = time.perf_counter()
    n_passages = peer.index(articles, place)
    seconds = time.perf_counter() - began
    return {
        "n_articles": len(articles),
        "n_passages": n_passages,
        "seconds": round(seconds, 2),
        "articles_per_s": round(len(articles) / seconds, 2),
        "passages_per_s": round(n_passages / seconds, 2),
        "n_bytes": sum(file.stat().st_size for file in place.rglob("*") if file.is_file()),
        "peak_mb": peak_mb(),
    }


def _threads() -> int | None:
    """Return how many threads torch uses for one step; None where it isn't loaded."""
    torch = sys.modules.get("torch")
    return int(torch.get_num_threads()) if torch else None


def main() -> None:
    """Do one thing."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("what", choices=["index", "ask", "time", "time-index", "versions"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--embedder", type=Path, required=True)
    parser.add_argument("--reader", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--started", type=float, default=0.0, help="when this process was started, in time.time()")
    parser.add_argument("--n", type=int, default=100, help="questions or articles to time")
    given = parser.parse_args()
    peer = driver(given.name)(Models(given.embedder, given.reader), n_threads=given.threads)
    if given.what == "index":
        index(peer, given.name, given.folder)
    elif given.what == "ask":
        ask(peer, given.name, given.folder)
    elif given.what == "time":
        time_answers(peer, given.name, given.folder, started=given.started, n_questions=given.n)
    elif given.what == "time-index":
        time_index(peer, given.name, given.folder, n_articles=given.n)
    else:
        sys.stdout.write(json.dumps(dict(peer.versions())))


if __name__ == "__main__":
    main()
