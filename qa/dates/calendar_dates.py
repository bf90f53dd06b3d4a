"""Rules for dates, months, years and weekdays."""

from __future__ import annotations

import calendar

from qa.dates import lexicon as lx
from qa.dates.guards import Place, is_day_of_month, is_month, is_weekday, is_year
from qa.dates.lexicon import ANY_WEEKDAY, DAY, END, LAST_DAY, MONTH, NAMED_YEAR, ORDINAL_WORD, WEEKDAY, YEAR, S
from qa.dates.rules import DIGIT, Match, Reading, rule
from qa.dates.types import CalendarDate, Kind, Range, Turn, Weekday

_OF_YEAR = rf"(?:,?{S}{YEAR}|,?{S}(?:of{S})?{NAMED_YEAR})?"
_TO = rf"(?:(?u:\s?)[-–](?u:\s?)|{S}(?P<to>to|and|until|till|through){S})"
_PART_OF_DAY = rf"(?:{S}(?:night|morning|afternoon|evening){END})?"


@rule(rf"(?:{ANY_WEEKDAY},?{S}(?:the{S})?)?{MONTH}{S}{DAY}{_OF_YEAR}", [*lx.WEEKDAYS, *lx.MONTHS])
def month_day(match: Match, place: Place) -> Reading | None:
    """Read "Feb. 5", "February 5, 2021", "Sunday, January 24"."""
    return _date(match)


@rule(
    rf"(?:{ANY_WEEKDAY},?{S})?(?:the{S})?{DAY}(?P<of>{S}of)?{S}{MONTH}(?!{S}\d\d?{END}){_OF_YEAR}",
    [*lx.WEEKDAYS, "the", DIGIT],
)
def day_month(match: Match, place: Place) -> Reading | None:
    """Read "5 February 2021", "the 3rd of August", "Monday, 4 September"."""
    if match.group("of") and not match.group("ordinal"):
        return None
    return _date(match)


@rule(
    rf"(?:the{S})?(?P<word>{ORDINAL_WORD}){S}of{S}{MONTH}{_OF_YEAR}",
    ["the", "twenty", "thirty", *lx.ORDINALS],
)
def spelled_day_month(match: Match, place: Place) -> Reading | None:
    """Read "the fifth of February", "Fourth of July"."""
    return _date(match, day=lx.ordinal_of(match.group("word")))


@rule(
    rf"(?P<year>1\d{{3}}|20\d\d|21\d\d)(?P<mark>[-/])(?P<month>\d\d?)(?P=mark)(?P<day>\d\d?)(?:{END}|(?=T\d))(?![-/]\d)",
    [DIGIT],
)
def iso_date(match: Match, place: Place) -> Reading | None:
    """Read "2021-02-05"."""
    return _existing(int(match.group("year")), int(match.group("month")), int(match.group("day")))


@rule(
    rf"(?P<first>\d\d?)(?P<mark>[/.])(?P<second>\d\d?)(?P=mark)(?P<year>1\d{{3}}|20\d\d|21\d\d|(?<=/)\d\d){END}(?![-/.]\d)",
    [DIGIT],
)
def figures(match: Match, place: Place) -> Reading | None:
    """Read "02/05/2021", the month first unless that is impossible, and "5.2.2021", the day first."""
    first, second, year = (int(match.group(name)) for name in ("first", "second", "year"))
    if place.word_before.lower() in {"section", "version", "article", "paragraph", "chapter", "release"}:
        return None
    year += 2000 if year < 100 else 0
    if match.group("mark") == ".":
        return _existing(year, second, first)
    return _existing(year, first, second) or _existing(year, second, first)


@rule(rf"the{S}{DAY}(?:{S}of{S}(?P<month_turn>the|this|last|next){S}month{END})?", ["the"])
def day_alone(match: Match, place: Place) -> Reading | None:
    """Read "the 27th" after a preposition."""
    if not match.group("ordinal") or not is_day_of_month(place):
        return None
    turn = match.group("month_turn")
    return Kind.DATE, CalendarDate(day=int(match.group("day")), turn=lx.TURNS.get((turn or "").lower()))


@rule(DAY, [DIGIT])
def next_day_in_list(match: Match, place: Place) -> Reading | None:
    """Read the "15" of "Dec. 14 and 15"."""
    date = place.previous.meaning if place.previous else None
    if not isinstance(date, CalendarDate) or not date.day or not date.month or not place.continues(Kind.DATE):
        return None
    if place.word_after and not place.is_before_function_word:
        return None
    return Kind.DATE, CalendarDate(year=date.year, month=date.month, day=int(match.group("day")))


@rule(rf"{MONTH}{S}{DAY}{_TO}{LAST_DAY}{_OF_YEAR}", lx.MONTHS)
def month_days(match: Match, place: Place) -> Reading | None:
    """Read "Feb. 3-5", "Oct. 10 to 14"."""
    return _days(match) if (match.group("to") or "").lower() != "and" else None


@rule(
    rf"(?:(?P<lead>from|between){S})?{DAY}{_TO}{LAST_DAY}{S}{MONTH}{_OF_YEAR}",
    ["from", "between", DIGIT],
)
def days_month(match: Match, place: Place) -> Reading | None:
    """Read "12-14 November 2018", "between 1 and 8 May"."""
    is_pair = int(match.group("last")) == int(match.group("day")) + 1
    is_list = (match.group("to") or "").lower() == "and" and not match.group("lead")
    return _days(match) if is_pair or not is_list else None


