"""`python -m eval.bench.stories`: how answers keep up with stories that change, and to the time that is asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.bench.command import run
from eval.bench.machine import this_machine
from eval.indexing import temporary_index
from eval.metrics.answers import f1
from index.types import Article
from qa.assistant import Assistant
from qa.config import Settings, load_settings
from qa.progress import with_progress
from qa.types import Answer, Question

DATA = Path(__file__).parents[2] / "tests" / "data"
FILES = (DATA / "changing_stories.jsonl", DATA / "time_questions.jsonl")
_RIGHT_FROM_F1 = 2 / 3

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)


@dataclass(frozen=True, slots=True)
class Story:
    """A few articles, a question, and its positions; `lead` is None where any of them may come first, or none is."""

    id: str
    kind: str
    articles: tuple[Article, ...]
    question: Question
    lead: str | None
    positions: tuple[tuple[str, ...], ...]
    superseded: frozenset[int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a story: counts of positions, and whether the first was the right one (or rightly none)."""

    kind: str
    is_right: bool
    is_answered: bool
    n_positions: int
    n_right_positions: int
    n_expected_positions: int
    n_marked_superseded: int
    n_rightly_superseded: int
    n_expected_superseded: int


def read_stories(path: Path, *, split: str) -> Iterator[Story]:
    """Yield the labelled stories of one split, "dev" or "test"."""
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["split"] == split:
            yield _story(entry)


def _story(entry: dict[str, Any]) -> Story:
    expected = entry["expected"]
    positions = expected.get("positions", [[expected["lead"]]] if expected["lead"] else [])
    return Story(
        id=entry["id"],
        kind=entry["kind"],
        articles=tuple(Article(**a | {"published": date.fromisoformat(a["published"])}) for a in entry["articles"]),
        question=Question(entry["question"], as_of=date.fromisoformat(entry["as_of"]) if entry.get("as_of") else None),
        lead=expected["lead"],
        positions=tuple(tuple(texts) for texts in positions),
        superseded=frozenset(expected.get("superseded", ())),
    )


def ask(story: Story, settings: Settings) -> Answer:
    """Index the story's articles alone and ask its question."""
    with (
        temporary_index(story.articles, settings, bulk=False) as indexed,
        Assistant.from_settings(indexed) as assistant,
    ):
        return assistant.answer(story.question)


def outcome(story: Story, answer: Answer) -> Outcome:
    """Compare an answer's positions with the labelled ones; texts are equal from an F1 of two thirds on."""
    found = [_position_of(story, position.text) for position in answer.positions]
    rightly = {at for at, position in zip(found, answer.positions, strict=True) if position.is_superseded}
    leads = [texts for texts in story.positions if story.lead is None or story.lead in texts]
    is_led = bool(found) and found[0] is not None and story.positions[found[0]] in leads
    return Outcome(
        kind=story.kind,
        is_right=is_led if story.positions else answer.abstained,
        is_answered=not answer.abstained,
        n_positions=len(found),
        n_right_positions=len({at for at in found if at is not None}),
        n_expected_positions=len(story.positions),
        n_marked_superseded=sum(position.is_superseded for position in answer.positions),
        n_rightly_superseded=len(rightly & story.superseded),
        n_expected_superseded=len(story.superseded),
    )


def _position_of(story: Story, text: str) -> int | None:
    return next((at for at, texts in enumerate(story.positions) if f1(text, texts) >= _RIGHT_FROM_F1), None)


def summary(outcomes: Sequence[Outcome]) -> dict[str, float | int]:
    """Return the share of stories with the right answer in front, and of positions found, right and superseded."""
    total = Counter[str]()
    for one in outcomes:
        total.update({name: value for name, value in asdict(one).items() if name != "kind"})
    return {
        "n": len(outcomes),
        "right": round(total["is_right"] / len(outcomes), 3),
        "answered": round(total["is_answered"] / len(outcomes), 3),
        "positions_found": _share(total["n_right_positions"], total["n_expected_positions"]),
        "positions_right": _share(total["n_right_positions"], total["n_positions"]),
        "superseded_found": _share(total["n_rightly_superseded"], total["n_expected_superseded"]),
        "superseded_right": _share(total["n_rightly_superseded"], total["n_marked_superseded"]),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def by_kind(outcomes: Iterable[Outcome]) -> dict[str, dict[str, float | int]]:
    """Return `summary` for each kind of story, then for all."""
    outcomes = list(outcomes)
    kinds = sorted({one.kind for one in outcomes})
    return {kind: summary([o for o in outcomes if o.kind == kind]) for kind in kinds} | {"all": summary(outcomes)}


@app.command()
def main(
    split: Annotated[str, typer.Option(help="dev, to choose by; test, to report.")] = "dev",
    min_confidence: Annotated[float | None, typer.Option(help="Least confidence with which to answer.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Print what was not right.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Ask each labelled story's question over its own articles.

    Example: python -m eval.bench.stories --split test
    """
    settings = load_settings(min_confidence=min_confidence)
    stories = [story for path in FILES for story in read_stories(path, split=split)]
    outcomes = []
    for story in with_progress(stories, "Asking", total=len(stories)):
        answer = ask(story, settings)
        outcomes.append(outcome(story, answer))
        if verbose and not outcomes[-1].is_right:
            found = [(p.text, round(p.confidence, 2), p.is_superseded) for p in answer.positions]
            applied = [(c.words, str(c.first), str(c.last)) for c in answer.constraints]
            typer.echo(f"{story.id} {story.question.text} | {story.lead} | {found} {answer.confidence:.2f} {applied}")
    figures = by_kind(outcomes)
    machine = this_machine(n_threads=settings.n_threads)
    if as_json:
        typer.echo(json.dumps({"split": split, "kinds": figures, "machine": asdict(machine)}))
        return
    names = list(next(iter(figures.values())))
    typer.echo(f"{'kind':<20}" + "".join(f"{name:>18}" for name in names))
    for kind, row in figures.items():
        typer.echo(f"{kind:<20}" + "".join(f"{row[name]:>18}" for name in names))
    for line in machine.lines():
        typer.echo(line)


if __name__ == "__main__":
    run(app)
