"""`python -m eval.bench.server_kill`: what a crash of `qa serve` under load costs: nothing that it had acknowledged."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from eval.bench.clients import Connection, Reply, Request, keep_asking
from eval.bench.command import run
from eval.bench.embedding import altered_copies
from eval.bench.latency import GOLD, SEEDS
from eval.bench.machine import this_machine
from eval.bench.server_process import ServerProcess
from eval.datasets import read_gold
from eval.indexing import temporary_index
from index.library import Library
from index.loading import load
from index.types import Article
from qa.config import load_settings

_N_ASKING = 8
_N_ADDING = 2
_PATIENCE_S = 60.0
_N_ARTICLES = 2000  # to add from, in each round

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)


@dataclass(frozen=True, slots=True)
class Crash:
    """One kill -9: what the server had said until then, and what was there after its restart.

    `n_lost` and `n_altered` are of the articles of all rounds so far; `n_problems` is what `qa check` finds.
    """

    n_answered: int
    n_acknowledged: int
    n_lost: int
    n_altered: int
    n_problems: int
    ready_after_s: float

    @property
    def is_clean(self) -> bool:
        """Whether nothing is missing or damaged."""
        return not (self.n_lost or self.n_altered or self.n_problems)


def crashed(
    index: str,
    questions: Sequence[Request],
    articles: Mapping[str, str],
    told: dict[str, str],
    *,
    seconds: float,
    log: Path,
) -> Crash:
    """Start the server, ask and add for `seconds`, kill it, start it again and look for all it had acknowledged.

    :param articles: texts to add, by id.
    :param told: texts that were acknowledged, by id, in this round and before; it grows.
    """
    n_before = len(told)
    n_answered = _load_until_killed(index, questions, articles, told, seconds=seconds, log=log)
    again = ServerProcess(index, log=log)
    try:
        ready_after_s = again.wait_until_ready()
        found = _texts(again.address, list(told))
    finally:
        again.stop()
    with Library.open(index) as library:
        problems = library.check()
    return Crash(
        n_answered=n_answered,
        n_acknowledged=len(told) - n_before,
        n_lost=sum(id not in found for id in told),
        n_altered=sum(found[id] != text for id, text in told.items() if id in found),
        n_problems=len(problems),
        ready_after_s=round(ready_after_s, 2),
    )


def _load_until_killed(
    index: str,
    questions: Sequence[Request],
    articles: Mapping[str, str],
    told: dict[str, str],
    *,
    seconds: float,
    log: Path,
) -> int:
    answered: list[Reply] = []
    additions = [Request("/articles", {"id": id, "text": text}) for id, text in articles.items()]

    def acknowledged(reply: Reply) -> None:
        for result in reply.body["results"]:
            if result["outcome"] in {"added", "unchanged"}:
                told[result["id"]] = articles[result["id"]]

    is_over = threading.Event()
    server = ServerProcess(index, log=log)
    try:
        server.wait_until_ready()
        clients = [
            threading.Thread(
                target=keep_asking,
                args=(server.address, requests),
                kwargs={
                    "n_clients": n_clients,
                    "seconds": seconds + _PATIENCE_S,
                    "on_answer": on_answer,
                    "is_over": is_over,
                },
            )
            for requests, n_clients, on_answer in (
                (questions, _N_ASKING, answered.append),
                (additions, _N_ADDING, acknowledged),
            )
        ]
        for client in clients:
            client.start()
        began_s, n_before = time.monotonic(), len(told)
        time.sleep(seconds)
        while len(told) == n_before and time.monotonic() < began_s + _PATIENCE_S:  # a slow machine shall add one too
            time.sleep(0.05)
    finally:
        server.kill()
    is_over.set()
    for client in clients:
        client.join()
    return len(answered)


def _texts(address: str, article_ids: Sequence[str]) -> dict[str, str]:
    connection = Connection(address)
    replies = {id: connection.get(f"/articles/{quote(id)}") for id in article_ids}
    connection.close()
    return {id: reply.body["text"] for id, reply in replies.items() if reply.status == 200}


@app.command()
def main(
    index: Annotated[
        str | None, typer.Option(help="Folder of an index, of which a copy is used; default: one of seeds/.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often to kill it.")] = 5,
    seconds: Annotated[float, typer.Option(min=0.5, help="How long it works before it is killed.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Kill `qa serve` with SIGKILL while it is asked and added to; exit status 1 if anything acknowledged is lost.

    Example: python -m eval.bench.server_kill --rounds 3 --seconds 10
    """
    questions = [Request("/ask", {"question": gold.question.text}) for gold in read_gold(GOLD)]
    seeds = list(load([SEEDS]))
    copies = altered_copies([a.text for a in seeds if isinstance(a, Article)], n=rounds * _N_ARTICLES)
    settings = load_settings(index=index)
    told: dict[str, str] = {}
    crashes = []
    with (
        tempfile.TemporaryDirectory(prefix="dateline-kill-") as folder,
        temporary_index(seeds, settings, bulk=False) as of,
    ):
        if index:
            shutil.copytree(index, of.index, dirs_exist_ok=True)
        typer.echo(
            f"{'answers':>8}{'added':>7}{'lost':>6}{'altered':>9}{'problems':>10}{'ready after s':>15}", err=as_json
        )
        for n in range(rounds):
            these = {f"load-{n}-{i}": text for i, text in enumerate(copies[n * _N_ARTICLES : (n + 1) * _N_ARTICLES])}
            crash = crashed(of.index, questions, these, told, seconds=seconds, log=Path(folder) / "server.log")
            crashes.append(crash)
            typer.echo(
                f"{crash.n_answered:>8}{crash.n_acknowledged:>7}{crash.n_lost:>6}{crash.n_altered:>9}"
                f"{crash.n_problems:>10}{crash.ready_after_s:>15.2f}",
                err=as_json,
            )
    machine = this_machine(n_threads=settings.n_threads)
    if as_json:
        typer.echo(json.dumps({"crashes": [asdict(crash) for crash in crashes], "machine": asdict(machine)}))
    else:
        for line in ("", *machine.lines()):
            typer.echo(line)
    if not all(crash.is_clean for crash in crashes):
        sys.exit(1)


if __name__ == "__main__":
    run(app)
