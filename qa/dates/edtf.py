"""Values as strings: EDTF (ISO 8601-2) dates, seasons, quarters, intervals; ISO 8601 durations and times of day.

https://www.loc.gov/standards/datetime/ ; what we write stays within level 1, but for quarters (33 to 36) and halves
(40, 41) of a year and partial dates such as XXXX-02-05, which are level 2.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from fractions import Fraction

from qa.dates.types import Length, Unit

_DATE = re.compile(r"(?P<year>[\dX]{4})(?:-(?P<month>[\dX]{2})(?:-(?P<day>[\dX]{2}))?)?(?P<about>~?)", re.ASCII)
_DURATION = re.compile(
    r"P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?|"
    r"P\d+\.\d+[YMWD]|PT\d+\.\d+[HMS]",
    re.ASCII,
)
_TIME = re.compile(r"T(?:[01]\d|2[0-3]):[0-5]\d(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?", re.ASCII)
# An unknown month, day or century (EDTF writes X for an unknown digit), and the last year, after which Python has none.
_OFF_THE_CALENDAR = re.compile(r"^XX|X{3}|X-|-X|9999")
_LETTERS = {
    Unit.YEAR: "Y",
    Unit.MONTH: "M",
    Unit.WEEK: "W",
    Unit.DAY: "D",
    Unit.HOUR: "H",
    Unit.MINUTE: "M",
    Unit.SECOND: "S",
}
_OF_A_DAY = frozenset({Unit.HOUR, Unit.MINUTE, Unit.SECOND})
# The months that a season, quarter or half covers, as (first month, number of months). Winter begins in December and so
# runs into the next year; the seasons are those of the northern half of the earth.
_MONTHS_OF = {
    21: (3, 3), 22: (6, 3), 23: (9, 3), 24: (12, 3),
    33: (1, 3), 34: (4, 3), 35: (7, 3), 36: (10, 3),
    40: (1, 6), 41: (7, 6),
}  # fmt: skip


def day_value(day: date) -> str:
    """Return "2021-02-05"."""
    return day.isoformat()


def month_value(year: int, month: int) -> str:
    """Return "2021-02"; the month may also be the code of a season, quarter or half."""
    return f"{year_value(year)}-{month:02}"


def year_value(year: int) -> str:
    """Return "2021".

    :raises ValueError: outside the years 1 to 9999, which the calendar's arithmetic knows.
    """
    if not 1 <= year <= 9999:
        raise ValueError(f"the year {year} is out of range")
    return f"{year:04}"


def decade_value(digits: int) -> str:
    """Return "199X" of 199.

    :raises ValueError: before the year 1.
    """
    if digits < 0:
        raise ValueError(f"the decade {digits} is out of range")
    return f"{digits:03}X"


def century_value(digits: int) -> str:
    """Return "18XX" of 18.

    :raises ValueError: before the year 1.
    """
    if digits < 0:
        raise ValueError(f"the century {digits} is out of range")
    return f"{digits:02}XX"


def calendar_value(year: int | None, month: int | None, day: int | None) -> str:
    """Return a date as far as it is known: "2021-02-05", "XXXX-02", "2021".

    :raises ValueError: if there is no such day.
    """
    known = "XXXX" if year is None else f"{year:04}"
    value = "-".join([known, *(f"{part:02}" for part in (month, day) if part is not None)])
    if not _is_date(value):
        raise ValueError(f"there is no day {value}")
    return value


def interval(first: str, last: str) -> str:
    """Return "2011/2021", or the one value where both are the same."""
    return first if first == last else f"{first}/{last}"


def duration_value(length: Length) -> str:
    """Return the ISO 8601 duration: P2Y6M, PT90M, P3.2Y."""
    of_days = "".join(f"{_decimal(n)}{_LETTERS[unit]}" for unit, n in length.amounts if unit not in _OF_A_DAY)
    of_hours = "".join(f"{_decimal(n)}{_LETTERS[unit]}" for unit, n in length.amounts if unit in _OF_A_DAY)
    return f"P{of_days}T{of_hours}" if of_hours else f"P{of_days}"


def is_valid(value: str) -> bool:
    """Say whether `value` is an EDTF date or interval that exists, an ISO 8601 duration or an ISO 8601 time of day."""
    if value.startswith("P"):
        return bool(_DURATION.fullmatch(value))
    if value.startswith("T"):
        return bool(_TIME.fullmatch(value))
    first, _, last = value.partition("/")
    if not last:
        return _is_date(value)
    if not (_is_date(first) and _is_date(last)):
        return False
    return "X" in value or _bounds(first)[0] <= _bounds(last)[1]


def bounds(value: str) -> tuple[date, date] | None:
    """Return the first and the last day of a date or interval; None of a partial date, a duration or a time of day.

    Seasons are the northern ones, winter from December on. A "~" makes no difference. Decades and centuries are whole.
    """
    if not is_valid(value) or value[0] in "PT" or _OFF_THE_CALENDAR.search(value):
        return None
    first, _, last = value.partition("/")
    return _bounds(first)[0], _bounds(last or first)[1]


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _is_date(value: str) -> bool:
    match = _DATE.fullmatch(value)
    if not match:
        return False
    year, month, day = match.group("year", "month", "day")
    if month is None or "X" in month:
        return year != "0000" and (day is None or "X" in day or 1 <= int(day) <= 31)
    if int(month) in _MONTHS_OF:
        return day is None and year != "0000"
    if not 1 <= int(month) <= 12 or year == "0000":
        return False
    # Some year, perhaps a leap year, is meant where its digits aren't known.
    known_year = 2000 if "X" in year else int(year)
    return day is None or "X" in day or 1 <= int(day) <= calendar.monthrange(known_year, int(month))[1]


def _bounds(value: str) -> tuple[date, date]:
    match = _DATE.fullmatch(value)
    if not match:
        raise ValueError(f"'{value}' is not an EDTF date")
    year, month, day = match.group("year", "month", "day")
    first_year, last_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if month is None:
        return date(max(first_year, 1), 1, 1), date(last_year, 12, 31)
    if day is not None:
        return date(first_year, int(month), int(day)), date(first_year, int(month), int(day))
    first_month, n_months = _MONTHS_OF.get(int(month), (int(month), 1))
    start = date(first_year, first_month, 1)
    return start, month_after(start, n_months) - timedelta(days=1)


def month_after(day: date, n_months: int) -> date:
    """Return the first day of the month that lies `n_months` after the month of `day`.

    :raises OverflowError: if there is no such month in the calendar's years 1 to 9999.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + n_months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"no month {n_months} months from {day}")
    return date(year, month0 + 1, 1)


def _decimal(number: Fraction) -> str:
    return str(int(number)) if number.denominator == 1 else f"{float(number):.3f}".rstrip("0")
