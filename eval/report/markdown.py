"""Figures -> Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from eval.figures import Figure, in_words, interval_in_words
from qa.rendering import one_line

# What a category is told by: the whole table would be as wide as long.
BY_CATEGORY = ("f1", "f1_answerable_at_0", "answered", "refused", "answer_recall_at_k", "citation_precision")


def to_markdown(table: Sequence[Figure[Any]], figures: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """Return the headline table with 95% bootstrap intervals, and the tables by category, fault and stage."""
    lines = [f"# {_cell(about['gold'])}", "", recipe_line(figures, about), "", *_headline(table, figures)]
    if figures.get("by_category"):
        lines += ["", "## By category", "", *_by_category(table, figures["by_category"])]
    if figures.get("faults"):
        rows = ([name, str(n)] for name, n in figures["faults"].items())
        lines += ["", "## What went wrong", "", *_table(["kind", "questions"], rows)]
    if figures.get("latency_ms"):
        rows = ([s, f"{ms['median_ms']:.1f}", f"{ms['p95_ms']:.1f}"] for s, ms in figures["latency_ms"].items())
        lines += ["", "## Latency, milliseconds", "", *_table(["stage", "median", "95th percentile"], rows)]
    if figures.get("peak_memory_mb"):
        lines += ["", f"Memory held at most: {figures['peak_memory_mb']:,.0f} MB, models and libraries included."]
    return "\n".join(lines) + "\n"


def recipe_line(figures: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """Return how to come to these figures, on one line."""
    named = {
        "n": figures["n"],
        "seed": figures.get("seed"),
        "k": figures.get("k"),
        "threshold": figures.get("min_confidence"),
        "index": about["index"] if "k" in figures else None,
        "commit": about["commit"],
    }
    parts = [f"{name} {value}" for name, value in named.items() if value is not None]
    return ", ".join([*parts, str(about["machine"]), f"Python {about['python']}"])


def _headline(table: Sequence[Figure[Any]], figures: Mapping[str, Any]) -> Iterator[str]:
    rows = (
        [
            figure.title,
            in_words(figure, figures[figure.name]),
            interval_in_words(figure, figures["intervals"][figure.name]),
            str(figures["counts"][figure.name]),
        ]
        for figure in table
        if figures[figure.name] is not None
    )
    yield from _table(["figure", "value", "95% interval", "n"], rows)


def _by_category(table: Sequence[Figure[Any]], categories: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    shown = [figure for figure in table if figure.name in BY_CATEGORY]
    rows = ([name, str(of["n"]), *(in_words(f, of[f.name]) for f in shown)] for name, of in categories.items())
    yield from _table(["category", "n", *(figure.title for figure in shown)], rows)


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(heading)
    yield _row(["---", *("---:" for _ in heading[1:])])
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return one_line(str(text)).replace("\\", "\\\\").replace("|", "\\|")
