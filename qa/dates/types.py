"""What a text says about time: expressions as they stand, what they mean by themselves, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from index.types import Span


class Kind(Enum):
    """How an expression names its time."""

    DATE = "date"  # "Feb. 5", "the 27th", "2021-02-05"
    WEEKDAY = "weekday"  # "Wednesday", "last Friday"
    MONTH = "month"  # "March", "February this year"
    YEAR = "year"  # "2010"
    RELATIVE = "relative"  # "yesterday", "last week", "three years ago", "the past five years"
    PART = "part"  # "early March", "the first quarter", "winter 2021"
    RANGE = "range"  # "from 2011 to 2021", "Feb. 3-5"
    DURATION = "duration"  # "five years", "five-year"
    TIME = "time"  # "3:30 p.m."
    DECADE = "decade"  # "the 1990s", "the late 1960s", "the 19th century"
    AGE = "age"  # "78-year-old", "aged 78"


class Turn(Enum):
    """Which one is meant of things that come again: counted from now, or from a date named before."""

    LAST = "last"
    THIS = "this"
    NEXT = "next"
    COMING = "coming"
    THAT = "that"
    FOLLOWING = "following"
    PREVIOUS = "previous"

    @property
    def step(self) -> int:
        """How many to go on: -1, 0 or 1."""
        return {Turn.LAST: -1, Turn.PREVIOUS: -1, Turn.NEXT: 1, Turn.COMING: 1, Turn.FOLLOWING: 1}.get(self, 0)

    @property
    def is_from_text(self) -> bool:
        """Whether it counts from a date named before ("that year") and not from now ("this year")."""
        return self in {Turn.THAT, Turn.FOLLOWING, Turn.PREVIOUS}


class Unit(Enum):
    """What time is counted in."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    WEEKEND = "weekend"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"


class Stage(Enum):
    """Which part of a stretch of time is meant: its thirds, and its first and last piece."""

    START = "start"
    EARLY = "early"
    MIDDLE = "middle"
    LATE = "late"
    END = "end"


class Origin(Enum):
    """What a distance in time is counted from."""

    NOW = "now"  # "three years ago", "in two days"
    TEXT = "text"  # "two days later", "a year earlier": a date named before
    EVENT = "event"  # "six weeks after the vote": known only where a date follows


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time, largest unit first: ((YEAR, 2), (MONTH, 6)); only years to seconds, weeks included."""

    amounts: tuple[tuple[Unit, Fraction], ...]

    def __post_init__(self) -> None:
        if not self.amounts:
            raise ValueError("a length of nothing")


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A date as far as it is named: "Feb. 5" has no year, "2010" nothing else, "the 27th" only a day."""

    year: int | Turn | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    turn: Turn | None = None  # of the month: "last February"
    is_about: bool = False


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, 0 for Monday, perhaps of a certain week: "Monday next week"."""

    weekday: int
    turn: Turn | None = None
    week: Turn | None = None


@dataclass(frozen=True, slots=True)
class YearPart:
    """A season, quarter or half of a year by its EDTF code: 21 spring to 24 winter, 33 Q1 to 36 Q4, 40 and 41."""

    code: int
    year: int | Turn | None = None
    turn: Turn | None = None  # of the season: "last summer"


@dataclass(frozen=True, slots=True)
class Period:
    """The day, week, month ... that contains now, or one of its neighbours; no turn: "the weekend"."""

    unit: Unit
    turn: Turn | None


@dataclass(frozen=True, slots=True)
class Decade:
    """Ten years by their first three digits: 199."""

    digits: int


@dataclass(frozen=True, slots=True)
class Century:
    """A hundred years by their first two digits: 18, which English calls the 19th century."""

    digits: int


@dataclass(frozen=True, slots=True)
class Staged:
    """A part of something longer: "early March", "the end of next year", "the late 1960s"."""

    stage: Stage
    of: CalendarDate | YearPart | Period | Decade | Century


@dataclass(frozen=True, slots=True)
class DayFromNow:
    """Today 0, yesterday -1, the day after tomorrow 2."""

    n_days: int


@dataclass(frozen=True, slots=True)
class Distance:
    """A point so far before (-1) or after (1) its origin."""

    length: Length
    sign: int
    origin: Origin
    is_about: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """All the time from so long ago until now (-1), or from now on for so long (1)."""

    length: Length
    sign: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; `zone` is "", "Z" or "+03:00"."""

    hour: int
    minute: int
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """From the one to the other, both included."""

    first: Point
    last: Point


Point = CalendarDate | Weekday | YearPart | Staged
Meaning = (
    CalendarDate
    | Weekday
    | YearPart
    | Period
    | Decade
    | Century
    | Staged
    | DayFromNow
    | Distance
    | Stretch
    | Length
    | Clock
    | Range
)


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """Words that name a time, and what they say by themselves: it isn't known yet when they were written."""

    span: Span
    kind: Kind
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class TimeMention:
    """An expression with its value.

    `value` is an EDTF date, interval or partial date, an ISO 8601 duration or an ISO 8601 time of day ("T15:30"); None
    where the text doesn't tell. `length` is the ISO 8601 duration that the words name beside the date: "P5Y" of "the
    past five years" and of "five years ago".
    """

    span: Span
    kind: Kind
    value: str | None
    length: str | None = None
