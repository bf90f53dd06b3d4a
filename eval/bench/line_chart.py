"""Lines over a logarithmic axis, as one SVG file that needs nothing else: what grows, against how much there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import ceil, floor, log10

_WIDTH, _HEIGHT = 520, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 392, 30, 270
_COLOURS = ("#1b6ca8", "#b8500f", "#3d7a2e", "#7a3d8f", "#8a6d00", "#555555")  # each at least 4.5:1 on white
_APART = 14  # pixels between two names

Points = Sequence[tuple[float, float]]


def line_chart(title: str, *, x: str, y: str, lines: Mapping[str, Points], is_log: bool = True) -> str:
    """Return an SVG with one line a name, labelled at its end.

    :param lines: points in rising order of x, x above 0, y above 0 too where `is_log`; not all lines empty.
    :param is_log: whether the y axis is logarithmic as well; else it begins at 0.
    """
    values = [point for points in lines.values() for point in points]
    across = _Scale([p[0] for p in values], _LEFT, _RIGHT, is_log=True)
    up = _Scale([p[1] for p in values], _BOTTOM, _TOP, is_log=is_log)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
            f'font-family="sans-serif" font-size="11" fill="#333">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
            f'<text x="{_LEFT}" y="16" font-weight="bold">{escape(title)}</text>',
            *_axes(across, up, x, y),
            *_drawn(lines, across, up),
            "</svg>\n",
        ]
    )


class _Scale:
    """Values -> pixels between two ends, and the values that are labelled."""

    def __init__(self, values: Sequence[float], begin: float, end: float, *, is_log: bool) -> None:
        self._begin, self._end, self._is_log = begin, end, is_log
        if is_log:
            self._first, self._last = float(floor(log10(min(values)))), float(ceil(log10(max(values))))
            self._last = max(self._last, self._first + 1)
            self.ticks = [10**n for n in range(int(self._first), int(self._last) + 1)]
        else:
            step = _round_step(max(values) / 5)
            self.ticks = [step * n for n in range(ceil(max(values) / step) + 1)]
            self._first, self._last = 0.0, self.ticks[-1]

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        place = log10(value) if self._is_log else value
        return self._begin + (place - self._first) / (self._last - self._first) * (self._end - self._begin)


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20 ... (or 0.1, 0.2 ...) that is at least so large."""
    power: float = 10.0 ** floor(log10(least)) if least > 0 else 1.0
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9))


def _axes(across: _Scale, up: _Scale, x: str, y: str) -> Iterator[str]:
    for tick in up.ticks:
        height = f"{up.at(tick):.1f}"
        yield f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{height}" y2="{height}" stroke="#ddd"/>'
        yield f'<text x="{_LEFT - 6}" y="{up.at(tick) + 4:.1f}" text-anchor="end">{tick:,g}</text>'
    for tick in across.ticks:
        yield f'<text x="{across.at(tick):.1f}" y="{_BOTTOM + 16}" text-anchor="middle">{tick:,g}</text>'
    yield f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{_BOTTOM}" y2="{_BOTTOM}" stroke="#333"/>'
    yield f'<text x="{(_LEFT + _RIGHT) / 2}" y="{_HEIGHT - 12}" text-anchor="middle">{escape(x)}</text>'
    middle = (_TOP + _BOTTOM) / 2
    yield f'<text x="14" y="{middle}" transform="rotate(-90 14 {middle})" text-anchor="middle">{escape(y)}</text>'


def _drawn(lines: Mapping[str, Points], across: _Scale, up: _Scale) -> Iterator[str]:
    drawn = [(name, [(across.at(x), up.at(y)) for x, y in points]) for name, points in lines.items() if points]
    colours = {name: _COLOURS[n % len(_COLOURS)] for n, (name, _) in enumerate(drawn)}
    for name, places in drawn:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline points="{path}" fill="none" stroke="{colours[name]}" stroke-width="2"/>'
        for x, y in places:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colours[name]}"/>'
    lowest = float(_TOP - _APART)
    for name, places in sorted(drawn, key=lambda line: line[1][-1][1]):
        lowest = max(places[-1][1] + 4, lowest + _APART)  # names of lines that end together stand below one another
        yield f'<text x="{_RIGHT + 8}" y="{lowest:.1f}" fill="{colours[name]}">{escape(name)}</text>'
