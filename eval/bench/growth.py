"""`python -m eval.bench.growth`: one index that grows; speed, size and memory on the way.

At each step, in processes of their own: how long answers take by stage and what memory they need; how long it takes to
add one article and to remove it; how many bytes a chunk costs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import numpy as np
import typer

from eval.bench.command import run
from eval.bench.line_chart import line_chart
from eval.bench.machine import peak_mb, this_machine
from eval.datasets import read_gold
from index.embedding import load_embedder
from index.library import Library
from index.loading import load
from index.protocols import Embedder
from index.types import Article, Outcome
from qa.config import Settings, load_settings
from qa.dating import EventDater
from qa.errors import DatasetError
from qa.progress import with_progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
STEPS = (100, 1_000, 5_000, 26_195)
SEED = 13

_N_WORDS_KNOWN = 30_000
_STAGES = ("understand", "retrieve", "read", "decide", "total")

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)


class StandInEmbedder:
    """Vectors without a model: to see how index and search grow without hours of embedding, whose cost doesn't.

    A text's vector is a random one, seeded by the text. What is found is then left to the words that question and
    chunk share; how long it takes to store and to search vectors doesn't depend on what is in them.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.model_id = embedder.model_id
        self.dim = embedder.dim

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return `(len(texts), dim)` float32, rows of unit length, in the order of `texts`."""
        if not texts:
            return np.empty((0, self.dim), np.float32)
        rows = np.stack([np.random.default_rng(list(text.encode()[:64])).normal(size=self.dim) for text in texts])
        unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit


class TimedEmbedder:
    """An embedder that knows how long it has worked, so that the rest of adding can be told apart."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.model_id = embedder.model_id
        self.dim = embedder.dim
        self.seconds = 0.0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return what the embedder returns."""
        started = time.perf_counter()
        vectors = self._embedder.embed(texts)
        self.seconds += time.perf_counter() - started
        return vectors


def generated_articles(n: int, *, seed: int = SEED) -> Iterator[Article]:
    """Yield articles of made-up words as frequent as words are (Zipf), with lengths and dates as news has them."""
    rng = np.random.default_rng(seed)
    words = _made_up_words(rng)
    shares = 1 / np.arange(1, len(words) + 1)
    shares /= shares.sum()
    for number in range(n):
        lengths = rng.integers(8, 28, size=int(rng.lognormal(3.6, 0.6)) + 3)  # sentences: 37 at the median
        chosen = iter(rng.choice(len(words), size=int(lengths.sum()) + 6, p=shares))
        sentences = [" ".join(words[i] for i in islice(chosen, int(length))).capitalize() + "." for length in lengths]
        paragraphs = [" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]
        published = date(2013, 1, 1) + timedelta(days=int(rng.integers(0, 365 * 10)))
        title = " ".join(words[i] for i in chosen).capitalize()
        yield Article(f"made-{number}", "\n\n".join(paragraphs), title=title, published=published)


def generated_questions(articles: Iterable[Article], *, n: int, seed: int = SEED) -> list[str]:
    """Return questions of words that stand together in the articles."""
    rng = np.random.default_rng(seed)
    texts = [article.text.split() for article in islice(articles, n)]
    starts = [int(rng.integers(0, max(1, len(words) - 6))) for words in texts]
    return [f"When did {' '.join(words[at : at + 6])}?" for at, words in zip(starts, texts, strict=True)]


def _made_up_words(rng: np.random.Generator) -> list[str]:
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    sizes = rng.integers(2, 5, size=_N_WORDS_KNOWN)
    return ["".join(syllables[i] for i in rng.integers(0, len(syllables), size=size)) for size in sizes]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median and quartiles."""
    low, middle, high = np.percentile(values, (25, 50, 75))
    return {"median": round(float(middle), 2), "low": round(float(low), 2), "high": round(float(high), 2)}


def grown(library: Library, embedder: TimedEmbedder, articles: Sequence[Article]) -> dict[str, float | int | None]:
    """Add the articles; return what the new ones among them cost. Those that are there already cost next to nothing."""
    embedded_before, n_added, n_chunks, spent = embedder.seconds, 0, 0, 0.0
    started = time.perf_counter()
    for addition in library.add(with_progress(articles, "Adding", total=len(articles))):
        now = time.perf_counter()
        if addition.outcome is Outcome.ADDED:
            n_added, n_chunks, spent = n_added + 1, n_chunks + addition.n_chunks, spent + now - started
        started = now
    embedding_s = embedder.seconds - embedded_before
    return {
        "n_added": n_added,
        "n_chunks_added": n_chunks,
        "embedding_s": round(embedding_s, 2),
        "rest_s": round(spent - embedding_s, 2),
        "articles_per_s": round(n_added / spent, 2) if n_added else None,
        "rest_ms_per_article": round(1000 * (spent - embedding_s) / n_added, 2) if n_added else None,
    }


