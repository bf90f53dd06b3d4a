"""Timeline -> SVG: one file without scripts, fonts or anything from elsewhere; each point is a link to its citation."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from qa.rendering import headline, reason_in_words, sentence_parts
from qa.timeline import words
from qa.timeline.axis import Axis
from qa.timeline.rows import Point, Row, Timeline

_WIDTH = 720
_MARGIN = 24
_PLOT_LEFT, _PLOT_RIGHT = 46.0, 674.0
_RADIUS = 10
_LANE = 24
_LABEL_LINE = 30
_ROW_GAP = 22
_HEADING_LINE = 28
_SUMMARY_LINE = 42
_AXIS_HEIGHT = 34
_MOST_TICKS = 8
_MOST_HEADING_LINES = 3
# So that a line fits in DejaVu Sans, too, the widest of the fonts that may stand in for a system's own.
_HEADING_CHARACTERS = 50
_LABEL_CHARACTERS = 44
# What XML can't hold even when escaped; control characters are gone already.
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")

# Colours are written out, not as variables: picture viewers that are no browsers don't know these.
STYLE = """
.timeline { font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-size: 14px; }
.timeline .paper { fill: #ffffff; }
.timeline text { fill: #1c1b1a; }
.timeline .heading { font-size: 21px; font-weight: 650; }
.timeline .dim { fill: #66625c; }
.timeline .label { font-size: 16px; font-weight: 600; }
.timeline .label, .timeline .dim { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
.timeline .grid { stroke: #e3e0da; }
.timeline .axis { stroke: #b9b4ab; }
.timeline .reach { stroke: #a8652a; stroke-width: 3; stroke-linecap: round; }
.timeline .point circle { fill: #a8652a; stroke: #ffffff; stroke-width: 2; }
.timeline .leads .reach { stroke: #0b6b50; }
.timeline .leads .point circle { fill: #0b6b50; }
.timeline .point text { fill: #ffffff; font-size: 11px; font-weight: 650; text-anchor: middle; }
.timeline a:hover circle, .timeline a:focus circle { stroke: #1c1b1a; }
@media (prefers-color-scheme: dark) {
  .timeline .paper { fill: #171615; }
  .timeline text { fill: #ece9e4; }
  .timeline .dim { fill: #a5a099; }
  .timeline .label, .timeline .dim { stroke: #171615; }
  .timeline .grid { stroke: #33302c; }
  .timeline .axis { stroke: #6a655d; }
  .timeline .reach { stroke: #e2a468; }
  .timeline .point circle { fill: #e2a468; stroke: #171615; }
  .timeline .leads .reach { stroke: #58c9a0; }
  .timeline .leads .point circle { fill: #58c9a0; }
  .timeline .point text { fill: #171615; }
  .timeline a:hover circle, .timeline a:focus circle { stroke: #ece9e4; }
}
"""


def to_svg(timeline: Timeline) -> str:
    """Return the timeline as a file of its own, with the question above it."""
    heading = textwrap.wrap(
        words.question(timeline), _HEADING_CHARACTERS, max_lines=_MOST_HEADING_LINES, placeholder=" …"
    )
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _picture(timeline, heading, in_page=False)


def to_svg_in_page(timeline: Timeline) -> str:
    """Return the timeline as an element of a page that says the question, and has `point_id` for each citation."""
    return _picture(timeline, [], in_page=True)


def point_id(point: Point) -> str:
    """Return the name by which a page is to know a point's citation."""
    return f"citation-{point.n}"


def marked_up(text: str) -> str:
    """Return text for the content of an element."""
    return escape(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def attribute(text: str) -> str:
    """Return text for the value of an attribute, in its quotation marks."""
    return quoteattr(_NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text))


class Place(NamedTuple):
    """Where a point is drawn: how far along the axis in pixels, and how many lanes below the row's first."""

    x: float
    lane: int
    point: Point


def places(points: Iterable[Point], axis: Axis) -> list[Place]:
    """Return the places of dated points, in order: each at its day, and in the first lane where it covers no other."""
    ends: list[float] = []
    placed = []
    for point in points:
        if point.day:
            x = _x(axis.share(point.day))
            lane = next((lane for lane, end in enumerate(ends) if end <= x), len(ends))
            ends[lane : lane + 1] = [x + 2 * _RADIUS + 2]
            placed.append(Place(x, lane, point))
    return placed


def _x(share: float) -> float:
    return round(_PLOT_LEFT + share * (_PLOT_RIGHT - _PLOT_LEFT), 1)


def _picture(timeline: Timeline, heading: list[str], *, in_page: bool) -> str:
    axis = Axis(timeline.first, timeline.last) if timeline.first and timeline.last else None
    top = _MARGIN + _HEADING_LINE * len(heading) + (_SUMMARY_LINE if heading else 0)
    body, height = _body(timeline, axis, top, in_page=in_page)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline" viewBox="0 0 {_WIDTH} {height}" role="img" '
            'aria-labelledby="timeline-title timeline-desc">',
            f'<title id="timeline-title">{marked_up(words.question(timeline))}</title>',
            f'<desc id="timeline-desc">{marked_up(_description(timeline))}</desc>',
            f"<style>{STYLE}</style>",
            *([] if in_page else [f'<rect class="paper" width="{_WIDTH}" height="{height}"/>']),
            *_heading(timeline, heading),
            *body,
            "</svg>\n",
        ]
    )


def _description(timeline: Timeline) -> str:
    if timeline.answer.abstained:
        return f"No answer. {reason_in_words(timeline.answer)}"
    rows = (
        f"{words.label(row.position)}: {words.sources(row.position)}, {words.days_of(row)}" for row in timeline.rows
    )
    return f"{words.summary(timeline)}. {'; '.join(rows)}."


def _heading(timeline: Timeline, lines: list[str]) -> Iterator[str]:
    for n, line in enumerate(lines):
        yield f'<text class="heading" x="{_MARGIN}" y="{_MARGIN + 18 + n * _HEADING_LINE}">{marked_up(line)}</text>'
    if lines and timeline.rows:
        y = _MARGIN + 14 + len(lines) * _HEADING_LINE
        yield f'<text class="dim" x="{_MARGIN}" y="{y}">{marked_up(words.summary(timeline))}</text>'


def _body(timeline: Timeline, axis: Axis | None, top: int, *, in_page: bool) -> tuple[list[str], int]:
    """Return the elements below the heading, and the height of the picture with them."""
    if timeline.answer.abstained:
        said = marked_up(f"No answer. {reason_in_words(timeline.answer)}")
        return [f'<text x="{_MARGIN}" y="{top + 4}">{said}</text>'], top + _MARGIN
    rows: list[str] = []
    y = top + (_AXIS_HEIGHT if axis else 0)
    for row in timeline.rows:
        placed = places(row.dated, axis) if axis else []
        rows += _row(row, placed, y, in_page=in_page)
        y += _LABEL_LINE + _LANE * (1 + max((place.lane for place in placed), default=0)) + _ROW_GAP
    return [*(_axis(axis, top, y - _ROW_GAP) if axis else []), *rows], y - _ROW_GAP + _MARGIN


def _axis(axis: Axis, top: int, bottom: int) -> Iterator[str]:
    y = top + 20
    yield f'<line class="axis" x1="{_PLOT_LEFT}" x2="{_x(axis.share(axis.last))}" y1="{y}" y2="{y}"/>'
    for day, name in axis.ticks(most=_MOST_TICKS):
        x = _x(axis.share(day))
        yield f'<line class="grid" x1="{x}" x2="{x}" y1="{y}" y2="{bottom}"/>'
        yield f'<line class="axis" x1="{x}" x2="{x}" y1="{y - 5}" y2="{y}"/>'
        yield f'<text class="dim" x="{x}" y="{top + 8}" text-anchor="middle">{name}</text>'


def _row(row: Row, placed: list[Place], top: int, *, in_page: bool) -> Iterator[str]:
    label = textwrap.shorten(words.label(row.position), _LABEL_CHARACTERS, placeholder=" …")
    note = f"{'the answer · ' if row.leads else ''}{words.sources(row.position)}"
    y = top + _LABEL_LINE + _LANE // 2
    yield f'<g class="{"leads" if row.leads else "other"}">'
    yield (
        f'<text x="{_MARGIN}" y="{top + 20}"><tspan class="label">{marked_up(label)}</tspan>'
        f'<tspan class="dim" dx="10">{note}</tspan></text>'
    )
    if placed:
        yield f'<line class="reach" x1="{placed[0].x}" x2="{placed[-1].x}" y1="{y}" y2="{y}"/>'
    else:
        yield f'<text class="dim" x="{_MARGIN}" y="{y + 4}">undated</text>'
    for place in placed:
        yield _point(place, y, in_page=in_page)
    yield "</g>"


def _point(place: Place, top: int, *, in_page: bool) -> str:
    """Return a point with its number, its sentence as a tooltip, and the link to its citation."""
    y = top + place.lane * _LANE
    citation = place.point.citation
    tooltip = f"{''.join(sentence_parts(citation)).strip()} ({headline(citation.article)})"
    drawn = (
        f'<g class="point"><title>{marked_up(tooltip)}</title><circle cx="{place.x}" cy="{y}" r="{_RADIUS}"/>'
        f'<text x="{place.x}" y="{y + 4}">{place.point.n}</text></g>'
    )
    if citation.url:
        return f'<a href={attribute(citation.url)} target="_blank" rel="noopener noreferrer">{drawn}</a>'
    return f'<a href="#{point_id(place.point)}">{drawn}</a>' if in_page else drawn
