"""What `qa eval` can measure: the whole way, the reader alone, the search alone."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

from eval.datasets import gold_questions, holds_paragraphs, paragraphs_as_articles, read_gold
from eval.harness import ask_all, by_category, read_all, reading_summary, retrieve_all, summary
from eval.indexing import temporary_index
from qa.assistant import Assistant, open_library
from qa.config import Settings
from qa.errors import DatasetError
from qa.paragraphs import Paragraph, ParagraphQuestion, read_paragraphs
from qa.progress import with_progress
from qa.reading import load_reader

T = TypeVar("T")
Figures = dict[str, Any]

_SEED = 13


def ask_task(gold: Path, settings: Settings, *, limit: int | None, out: Path | None) -> Figures:
    """Ask the gold questions of the index that the settings name; return means, also for each category.

    A SQuAD-format set brings its own articles: its paragraphs are indexed for the time being, and each question is
    asked of all of them.
    """
    indexed: AbstractContextManager[Settings] = nullcontext(settings)
    if holds_paragraphs(gold):
        paragraphs = list(read_paragraphs(gold))
        questions = _drawn(list(gold_questions(paragraphs)), limit, gold)
        indexed = temporary_index(list(paragraphs_as_articles(paragraphs)), settings, bulk=True)
    else:
        questions = _drawn(list(read_gold(gold)), limit, gold)
    with indexed as of_index, Assistant.from_settings(replace(of_index, min_confidence=0.0)) as assistant:
        asked = ask_all(assistant, questions, min_confidence=settings.min_confidence)
        scores = list(with_progress(asked, "Asking", total=len(questions)))
    _write_lines(out, [asdict(score) for score in scores])
    return {
        "seed": _seed(limit),
        "k": settings.k,
        "min_confidence": settings.min_confidence,
        **summary(scores),
        "by_category": by_category(scores),
    }


def read_task(gold: Path, settings: Settings, *, limit: int | None, out: Path | None) -> Figures:
    """Read each question's own paragraph; return EM and F1 of the best span, and how well its log-odds tell."""
    pairs = _drawn(_pairs(read_paragraphs(gold)), limit, gold)
    reader = load_reader(settings.reader, n_threads=settings.n_threads)
    started = time.perf_counter()
    readings = list(with_progress(read_all(reader, pairs), "Reading", total=len(pairs)))
    seconds = time.perf_counter() - started
    # No span at all has log-odds of -inf, for which JSON has no word.
    entries = [
        {"id": q.id, "answer": text, "log_odds": odds if isfinite(odds) else None} for q, _, text, odds in readings
    ]
    _write_lines(out, entries)
    return {
        "reader": reader.model_id,
        "seed": _seed(limit),
        **reading_summary(readings),
        "questions_per_s": round(len(readings) / seconds, 1),
    }


def retrieve_task(gold: Path, settings: Settings, *, limit: int | None, out: Path | None) -> Figures:
    """Index the set's paragraphs, each as an article, and rank them for each question, by each search method."""
    paragraphs = list(read_paragraphs(gold))
    pairs = _drawn(_pairs(paragraphs), limit, gold)
    articles = list(paragraphs_as_articles(paragraphs))
    with (
        temporary_index(articles, settings, bulk=True) as indexed,
        open_library(indexed, bulk=True) as library,
    ):
        figures = retrieve_all(library, with_progress(pairs, "Searching", total=len(pairs)))
    _write_lines(out, [{"method": method, **values} for method, values in figures.items()])
    by_method = {str(method): values for method, values in figures.items()}
    return {"n_paragraphs": len(articles), "n_questions": len(pairs), "seed": _seed(limit), **by_method}


TASKS: dict[str, Callable[..., Figures]] = {"ask": ask_task, "read": read_task, "retrieve": retrieve_task}


def _pairs(paragraphs: Iterable[Paragraph]) -> list[tuple[ParagraphQuestion, Paragraph]]:
    return [(question, paragraph) for paragraph in paragraphs for question in paragraph.questions]


def _drawn(questions: list[T], limit: int | None, path: Path) -> list[T]:
    """Return all questions in their order, or the first `limit` of a shuffled one, the same ones each time.

    :raises DatasetError: if there is none.
    """
    if not questions:
        raise DatasetError(f"'{path}' holds no question.")
    return questions if limit is None else random.Random(_SEED).sample(questions, len(questions))[:limit]


def _seed(limit: int | None) -> int | None:
    """Return the seed that decided which questions were taken; None where all were."""
    return None if limit is None else _SEED


def _write_lines(out: Path | None, entries: Iterable[dict[str, Any]]) -> None:
    if out is None:
        return
    with out.open("w", encoding="utf-8") as file:
        for entry in entries:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
