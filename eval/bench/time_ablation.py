"""`python -m eval.bench.time_ablation`: what each part that knows time is worth, each left out in turn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.bench.command import run
from eval.bench.machine import this_machine
from eval.datasets import read_gold
from eval.figures import summary
from eval.harness import ask_all
from index.types import Filters, Passage
from qa.assistant import Assistant
from qa.confidence import Weighed
from qa.config import load_settings
from qa.progress import with_progress
from qa.protocols import Reader, Retriever
from qa.ranking import fuse, worth_reading
from qa.standing import standing
from qa.types import Candidate, Constraint, Question

_SHOWN = ("exact_match_answerable_at_0", "f1_answerable_at_0", "answer_recall_at_k", "auroc", "ece", "coverage_at_80")

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)


@dataclass
class ReadOnce:
    """A reader that remembers: the variants mostly read the same passages."""

    reader: Reader
    known: dict[tuple[Any, ...], list[Candidate]] = field(default_factory=dict)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Candidate]:
        """Return what the reader says, the scores of the passages as they are now."""
        key = (question, *((passage.article.id, passage.chunk.span) for passage in passages))
        if key not in self.known:
            self.known[key] = self.reader.read(question, passages)
        now = {(passage.article.id, passage.chunk.span): passage for passage in passages}
        return [replace(c, passage=now[c.passage.article.id, c.passage.chunk.span]) for c in self.known[key]]


class _Wrapped:
    """A retriever that does what another does, until a subclass has it otherwise."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def __getattr__(self, name: str) -> Any:
        return getattr(self._retriever, name)


class EveryDay(_Wrapped):
    """Finds articles of any date, later ones too."""

    def search(self, query: str, *, k: int, filters: Filters) -> list[Passage]:
        """Search without the dates."""
        return self._retriever.search(query, k=k, filters=replace(filters, since=None, until=None))


class EachItsOwnStory(_Wrapped):
    """Takes each article for a source of its own, copies too."""

    def search(self, query: str, *, k: int, filters: Filters) -> list[Passage]:
        """Search, and forget which articles are copies."""
        return [replace(p, story=p.article.id) for p in self._retriever.search(query, k=k, filters=filters)]


class WithoutAge(Assistant):
    """Old articles count like new ones."""

    def _read(self, text: str, question: Question, passages: Sequence[Passage]) -> list[Candidate]:
        return fuse(self.reader.read(text, worth_reading(passages))) if passages else []


class WithoutConstraints(Assistant):
    """Words of time in a question are words like others."""

    def _constraints(self, question: Question) -> tuple[Constraint, ...]:
        return ()


class WithoutValues(Assistant):
    """Equal answers are those that are spelt alike."""

    def _standing(
        self,
        question: Question,
        passages: Sequence[Passage],
        candidates: Sequence[Candidate],
        constraints: Sequence[Constraint],
    ) -> list[Weighed]:
        calibration = self.calibration
        return standing(question.standalone, passages, candidates, constraints, calibration=calibration, by_value=False)


class WithoutTime(WithoutAge, WithoutConstraints, WithoutValues):
    """None of them."""


def variants(whole: Assistant) -> Iterator[tuple[str, Assistant]]:
    """Yield the assistant as it is, then with one part after the other left out, then with all."""
    retriever = whole.retriever
    made: Mapping[str, tuple[Callable[..., Assistant], Any]] = {
        "all": (Assistant, retriever),
        "without the date filter": (Assistant, EveryDay(retriever)),
        "without age": (WithoutAge, retriever),
        "without constraints": (WithoutConstraints, retriever),
        "without values": (WithoutValues, retriever),
        "without near-duplicates": (Assistant, EachItsOwnStory(retriever)),
        "without any": (WithoutTime, EachItsOwnStory(EveryDay(retriever))),
    }
    for name, (kind, found) in made.items():
        yield name, kind(found, whole.reader, calibration=whole.calibration, settings=whole.settings)


@app.command()
def main(
    questions: Annotated[Path, typer.Argument(help="Questions, each with the day on which it is asked.")],
    index: Annotated[str | None, typer.Option(help="Folder of the index.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask that many of them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Ask all questions once a variant, never abstaining.

    Example: python -m eval.bench.time_ablation realtimeqa_questions_dev_2022.jsonl.gz --index news.idx
    """
    settings = load_settings(index=index, min_confidence=0.0)
    gold = list(read_gold(questions))[:limit]
    rows: dict[str, dict[str, Any]] = {}
    with Assistant.from_settings(settings) as whole:
        whole.reader = ReadOnce(whole.reader)
        for name, assistant in variants(whole):
            scores = list(ask_all(assistant, _shown(gold, name), min_confidence=0.0))
            rows[name] = {figure: summary(scores)[figure] for figure in _SHOWN}
            if not as_json:
                figures = "  ".join(f"{figure} {rows[name][figure]}" for figure in _SHOWN)
                typer.echo(f"{name:<26}{figures}")
    machine = this_machine(n_threads=settings.n_threads)
    if as_json:
        typer.echo(json.dumps({"n": len(gold), "variants": rows, "machine": asdict(machine)}))
        return
    typer.echo(f"n = {len(gold)}")
    for line in machine.lines():
        typer.echo(line)


def _shown(gold: Sequence[Any], name: str) -> Iterable[Any]:
    return with_progress(gold, f"Asking {name}", total=len(gold))


if __name__ == "__main__":
    run(app)