def probed(library: Library, embedder: TimedEmbedder, articles: Sequence[Article], query: str) -> dict[str, Any]:
    """Add each article, search, remove it, search; return the times in milliseconds, with spreads.

    Embedding takes no part but in `embed_ms`, that of an article's chunks. The first search after a change brings the
    vector index up to date.
    """

    def timed(work: Callable[[], T]) -> tuple[float, float, T]:
        started, embedded_before = time.perf_counter(), embedder.seconds
        result = work()
        embedding = embedder.seconds - embedded_before
        return 1000 * (time.perf_counter() - started - embedding), 1000 * embedding, result

    search = partial(library.search, query)
    search()
    times: dict[str, list[float]] = {name: [] for name in ("add", "embed", "remove", "search_after_add", "search")}
    n_chunks = []
    for article in articles:
        add, embed, n = timed(partial(_added, library, article))
        n_chunks.append(n)
        times["add"].append(add)
        times["embed"].append(embed)
        times["search_after_add"].append(timed(search)[0])
        times["search"].append(timed(search)[0])
        times["remove"].append(timed(partial(library.remove, article.id))[0])
        search()
    return {"n_probes": len(n_chunks), "chunks_of_probe": spread(n_chunks)} | {
        f"{name}_ms": spread(values) for name, values in times.items()
    }


def _added(library: Library, article: Article) -> int:
    """Return the number of chunks of an article that is new."""
    (addition,) = library.add([article])
    if addition.outcome is not Outcome.ADDED:
        raise ValueError(f"'{article.id}' was to be added; it is {addition.outcome.value}: {addition.reason}")
    return addition.n_chunks


