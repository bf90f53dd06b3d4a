"""Figures -> lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eval.report.markdown import BY_CATEGORY

_WIDTH = 29


def figure_lines(figures: Mapping[str, Any]) -> Iterator[str]:
    """Yield each figure with its interval, then what went wrong, latency by stage, and the main figures by category.

    :param figures: what a task of `eval.tasks` returns.
    """
    intervals = figures["intervals"]
    for name, value in figures.items():
        if not isinstance(value, Mapping):
            yield f"{name:<{_WIDTH}}{_cell(value):<9}{_interval(intervals.get(name))}".rstrip()
    if figures.get("faults"):
        yield f"\n{'what went wrong':<{_WIDTH}}questions"
        yield from (f"{kind:<{_WIDTH}}{n}" for kind, n in figures["faults"].items())
    if figures.get("latency_ms"):
        yield f"\n{'milliseconds':<{_WIDTH}}{'median':<9}95th percentile"
        for stage, ms in figures["latency_ms"].items():
            yield f"{stage:<{_WIDTH}}{ms['median_ms']:<9}{ms['p95_ms']}"
    if len(figures.get("by_category") or ()) > 1:
        yield from _by_category(figures["by_category"])


def _by_category(categories: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    widths = [max(len(name), 5) + 2 for name in ("n", *BY_CATEGORY)]
    heading = (f"{name:>{width}}" for name, width in zip(("n", *BY_CATEGORY), widths, strict=True))
    wide = max(map(len, ("category", *categories)))
    yield f"\n{'category':<{wide}}{''.join(heading)}"
    for category, figures in categories.items():
        cells = (f"{_cell(figures[name]):>{width}}" for name, width in zip(("n", *BY_CATEGORY), widths, strict=True))
        yield f"{category:<{wide}}{''.join(cells)}"


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _interval(interval: list[float] | None) -> str:
    return f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else ""
