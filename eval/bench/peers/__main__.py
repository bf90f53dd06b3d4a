"""`python -m eval.bench.peers GOLD --out DIR`: this project, Haystack, txtai and a plain loop, side by side."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import typer

from eval.bench.command import run
from eval.bench.machine import this_machine
from eval.bench.peers import task
from eval.bench.peers.drivers import PEERS
from eval.bench.peers.scoring import Scored, f1_difference, figures, scored, timing_figures
from eval.bench.peers.types import Asked, Reply
from eval.datasets import gold_questions, holds_paragraphs, paragraphs_as_articles, read_gold
from eval.types import GoldQuestion
from index.embedding import shipped_embedder_path
from index.loading import load
from index.types import Article
from qa.errors import DatasetError
from qa.paragraphs import read_paragraphs
from qa.reading import shipped_reader_path

ROOT = Path(__file__).parents[3]
OURS = "dateline"
SEED = 13  # as in `qa eval --limit`, so that the same questions are drawn

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)


class Task(NamedTuple):
    """Questions and the articles that they are asked of."""

    questions: Sequence[GoldQuestion]
    articles: Sequence[Article]


def read_task(gold: Path, articles: Sequence[Path], *, limit: int | None, n_retrieved: int | None) -> Task:
    """Read the questions, those of a follow-up left out: only one of the systems knows what a conversation is.

    :param articles: files and folders as for `qa add`; none where the paragraphs of `gold` are the articles.
    :param n_retrieved: of the articles, only the first so many that each drawn question's line has as "retrieved".
    :raises DatasetError: if there is no question, no article, or `gold` has paragraphs and `articles` are given.
    """
    if holds_paragraphs(gold) == bool(articles):
        raise DatasetError(f"'{gold}': give --articles for gold questions, and none for a set with paragraphs.")
    if not articles:
        paragraphs = list(read_paragraphs(gold))
        return Task(_drawn(list(gold_questions(paragraphs)), limit, gold), list(paragraphs_as_articles(paragraphs)))
    # By id: RealtimeQA's file of 2022 has eleven lines twice.
    alone = {question.id: question for question in read_gold(gold) if not question.question.history}
    questions = _drawn(list(alone.values()), limit, gold)
    loaded = [article for article in load(articles) if isinstance(article, Article)]
    if n_retrieved is not None:
        asked = {question.id for question in questions}
        with (gzip.open if gold.suffix == ".gz" else open)(gold, "rt", encoding="utf-8") as file:
            lines = [json.loads(line) for line in file if line.strip()]
        wanted = {id for entry in lines if entry["id"] in asked for id in entry.get("retrieved", ())[:n_retrieved]}
        loaded = [article for article in loaded if article.id in wanted]
    if not loaded:
        raise DatasetError(f"There is no article for the questions of '{gold}'.")
    return Task(questions, loaded)


def _drawn(questions: list[GoldQuestion], limit: int | None, path: Path) -> list[GoldQuestion]:
    if not questions:
        raise DatasetError(f"'{path}' holds no question.")
    return questions if limit is None else random.Random(SEED).sample(questions, len(questions))[:limit]


def worker(
    name: str, what: str, out: Path, pythons: Mapping[str, str], *, n_threads: int, n: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run one step of one system in a process of its own; its standard error is ours."""
    command = [pythons.get(name, sys.executable), "-m", "eval.bench.peers.worker", name, what, str(out.resolve())]
    command += ["--embedder", str(shipped_embedder_path()), "--reader", str(shipped_reader_path())]
    command += ["--threads", str(n_threads), "--n", str(n), "--started", str(time.time())]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HF_HUB_OFFLINE": "1",
        "HAYSTACK_TELEMETRY_ENABLED": "False",
        **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), str(n_threads)),
    }
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)


def replies_of(name: str, out: Path) -> dict[str, Reply]:
    """Return what a system has replied so far, by question."""
    return {entry["id"]: task.reply_of(entry) for entry in task.read_lines(out / name / task.REPLIES)}


def scores_of(name: str, out: Path, of_task: Task) -> list[Scored]:
    """Return the scores of a system's replies, in the order of the questions."""
    replies = replies_of(name, out)
    articles = {article.id: article for article in of_task.articles}
    return [scored(question, replies.get(question.id), articles) for question in of_task.questions]


def measured(
    name: str, steps: Sequence[tuple[str, int]], out: Path, pythons: Mapping[str, str], *, n_threads: int
) -> dict[str, str] | None:
    """Take the steps with one system, until one fails; return its versions, None where it isn't installed."""
    started = worker(name, "versions", out, pythons, n_threads=n_threads)
    if started.returncode:
        typer.echo(f"{name} is left out: it is not installed in {pythons.get(name, 'this interpreter')}", err=True)
        return None
    for what, n in steps:
        typer.echo(f"{name}: {what}", err=True)
        if worker(name, what, out, pythons, n_threads=n_threads, n=n).returncode:
            typer.echo(f"{name}: {what} failed; see above", err=True)
            break
    versions: dict[str, str] = json.loads(started.stdout)
    return versions


