"""Scores -> the charts of the report, as SVG elements of its page, which has their colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, log10, sqrt
from typing import NamedTuple

from eval.metrics.abstention import curve
from eval.metrics.calibration import reliability
from eval.types import Score
from qa.timeline.svg import attribute, marked_up

_WIDTH, _HEIGHT = 360, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 338, 14, 252
_N_BARS = 24
_MOST_LABELS = 6
_LARGEST_DOT, _SMALLEST_DOT = 11.0, 3.0


class Axis(NamedTuple):
    """What is told along one side, from `first` to `last`, with a label at each tick."""

    title: str
    first: float
    last: float
    ticks: tuple[tuple[float, str], ...]


def _shares(title: str) -> Axis:
    return Axis(title, 0.0, 1.0, tuple((at / 100, f"{at}%") for at in range(0, 101, 20)))


def reliability_diagram(scores: Sequence[Score]) -> str:
    """Draw how often answers of each confidence are right, beside the line on which it would be as often as said."""
    bins = reliability([s.confidence for s in scores], [s.is_right for s in scores])
    x, y = _shares("confidence"), _shares("right")
    most = max(b.n for b in bins)
    dots = (
        _dot(
            _x(x, b.confidence),
            _y(y, b.accuracy),
            max(_SMALLEST_DOT, _LARGEST_DOT * sqrt(b.n / most)),
            f"{b.n} questions: confidence {b.confidence:.0%}, right {b.accuracy:.0%}",
        )
        for b in bins
    )
    ideal = _line([(_x(x, 0), _y(y, 0)), (_x(x, 1), _y(y, 1))], "ideal")
    return _chart("Reliability: confidence against the share that is right", x, y, [ideal, *dots])


def risk_coverage(scores: Sequence[Score], *, threshold: float) -> str:
    """Draw the wrong share of the answers against the share of questions that is answered, the surest first."""
    x, y = _shares("answered, of all questions"), _shares("wrong, of the answered")
    points = curve([s.confidence for s in scores], [s.is_right for s in scores])
    places = [(_x(x, p.n_answered / len(scores)), _y(y, 1 - p.n_right / p.n_answered)) for p in points]
    chosen = [place for place, p in zip(places, points, strict=True) if p.threshold >= threshold][-1:]
    marks = [_dot(*place, 5, f"at the threshold {threshold:g}") for place in chosen]
    return _chart("Risk and coverage", x, y, [_line(places, "curve"), *marks])


def precision_recall(scores: Sequence[Score], *, threshold: float) -> str:
    """Draw the right share of the answers against the share of the answerable questions that is answered rightly."""
    n_answerable = sum(not s.is_impossible for s in scores)
    x, y = _shares("answered rightly, of the answerable"), _shares("right, of the answered")
    points = curve([s.confidence for s in scores], [s.is_right for s in scores]) if n_answerable else []
    places = [(_x(x, p.n_right / n_answerable), _y(y, p.n_right / p.n_answered)) for p in points]
    chosen = [place for place, p in zip(places, points, strict=True) if p.threshold >= threshold][-1:]
    marks = [_dot(*place, 5, f"at the threshold {threshold:g}") for place in chosen]
    return _chart("Precision and recall", x, y, [_line(places, "curve"), *marks])


def latency_histogram(scores: Sequence[Score]) -> str:
    """Draw how many questions took how long."""
    times = [s.timings_ms["total"] for s in scores if "total" in s.timings_ms]
    width = _round_step(max(times, default=1.0) / _N_BARS)
    n_bars = int(max(times, default=0.0) // width) + 1
    counts = [0] * n_bars
    for ms in times:
        counts[int(ms // width)] += 1
    x, y = _numbers("milliseconds", n_bars * width), _numbers("questions", max([*counts, 1]))
    bars = (
        f'<rect class="bar" x="{_x(x, n * width):.1f}" y="{_y(y, count):.1f}" '
        f'width="{max(1.0, _x(x, width) - _x(x, 0) - 1):.1f}" height="{_BOTTOM - _y(y, count):.1f}">'
        f"<title>{n * width:g} to {(n + 1) * width:g} ms: {count}</title></rect>"
        for n, count in enumerate(counts)
        if count
    )
    return _chart("Latency of the whole answer", x, y, list(bars))


def _numbers(title: str, last: float) -> Axis:
    step = max(1.0, _round_step(last / _MOST_LABELS))
    ticks = tuple((n * step, f"{n * step:,.0f}") for n in range(int(last // step) + 1))
    return Axis(title, 0.0, last, ticks)


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20, 50 ... (or 0.1, 0.2 ...) that is at least so large."""
    power = 10.0 ** (ceil(log10(least)) - 1) if least > 0 else 1.0
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9))


def _x(axis: Axis, value: float) -> float:
    return _LEFT + (value - axis.first) / (axis.last - axis.first) * (_RIGHT - _LEFT)


def _y(axis: Axis, value: float) -> float:
    return _BOTTOM - (value - axis.first) / (axis.last - axis.first) * (_BOTTOM - _TOP)


def _dot(x: float, y: float, radius: float, title: str) -> str:
    place = f'cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"'
    return f'<circle class="dot" {place}><title>{marked_up(title)}</title></circle>'


def _line(places: Sequence[tuple[float, float]], name: str) -> str:
    return f'<polyline class="{name}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>'


def _chart(title: str, x: Axis, y: Axis, drawn: Sequence[str]) -> str:
    return "\n".join(
        [
            f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label={attribute(title)}>',
            *_axes(x, y),
            *drawn,
            "</svg>",
        ]
    )


def _axes(x: Axis, y: Axis) -> Iterator[str]:
    for at, label in y.ticks:
        height = f"{_y(y, at):.1f}"
        yield f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{height}" y2="{height}"/>'
        yield f'<text x="{_LEFT - 6}" y="{_y(y, at) + 4:.1f}" text-anchor="end">{label}</text>'
    for at, label in x.ticks:
        yield f'<text x="{_x(x, at):.1f}" y="{_BOTTOM + 17}" text-anchor="middle">{label}</text>'
    middle = (_TOP + _BOTTOM) / 2
    yield f'<line class="axis" x1="{_LEFT}" x2="{_RIGHT}" y1="{_BOTTOM}" y2="{_BOTTOM}"/>'
    yield f'<text x="{(_LEFT + _RIGHT) / 2}" y="{_HEIGHT - 8}" text-anchor="middle">{marked_up(x.title)}</text>'
    turned = f'x="11" y="{middle}" transform="rotate(-90 11 {middle})"'
    yield f'<text {turned} text-anchor="middle">{marked_up(y.title)}</text>'
