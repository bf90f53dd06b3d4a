"""`python -m eval.bench.follow_ups`: what the history is worth to follow-ups, and what it costs other questions.

The follow-ups of a gold set are asked without their history, with it, and as a person put them in full; its other
questions alone, and after a conversation about something else.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any

import typer

from eval.bench.latency import GOLD, SEEDS
from eval.bench.machine import this_machine
from eval.datasets import read_gold
from eval.harness import ask_all
from eval.indexing import temporary_index
from eval.types import GoldQuestion
from index.errors import DatelineError
from index.loading import load
from qa.assistant import Assistant
from qa.config import load_settings
from qa.errors import DatasetError
from qa.types import Turn

_SEED = 13

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)

# Turns about other things than news of politics, with the names, dates and places that news would have.
UNRELATED = (
    Turn("Who composed The Magic Flute?", "Wolfgang Amadeus Mozart"),
    Turn("When was the first marathon run in Boston?", "April 19, 1897"),
    Turn("How do bees find their way home?", "by the position of the sun"),
    Turn("Which river flows through Vienna?", "the Danube"),
    Turn("Why is the sky blue?", "air scatters short waves of light more than long ones"),
    Turn("Who won the Tour de France in 1986?", "Greg LeMond"),
    Turn("What is the largest lake in Africa?", "Lake Victoria"),
    Turn("How many strings does a cello have?", "four"),
    Turn("Where was penicillin discovered?", "London"),
    Turn("What did Ada Lovelace write about the engine?", None),
    Turn("Which company built the Concorde?", "Sud Aviation"),
    Turn("When did the Beatles break up?", "in 1970"),
)


def after_something_else(questions: Sequence[GoldQuestion], *, seed: int = _SEED) -> list[GoldQuestion]:
    """Return the questions, each after one to three turns of `UNRELATED`, drawn by chance."""
    chance = random.Random(seed)
    return [
        replace(gold, question=replace(gold.question, history=tuple(chance.sample(UNRELATED, chance.randint(1, 3)))))
        for gold in questions
    ]


def in_full(questions: Sequence[GoldQuestion], texts: Mapping[str, str]) -> list[GoldQuestion]:
    """Return the questions without history, in the words of `texts`, which are by id.

    :raises DatasetError: if one is missing.
    """
    missing = [gold.id for gold in questions if gold.id not in texts]
    if missing:
        raise DatasetError(f"The questions in full lack {', '.join(missing)}.")
    return [replace(g, question=replace(g.question, text=texts[g.id], standalone="", history=())) for g in questions]


def without_history(questions: Sequence[GoldQuestion]) -> list[GoldQuestion]:
    """Return the questions as if nothing had been said before."""
    return [replace(gold, question=replace(gold.question, history=())) for gold in questions]


def figures_of(assistant: Assistant, questions: Sequence[GoldQuestion], *, min_confidence: float) -> dict[str, float]:
    """Ask the questions; return mean F1, at the threshold and never refusing, of them all."""
    scores = list(ask_all(assistant, questions, min_confidence=min_confidence))
    answerable = [score for score in scores if not score.is_impossible]
    return {
        "n": len(scores),
        "f1": round(fmean(score.f1 for score in scores), 3),
        "f1_answerable_at_0": round(fmean(score.f1_at_0 for score in answerable), 3),
    }


@app.command()
def main(
    full: Annotated[Path, typer.Argument(help="The follow-ups in full: JSON lines with id and question.")],
    gold: Annotated[Path, typer.Option(help="Gold set with follow-ups in the category follow_up.")] = GOLD,
    articles: Annotated[Path, typer.Option(help="The articles that it is about.")] = SEEDS,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Measure answers to follow-ups and to questions that are none.

    Example: python -m eval.bench.follow_ups tests/data/seeds_follow_ups_in_full.jsonl
    """
    texts = _texts(full)
    questions = list(read_gold(gold))
    follow_ups = [question for question in questions if question.category == "follow_up"]
    others = [question for question in questions if question.category != "follow_up"]
    runs = {
        "follow-ups without history": without_history(follow_ups),
        "follow-ups with history": follow_ups,
        "follow-ups in full": in_full(follow_ups, texts),
        "others alone": others,
        "others after something else": after_something_else(others),
    }
    settings = load_settings()
    with temporary_index(list(load([articles])), replace(settings, min_confidence=0.0), bulk=False) as indexed:
        with Assistant.from_settings(indexed) as assistant:
            figures = {
                name: figures_of(assistant, asked, min_confidence=settings.min_confidence)
                for name, asked in runs.items()
            }
    machine = this_machine(n_threads=settings.n_threads)
    if as_json:
        typer.echo(json.dumps({**figures, "machine": asdict(machine)}))
        return
    for name, row in figures.items():
        typer.echo(f"{name:<30}" + "   ".join(f"{figure} {value}" for figure, value in row.items()))
    for line in machine.lines():
        typer.echo(line)


def _texts(path: Path) -> dict[str, str]:
    try:
        entries: list[dict[str, Any]] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return {str(entry["id"]): str(entry["question"]) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"The questions in full '{path}' can't be read: {error!r}.") from error


if __name__ == "__main__":
    try:
        app()
    except DatelineError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