def report(out: Path, of_task: Task, versions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of each system that is named, as far as it has replied or was timed."""
    replied = {name: scores_of(name, out, of_task) for name in versions if (out / name / task.REPLIES).is_file()}
    found: dict[str, Any] = {}
    for name in versions:
        entry: dict[str, Any] = {"versions": versions[name]}
        if name in replied:
            entry |= figures(replied[name])
            # Of a run that broke off: they count as no answer, which must not pass for the system's.
            missing = {question.id for question in of_task.questions} - replies_of(name, out).keys()
            entry["n_missing"] = len(missing) or None
            if OURS in replied and name != OURS:
                entry["f1_of_ours_more_by"] = f1_difference(replied[OURS], replied[name])
        indexed = out / "index" / PEERS[name].index_of / "indexed.json"
        if indexed.is_file():
            made = json.loads(indexed.read_text(encoding="utf-8"))
            entry |= {"n_articles": made["n_articles"], "n_index_passages": made["n_passages"]}
        found[name] = entry | timing_figures(task.read_lines(out / name / task.TIMING))
    return found


_QUALITY = (
    "exact_match",
    "f1",
    "has_an_answer",
    "answered",
    "refused",
    "answer_recall",
    "verbatim_at_offsets",
    "on_gold",
)
_TIMES = ("first_answer_s", "p50_ms", "p95_ms", "passages_per_s", "peak_mb", "index_peak_mb")


def table(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of a Markdown table: shares as percentages, what was not measured as a dash."""
    keys = ("n_missing", *_QUALITY, "n_passages", "f1_of_ours_more_by", *_TIMES)
    shown = [key for key in keys if any(of.get(key) is not None for of in found.values())]
    yield "| | " + " | ".join(shown) + " |"
    yield "|---|" + "---|" * len(shown)
    for name, of in found.items():
        yield f"| {name} | " + " | ".join(_cell(key, of.get(key)) for key in shown) + " |"


def _cell(key: str, value: Any) -> str:
    if value is None:
        return "–"
    if key == "f1_of_ours_more_by":
        middle, low, high = (f"{100 * share:+.1f}".replace("-", "−") for share in value)
        return f"{middle} ({low} to {high})"
    return f"{100 * value:.1f}" if key in _QUALITY else f"{value:g}"


@app.command()
def main(
    gold: Annotated[Path, typer.Argument(help="Gold questions, or a SQuAD set, whose paragraphs are the articles.")],
    out: Annotated[Path, typer.Option(help="Folder for indexes, replies and times; what is there is not done again.")],
    articles: Annotated[list[Path] | None, typer.Option(help="Articles, as for qa add; may be repeated.")] = None,
    n_retrieved: Annotated[
        int | None, typer.Option(min=1, help="Of the articles, only the first so many that each question's line names.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Questions, drawn at random.")] = None,
    peer: Annotated[list[str] | None, typer.Option(help="System; may be repeated. Default: all.")] = None,
    python: Annotated[
        list[str] | None, typer.Option(help="NAME=PATH: the interpreter that has this system. May be repeated.")
    ] = None,
    only: Annotated[
        Literal["quality", "timing", "report"] | None,
        typer.Option(help="Answers, times (on a machine that does nothing else), or what was measured before."),
    ] = None,
    n_timed: Annotated[int, typer.Option(min=11, help="Questions that are timed, once in each run.")] = 100,
    n_indexed: Annotated[int, typer.Option(min=1, help="Articles whose indexing is timed.")] = 300,
    repeat: Annotated[int, typer.Option(min=1, help="Runs, each in a new process.")] = 3,
    n_threads: Annotated[int, typer.Option(min=1, help="Processor threads of every system.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Ask the same questions of the same articles, of several systems with the same weights, and compare.

    Example: python -m eval.bench.peers eval/gold/seeds.jsonl --articles seeds --out peers.seeds
    """
    names = peer or list(PEERS)
    pythons = dict(given.split("=", 1) for given in python or ())
    if unknown := [name for name in (*names, *pythons) if name not in PEERS]:
        raise typer.BadParameter(f"there is no system '{unknown[0]}'; there are {', '.join(PEERS)}")
    of_task = read_task(gold, articles or [], limit=limit, n_retrieved=n_retrieved)
    asked = [Asked(q.id, q.question.text, q.question.as_of) for q in of_task.questions]
    if not task.write_task(out, of_task.articles, asked):
        raise DatasetError(f"'{out}' holds other questions or articles. Give another folder.")
    steps = list(_steps(only, n_timed=n_timed, n_indexed=n_indexed, repeat=repeat))
    versions = {name: measured(name, steps, out, pythons, n_threads=n_threads) for name in names}
    found = report(out, of_task, {name: of for name, of in versions.items() if of})
    machine = this_machine(n_threads=n_threads)
    recipe = {"gold": gold.name, "n": len(asked), "n_articles": len(of_task.articles), "seed": SEED if limit else None}
    if as_json:
        typer.echo(json.dumps({**recipe, "peers": found, "machine": asdict(machine)}))
        return
    for line in table(found):
        typer.echo(line)
    typer.echo(f"\n{', '.join(f'{key} {value}' for key, value in recipe.items())}")
    for name, of_peer in found.items():
        typer.echo(f"{name}: {', '.join(f'{package} {number}' for package, number in of_peer['versions'].items())}")
    for line in machine.lines():
        typer.echo(line)


def _steps(only: str | None, *, n_timed: int, n_indexed: int, repeat: int) -> Iterator[tuple[str, int]]:
    if only != "report":
        yield "index", 0
    if only in (None, "quality"):
        yield "ask", 0
    if only in (None, "timing"):
        for _ in range(repeat):
            yield "time", n_timed
            yield "time-index", n_indexed


if __name__ == "__main__":
    run(app)
