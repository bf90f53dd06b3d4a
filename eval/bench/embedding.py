"""`python -m eval.bench.embedding`: how many chunks a second are embedded, in the ways there are."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from statistics import median
from typing import Annotated, Any

import typer

from eval.bench.command import run
from eval.bench.latency import SEEDS
from eval.bench.machine import this_machine
from index.chunking import chunk_article, embedded_text
from index.embedding import load_embedder, shipped_embedder_path
from index.loading import load
from index.types import Article

_N_WARM_UP = 32
_N_ROUNDS = 3
_SEED = 13
_SHARE_ALTERED = 0.1  # of a chunk's words: no two chunks equal, their lengths as in news

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)

Embed = Callable[[Sequence[str]], Any]


def altered_copies(texts: Sequence[str], *, n: int, seed: int = _SEED) -> list[str]:
    """Return `n` distinct texts: copies of `texts` by chance, one word in ten replaced by another of their words.

    :param texts: of some ten words at least, else there may not be `n` different ones.
    """
    chance = random.Random(seed)
    vocabulary = sorted({word for text in texts for word in text.split()})
    copies: dict[str, None] = {}
    while len(copies) < n:
        words = chance.choice(texts).split()
        altered = [chance.choice(vocabulary) if chance.random() < _SHARE_ALTERED else word for word in words]
        copies[" ".join(altered)] = None
    return list(copies)


def chunks_per_s(ways: Mapping[str, Embed], texts: Sequence[str], *, n_rounds: int = _N_ROUNDS) -> dict[str, float]:
    """Return the median rate of each way. In every round each has its turn, so that a slow minute slows all of them."""
    for embed in ways.values():
        embed(texts[:_N_WARM_UP])
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(n_rounds):
        for name, embed in ways.items():
            started = time.perf_counter()
            embed(texts)
            seconds[name].append(time.perf_counter() - started)
    return {name: round(len(texts) / median(times), 1) for name, times in seconds.items()}


@app.command()
def main(
    n: Annotated[int, typer.Option("--n", min=1, help="Chunks to embed in each round.")] = 2000,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Embed altered copies of the chunks in seeds/, with plain sentence-transformers and with ours, in turn.

    Example: python -m eval.bench.embedding --n 500
    """
    import torch

    n_threads = torch.get_num_threads()  # what sentence-transformers runs with unless told otherwise
    articles = [item for item in load([SEEDS]) if isinstance(item, Article)]
    texts = altered_copies([embedded_text(a, chunk) for a in articles for chunk in chunk_article(a)], n=n)
    ways: dict[str, Embed] = {
        "SentenceTransformer.encode, float32": _plain_encode(),
        "for many articles (bulk)": load_embedder(bulk=True).embed,
        "for a question (ONNX)": load_embedder(n_threads=n_threads).embed,
    }
    rates = chunks_per_s(ways, texts)
    machine = this_machine(n_threads=n_threads)
    if as_json:
        figures = {"n": n, "n_rounds": _N_ROUNDS, "seed": _SEED, "chunks_per_s": rates}
        typer.echo(json.dumps({**figures, "machine": asdict(machine)}))
        return
    typer.echo(f"{'chunks a second':<38}{'median':>8}")
    for name, rate in rates.items():
        typer.echo(f"{name:<38}{rate:>8.1f}")
    typer.echo(f"\nn = {n} chunks, {_N_ROUNDS} rounds, seed {_SEED}")
    for line in machine.lines():
        typer.echo(line)


def _plain_encode() -> Embed:
    """Return what one writes without this project: the published model in float32, batches of 32."""
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(shipped_embedder_path()), device="cpu", model_kwargs={"dtype": torch.float32})
    return lambda texts: model.encode(list(texts), show_progress_bar=False)


if __name__ == "__main__":
    run(app)
