"""Answer -> timeline: a row for each position, a point for each citation, numbered in the order of publication."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qa.types import Answer, Citation, Position


@dataclass(frozen=True, slots=True)
class Point:
    """A citation on the timeline; `n` counts through all rows, by day of publication, the undated last."""

    n: int
    citation: Citation

    @property
    def day(self) -> date | None:
        """The day on which its article was published."""
        return self.citation.article.published


@dataclass(frozen=True, slots=True)
class Row:
    """A position with its points in the order of publication; `leads` says whether it is the answer."""

    position: Position
    leads: bool
    points: tuple[Point, ...]

    @property
    def dated(self) -> tuple[Point, ...]:
        """The points that have a place on the axis."""
        return tuple(point for point in self.points if point.day)

    @property
    def undated(self) -> tuple[Point, ...]:
        """The points whose articles don't tell their date."""
        return tuple(point for point in self.points if not point.day)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The positions of an answer, the earliest first; without rows where the answer is an abstention."""

    answer: Answer
    rows: tuple[Row, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        """The points of all rows by number: in the order of publication, the undated last."""
        return tuple(sorted((point for row in self.rows for point in row.points), key=lambda point: point.n))

    @property
    def undated(self) -> tuple[Point, ...]:
        """The points of all rows that have no place on the axis."""
        return tuple(point for point in self.points if not point.day)

    @property
    def n_articles(self) -> int:
        """The articles that are cited; one may be cited for several positions."""
        return len({point.citation.article.id for point in self.points})

    @property
    def first(self) -> date | None:
        """The day of the first publication; None where every article is undated."""
        return min((point.day for point in self.points if point.day), default=None)

    @property
    def last(self) -> date | None:
        """The day of the last publication."""
        return max((point.day for point in self.points if point.day), default=None)


def timeline_of(answer: Answer) -> Timeline:
    """Return the answer's positions along time: by first publication, then the more probable first."""
    positions = sorted(answer.positions, key=lambda p: (p.first_published or date.max, -p.confidence))
    cited = [(position, citation) for position in positions for citation in position.citations]
    # A stable sort: on one day the order of the rows holds, and in a row that of the evidence.
    cited.sort(key=lambda place: place[1].article.published or date.max)
    numbered = [(position, Point(n, citation)) for n, (position, citation) in enumerate(cited, start=1)]
    rows = [
        Row(position, position is answer.positions[0], tuple(point for of, point in numbered if of is position))
        for position in positions
    ]
    return Timeline(answer, tuple(rows))