@rule(rf"{MONTH}(?:,?{S}|{S}of{S})(?:{YEAR}|{NAMED_YEAR})", lx.MONTHS)
def month_year(match: Match, place: Place) -> Reading | None:
    """Read "February 2021", "February this year", "April that year"."""
    if match.group("month").lower() == match.group("month") in {"may", "march"} and not place.is_after_time_word:
        return None
    return Kind.MONTH, CalendarDate(year=_year(match), month=lx.month_of(match.group("month")))


@rule(rf"(?P<turn>last|this|next)(?:{S}(?:past|coming))?{S}{MONTH}", ["last", "this", "next"])
def turned_month(match: Match, place: Place) -> Reading | None:
    """Read "last February", "next June"."""
    if match.group("month")[0].islower() and lx.month_of(match.group("month")) in {3, 5}:
        return None  # "this may be"
    return Kind.MONTH, CalendarDate(month=lx.month_of(match.group("month")), turn=lx.TURNS[match.group("turn").lower()])


@rule(MONTH, lx.MONTHS)
def month(match: Match, place: Place) -> Reading | None:
    """Read "March" where it is the month."""
    if not is_month(place, match.group("month")):
        return None
    return Kind.MONTH, CalendarDate(month=lx.month_of(match.group("month")))


@rule(YEAR, [DIGIT])
def year(match: Match, place: Place) -> Reading | None:
    """Read "2010" where it is a year."""
    return (Kind.YEAR, CalendarDate(year=int(match.group("year")))) if is_year(place) else None


@rule(rf"(?:c\.|ca\.|circa|about|around|roughly)\s{{0,4}}{YEAR}", ["c", "ca", "circa", "about", "around", "roughly"])
def about_year(match: Match, place: Place) -> Reading | None:
    """Read "about 2003", "c. 1888"."""
    if place.word_after and not place.is_before_function_word:
        return None
    return Kind.YEAR, CalendarDate(year=int(match.group("year")), is_about=True)


@rule(
    rf"(?:(?P<lead>from|between){S})?(?P<first>1\d{{3}}|20\d\d|21\d\d)"
    rf"(?:(?u:\s?)[-–](?u:\s?)|{S}(?P<to>to|and|until|till|through){S}|(?P<slash>/)(?=\d\d{END}))"
    rf"(?P<last>1\d{{3}}|20\d\d|21\d\d|\d\d){END}(?![.,:]\d|/|%|[-–]\d)",
    ["from", "between", DIGIT],
)
def years(match: Match, place: Place) -> Reading | None:
    """Read "from 2011 to 2021", "2010-2015", "1914-18", "2022/23"."""
    first, last = int(match.group("first")), int(match.group("last"))
    last += first - first % 100 if last < 100 else 0
    to, lead = ((match.group(name) or "").lower() for name in ("to", "lead"))
    is_list = to == "and" and lead != "between"
    is_cut_short = bool(to) and len(match.group("last")) == 2  # "2011 to 21"
    if is_list or is_cut_short or first >= last or place.is_before_counted:
        return None
    return Kind.RANGE, Range(CalendarDate(year=first), CalendarDate(year=last))


@rule(
    rf"(?:(?P<turn>last|this(?:{S}(?:past|coming))?|next|coming){S})?{WEEKDAY}{_PART_OF_DAY}"
    rf"(?:{S}(?:of{S})?(?P<week>last|this|next){S}week{END})?",
    ["last", "this", "next", "coming", *lx.WEEKDAYS],
)
def weekday(match: Match, place: Place) -> Reading | None:
    """Read "Wednesday", "last Friday", "Monday next week"."""
    turn, week = (match.group(name) or "" for name in ("turn", "week"))
    if not is_weekday(place, match.group("weekday"), has_turn=bool(turn)):
        return None
    meaning = Weekday(
        lx.weekday_of(match.group("weekday")),
        turn=lx.TURNS.get(turn.lower().split()[-1]) if turn else None,
        week=lx.TURNS.get(week.lower()),
    )
    return Kind.WEEKDAY, meaning


RULES = (
    month_day, day_month, spelled_day_month, iso_date, figures, day_alone, next_day_in_list, month_days, days_month,
    month_year, turned_month, month, year, about_year, years, weekday,
)  # fmt: skip


def _date(match: Match, *, day: int | None = None) -> Reading | None:
    month = match.group("month")
    is_verb = month in {"may", "march", "mar", "dec", "jan"}  # in lower case: "12 may die"
    groups = match.groupdict()
    if is_verb and not groups.get("year") and not groups.get("ordinal") and not day:
        return None
    weekday = groups.get("weekday")
    return Kind.DATE, CalendarDate(
        year=_year(match),
        month=lx.month_of(month),
        day=day or int(match.group("day")),
        weekday=lx.weekday_of(weekday) if weekday else None,
    )


def _days(match: Match) -> Reading | None:
    year, month = _year(match), lx.month_of(match.group("month"))
    first, last = int(match.group("day")), int(match.group("last"))
    if first >= last:
        return None
    return Kind.RANGE, Range(CalendarDate(year, month, first), CalendarDate(year, month, last))


def _year(match: Match) -> int | Turn | None:
    if match.group("year"):
        return int(match.group("year"))
    turn = match.group("turn")
    return lx.TURNS[turn.lower().split()[0]] if turn else None


def _existing(year: int, month: int, day: int) -> Reading | None:
    if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        return Kind.DATE, CalendarDate(year, month, day)
    return None
