"""Timeline -> the terminal: a row of points for each position under an axis of days, then the numbered citations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, NamedTuple

from qa.rendering import citation_lines, scope_note, to_terminal
from qa.timeline import words
from qa.timeline.axis import Axis
from qa.timeline.rows import Point, Row, Timeline

if TYPE_CHECKING:
    from rich.text import Text

_GAP = "  "
_MARK = 2
_LEAST_PLOT = 12
_PLOT_OF_ONE_DAY = len("undated ")
_LEAST_LABEL = 12
# Wider than a page a line of points is no longer taken in at a glance.
_GREATEST_CHART = 120
# The longest name of a tick is "Dec 2021"; and one space.
_COLUMNS_A_TICK = 9
_STYLES = {True: "bold green", False: "yellow"}


@dataclass(frozen=True, slots=True)
class Symbols:
    """What the chart is drawn with; `digits` stand for 0 to 9 and the dash at a point."""

    leads: str
    point: str
    line: str
    axis: str
    tick: str
    ellipsis: str
    digits: str


UNICODE = Symbols("▶", "●", "─", "─", "┬", "…", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
# Dots, since a dash would look like one of "1-3".
ASCII = Symbols(">", "*", ".", "-", "+", "...", "0123456789-")


def symbols_for(encoding: str) -> Symbols:
    """Return the symbols that an output of that encoding can hold."""
    try:
        "".join(astuple(UNICODE)).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return UNICODE


def timeline_text(timeline: Timeline, *, width: int, symbols: Symbols = UNICODE) -> Text:
    """Return the timeline for a terminal of `width` columns; an abstention as `qa ask` shows it."""
    from rich.text import Text

    if timeline.answer.abstained:
        return to_terminal(timeline.answer)
    note = scope_note(timeline.answer)
    return Text("\n").join(
        [
            Text(words.question(timeline), style="bold"),
            Text(words.summary(timeline), style="dim"),
            Text(),
            *_chart(timeline, min(width, _GREATEST_CHART), symbols),
            *_citations(timeline),
            *([Text(note, style="dim")] if note else []),
        ]
    )


class Spot(NamedTuple):
    """A column of the chart with the points that fall on it."""

    column: int
    points: tuple[Point, ...]


def spots(points: Iterable[Point], axis: Axis, *, n_columns: int) -> list[Spot]:
    """Return the columns, from 0 to `n_columns` - 1, on which dated points fall, in order."""
    at: dict[int, list[Point]] = {}
    for point in points:
        if point.day:
            at.setdefault(round(axis.share(point.day) * (n_columns - 1)), []).append(point)
    return [Spot(column, tuple(at[column])) for column in sorted(at)]


class _Columns(NamedTuple):
    """How wide the parts of a line are: label, axis, the room behind it for the last point's numbers, sources."""

    label: int
    plot: int
    room: int
    sources: int


def _chart(timeline: Timeline, width: int, symbols: Symbols) -> Iterator[Text]:
    axis = Axis(timeline.first, timeline.last) if timeline.first and timeline.last else None
    columns = _columns(timeline, axis, width)
    if axis:
        yield from _axis_lines(axis, columns, symbols)
    for row in timeline.rows:
        yield _row_line(row, axis, columns, symbols)


def _columns(timeline: Timeline, axis: Axis | None, width: int) -> _Columns:
    from rich.cells import cell_len

    last_of_rows = [[p for p in row.dated if p.day == row.position.last_published] for row in timeline.rows]
    room = max(len(_numbers(points)) for points in last_of_rows)
    sources = max(len(words.sources(row.position)) for row in timeline.rows)
    left = width - _MARK - room - 2 * len(_GAP) - sources
    longest = max(cell_len(words.label(row.position)) for row in timeline.rows)
    is_long = axis is not None and axis.n_days > 0
    label = min(longest, max(_LEAST_LABEL, left // 2 if is_long else left - _PLOT_OF_ONE_DAY))
    plot = max(_LEAST_PLOT, left - label) if is_long else _PLOT_OF_ONE_DAY
    return _Columns(label, plot, room, sources)


def _axis_lines(axis: Axis, columns: _Columns, symbols: Symbols) -> list[Text]:
    """Return the names of some days, and below them the axis with a tick for each."""
    from rich.text import Text

    names = [" "] * (columns.plot + columns.room + len(_GAP) + columns.sources)
    rule = [symbols.axis if axis.n_days else " "] * columns.plot
    free = 0
    for day, name in axis.ticks(most=max(2, columns.plot // _COLUMNS_A_TICK)):
        column = round(axis.share(day) * (columns.plot - 1))
        rule[column] = symbols.tick
        start = min(column, len(names) - len(name))
        if start >= free:
            names[start : start + len(name)] = name
            free = start + len(name) + 1
    indent = " " * (_MARK + columns.label + len(_GAP))
    return [Text(f"{indent}{''.join(line).rstrip()}", style="dim") for line in (names, rule)]


def _row_line(row: Row, axis: Axis | None, columns: _Columns, symbols: Symbols) -> Text:
    from rich.text import Text

    style = _STYLES[row.leads]
    mark = symbols.leads if row.leads else ""
    return Text.assemble(
        (mark.ljust(_MARK), style),
        (_cut(words.label(row.position), columns.label, symbols.ellipsis), style),
        _GAP,
        _track(row, axis, columns, symbols),
        _GAP,
        (words.sources(row.position), "dim"),
    )


def _cut(text: str, n_columns: int, ellipsis: str) -> str:
    """Return `text` in exactly that many columns, its end replaced by an ellipsis where it is too long."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) > n_columns:
        text = set_cell_size(text, n_columns - len(ellipsis)).rstrip() + ellipsis
    return set_cell_size(text, n_columns)


def _track(row: Row, axis: Axis | None, columns: _Columns, symbols: Symbols) -> Text:
    """Return the points of a row, joined by a line, each followed by its numbers where there is room for them."""
    from rich.text import Text

    n_columns = columns.plot + columns.room
    marked = spots(row.dated, axis, n_columns=columns.plot) if axis else []
    if not marked:
        return Text("undated".ljust(n_columns), style="dim")
    track = Text(" " * marked[0].column)
    for spot, following in zip(marked, [*marked[1:], None], strict=True):
        end = following.column if following else n_columns
        rest = symbols.line if following else " "
        numbers = _numbers(spot.points).translate(str.maketrans("0123456789-", symbols.digits))
        numbers = numbers if len(numbers) < end - spot.column else ""
        track.append(symbols.point, _STYLES[row.leads])
        track.append(numbers, "cyan")
        track.append(rest * (end - spot.column - 1 - len(numbers)), _STYLES[row.leads])
    return track


def _numbers(points: Sequence[Point]) -> str:
    """Return the numbers of points, neighbours as a range: "1-3,5"."""
    runs: list[list[int]] = []
    for point in points:
        if runs and point.n == runs[-1][-1] + 1:
            runs[-1].append(point.n)
        else:
            runs.append([point.n])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _citations(timeline: Timeline) -> Iterator[Text]:
    """Yield the citations by number, those of undated articles under a heading of their own."""
    from rich.text import Text

    yield Text()
    for point in timeline.points:
        if timeline.first and timeline.undated and point is timeline.undated[0]:
            yield Text("\nOf unknown date:", style="bold")
        yield from citation_lines(point.n, point.citation)
