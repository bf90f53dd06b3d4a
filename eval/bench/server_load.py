"""`python -m eval.bench.server_load`: how many questions `qa serve` answers at a time."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from eval.bench.clients import Connection, Load, Request, keep_asking, load_of
from eval.bench.command import run
from eval.bench.latency import GOLD, SEEDS
from eval.bench.machine import this_machine
from eval.bench.server_process import Watch, served
from eval.datasets import read_gold
from eval.indexing import temporary_index
from index.loading import load
from qa.config import load_settings

_N_WARM_UP = 10
_PATHS = {"dateline": "/ask", "hayhooks": "/reader/run"}

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)


@dataclass(frozen=True, slots=True)
class Phase:
    """The load of so many clients, and what it took of the server where that was watched.

    `rss_mib`: memory at the start, at most, at the end; `cpu_ms_per_answer` counts all of its threads.
    """

    load: Load
    rss_mib: tuple[float, float, float] | None = None
    cpu_ms_per_answer: float | None = None

    def row(self) -> str:
        """Return it as a line of the table."""
        load = self.load
        times = "".join(f"{ms:>9.0f}" for ms in (load.p50_ms, load.p95_ms, load.p99_ms, load.p95_with_waits_ms))
        memory = " / ".join(f"{mib:.0f}" for mib in self.rss_mib or ())
        statuses = ", ".join(f"{status}: {n}" for status, n in load.statuses.items())
        cpu = "" if self.cpu_ms_per_answer is None else f"{self.cpu_ms_per_answer:.0f}"
        return f"{load.n_clients:>7}{load.per_second:>9.2f}{times}{cpu:>9}  {memory:<19}{statuses}"


class Target(NamedTuple):
    """A server to be asked, and its process where that is known."""

    address: str
    pid: int | None


_HEADING = (
    f"{'clients':>7}{'a second':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'p95+wait':>9}{'cpu ms':>9}  "
    f"{'MiB start/most/end':<19}statuses"
)


def measured(target: Target, requests: Sequence[Request], *, n_clients: int, seconds: float) -> Phase:
    """Ask with so many clients for so long."""
    if target.pid is None:
        return Phase(load_of(keep_asking(target.address, requests, n_clients=n_clients, seconds=seconds)))
    with Watch(target.pid) as watch:
        load = load_of(keep_asking(target.address, requests, n_clients=n_clients, seconds=seconds))
    per_answer = round(watch.cpu_s * 1000 / load.n_answered, 1) if load.n_answered else None
    return Phase(load, (watch.rss_mib[0], max(watch.rss_mib), watch.rss_mib[-1]), per_answer)


@app.command()
def main(
    index: Annotated[str | None, typer.Option(help="Folder of the index; default: a temporary one of seeds/.")] = None,
    questions: Annotated[Path, typer.Option(help="Gold set whose questions are asked, without history.")] = GOLD,
    clients: Annotated[str, typer.Option(help="How many ask at a time, phase by phase, with commas.")] = "1,8,32,128",
    seconds: Annotated[float, typer.Option(min=0.1, help="How long each phase lasts.")] = 60,
    url: Annotated[str | None, typer.Option(help="Ask a server that runs already, at this address.")] = None,
    pid: Annotated[int | None, typer.Option(help="Its process, to watch its memory and time.")] = None,
    api: Annotated[str, typer.Option(help="What it takes: dateline or hayhooks.")] = "dateline",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    r"""Ask `qa serve`, in a process of its own, over loopback from many clients at a time.

    \b
    Examples:
      python -m eval.bench.server_load --json
      python -m eval.bench.server_load --url http://127.0.0.1:1416 --api hayhooks --pid 4711
    """
    if api not in _PATHS:
        raise typer.BadParameter(f"'{api}' is not one of {', '.join(_PATHS)}", param_hint="--api")
    requests = [Request(_PATHS[api], {"question": gold.question.text}) for gold in read_gold(questions)]
    phases = []
    with nullcontext(Target(url, pid)) if url else _of_our_own(index) as target:
        _warm_up(target, requests)
        typer.echo(_HEADING, err=as_json)
        for n_clients in [int(n) for n in clients.split(",")]:
            phases.append(measured(target, requests, n_clients=n_clients, seconds=seconds))
            typer.echo(phases[-1].row(), err=as_json)
    machine = this_machine(n_threads=load_settings().n_threads)
    if as_json:
        told = {"api": api, "n_questions": len(requests), "phases": [asdict(phase) for phase in phases]}
        typer.echo(json.dumps({**told, "machine": asdict(machine)}))
        return
    typer.echo(
        f"\n{len(requests)} questions, each client in an order of its own, {seconds:g} s with each number of them"
    )
    for line in machine.lines():
        typer.echo(line)


@contextmanager
def _of_our_own(index: str | None) -> Iterator[Target]:
    settings = load_settings(index=index)
    indexed = nullcontext(settings) if index else temporary_index(list(load([SEEDS])), settings, bulk=False)
    with indexed as of, tempfile.TemporaryDirectory(prefix="dateline-load-") as folder:
        with served(of.index, log=Path(folder) / "server.log") as server:
            yield Target(server.address, server.pid)


def _warm_up(target: Target, requests: Sequence[Request]) -> None:
    connection = Connection(target.address)
    for request in requests[:_N_WARM_UP]:
        connection.post(request)
    connection.close()


if __name__ == "__main__":
    run(app)
