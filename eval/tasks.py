"""What `qa eval` can measure: the whole way, the reader alone, the search alone."""

from __future__ import annotations

import json
import logging
import math
import random
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any, TypeVar

from eval.datasets import gold_questions, holds_paragraphs, paragraphs_as_articles, read_gold
from eval.figures import (
    ASK,
    FIGURES,
    RETRIEVE,
    by_category,
    counts,
    faults,
    intervals,
    latency_by_stage,
    reading_summary,
    summary,
    values,
)
from eval.harness import ask_all, find_all, read_all, retrieve_all
from eval.indexing import temporary_index
from eval.recipe import circumstances, of_index, recipe_of
from eval.recording import Recording
from eval.report.markdown import to_markdown
from eval.report.page import to_page
from eval.scoring import labelled_articles
from eval.types import GoldQuestion, Ranks, Reading, Score
from index.types import Article
from qa.assistant import Assistant, open_library
from qa.config import Settings
from qa.errors import DatasetError
from qa.paragraphs import Paragraph, ParagraphQuestion, read_paragraphs
from qa.progress import with_progress
from qa.reading import load_reader

logger = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R", Score, Reading, Ranks)
Figures = dict[str, Any]

_SEED = 13
_DEEPEST = 20  # no figure looks further down
_N_RUNNING = 20  # the figures beside the bar are taken anew every so many questions


def ask_task(gold: Path, settings: Settings, *, limit: int | None, out: Path | None) -> Figures:
    """Ask the gold questions of the index that the settings name; return means, also for each category.

    A SQuAD-format set brings its own articles: its paragraphs are indexed for the time being, and each question is
    asked of all of them.
    """
    articles: list[Article] | None = None
    if holds_paragraphs(gold):
        paragraphs = list(read_paragraphs(gold))
        questions = drawn(list(gold_questions(paragraphs)), limit, gold)
        articles, fingerprint = list(paragraphs_as_articles(paragraphs)), None
    else:
        questions = drawn(list(read_gold(gold)), limit, gold)
        with open_library(settings) as library:
            fingerprint = of_index(library)
    recipe = recipe_of("ask", gold, settings, limit=limit, index=fingerprint)
    recording = Recording(out, recipe, from_entry=Score.from_entry)
    pending = _pending(questions, recording)
    if pending:
        with _indexed(articles, settings) as indexed:
            _ask(pending, recording, replace(indexed, min_confidence=0.0), min_confidence=settings.min_confidence)
    scores = [recording[question.id] for question in questions]
    figures = {
        "seed": _seed(limit),
        "k": settings.k,
        "min_confidence": settings.min_confidence,
        **summary(scores),
        "faults": faults(scores),
        "latency_ms": latency_by_stage(scores),
        "peak_memory_mb": _peak_memory_mb(),
        "intervals": intervals(ASK, scores),
        "counts": counts(ASK, scores),
        "by_category": by_category(scores),
    }
    about = _report(recording, "ask", gold, settings, figures)
    recording.write("report.html", to_page(scores, figures, about))
    return figures


def _ask(
    pending: Sequence[GoldQuestion], recording: Recording[Score], settings: Settings, *, min_confidence: float
) -> None:
    with Assistant.from_settings(settings) as assistant:
        articles = labelled_articles(pending, assistant.retriever.articles())
        asked = ask_all(assistant, pending, min_confidence=min_confidence, articles=articles)
        _record(asked, recording, "Asking", n_pending=len(pending), note=_ask_note)


def _ask_note(scores: Sequence[Score]) -> str:
    answerable = [s for s in scores if not s.is_impossible]
    impossible = [s for s in scores if s.is_impossible]
    parts = [
        f"F1 {fmean(s.f1_at_0 for s in answerable):.1%}, answered {fmean(s.answer is not None for s in answerable):.0%}"
        if answerable
        else "",
        f"refused {fmean(s.exact_match for s in impossible):.0%}" if impossible else "",
    ]
    return ", ".join(part for part in parts if part)


