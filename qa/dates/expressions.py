"""Text -> the expressions of time in it, by our own grammar.

The libraries' free-text search sees dates in "may", "100M" and "March on" (docs/dates.md). A rule is a pattern that is
tried only at the words that can open it, and a function that says what the match means, or None where its neighbours
show that it is no time at all. The longest reading at a word wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.types import Span
from qa.dates import calendar_dates, clock, lengths, periods
from qa.dates.guards import Place, begins_a_word
from qa.dates.rules import DIGIT, by_opener
from qa.dates.tense import MOVED
from qa.dates.types import CalendarDate, Kind, Range, Staged, TimeExpression, Weekday, YearPart

_WORD = re.compile(r"[^\W_]+")
_RULES = by_opener((*calendar_dates.RULES, *periods.RULES, *lengths.RULES, *clock.RULES))
_TO = re.compile(r"\s?[-–]\s?|,?\s{1,4}(?:to|through|until|till)\s{1,4}(?:the\s)?")
_AND = re.compile(r"\s{1,4}and\s{1,4}(?:the\s)?")
_LEAD = re.compile(r"\b(?P<lead>from|between)\s{1,4}(?:the\s)?$", re.IGNORECASE)
_REACH = 60  # characters: longer than a verb and "between the"
_JOINED = frozenset({Kind.DATE, Kind.MONTH, Kind.YEAR, Kind.WEEKDAY, Kind.PART})


def find_expressions(text: str) -> list[TimeExpression]:
    """Return the expressions of time in `text`, in order; they don't overlap."""
    return list(_with_ranges(text, _simple_expressions(text)))


def _simple_expressions(text: str) -> list[TimeExpression]:
    found: list[TimeExpression] = []
    for word in _WORD.finditer(text):
        if found and word.start() < found[-1].span.end:
            continue
        expression = _longest_at(text, word, found[-1] if found else None)
        if expression:
            found.append(expression)
    return found


def _longest_at(text: str, word: re.Match[str], previous: TimeExpression | None) -> TimeExpression | None:
    opener = DIGIT if word.group()[0].isdecimal() else word.group().lower()
    rules = _RULES.get(opener)
    if not rules or not begins_a_word(Place(text, word.start(), word.end(), previous)):
        return None
    longest = None
    for rule in rules:
        match = rule.pattern.match(text, word.start())
        if match is None or (longest and match.end() <= longest.span.end):
            continue
        reading = rule.read(match, Place(text, match.start(), match.end(), previous))
        if reading:
            longest = TimeExpression(Span(match.start(), match.end()), *reading)
    return longest


def _with_ranges(text: str, expressions: list[TimeExpression]) -> Iterator[TimeExpression]:
    """Join what stands on either side of a "to": "March 7 to March 11", "between January and March 2020"."""
    at = 0
    while at < len(expressions):
        joined = _joined(text, *expressions[at : at + 2]) if at + 1 < len(expressions) else None
        yield joined or expressions[at]
        at += 2 if joined else 1


def _joined(text: str, first: TimeExpression, last: TimeExpression) -> TimeExpression | None:
    if not {first.kind, last.kind} <= _JOINED or last.span.start - first.span.end > 20:
        return None
    points = (CalendarDate, Weekday, Staged, YearPart)
    if not isinstance(first.meaning, points) or not isinstance(last.meaning, points):
        return None
    before = text[max(0, first.span.start - _REACH) : first.span.start]
    lead = _LEAD.search(before)
    word = lead.group("lead").lower() if lead else ""
    if lead and MOVED.search(before[: lead.start()]):
        return None  # "put back from 5 June to 19 June" is one day, and then another
    gap = text[first.span.end : last.span.start]
    if not (_AND.fullmatch(gap) if word == "between" else _TO.fullmatch(gap)):
        return None
    if first.kind is Kind.WEEKDAY and not word:
        return None  # open "Monday to Friday": every week's
    start = first.span.start - (len(lead.group()) if lead else 0)
    return TimeExpression(Span(start, last.span.end), Kind.RANGE, Range(first.meaning, last.meaning))
