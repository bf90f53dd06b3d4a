"""What every picture of a timeline says in words."""

from __future__ import annotations

from datetime import date

from qa.dates import shown
from qa.rendering import day_in_words, in_plain_words, one_line, printable
from qa.timeline.rows import Row, Timeline
from qa.types import Position


def label(position: Position) -> str:
    """Return a position's text and, where it is a date, the date: "Feb. 5 (5 February 2021)"."""
    return printable(one_line(position.text)) + in_plain_words(position)


def sources(position: Position) -> str:
    """Return "3 sources", those that are independent of each other, and whether later ones say something else."""
    return _counted(position.n_sources, "source") + (", superseded" if position.is_superseded else "")


def summary(timeline: Timeline) -> str:
    """Return "2 positions in 4 articles, 20 to 26 January 2021"."""
    positions = _counted(len(timeline.rows), "position")
    return f"{positions} in {_counted(timeline.n_articles, 'article')}, {days(timeline.first, timeline.last)}"


def days_of(row: Row) -> str:
    """Return the days between which a position was published: "20 to 26 January 2021"."""
    return days(row.position.first_published, row.position.last_published)


def days(first: date | None, last: date | None) -> str:
    """Return two days in words, what both share said once; "undated" where there are none."""
    if first is None or last is None or first == last:
        return day_in_words(first)
    return shown(f"{first.isoformat()}/{last.isoformat()}")


def question(timeline: Timeline) -> str:
    """Return the question on one line."""
    return printable(one_line(timeline.answer.question.text))


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