def read_task(gold: Path, settings: Settings, *, limit: int | None, out: Path | None) -> Figures:
    """Read each question's own paragraph; return EM and F1 of the best span, and how well its log-odds tell."""
    pairs = drawn(_pairs(read_paragraphs(gold)), limit, gold)
    recipe = recipe_of("read", gold, settings, limit=limit, index=None)
    recording = Recording(out, recipe, from_entry=Reading.from_entry)
    pending = _pending(pairs, recording)
    questions_per_s = None
    if pending:
        reader = load_reader(settings.reader, n_threads=settings.n_threads)
        started = time.perf_counter()
        _record(read_all(reader, pending), recording, "Reading", n_pending=len(pending), note=_read_note)
        questions_per_s = round(len(pending) / (time.perf_counter() - started), 1)
    readings = [recording[question.id] for question, _ in pairs]
    figures = {
        "reader": settings.reader,
        "seed": _seed(limit),
        **reading_summary(readings),
        "questions_per_s": questions_per_s,
        "peak_memory_mb": _peak_memory_mb(),
        "intervals": intervals(FIGURES["read"], readings),
        "counts": counts(FIGURES["read"], readings),
    }
    _report(recording, "read", gold, settings, figures)
    for name, content in official_predictions(readings).items():
        recording.write(name, json.dumps(content, ensure_ascii=False) + "\n")
    return figures


def official_predictions(readings: Iterable[Reading]) -> dict[str, dict[str, Any]]:
    """Return, by file name, what the official SQuAD 2.0 script reads: answers, and probabilities that there is none."""
    predictions, no_answer = {}, {}
    for reading in readings:
        predictions[reading.id] = reading.answer or ""
        no_answer[reading.id] = 1 / (1 + math.exp(min(reading.log_odds, 700)))  # beyond, exp overflows
    return {"predictions.json": predictions, "na_prob.json": no_answer}


def _read_note(readings: Sequence[Reading]) -> str:
    answerable = [reading.f1 for reading in readings if reading.is_answerable]
    return f"F1 {fmean(answerable):.1%}" if answerable else ""


def retrieve_task(gold: Path, settings: Settings, *, limit: int | None, out: Path | None) -> Figures:
    """Search for each question by each method, and rank what answers it.

    The paragraphs of a SQuAD-format set are indexed for the time being, each as an article, and a question's own one is
    ranked; the questions of a gold set are asked of the index that the settings name, and the first passage that holds
    an accepted answer is ranked. Questions without an answer are left out there.
    """
    if holds_paragraphs(gold):
        paragraphs = list(read_paragraphs(gold))
        pairs = drawn(_pairs(paragraphs), limit, gold)
        articles = list(paragraphs_as_articles(paragraphs))
        recording = _recording(gold, settings, limit=limit, out=out, index=None)
        pending = _pending(pairs, recording)
        if pending:
            with _indexed(articles, settings) as indexed, open_library(indexed, bulk=True) as library:
                _search(retrieve_all(library, pending), recording, len(pending))
        counted = {"n": len(pairs), "n_paragraphs": len(articles)}
        ranks = [recording[question.id] for question, _ in pairs]
    else:
        questions = drawn([one for one in read_gold(gold) if not one.is_impossible], limit, gold)
        with open_library(settings) as library:
            recording = _recording(gold, settings, limit=limit, out=out, index=of_index(library))
            missing = _pending(questions, recording)
            labelled = labelled_articles(missing, library.articles())
            _search(find_all(library, missing, k=_DEEPEST, articles=labelled), recording, len(missing))
            counted = {"n": len(questions), "n_articles": library.stats().n_articles}
        ranks = [recording[question.id] for question in questions]
    figures = {
        **counted,
        "seed": _seed(limit),
        **values(RETRIEVE, ranks),
        "peak_memory_mb": _peak_memory_mb(),
        "intervals": intervals(RETRIEVE, ranks),
        "counts": counts(RETRIEVE, ranks),
    }
    _report(recording, "retrieve", gold, settings, figures)
    return figures


