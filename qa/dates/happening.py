"""Questions for what happens at a time: which time they name, and what else they ask for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from index.types import Span
from qa.dates import arithmetic
from qa.dates.anchoring import find_times
from qa.dates.edtf import bounds, day_value
from qa.dates.expressions import find_expressions
from qa.dates.tense import Direction
from qa.dates.types import CalendarDate, TimeExpression


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    """A time that is asked about, as an EDTF value, and what of it is asked, in the question's words; "" for all."""

    value: str
    about: str = ""


# A longer text is a pasted document rather than a question.
_MOST_CHARACTERS = 1000
_BE = r"(?:is|are|was|were)"
_HAPPEN = r"(?:happen(?:s|ed|ing)?|occur(?:s|red|ring)?|(?:takes?|took|taken|taking)\splace|(?:go|goes|going|went)\son)"
_HAPPENS = rf"(?:(?:has|have|had|{_BE}|will|would|could|might|should|may)\s)?{_HAPPEN}"
_TO_HAPPEN = r"(?:\sto\s(?:happen|occur|take\splace))?"
_DUE = rf"(?:due|planned|scheduled|expected|announced|agreed|decided|set|slated){_TO_HAPPEN}"
_IS_DUE = rf"(?:{_BE}|(?:has|have|had|will)\sbe(?:en)?)\s{_DUE}"
_ELSE = r"(?:\s(?:actually|also|all|else|exactly|important|interesting|major|new|newsworthy))?"
_MAIN = r"(?:\s(?:the|all|any|main|major|important|key|big|biggest|notable))*"
_EVENTS = rf"{_MAIN}\s(?:events?|news|developments|things)"
_ABOUT = (
    r"(?:\s(?:in|at|on|to|with|about|around|concerning|regarding|for|from|by|of|inside|across|between)\s(?P<about>.+))?"
)
# A question without its time: "what happened in Ukraine".
_FRAMES = tuple(
    re.compile(frame + _ABOUT, re.IGNORECASE)
    for frame in (
        rf"what{_ELSE}\s(?:{_HAPPENS}|{_IS_DUE})",
        rf"what(?:['’]s){_ELSE}\s(?:{_HAPPEN}|{_DUE})",
        rf"what(?:['’]s|\s{_BE}){_ELSE}\s(?:going\s|set\s)?to\s{_HAPPEN}",
        rf"what\s(?:will|did|does|would|could|might|may|should){_ELSE}\s{_HAPPEN}",
        rf"(?:what|which|list|show(?:\sme)?|{_BE}\sthere|what(?:['’]s|\s{_BE})){_EVENTS}"
        rf"(?:\s(?:{_HAPPENS}|{_IS_DUE}|{_DUE}|{_BE}(?:\sthere)?))?",
        rf"(?:did|does|do|will|has|have|{_BE})\s(?:anything|something){_ELSE}\s(?:be\s)?(?:{_HAPPEN}|{_DUE})",
        rf"(?:{_BE}\sthere\s)?anything{_ELSE}(?:\s(?:{_HAPPEN}|{_DUE}))?",
    )
)
# The words that lead to a time and leave with it; others ask for what lies before or after it: "since January".
_LEAD = re.compile(r"(?:^|\s)(?:(?:on|in|during|for|at|over|throughout|of|from)\s)?(?:the\s)?$", re.IGNORECASE)
_OTHER_LEAD = re.compile(r"\b(?:since|until|till|by|before|after|than|every|to)\s(?:the\s)?$", re.IGNORECASE)
_NAMED_LEAD = re.compile(r"(?:on|in|during)\s(?=\S)", re.IGNORECASE)
_IS_PAST = re.compile(r"\b(?:happened|occurred|took|taken|went|did|was|were|had|has|have)\b", re.IGNORECASE)
_IS_TO_COME = re.compile(
    r"\b(?:due|planned|scheduled|expected|set|slated|will|is|are|what['’]s|takes?|happens?|happening)\b", re.IGNORECASE
)


def asked_period(question: str, *, today: Callable[[], date | None]) -> AskedPeriod | None:
    """Return the time whose events are asked for, None where something else is asked.

    "What happened in Ukraine on 24 February 2022?" asks for a day and is about "Ukraine"; "Who won on 3 November?" asks
    for a winner. A day without its year is the last one where it is over, the next where it is to come.

    :param today: called only where events are asked for; None where nobody knows.
    """
    if len(question) > _MOST_CHARACTERS:
        return None
    asks = " ".join(question.split()).strip(" ?.!\"'“”")
    for expression in find_expressions(asks):
        rest = _without(asks, expression.span)
        match = next(filter(None, (frame.fullmatch(rest) for frame in _FRAMES)), None) if rest else None
        if match:
            value = _value(asks, expression, today())
            return AskedPeriod(value, (match.group("about") or "").strip(" ,")) if value else None
    return None


def named_period(text: str, *, today: date | None) -> str | None:
    """Return the value of a text that names days and says nothing else: "2020-12-23", "February 2021", "last week".

    None of all others: "soon", "2021-13-45", "3 p.m.".
    """
    name = _NAMED_LEAD.sub("", " ".join(text.split()), count=1)
    if bounds(name):
        return name
    expressions = find_expressions(name)
    if len(expressions) != 1 or expressions[0].span.of(name) not in (name, name.removeprefix("the ")):
        return None
    return _value(name, expressions[0], today)


def _value(text: str, expression: TimeExpression, today: date | None) -> str | None:
    """Return the value of an expression, None where it has no days on the calendar."""
    value = next(time.value for time in find_times(text, published=today) if time.span == expression.span)
    if value is None or bounds(value) is None:
        return None
    named = expression.meaning
    if today and isinstance(named, CalendarDate) and named.month and named.day and named.year is None:
        return _day_of_year(named, today, _direction(text)) or value
    return value


def _direction(text: str) -> Direction:
    if _IS_PAST.search(text):
        return Direction.PAST
    return Direction.FUTURE if _IS_TO_COME.search(text) else Direction.UNKNOWN


def _day_of_year(named: CalendarDate, today: date, way: Direction) -> str | None:
    """Return the last or next day of that name: what happened is over, however near the next one is."""
    days = arithmetic.days_of_years(named, today)
    return day_value(arithmetic.chosen_day(days, today, way, slack_days=0)) if days else None


def _without(question: str, time: Span) -> str | None:
    """Return a question without its time and what leads to it; None where that makes another time of it."""
    before, after = question[: time.start], question[time.end :].lstrip(" ,")
    if _OTHER_LEAD.search(before):
        return None
    lead = _LEAD.search(before)
    return " ".join(f"{before[: lead.start()] if lead else before} {after}".split()).strip(" ,")
