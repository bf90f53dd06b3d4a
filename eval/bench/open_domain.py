"""`python -m eval.bench.open_domain FILE`: questions without their paragraph, answered in three ways by one reader.

Ours, against the two plain pipelines: dense search alone with a softmax over each passage's own spans, and BM25 alone
with the reader's log-odds. The same paragraphs, questions, k and weights; nobody refuses.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean
from typing import Annotated, NamedTuple

import typer

from eval.bench.command import run
from eval.bench.machine import this_machine
from eval.datasets import paragraphs_as_articles
from eval.indexing import temporary_index
from eval.metrics.answers import exact_match, f1, holds_answer
from index.searching import Method
from index.types import Passage
from qa.assistant import Assistant
from qa.config import load_settings
from qa.paragraphs import read_paragraphs
from qa.progress import with_progress
from qa.types import Candidate

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)


class Way(NamedTuple):
    """A pipeline: how it searches, and how it turns a question and its passages into an answer."""

    method: Method
    answer: Callable[[Assistant, str, Sequence[Passage]], str | None]


class Result(NamedTuple):
    """Means over the questions, as shares of 1; `answer_recall`: of the passages given to the reader."""

    exact_match: float
    f1: float
    answer_recall: float


def best_by_passage_softmax(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the candidate that takes most of its own passage's probability, whatever the other passages hold.

    Plain pipelines normalise each passage's spans by themselves, without a choice of no answer; a passage whose one
    plausible span is wrong then beats one with two right ones.
    """
    total: dict[tuple[str, int], float] = {}
    for candidate in candidates:
        total[_place(candidate)] = total.get(_place(candidate), 0.0) + math.exp(candidate.score)
    return max(candidates, key=lambda c: math.exp(c.score) / total[_place(c)], default=None)


def _place(candidate: Candidate) -> tuple[str, int]:
    return candidate.passage.article.id, candidate.passage.chunk.ordinal


def _ours(assistant: Assistant, question: str, passages: Sequence[Passage]) -> str | None:
    return assistant.ask(question).text


def _softmax(assistant: Assistant, question: str, passages: Sequence[Passage]) -> str | None:
    best = best_by_passage_softmax(assistant.reader.read(question, passages))
    return best.text if best else None


def _log_odds(assistant: Assistant, question: str, passages: Sequence[Passage]) -> str | None:
    candidates = assistant.reader.read(question, passages)
    return candidates[0].text if candidates else None


WAYS: dict[str, Way] = {
    "this project": Way("hybrid", _ours),
    "dense, softmax by passage": Way("dense", _softmax),
    "BM25, log-odds": Way("lexical", _log_odds),
}


@app.command()
def main(
    file: Annotated[Path, typer.Argument(help="SQuAD JSON, or JSON lines with one paragraph a line.")],
    limit: Annotated[int, typer.Option(min=1, help="Questions asked, drawn at random.")] = 2000,
    seed: Annotated[int, typer.Option(help="Decides which.")] = 13,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Compare three ways to answer from the paragraphs of FILE, all of them one collection.

    Example: python -m eval.bench.open_domain dev-v1.1.json --limit 2000
    """
    paragraphs = list(read_paragraphs(file))
    asked = [(q.text, [a.of(p.text) for a in q.answers]) for p in paragraphs for q in p.questions if q.answers]
    asked = random.Random(seed).sample(asked, min(limit, len(asked)))
    settings = load_settings(min_confidence=0.0)
    figures: dict[str, list[Result]] = {name: [] for name in WAYS}
    with (
        temporary_index(list(paragraphs_as_articles(paragraphs)), settings, bulk=True) as indexed,
        Assistant.from_settings(indexed) as assistant,
    ):
        for question, accepted in with_progress(asked, "Asking", total=len(asked)):
            for name, way in WAYS.items():
                passages = assistant.retriever.search(question, k=settings.k, method=way.method)  # type: ignore[call-arg]
                text = way.answer(assistant, question, passages)
                is_held = any(holds_answer(passage.text, accepted) for passage in passages)
                figures[name].append(Result(exact_match(text, accepted), f1(text, accepted), float(is_held)))
    means = {
        name: Result(*(round(mean(values), 4) for values in zip(*of, strict=True))) for name, of in figures.items()
    }
    machine = this_machine(n_threads=settings.n_threads)
    if as_json:
        by_way = {name: result._asdict() for name, result in means.items()}
        typer.echo(json.dumps({"n": len(asked), "seed": seed, "k": settings.k, **by_way}))
        return
    for name, result in means.items():
        typer.echo(f"{name:<28}" + "  ".join(f"{key} {100 * value:.1f}" for key, value in result._asdict().items()))
    typer.echo(f"\nn = {len(asked)}, seed {seed}, k = {settings.k}")
    for line in machine.lines():
        typer.echo(line)


if __name__ == "__main__":
    run(app)