def _recording(
    gold: Path, settings: Settings, *, limit: int | None, out: Path | None, index: str | None
) -> Recording[Ranks]:
    recipe = recipe_of("retrieve", gold, settings, limit=limit, index=index)
    return Recording(out, recipe, from_entry=Ranks.from_entry)


def _search(results: Iterable[Ranks], recording: Recording[Ranks], n_pending: int) -> None:
    _record(results, recording, "Searching", n_pending=n_pending, note=_rank_note)


def _rank_note(ranks: Sequence[Ranks]) -> str:
    return f"recall@5 {fmean((one.by_method['hybrid'] or 99) <= 5 for one in ranks):.1%}"


TASKS: dict[str, Callable[..., Figures]] = {"ask": ask_task, "read": read_task, "retrieve": retrieve_task}


@contextmanager
def _indexed(articles: Sequence[Article] | None, settings: Settings) -> Iterator[Settings]:
    """Give settings that name an index of the articles, gone afterwards; as they are where there are no articles."""
    if articles is None:
        yield settings
    else:
        with temporary_index(articles, settings, bulk=True) as indexed:
            yield indexed


def _record(
    results: Iterable[R],
    recording: Recording[R],
    what: str,
    *,
    n_pending: int,
    note: Callable[[Sequence[R]], str],
) -> None:
    """Keep the results as they come, behind a bar that tells the figures so far."""
    said = ""

    def running() -> str:
        nonlocal said
        if len(recording) % _N_RUNNING == 0 or not said:
            said = note(recording.so_far())
        return said

    n_before = len(recording)
    for result in with_progress(results, what, total=n_before + n_pending, n_before=n_before, note=running):
        recording.add(result)


def _report(recording: Recording[R], task: str, gold: Path, settings: Settings, figures: Figures) -> dict[str, Any]:
    """Write the figures, and return under which circumstances they were taken."""
    about = circumstances(gold, settings)
    recording.write("figures.json", json.dumps({**about, "task": task, **figures}, indent=1, ensure_ascii=False) + "\n")
    recording.write("figures.md", to_markdown(FIGURES[task], figures, about))
    return about


def _pairs(paragraphs: Iterable[Paragraph]) -> list[tuple[ParagraphQuestion, Paragraph]]:
    return [(question, paragraph) for paragraph in paragraphs for question in paragraph.questions]


def drawn(questions: Sequence[T], limit: int | None, path: Path) -> list[T]:
    """Return all questions in their order, or the first `limit` of a shuffled one, the same ones each time.

    What a file has twice over, as RealtimeQA has some lines, is asked once.

    :raises DatasetError: if there is none, or different ones have the same id.
    """
    if not questions:
        raise DatasetError(f"'{path}' holds no question.")
    by_id: dict[str, T] = {}
    for question in questions:
        if by_id.setdefault(_id(question), question) != question:
            raise DatasetError(f"'{path}' has more than one question '{_id(question)}'. Give each an id of its own.")
    if len(by_id) < len(questions):
        logger.warning("'%s' has %d questions twice over; they are asked once.", path, len(questions) - len(by_id))
    distinct = list(by_id.values())
    return distinct if limit is None else random.Random(_SEED).sample(distinct, len(distinct))[:limit]


def _pending(questions: Sequence[T], recording: Recording[Any]) -> list[T]:
    return [question for question in questions if _id(question) not in recording]


def _id(question: Any) -> str:
    """Return the id of a gold question, or of a question with its paragraph."""
    id: str = question[0].id if isinstance(question, tuple) else question.id
    return id


def _seed(limit: int | None) -> int | None:
    """Return the seed that decided which questions were taken; None where all were."""
    return None if limit is None else _SEED


def _peak_memory_mb() -> float:
    """Return the most memory that this process has held at once; Linux counts it in KiB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, 1)
