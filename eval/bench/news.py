"""`python -m eval.bench.news ARTICLES QUESTIONS`: a weekly quiz on the news, each question asked as of its day.

Made for RealtimeQA (Kasai et al. 2022), whose questions of 2022 others have answered too: how many are answered
rightly, and how many could be, since an article that may be read says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any, NamedTuple

import typer

from eval.bench.command import run
from eval.bench.machine import this_machine
from eval.datasets import gold_lines, read_gold
from eval.harness import find_all
from eval.metrics.answers import normalize_answer
from eval.metrics.retrieval import success_at
from eval.recipe import of_index, recipe_of
from eval.recording import Recording
from eval.tasks import ask_task, drawn
from eval.types import GoldQuestion, Ranks
from index.loading import load
from index.searching import METHODS
from index.types import Addition, Article, Outcome, Skipped
from qa.assistant import open_library
from qa.config import Settings, load_settings
from qa.progress import with_progress
from qa.saving import write_whole

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)

_DEEPEST = 100  # as many as either side of the search gives
_DEPTHS = (1, 5, 10, 20, 50, _DEEPEST)


class Published(NamedTuple):
    """What others report on the questions of 2022, in percent."""

    system: str
    exact_match: float
    f1: float


# Kasai et al. 2022, "RealTime QA: What's the Answer Right Now?" (arXiv 2207.13332), generation setting.
PUBLISHED = (
    Published("BART, retrieval-augmented, ten web-searched articles", 25.4, 31.4),
    Published("GPT-3, ten web-searched articles", 39.6, 48.7),
    Published("GPT-3, closed book", 16.2, 22.8),
)
N_PUBLISHED = "780 to 810 questions"


class Bounds(NamedTuple):
    """Shares of the questions whose accepted answer stands, word for word, in an article that may be read.

    `any_article`: in any that was published by the question's day. `own_articles`: in one of those that a web search
    returned for it; the others count 0. None where the questions name no such articles.
    """

    any_article: float
    own_articles: float | None


def bounds_of(
    questions: Sequence[GoldQuestion], articles: Iterable[Article], own: Mapping[str, frozenset[str]]
) -> Bounds:
    """Return what a perfect search and a perfect reader could reach with these articles.

    :param own: the ids of the articles that a web search returned, by question.
    """
    wanted = {gold.id: [normalize_answer(answer) for answer in gold.accepted] for gold in questions}
    found: set[str] = set()
    found_in_own: set[str] = set()
    for article in articles:
        text = normalize_answer(article.text)  # once, and not for each of the questions
        for gold in questions:
            is_own = article.id in own.get(gold.id, ())
            if (gold.id in found and not is_own) or not _may_be_read(article, gold):
                continue
            if any(answer in text for answer in wanted[gold.id]):
                found.add(gold.id)
                if is_own:
                    found_in_own.add(gold.id)
    return Bounds(len(found) / len(questions), len(found_in_own) / len(questions) if any(own.values()) else None)


def _may_be_read(article: Article, gold: GoldQuestion) -> bool:
    until = gold.question.filters.until
    return until is None or (article.published is not None and article.published <= until)


def own_articles(path: Path) -> dict[str, frozenset[str]]:
    """Return the ids of the articles that a web search returned, by question: RealtimeQA's field `retrieved`."""
    entries = (json.loads(line) for _, line in gold_lines(path) if line.strip())
    return {str(entry["id"]): frozenset(entry.get("retrieved") or ()) for entry in entries}


def recall_by_depth(ranks: Sequence[Ranks]) -> dict[str, dict[int, float]]:
    """Return for each search method the share of the questions with an accepted answer among the first passages."""
    return {
        method: {k: round(fmean(success_at(k, one.by_method[method]) for one in ranks), 4) for k in _DEPTHS}
        for method in METHODS
    }


def add_articles(path: Path, settings: Settings, *, until: date | None) -> int:
    """Add the articles published by then to the index, which may hold some already; return how many were new."""
    with open_library(settings, create=True, bulk=True) as library:
        added = with_progress(library.add(_published_by(until, load([path]))), "Indexing")
        return sum(_is_new(addition) for addition in added)


def _published_by(until: date | None, items: Iterable[Article | Skipped]) -> Iterator[Article | Skipped]:
    """Leave out what no question may be answered from."""
    for item in items:
        if isinstance(item, Skipped) or until is None or (item.published is not None and item.published <= until):
            yield item


def _is_new(addition: Addition) -> bool:
    return addition.outcome in {Outcome.ADDED, Outcome.REPLACED}


