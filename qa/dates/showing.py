"""Values -> what a person reads: "5 February 2021", "2011 to 2021", "5 years"."""

from __future__ import annotations

import re

from qa.dates.lexicon import MONTH_NAMES

_PARTS_OF_YEAR = {
    "21": "spring {}",
    "22": "summer {}",
    "23": "autumn {}",
    "24": "winter {}",
    "33": "first quarter of {}",
    "34": "second quarter of {}",
    "35": "third quarter of {}",
    "36": "fourth quarter of {}",
    "40": "first half of {}",
    "41": "second half of {}",
}
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour", "S": "second"}


def shown(value: str) -> str:
    """Return an EDTF value, an ISO 8601 duration or a time of day in words.

    :raises ValueError: if it is none of these.
    """
    if value.startswith("P"):
        return _shown_duration(value)
    if value.startswith("T"):
        return _shown_time(value)
    first, _, last = value.partition("/")
    return _shown_interval(first, last) if last else _shown_date(first)


def _shown_duration(value: str) -> str:
    days, _, hours = value[1:].partition("T")
    amounts = [(number, _UNITS[letter]) for number, letter in re.findall(r"([\d.]+)([YMWD])", days)]
    amounts += [
        (n, "minute" if letter == "M" else _UNITS[letter]) for n, letter in re.findall(r"([\d.]+)([HMS])", hours)
    ]
    if not amounts:
        raise ValueError(f"'{value}' is not a duration")
    return " ".join(f"{_grouped(number)} {unit}{'' if number == '1' else 's'}" for number, unit in amounts)


def _grouped(number: str) -> str:
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}"


def _shown_time(value: str) -> str:
    match = re.fullmatch(r"T(\d\d:\d\d)(?:(Z)|([+-])(\d\d):(\d\d))?", value)
    if not match:
        raise ValueError(f"'{value}' is not a time of day")
    time, zulu, sign, hours, minutes = match.groups()
    if sign:
        return f"{time} UTC{sign}{int(hours)}{'' if minutes == '00' else ':' + minutes}"
    return f"{time} UTC" if zulu else time


def _shown_date(value: str) -> str:
    match = re.fullmatch(r"([\dX]{4})(?:-([\dX]{2})(?:-([\dX]{2}))?)?(~?)", value)
    if not match:
        raise ValueError(f"'{value}' is not a date")
    year, month, day, about = match.groups()
    named_year = _shown_year(year)
    if month is None:
        shown_as = named_year
    elif month in _PARTS_OF_YEAR:
        shown_as = _PARTS_OF_YEAR[month].format(named_year)
    elif month == "XX":
        shown_as = f"day {int(day)} of a month"
    else:
        words = [str(int(day)) if day else "", MONTH_NAMES[int(month) - 1], "" if year == "XXXX" else named_year]
        shown_as = " ".join(filter(None, words))
    return f"about {shown_as}" if about else shown_as


def _shown_year(year: str) -> str:
    if year.endswith("XX") and year != "XXXX":
        return f"the {_ordinal(int(year[:2]) + 1)} century"
    return f"the {year[:3]}0s" if year.endswith("X") and year != "XXXX" else year.lstrip("0")


def _shown_interval(first: str, last: str) -> str:
    """Return "3 to 5 February 2021", "7 March to 2 April 2021": a month or year that both share is said once."""
    start, end = _shown_date(first), _shown_date(last)
    words, last_words = start.split(), end.split()
    if len(words) == len(last_words) and "~" not in first + last and "X" not in first + last:
        while len(words) > 1 and words[-1] == last_words[-1]:
            words.pop()
            last_words.pop()
    return f"{' '.join(words)} to {end}"


def _ordinal(number: int) -> str:
    suffix = "th" if 11 <= number <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
