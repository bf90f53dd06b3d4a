"""The calendar's arithmetic: neighbouring weeks, months and seasons, parts of longer times, distances."""

from __future__ import annotations

import re
from datetime import date, timedelta

from qa.dates import edtf
from qa.dates.tense import Direction
from qa.dates.types import CalendarDate, Distance, Length, Stage, Stretch, Turn, Unit, YearPart

_WINTER = 24
# Thirds of a month, a year, a decade and a century, as first and last day, month, year; the first and the last month
# are what "the start" and "the end of the year" mean.
_DAYS = {
    Stage.START: (1, 10), Stage.EARLY: (1, 10), Stage.MIDDLE: (11, 20), Stage.LATE: (21, 31), Stage.END: (21, 31),
}  # fmt: skip
_MONTHS = {
    Stage.START: (1, 1), Stage.EARLY: (1, 4), Stage.MIDDLE: (5, 8), Stage.LATE: (9, 12), Stage.END: (12, 12),
}  # fmt: skip
_YEARS = {
    Stage.START: (0, 3), Stage.EARLY: (0, 3), Stage.MIDDLE: (4, 6), Stage.LATE: (7, 9), Stage.END: (7, 9),
}  # fmt: skip
_YEARS_OF_CENTURY = {
    Stage.START: (0, 33), Stage.EARLY: (0, 33), Stage.MIDDLE: (34, 66), Stage.LATE: (67, 99), Stage.END: (67, 99),
}  # fmt: skip
_WEEKDAYS = {
    Stage.START: (0, 1), Stage.EARLY: (0, 1), Stage.MIDDLE: (2, 3), Stage.LATE: (4, 6), Stage.END: (4, 6),
}  # fmt: skip
_MONTHS_OF_QUARTER = {Stage.START: 0, Stage.EARLY: 0, Stage.MIDDLE: 1, Stage.LATE: 2, Stage.END: 2}


def moved(day: date, length: Length, sign: int) -> date:
    """Return the day `length` after (1) or before (-1) `day`; a month's end stays within its month.

    :raises OverflowError: outside the years 1 to 9999.
    """
    for unit, count in length.amounts:
        if unit in {Unit.YEAR, Unit.MONTH}:
            month = edtf.month_after(day, sign * int(count * (12 if unit is Unit.YEAR else 1)))
            day = month.replace(day=min(day.day, edtf.month_end(month.year, month.month).day))
        elif unit in {Unit.WEEK, Unit.DAY}:
            day += timedelta(days=sign * int(count * (7 if unit is Unit.WEEK else 1)))
        else:
            day += sign * timedelta(seconds=int(count * {Unit.HOUR: 3600, Unit.MINUTE: 60}.get(unit, 1)))
    return day


