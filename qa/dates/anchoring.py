"""Expressions -> values: what they are counted from, which way they lie, and the dates that follow.

The anchor is the day of the dateline, else the day of publication; "that year", "two days later" and a date that goes
on with a story of long ago count from the date named before them. Where no anchor is known the value stays partial
("XXXX-02-05") or None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from index.types import Span
from qa.dates import arithmetic, edtf
from qa.dates.expressions import find_expressions
from qa.dates.tense import Direction, direction
from qa.dates.types import (
    CalendarDate,
    Century,
    Clock,
    DayFromNow,
    Decade,
    Distance,
    Kind,
    Length,
    Meaning,
    Origin,
    Period,
    Point,
    Range,
    Staged,
    Stretch,
    TimeExpression,
    TimeMention,
    Turn,
    Unit,
    Weekday,
    YearPart,
)

_PLACE_OF_DATELINE = re.compile(r"\n[*_]{0,2}[A-Z][A-Z .,'’/()-]{1,40}[,.]\s{1,2}$")
_DASH_OF_DATELINE = re.compile(r"\s?(?:[(\[][^)\]\n]{1,40}[)\]]\s?)?[-–—]")
_REPORTED = re.compile(r"\b(?:said|told|announced|reported|confirmed|added|warned)\s(?:\w+\s)?(?:on\s|in\s)?$")
_OPENS_WITH_YEAR = re.compile(r"(?:^|[.\n]\s?|[.]['”\"]\s)[Ii]n\s$")
_STORY_KINDS = frozenset({Kind.DATE, Kind.MONTH, Kind.PART, Kind.RELATIVE})
_EVENT_FOLLOWS = re.compile(r"\s{1,4}(?:the\s|their\s|his\s|her\s|its\s)?")
_STORY_REACH = 300  # characters: two sentences of news
_TEXT_REACH = 600  # characters: "that year" may lie a paragraph away
_STORY_DAYS = 120  # a date without a year goes on with a story told in dates if it follows that soon
_SLACK_DAYS = 45  # a tense that would move a date to another year loses to a date as near as this


def find_times(text: str, *, published: date | None) -> list[TimeMention]:
    """Return the expressions of time in `text` with their values, in order.

    :param text: an article, or a question; the anchors are looked for in all of it, so a chunk alone may lose some.
    :param published: the day it was published, or asked.
    """
    return _Resolver(text, published).resolve(find_expressions(text))


def is_dateline(text: str, span: Span) -> bool:
    """Say whether a date is that of a dateline: "LONDON, Jan. 20 (Reuters) -" at the beginning of a line."""
    before = f"\n{text[: span.start]}"[-60:]
    return bool(_PLACE_OF_DATELINE.search(before) and _DASH_OF_DATELINE.match(text[span.end : span.end + 60]))


@dataclass
class _Resolver:
    """Resolves the expressions of one text, in order."""

    text: str
    now: date | None
    mentions: list[TimeMention] = field(default_factory=list)

    def resolve(self, expressions: Sequence[TimeExpression]) -> list[TimeMention]:
        """Return the expressions with their values."""
        self._take_dateline(expressions)
        for at, expression in enumerate(expressions):
            following = expressions[at + 1] if at + 1 < len(expressions) else None
            value, length = self._value(expression, following), _length_of(expression.meaning)
            self.mentions.append(TimeMention(expression.span, expression.kind, value, length))
        return self.mentions

    def _take_dateline(self, expressions: Sequence[TimeExpression]) -> None:
        """Count from the day in "LONDON, Jan. 20 (Reuters) -", where the text opens with one."""
        for expression in expressions[:2]:
            if expression.kind is Kind.DATE and is_dateline(self.text, expression.span):
                value = self._value(expression, None)
                day = edtf.bounds(value) if value else None
                self.now = day[0] if day else self.now

    def _value(self, expression: TimeExpression, following: TimeExpression | None) -> str | None:
        try:
            return self._value_of(expression.meaning, expression.span, following)
        except (OverflowError, ValueError):  # outside the years 1 to 9999: "5,000 years ago"
            return None

    def _value_of(self, meaning: Meaning, span: Span, following: TimeExpression | None = None) -> str | None:
        match meaning:
            case CalendarDate():
                return self._calendar_date(meaning, span)
            case Weekday():
                return self._weekday(meaning, span)
            case YearPart():
                return self._year_part(meaning, span)
            case Staged():
                return arithmetic.staged(self._value_of(meaning.of, span), meaning.stage)
            case Range():
                return self._range(meaning, span)
            case Distance():
                return self._distance(meaning, span, following)
            case Period():
                return self._period(meaning, span)
            case _:
                return _plain_value(meaning, self.now)

    def _calendar_date(self, named: CalendarDate, span: Span) -> str | None:
        year = self._year(named.year, span)
        about = "~" if named.is_about else ""
        if isinstance(year, int):
            return edtf.calendar_value(year, named.month, named.day) + about
        if named.year is not None:  # "April that year", and no year is known
            return edtf.calendar_value(None, named.month, named.day)
        if named.month is None:
            return self._day_of_month(named, span)
        return self._without_year(named, span)

    def _year(self, year: int | Turn | None, span: Span) -> int | None:
        if year is None or isinstance(year, int):
            return year
        anchor = self._day_before(span, Unit.YEAR) if year.is_from_text else self.now
        return anchor.year + year.step if anchor else None

    def _day_of_month(self, named: CalendarDate, span: Span) -> str | None:
        """Resolve "the 27th": in the month that brings it nearest, the way the tense tells."""
        number = named.day or 1
        if self.now is None:
            return f"XXXX-XX-{number:02}"
        months = [edtf.month_after(self.now, n) for n in ((named.turn.step,) if named.turn else (-1, 0, 1))]
        days = [
            day
            for month in months
            if (day := arithmetic.first_day(month.year, CalendarDate(month=month.month, day=number)))
        ]
        return (
            edtf.day_value(arithmetic.chosen_day(days, self.now, direction(self.text, span), slack_days=0))
            if days
            else None
        )

    def _without_year(self, named: CalendarDate, span: Span) -> str | None:
        """Resolve "Feb. 5", "March": in the year that the weekday, the story or the tense tells."""
        way = _way_of(named.turn) or direction(self.text, span)
        story = self._story(named, span, way) if named.turn is None else None
        if story is not None or self.now is None:
            return edtf.calendar_value(story, named.month, named.day)
        if named.day is None:
            return _month(named, self.now, way)
        days = arithmetic.days_of_years(named, self.now)
        return edtf.day_value(arithmetic.chosen_day(days, self.now, way, slack_days=_SLACK_DAYS)) if days else None

    def _story(self, named: CalendarDate, span: Span, way: Direction) -> int | None:
        """Return the year of a date that goes on with a story told in dates: "on 15 September 2008. On 3 October"."""
        if not self.mentions or _REPORTED.search(self._before(span, 40)):
            return None
        before = self.mentions[-1]
        gap = self.text[before.span.end : span.start]
        days = edtf.bounds(before.value) if before.value else None
        if days is None or len(gap) > _STORY_REACH or "\n\n" in gap:
            return None
        if before.kind is Kind.YEAR:
            return days[0].year if _OPENS_WITH_YEAR.search(self._before(before.span, 8)) else None
        is_exact = before.kind in _STORY_KINDS and days[1] - days[0] <= timedelta(days=31)
        if way is Direction.FUTURE or not is_exact:
            return None
        following = (arithmetic.first_day(year, named) for year in (days[0].year, days[0].year + 1))
        soon = [day for day in following if day and timedelta(0) <= day - days[0] <= timedelta(days=_STORY_DAYS)]
        return soon[0].year if soon and (self.now is None or soon[0] <= self.now) else None

    def _before(self, span: Span, reach: int) -> str:
        return self.text[max(0, span.start - reach) : span.start]

    def _weekday(self, named: Weekday, span: Span) -> str | None:
        if self.now is None:
            return None
        monday = self.now - timedelta(days=self.now.weekday())
        if named.week or named.turn is Turn.NEXT:
            step = named.week.step if named.week else 1
            return edtf.day_value(monday + timedelta(days=7 * step + named.weekday))
        way = direction(self.text, span)
        if named.turn is Turn.LAST or (named.turn is not Turn.COMING and not _is_ahead(way, named)):
            n_back = (self.now.weekday() - named.weekday) % 7
            return edtf.day_value(self.now - timedelta(days=n_back or (7 if named.turn is Turn.LAST else 0)))
        n_on = (named.weekday - self.now.weekday()) % 7
        return edtf.day_value(self.now + timedelta(days=n_on or (7 if named.turn is Turn.COMING else 0)))

    def _year_part(self, named: YearPart, span: Span) -> str | None:
        if named.year is not None or (named.turn and named.turn.is_from_text):
            year = self._year(named.year if named.year is not None else named.turn, span)
            return edtf.month_value(year, named.code) if year else None
        return arithmetic.nearest_part(named, self.now, direction(self.text, span)) if self.now else None

    def _period(self, named: Period, span: Span) -> str | None:
        if named.turn and named.turn.is_from_text:
            anchor = self._day_before(span, named.unit)
            return arithmetic.period(named.unit, named.turn, anchor) if anchor else None
        if self.now is None:
            return None
        is_past = direction(self.text, span) is not Direction.FUTURE
        return arithmetic.period(named.unit, named.turn, self.now, is_past=is_past)

    def _range(self, named: Range, span: Span) -> str | None:
        if isinstance(named.first, Weekday) and isinstance(named.last, Weekday):
            return self._weekdays(named.first, named.last, span)
        last = self._value_of(named.last, span)
        first = self._value_of(_with_year_of(named.first, last), span)
        if first is None or last is None:
            return None
        first, last = first.partition("/")[0], last.rpartition("/")[2]
        if "X" not in first + last and edtf.is_valid(f"{last}/{first}") and first != last:
            last = _a_year_on(first, last, named)
        value = edtf.interval(first, last)
        return value if edtf.is_valid(value) else None

    def _weekdays(self, first: Weekday, last: Weekday, span: Span) -> str | None:
        value = self._weekday(last, span)
        if value is None:
            return None
        end = date.fromisoformat(value)
        start = end - timedelta(days=(last.weekday - first.weekday) % 7)
        return edtf.interval(edtf.day_value(start), value)

    def _distance(self, named: Distance, span: Span, following: TimeExpression | None) -> str | None:
        unit = named.length.amounts[0][0]
        if named.origin is Origin.NOW:
            anchor = self.now
        elif named.origin is Origin.TEXT:
            anchor = self._day_before(span, unit)
            if anchor is None and named.sign < 0:
                anchor = self.now  # "up 2 percent from a day earlier"
        else:
            anchor = self._event(span, following)
        value = arithmetic.at_distance(named, anchor) if anchor else None
        is_ahead = value is not None and self.now is not None and value.rstrip("~") > edtf.day_value(self.now)
        if named.origin is Origin.TEXT and is_ahead and direction(self.text, span) is not Direction.FUTURE:
            return None  # "two years later" of what was has come by now: another date is meant
        return value

    def _event(self, span: Span, following: TimeExpression | None) -> date | None:
        """Return the day of "six weeks after the November 3 vote"; None where no date follows."""
        if following is None or following.span.start - span.end > 12:
            return None
        if not _EVENT_FOLLOWS.fullmatch(self.text[span.end : following.span.start]):
            return None
        value = self._value(following, None)
        days = edtf.bounds(value) if value else None
        return days[0] if days and days[0] == days[1] else None

    def _day_before(self, span: Span, unit: Unit) -> date | None:
        """Return the first day of the nearest date before `span`, if it is as exact as `unit` asks."""
        for mention in reversed(self.mentions[-6:]):
            if span.start - mention.span.end > _TEXT_REACH:
                return None
            days = edtf.bounds(mention.value) if mention.value else None
            if days is not None:
                return days[1 if "/" in (mention.value or "") else 0] if days[1] - days[0] <= _EXACT[unit] else None
        return None


_EXACT = {
    Unit.SECOND: timedelta(-1), Unit.MINUTE: timedelta(-1), Unit.HOUR: timedelta(-1),
    Unit.DAY: timedelta(0), Unit.WEEK: timedelta(6), Unit.WEEKEND: timedelta(6), Unit.MONTH: timedelta(31),
    Unit.QUARTER: timedelta(92), Unit.YEAR: timedelta.max, Unit.DECADE: timedelta.max, Unit.CENTURY: timedelta.max,
}  # fmt: skip


def _plain_value(meaning: Decade | Century | Length | Clock | DayFromNow | Stretch, now: date | None) -> str | None:
    """Return the value of what is told whole, or from now alone."""
    match meaning:
        case Decade():
            return edtf.decade_value(meaning.digits)
        case Century():
            return edtf.century_value(meaning.digits)
        case Length():
            return edtf.duration_value(meaning)
        case Clock():
            return f"T{meaning.hour:02}:{meaning.minute:02}{meaning.zone}"
        case DayFromNow():
            return edtf.day_value(now + timedelta(days=meaning.n_days)) if now else None
        case Stretch():
            return arithmetic.stretch(meaning, now) if now else None


def _month(named: CalendarDate, now: date, way: Direction) -> str:
    """Return the month nearest to now, on the side that its turn or the tense tells; news looks back, but not far."""
    month, step = named.month or 1, named.turn.step if named.turn else 0
    is_soon = way is Direction.UNKNOWN and (month - now.month) % 12 <= 2
    if named.turn is Turn.THIS:
        year = now.year
    elif way is Direction.FUTURE or is_soon:
        year = now.year + (month < now.month or (step == 1 and month == now.month))
    else:
        year = now.year - (month > now.month or (step == -1 and month == now.month))
    return edtf.month_value(year, month)


def _way_of(turn: Turn | None) -> Direction | None:
    if turn is None or turn is Turn.THIS:
        return None
    return Direction.FUTURE if turn.step > 0 else Direction.PAST


def _is_ahead(way: Direction, named: Weekday) -> bool:
    return way is Direction.FUTURE or (way is Direction.UNKNOWN and named.turn is Turn.THIS)


def _with_year_of(first: Point, last: str | None) -> Point:
    """Let "June" of "June to August 2019" be in the year of its end, or in the one before."""
    days = edtf.bounds(last) if last else None
    if not isinstance(first, CalendarDate) or first.year is not None or days is None or first.month is None:
        return first
    start = arithmetic.first_day(days[1].year, first)
    year = days[1].year - (start is not None and start > days[1])
    return replace(first, year=year)


def _a_year_on(first: str, last: str, named: Range) -> str:
    """Return the end in the year of its beginning, or the next: "November 2018 to February" ends in 2019."""
    point = named.last
    if not isinstance(point, CalendarDate) or point.year is not None:
        return last
    year = int(first[:4])
    candidates = (edtf.calendar_value(y, point.month, point.day) for y in (year, year + 1))
    return next((c for c in candidates if edtf.is_valid(edtf.interval(first, c))), last)


def _length_of(meaning: Meaning) -> str | None:
    return edtf.duration_value(meaning.length) if isinstance(meaning, Distance | Stretch) else None