def answered(index: Path, questions: Path, *, repeat: int, n_threads: int) -> dict[str, Any]:
    """Ask in a new process, which never loads torch; return its latency by stage and its peak memory."""
    command = [sys.executable, "-m", "eval.bench.latency", "--index", str(index), "--questions", str(questions)]
    done = subprocess.run(
        [*command, "--repeat", str(repeat), "--json"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "QA_N_THREADS": str(n_threads)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return {key: figures[key] for key in ("n", "stages", "questions_per_s", "peak_mb")}


def measured(
    settings: Settings,
    articles: Sequence[Article],
    probes: Sequence[Article],
    questions: Path,
    *,
    embedder: TimedEmbedder,
    repeat: int,
) -> dict[str, Any]:
    """Let the index grow by the articles, and measure it at that size."""
    index = Path(settings.index)
    query = next(read_gold(questions)).question.text
    with Library.open(index, embedder=embedder, create=True, dater=EventDater()) as library:
        growth = grown(library, embedder, articles)
        changes = probed(library, embedder, probes, query)
    with Library.open(index) as library:  # anew: until an index is closed, its latest writes lie beside it in a log
        stats = library.stats()
    return {
        "n_articles": stats.n_articles,
        "n_chunks": stats.n_chunks,
        "n_bytes": stats.n_bytes,
        "bytes_per_chunk": round(stats.n_bytes / stats.n_chunks, 1),
        "growth": growth,
        **changes,
        "answers": answered(index, questions, repeat=repeat, n_threads=settings.n_threads),
        "adding_peak_mb": peak_mb(),
    }


def plots(steps: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the charts by the names of their files."""

    def line(of: Any) -> list[tuple[float, float]]:
        points = [(float(step["n_chunks"]), of(step)) for step in steps]
        return [(x, float(y)) for x, y in points if y]

    stages = {
        stage: line(lambda s, stage=stage: s["answers"]["stages"].get(stage, {}).get("median_ms")) for stage in _STAGES
    }
    changes = {
        "add, without embedding": line(lambda s: s["add_ms"]["median"]),
        "remove": line(lambda s: s["remove_ms"]["median"]),
        "first search after adding": line(lambda s: s["search_after_add_ms"]["median"]),
        "search": line(lambda s: s["search_ms"]["median"]),
    }
    memory = {"asking": line(lambda s: s["answers"]["peak_mb"]), "on disk": line(lambda s: s["n_bytes"] / 2**20)}
    return {
        "growth_latency.svg": line_chart("Median latency of an answer, by stage", x="chunks", y="ms", lines=stages),
        "growth_changes.svg": line_chart("Median cost of a change of one article", x="chunks", y="ms", lines=changes),
        "growth_memory.svg": line_chart("Peak memory, and size on disk", x="chunks", y="MB", lines=memory),
    }


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="Folder for the index and for steps.jsonl; finished steps are kept.")],
    corpus: Annotated[Path | None, typer.Argument(help="Articles, as for qa add; default: made-up ones.")] = None,
    questions: Annotated[Path | None, typer.Option(help="Gold set with questions; default: made-up ones.")] = None,
    step: Annotated[list[int] | None, typer.Option(min=1, help="Number of articles; may be repeated.")] = None,
    n_asked: Annotated[int, typer.Option(min=1, help="Questions at each step.")] = 100,
    n_probes: Annotated[int, typer.Option(min=1, help="Articles added and removed at each step.")] = 20,
    repeat: Annotated[int, typer.Option(min=1, help="How often each question is asked.")] = 3,
    stand_in: Annotated[
        bool, typer.Option(help="Random vectors for the articles in place of the model's: no hours of embedding.")
    ] = False,
    plot: Annotated[Path | None, typer.Option(help="Folder for SVG charts.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Let an index grow step by step, and measure it on the way. On a machine that does nothing else.

    Example: python -m eval.bench.growth realtimeqa_news.jsonl.gz --out growth --plot docs
    """
    sizes = sorted(set(step or STEPS))
    loaded = _articles(corpus, sizes[-1] + n_probes)
    if len(loaded) <= n_probes:
        raise DatasetError(f"{len(loaded)} articles are too few: {n_probes} are added and removed at each step.")
    probes, articles = loaded[-n_probes:], loaded[:-n_probes]
    ends = sorted({min(size, len(articles)) for size in sizes})
    out.mkdir(parents=True, exist_ok=True)
    asked = out / "questions.jsonl"
    texts = [q.question.text for q in read_gold(questions)] if questions else generated_questions(articles, n=n_asked)
    asked.write_text("".join(map(_question_line, range(n_asked), texts)), encoding="utf-8")
    settings = load_settings(index=str(out / "index"))
    done = [json.loads(line) for line in _lines(out / "steps.jsonl")]
    left = [(first, last) for first, last in pairwise([0, *ends]) if last > max((d["step"] for d in done), default=0)]
    if left:
        embedder = TimedEmbedder(StandInEmbedder(load_embedder()) if stand_in else load_embedder(bulk=True))
        for first, last in left:
            figures = measured(settings, articles[first:last], probes, asked, embedder=embedder, repeat=repeat)
            done.append({"step": last, **figures})
            with (out / "steps.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(done[-1]) + "\n")
    for name, chart in plots(done).items() if plot else ():
        (plot or out).joinpath(name).write_text(chart, encoding="utf-8")
    machine = this_machine(n_threads=settings.n_threads)
    if as_json:
        recipe = {"corpus": corpus.name if corpus else None, "stand_in": stand_in, "repeat": repeat}
        typer.echo(json.dumps({**recipe, "steps": done, "machine": asdict(machine)}))
        return
    for line in (*table(done), "", *machine.lines()):
        typer.echo(line)


def table(steps: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of a Markdown table, one step a row; times are medians."""
    heads = "articles|chunks|bytes a chunk|questions/s|retrieve ms|read ms|total ms|p95 ms|add ms|embed ms|"
    heads += "remove ms|search ms|after adding|asking, MB"
    yield f"| {heads.replace('|', ' | ')} |"
    yield "|" + "---|" * len(heads.split("|"))
    for s in steps:
        stages = s["answers"]["stages"]
        cells = (
            s["n_articles"],
            s["n_chunks"],
            s["bytes_per_chunk"],
            s["answers"]["questions_per_s"],
            *(stages[stage]["median_ms"] for stage in ("retrieve", "read", "total")),
            stages["total"]["p95_ms"],
            *(s[f"{name}_ms"]["median"] for name in ("add", "embed", "remove", "search", "search_after_add")),
            s["answers"]["peak_mb"],
        )
        yield "| " + " | ".join(f"{cell:,g}" if cell < 1000 else f"{cell:,.0f}" for cell in cells) + " |"


def _articles(corpus: Path | None, n: int) -> list[Article]:
    """Return `n` articles, or as many as there are."""
    if corpus is None:
        return list(generated_articles(n))
    return list(islice((item for item in load([corpus]) if isinstance(item, Article)), n))


def _question_line(number: int, text: str) -> str:
    # The latency benchmark takes gold sets; what the right answer would be plays no part.
    return json.dumps({"id": str(number), "question": text, "answers": ["?"]}) + "\n"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


if __name__ == "__main__":
    run(app)
