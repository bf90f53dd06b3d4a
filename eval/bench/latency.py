"""`python -m eval.bench.latency`: how long an answer takes, stage by stage, once the models are loaded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from statistics import mean
from typing import Annotated, NamedTuple

import numpy as np
import typer

from eval.bench.command import run
from eval.bench.machine import peak_mb, this_machine
from eval.datasets import read_gold
from eval.indexing import temporary_index
from index.loading import load
from qa.assistant import Assistant
from qa.config import Settings, load_settings

SEEDS = Path(__file__).parents[2] / "seeds"
GOLD = Path(__file__).parents[1] / "gold" / "seeds.jsonl"

_N_WARM_UP = 10  # the first question loads the embedder; by the tenth, files and caches are warm

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)


class Latency(NamedTuple):
    """Of one stage, in milliseconds; `p95_ms`: 19 questions in 20 took no longer (interpolated between ranks)."""

    median_ms: float
    p95_ms: float


def timings_of(assistant: Assistant, texts: Sequence[str], *, repeat: int) -> list[Mapping[str, float]]:
    """Ask the questions `repeat` times over; return what each answer says of its stages. Begins with a warm-up."""
    for text in texts[:_N_WARM_UP]:
        assistant.ask(text)
    return [assistant.ask(text).timings_ms for _ in range(repeat) for text in texts]


def by_stage(timings: Iterable[Mapping[str, float]]) -> dict[str, Latency]:
    """Return the latency of each stage, in the order in which stages first appear."""
    times: dict[str, list[float]] = {}
    for timing in timings:
        for stage, ms in timing.items():
            times.setdefault(stage, []).append(ms)
    return {stage: Latency(*(round(float(q), 2) for q in np.percentile(ms, (50, 95)))) for stage, ms in times.items()}


@app.command()
def main(
    index: Annotated[str | None, typer.Option(help="Folder of the index; default: a temporary one of seeds/.")] = None,
    questions: Annotated[Path, typer.Option(help="Gold set whose questions are asked, without history.")] = GOLD,
    repeat: Annotated[int, typer.Option(min=1, help="How often to ask each of them.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Time the answers to questions, one after the other, in one process.

    Example: python -m eval.bench.latency --repeat 5 --json
    """
    texts = [gold.question.text for gold in read_gold(questions)]
    settings = load_settings(index=index)
    indexed: AbstractContextManager[Settings] = (
        nullcontext(settings) if index else temporary_index(list(load([SEEDS])), settings, bulk=False)
    )
    with indexed as of_index, Assistant.from_settings(of_index) as assistant:
        n_chunks = assistant.retriever.stats().n_chunks
        timings = timings_of(assistant, texts, repeat=repeat)
    stages = by_stage(timings)
    machine = this_machine(n_threads=settings.n_threads)
    if as_json:
        figures = {"n": len(timings), "repeat": repeat, "n_chunks": n_chunks, "k": settings.k, "peak_mb": peak_mb()}
        figures["questions_per_s"] = round(1000 / mean(timing["total"] for timing in timings), 2)
        by_name = {stage: latency._asdict() for stage, latency in stages.items()}
        typer.echo(json.dumps({**figures, "stages": by_name, "machine": asdict(machine)}))
        return
    typer.echo(f"{'stage':<12}{'median ms':>10}{'p95 ms':>10}")
    for stage, latency in stages.items():
        typer.echo(f"{stage:<12}{latency.median_ms:>10.2f}{latency.p95_ms:>10.2f}")
    typer.echo(f"\nn = {len(timings)}: {len(texts)} questions, {repeat} times; {n_chunks} chunks, k = {settings.k}")
    for line in machine.lines():
        typer.echo(line)


if __name__ == "__main__":
    run(app)