def searched(questions: Sequence[GoldQuestion], path: Path, settings: Settings, *, out: Path | None) -> dict[str, Any]:
    """Return what the search finds of the answers, beside what there is to be found; kept in `out` as it comes."""
    with open_library(settings) as library:
        recipe = recipe_of("retrieve", path, settings, limit=len(questions), index=of_index(library))
        recording = Recording(out, recipe, from_entry=Ranks.from_entry)
        pending = [gold for gold in questions if gold.id not in recording]
        n_before = len(recording)
        for ranks in with_progress(
            find_all(library, pending, k=_DEEPEST), "Searching", total=len(questions), n_before=n_before
        ):
            recording.add(ranks)
        stats = library.stats()
        articles = with_progress(library.articles(), "Looking for answers", total=stats.n_articles)
        bounds = bounds_of(questions, articles, own_articles(path))
    return {
        "n_articles": stats.n_articles,
        "n_chunks": stats.n_chunks,
        "answer_recall": recall_by_depth([recording[gold.id] for gold in questions]),
        "bound_any_article": round(bounds.any_article, 4),
        "bound_own_articles": None if bounds.own_articles is None else round(bounds.own_articles, 4),
    }


def news_lines(figures: Mapping[str, Any]) -> Iterator[str]:
    """Yield the figures as Markdown, ours beside what others report."""
    asked, found = figures["asked"], figures["searched"]
    yield f"{asked['n']} questions, each asked as of its day, over {found['n_articles']:,} articles"
    yield ""
    yield from _answers_table(asked)
    yield ""
    yield from _recall_table(found["answer_recall"])
    yield ""
    own = found["bound_own_articles"]
    by_search = "" if own is None else f"; one of the about ten that a web search returned for {own:.1%}"
    yield f"At most: an article published by the day holds the answer for {found['bound_any_article']:.1%}{by_search}."
    shown = ("accuracy_of_answered", "coverage_at_80", "coverage_at_90", "auroc", "ece", "median_ms", "p95_ms")
    yield ", ".join(f"{name} {asked[name]}" for name in shown)


def _answers_table(asked: Mapping[str, Any]) -> Iterator[str]:
    yield "| system | n | EM | F1 | answered |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, exact, overlap, answered in (
        ("Dateline, never refusing", "exact_match_answerable_at_0", "f1_answerable_at_0", 1.0),
        (f"Dateline, threshold {asked['min_confidence']:g}", "exact_match", "f1", asked["answered"]),
    ):
        cells = [_percent_with_interval(asked, figure) for figure in (exact, overlap)]
        yield f"| {name} | {asked['n']} | {' | '.join(cells)} | {answered:.1%} |"
    for one in PUBLISHED:
        yield f"| {one.system} (Kasai et al. 2022) | {N_PUBLISHED} | {one.exact_match} | {one.f1} | 100.0% |"


def _recall_table(by_method: Mapping[str, Mapping[int, float]]) -> Iterator[str]:
    yield f"| a passage among the first k holds the answer, % | {' | '.join(f'k = {k}' for k in _DEPTHS)} |"
    yield f"| --- |{' ---: |' * len(_DEPTHS)}"
    for method, by_depth in by_method.items():
        yield f"| {method} | {' | '.join(f'{100 * by_depth[k]:.1f}' for k in _DEPTHS)} |"


def _percent_with_interval(asked: Mapping[str, Any], figure: str) -> str:
    low, high = asked["intervals"][figure] or (asked[figure], asked[figure])
    return f"{100 * asked[figure]:.1f} ({100 * low:.1f} to {100 * high:.1f})"


@app.command()
def main(
    articles: Annotated[Path, typer.Argument(help="News articles, as `qa add` reads them.")],
    questions: Annotated[Path, typer.Argument(help="RealtimeQA questions, or any gold set, in JSON lines.")],
    index: Annotated[str, typer.Option(help="Folder of the index; made, or gone on with.")] = "news.idx",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Keep results there; again: goes on.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Take that many questions, drawn by chance.")] = None,
    add: Annotated[bool, typer.Option(help="--no-add: ask the index as it is.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of Markdown.")] = False,
) -> None:
    """Index the articles published by the last question's day, search them for each question, and ask it.

    Interrupted at any time, the same command goes on, with --out also in the midst of the questions.

    Example: python -m eval.bench.news realtimeqa_news.jsonl.gz realtimeqa_questions_dev_2022.jsonl.gz --out news-run
    """
    settings = load_settings(index=index)
    asked = drawn(list(read_gold(questions)), limit, questions)
    if add:
        days = [gold.question.filters.until for gold in asked]
        until = None if None in days else max(day for day in days if day)
        n_new = add_articles(articles, settings, until=until)
        typer.echo(f"{n_new} articles added to '{index}'", err=True)
    found = searched(asked, questions, settings, out=out / "search" if out else None)
    figures = {
        "searched": found,
        "asked": ask_task(questions, settings, limit=limit, out=out),
        "published": [one._asdict() for one in PUBLISHED],
    }
    if out:
        write_whole(out / "news.json", json.dumps(figures, indent=1) + "\n")
    if as_json:
        typer.echo(json.dumps(figures))
        return
    for line in (*news_lines(figures), "", *this_machine(n_threads=settings.n_threads).lines()):
        typer.echo(line)


if __name__ == "__main__":
    run(app)