def period(unit: Unit, turn: Turn | None, now: date, *, is_past: bool = True) -> str:
    """Return the day, week, month ... of `now`, or its neighbour; weeks run from Monday to Sunday.

    :param is_past: which weekend "the weekend" is, when no turn says so.
    """
    step = turn.step if turn else 0
    if unit is Unit.DAY:
        return edtf.day_value(now + timedelta(days=step))
    if unit is Unit.WEEK:
        return _week(now, turn)
    if unit is Unit.WEEKEND:
        saturday = now + timedelta(days=5 - now.weekday() + 7 * step)
        if turn is None and is_past and saturday > now:
            saturday -= timedelta(days=7)
        return edtf.interval(edtf.day_value(saturday), edtf.day_value(saturday + timedelta(days=1)))
    if unit is Unit.MONTH:
        month = edtf.month_after(now, step)
        return edtf.month_value(month.year, month.month)
    if unit is Unit.QUARTER:
        month = edtf.month_after(now, 3 * step)
        return edtf.month_value(month.year, 33 + (month.month - 1) // 3)
    if unit is Unit.YEAR:
        return edtf.year_value(now.year + step)
    if unit is Unit.DECADE:
        return edtf.decade_value(now.year // 10 + step)
    return edtf.century_value(now.year // 100 + step)


def _week(now: date, turn: Turn | None) -> str:
    # A Sunday paper's "last week" is the one that it looks back on, not the one before.
    if turn is Turn.LAST and now.weekday() == 6:
        first = now - timedelta(days=7)
    else:
        first = now + timedelta(days=7 * (turn.step if turn else 0) - now.weekday())
    return edtf.interval(edtf.day_value(first), edtf.day_value(first + timedelta(days=6)))


def nearest_part(part: YearPart, now: date, way: Direction) -> str | None:
    """Return the season, quarter or half that is meant where no year is named."""
    values = [edtf.month_value(year, part.code) for year in range(max(now.year - 2, 1), min(now.year + 2, 9998) + 1)]
    dated = [(days, value) for value in values if (days := edtf.bounds(value))]
    is_winter = part.code == _WINTER
    if part.turn is Turn.LAST:
        return max((value for (_, end), value in dated if end < now), default=None)
    if part.turn is Turn.THIS:
        return edtf.month_value(now.year - (is_winter and now.month <= 2), part.code)
    if part.turn is Turn.NEXT and not is_winter:
        return edtf.month_value(now.year + 1, part.code)
    if part.turn:
        return min((value for (start, _), value in dated if start > now), default=None)
    if way is Direction.FUTURE:
        return min((value for (_, end), value in dated if end >= now), default=None)
    if way is Direction.UNKNOWN and part.code < 30:
        return min(dated, key=lambda one: max(one[0][0] - now, now - one[0][1]))[1]
    return max((value for (start, _), value in dated if start <= now), default=None)


def staged(value: str | None, stage: Stage) -> str | None:
    """Return the part of a value that "early", "the end of" and so on cut out of it; seasons are left whole."""
    if value is None:
        return None
    value = value.rstrip("~")
    if re.fullmatch(r"\d{4}-\d\d-\d\d/.*", value):
        return _staged_week(value, stage)
    if re.fullmatch(r"\d{3}X", value):
        return edtf.interval(*(f"{value[:3]}{n}" for n in _YEARS[stage]))
    if re.fullmatch(r"\d\dXX", value):
        return edtf.interval(*(f"{value[:2]}{n:02}" for n in _YEARS_OF_CENTURY[stage]))
    if re.fullmatch(r"\d{4}", value):
        return edtf.interval(*(edtf.month_value(int(value), n) for n in _MONTHS[stage]))
    year, _, month = value.partition("-")
    return _staged_month(year, int(month), stage) if re.fullmatch(r"\d\d", month) else value


def _staged_month(year: str, month: int, stage: Stage) -> str:
    if 33 <= month <= 36:
        return f"{year}-{3 * (month - 33) + 1 + _MONTHS_OF_QUARTER[stage]:02}"
    if month > 12:
        return f"{year}-{month}"
    first, last = _DAYS[stage]
    last = min(last, edtf.month_end(2001 if "X" in year else int(year), month).day)
    return edtf.interval(f"{year}-{month:02}-{first:02}", f"{year}-{month:02}-{last:02}")


def _staged_week(value: str, stage: Stage) -> str:
    days = edtf.bounds(value)
    if days is None or (days[1] - days[0]).days != 6:
        return value
    first, last = (days[0] + timedelta(days=n) for n in _WEEKDAYS[stage])
    return edtf.interval(edtf.day_value(first), edtf.day_value(last))


def days_of_years(named: CalendarDate, now: date) -> list[date]:
    """Return the day in the years around now; only where it falls on the weekday named with it, if it ever does."""
    reach = 8 if (named.month, named.day) == (2, 29) else 2
    near = [day for year in range(now.year - reach, now.year + reach + 1) if (day := first_day(year, named))]
    fitting = [day for day in near if named.weekday is None or day.weekday() == named.weekday]
    return fitting or near


def first_day(year: int, named: CalendarDate) -> date | None:
    """Return the day, or the first day of the month, in that year; None where there is no such day."""
    try:
        return date(year, named.month or 1, named.day or 1)
    except ValueError:
        return None


def chosen_day(days: list[date], now: date, way: Direction, *, slack_days: int) -> date:
    """Return the day nearest to now, on the side that the tense tells unless it is close by on the other."""
    nearest = min(days, key=lambda day: abs(day - now))
    gap = (nearest - now).days
    if way is Direction.PAST and gap > slack_days:
        return max((day for day in days if day <= now), default=nearest)
    if way is Direction.FUTURE and gap < -slack_days:
        return min((day for day in days if day >= now), default=nearest)
    return nearest


def stretch(named: Stretch, now: date) -> str:
    """Return the interval between now and so long ago, as exact as its unit; a single year is told in months."""
    unit, count = named.length.amounts[0]
    there = moved(now, named.length, named.sign)
    if unit is Unit.YEAR and count > 1:
        ends = [edtf.year_value(now.year), edtf.year_value(there.year)]
    elif unit is Unit.YEAR or (unit is Unit.MONTH and count > 1):
        ends = [edtf.month_value(day.year, day.month) for day in (now, there)]
    else:
        ends = [edtf.day_value(day) for day in (now, there)]
    return edtf.interval(*sorted(ends))


def at_distance(named: Distance, anchor: date) -> str | None:
    """Return the point, as exact as its unit: years tell a year, months a month, days a day."""
    unit, _ = named.length.amounts[-1]
    if unit in {Unit.HOUR, Unit.MINUTE, Unit.SECOND}:
        return None
    there = moved(anchor, named.length, named.sign)
    about = "~" if named.is_about else ""
    if unit is Unit.YEAR:
        return edtf.year_value(there.year) + about
    if unit is Unit.MONTH:
        return edtf.month_value(there.year, there.month) + about
    return edtf.day_value(there) + about
