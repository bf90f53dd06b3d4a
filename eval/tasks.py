"""What `qa eval` can measure: the whole way, the reader alone, the search alone."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from eval.datasets import read_gold
from eval.harness import (
    ask_all,
    by_category,
    paragraphs_as_articles,
    read_all,
    reading_summary,
    retrieve_all,
    summary,
)
from index.embedding import load_embedder
from index.library import LazyEmbedder, Library
from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import DatasetError
from qa.paragraphs import read_paragraphs
from qa.progress import with_progress
from qa.reading import load_reader

T = TypeVar("T")
Figures = dict[str, Any]


def ask_task(gold: Path, settings: Settings, *, out: Path | None) -> Figures:
    """Ask the gold questions of the index that the settings name; return means, also for each category."""
    questions = _some(list(read_gold(gold)), gold)
    with Assistant.from_settings(settings) as assistant:
        scores = list(ask_all(assistant, with_progress(questions, "Asking", total=len(questions))))
    _write_lines(out, [asdict(score) for score in scores])
    return {**summary(scores), "by_category": by_category(scores)}


def read_task(gold: Path, settings: Settings, *, out: Path | None) -> Figures:
    """Read each question's own paragraph; return EM and F1 of the best span, and the AUROC of its log-odds."""
    paragraphs = _some(list(read_paragraphs(gold)), gold)
    reader = load_reader(settings.reader, n_threads=settings.n_threads)
    started = time.perf_counter()
    n_questions = sum(len(paragraph.questions) for paragraph in paragraphs)
    readings = list(with_progress(read_all(reader, paragraphs), "Reading", total=n_questions))
    seconds = time.perf_counter() - started
    _write_lines(out, [{"id": q.id, "answer": text, "log_odds": odds} for q, _, text, odds in readings])
    return {
        "reader": reader.model_id,
        **reading_summary(readings),
        "questions_per_s": round(len(readings) / seconds, 1),
    }


def retrieve_task(gold: Path, settings: Settings, *, out: Path | None) -> Figures:
    """Index the set's paragraphs, each as an article, and rank them for each question, by each search method."""
    paragraphs = _some(list(read_paragraphs(gold)), gold)
    pairs = [(question, paragraph) for paragraph in paragraphs for question in paragraph.questions]
    embedder = LazyEmbedder(settings.embedder, lambda: load_embedder(settings.embedder, bulk=True))
    with (
        tempfile.TemporaryDirectory(prefix="dateline-eval-") as folder,
        Library.open(folder, embedder=embedder, create=True) as library,
    ):
        articles = list(paragraphs_as_articles(paragraphs))
        for _ in library.add(with_progress(articles, "Indexing", total=len(articles))):
            pass
        figures = retrieve_all(library, with_progress(pairs, "Searching", total=len(pairs)))
    _write_lines(out, [{"method": method, **values} for method, values in figures.items()])
    by_method = {str(method): values for method, values in figures.items()}
    return {"n_paragraphs": len(articles), "n_questions": len(pairs), **by_method}


def _some(items: list[T], path: Path) -> list[T]:
    if not items:
        raise DatasetError(f"'{path}' holds no question.")
    return items


TASKS: dict[str, Callable[..., Figures]] = {"ask": ask_task, "read": read_task, "retrieve": retrieve_task}


def _write_lines(out: Path | None, entries: Iterable[dict[str, Any]]) -> None:
    if out is None:
        return
    with out.open("w", encoding="utf-8") as file:
        for entry in entries:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
