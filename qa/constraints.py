"""Question -> what it says about time: a period, an order, a day of asking.

A constraint is never dropped in silence: each becomes part of the answer (`Answer.constraints`), with the dates it was
taken for, or without any where the articles don't tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from index.terms import query_terms
from index.types import Filters, Span
from qa.dates import Asked, Kind, TimeMention, bounds, expected_value, find_times
from qa.types import Constraint, Demand

# A week later it is still in the paper.
DAYS_OF_REPORTING = timedelta(days=7)
_ONE_DAY = timedelta(days=1)
# A longer text is a pasted document rather than a question.
_MOST_CHARACTERS = 1000
# What stands right before a date and says how it bears on what is asked; the longest first.
_LEADS = (
    (Demand.AS_OF, r"as\s(?:of|at)|as\sthings\sstood\s(?:on|in)"),
    (Demand.BEFORE, r"before|prior\sto|ahead\sof"),
    (Demand.UNTIL, r"until|till|by|up\sto|not\slater\sthan"),
    (Demand.AFTER, r"after|following"),
    (Demand.SINCE, r"since"),
    (Demand.WITHIN, r"in|on|during|throughout|within|over|at|from|of"),
)
_LEAD = re.compile(
    rf"\b(?:{'|'.join(f'(?P<{demand.name}>{words})' for demand, words in _LEADS)})\s(?:the\s)?$", re.IGNORECASE
)
# These need no preposition: "last week", "between May and June 2020", "Wednesday".
_BY_THEMSELVES = frozenset({Kind.RELATIVE, Kind.RANGE, Kind.WEEKDAY, Kind.PART})
# "before the election": an event whose day the articles may tell.
_EVENT = re.compile(
    r"\b(?P<lead>before|prior\sto|ahead\sof|until|after|following|since)\s"
    r"(?P<event>(?:the|his|her|its|their|this|that)\s[^,;:?!.]{2,60}?)"
    r"(?=\s(?:did|does|do|was|were|is|are|had|has|have|will|would|could|can|what|who|when|where|how)\b|[,;:?!.]|$)",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:(?:the|its|his|her|their|[\w.]+['’]s?)\s(?P<which>latest|newest|most\srecent|current|present)\b(?!-)"
    r"|(?P<when>currently|most\srecently|right\snow|now|nowadays|at\spresent|at\sthe\smoment|these\sdays|so\sfar"
    r"|to\sdate|as\sit\sstands)\b(?!-))"
)
# "first" before a verb or a report of something; not the first lady, nor the first Soviet satellite.
_EARLIEST = re.compile(
    r"\b(?:originally|initially|at\sfirst|for\sthe\sfirst\stime"
    r"|(?:first|initial|original|earliest)\s(?:official\s|published\s)?"
    r"(?:report|estimate|figure|count|toll|statement|forecast|date|price|plan|version)s?"
    r"|(?<=\w\s)(?<!\bthe\s)(?<!\ba\s)(?<!\bhis\s)(?<!\bher\s)(?<!\bits\s)(?<!\btheir\s)(?<![’']s\s)first(?=\s"
    r"(?!lady|ladies|minister|secretary|name|class|place|base|half|quarter|degree|aid|hand|team|grade|round|and|or|in|at|on"
    r"|to|of|with|by|for|among|place)[a-z]+(?:\s|\?|$)))\b"
)
_POSSESSIVE = re.compile(r"['’]s?\b")
_NOUN_FOLLOWS = re.compile(
    r"\s(?!(?:did|does|do|was|were|is|are|had|has|have|will|would|could|can|by|in|on|at|of|to|for|and|or|with|as|who|what"
    r"|when|where|how)\b)\w"
)
# "How long before the opening", "six weeks after the vote": the distance is what is asked, or part of a name.
_DISTANCE_BEFORE = re.compile(
    r"(?:\b(?:long|soon|years|months|weeks|days|hours|minutes)|\bmuch\s\w+)\s$", re.IGNORECASE
)


def constraints_of(
    question: str, *, asked_on: date, day_of: Callable[[str], str | None] = lambda event: None
) -> tuple[Constraint, ...]:
    """Return what `question` demands of the time of its answer, in the order of the words.

    :param asked_on: the day from which "last week" is counted.
    :param day_of: tells the EDTF value of an event ("the election"), None where it isn't known.
    """
    if len(question) > _MOST_CHARACTERS:
        return ()
    dated = list(_dated(question, asked_on))
    taken = [constraint.span for constraint in dated]
    bounded = [*dated, *_eventful(question, asked_on, day_of, taken)]
    orders = [order for order in _ordering(question) if not any(order.span.overlaps(c.span) for c in bounded)]
    return tuple(sorted([*bounded, *orders], key=lambda constraint: constraint.span))


def _dated(question: str, asked_on: date) -> Iterator[Constraint]:
    """Yield what is said with a date: "in 2020", "since 5 May", "last week"."""
    for time in find_times(question, published=asked_on):
        between = bounds(time.value) if time.value else None
        if between is None:
            continue
        lead = _LEAD.search(question[: time.span.start])
        if _is_part_of_name(question, time):
            continue
        if lead and not _DISTANCE_BEFORE.search(question[: lead.start()]):
            demand = Demand[lead.lastgroup or "WITHIN"]
            yield _constraint(question, demand, Span(lead.start(), time.span.end), between)
        elif not lead and _stands_alone(question, time):
            yield _constraint(question, Demand.WITHIN, time.span, between)


def _is_part_of_name(question: str, time: TimeMention) -> bool:
    """Say whether a time only tells which thing is meant: "the 2024 Golden Globes", "Monday's draft"."""
    before, after = question[: time.span.start].lower(), question[time.span.end :]
    return bool(_POSSESSIVE.match(after) or (before.endswith("the ") and _NOUN_FOLLOWS.match(after)))


def _stands_alone(question: str, time: TimeMention) -> bool:
    """Say whether a date without a preposition is a time and no part of a name ("the 2010 treaty")."""
    before, after = question[: time.span.start].lower(), question[time.span.end :]
    if re.search(r"\b(?:the|a|an|his|her|its|their)\s$|[’']s\s$", before):
        return False
    return time.kind in _BY_THEMSELVES or not after.strip(" ?.!")


def _eventful(
    question: str, asked_on: date, day_of: Callable[[str], str | None], taken: list[Span]
) -> Iterator[Constraint]:
    """Yield what is said with an event: "before the election"."""
    if expected_value(question) is Asked.DURATION:
        return
    for match in _EVENT.finditer(question):
        span, event = Span(match.start(), match.end("event")), match.group("event")
        if _DISTANCE_BEFORE.search(question[: match.start()]) or any(span.overlaps(other) for other in taken):
            continue
        demand = next(d for d, words in _LEADS if re.fullmatch(words, match.group("lead"), re.IGNORECASE))
        value = _named_day(event, asked_on) or day_of(event)
        yield _constraint(question, demand, span, bounds(value) if value else None)


def _named_day(event: str, asked_on: date) -> str | None:
    """Return the day that an event is called by: "the November 3 vote"."""
    return next((time.value for time in find_times(event, published=asked_on) if time.value), None)


def _ordering(question: str) -> Iterator[Constraint]:
    for demand, pattern in ((Demand.LATEST, _LATEST), (Demand.EARLIEST, _EARLIEST)):
        match = pattern.search(question[:1].lower() + question[1:])
        if match:
            span = Span(*match.span(match.lastgroup or 0))
            yield Constraint(demand, span.of(question), span)
            return


def _constraint(question: str, demand: Demand, span: Span, between: tuple[date, date] | None) -> Constraint:
    first, last = _period(demand, between) if between else (None, None)
    return Constraint(demand, span.of(question), span, first, last)


def _period(demand: Demand, between: tuple[date, date]) -> tuple[date | None, date | None]:
    first, last = between
    return {
        Demand.WITHIN: (first, last),
        Demand.SINCE: (first, None),
        Demand.AFTER: (min(last, date.max - _ONE_DAY) + _ONE_DAY, None),
        Demand.UNTIL: (None, last),
        Demand.BEFORE: (None, max(first, date.min + _ONE_DAY) - _ONE_DAY),
        Demand.AS_OF: (None, last),
    }[demand]


def without_constraints(question: str, constraints: Sequence[Constraint]) -> str:
    """Return the question without the words that were applied: "Who won the regatta in 2017?" asks who won it.

    An article of 2017 says who won, and not that it was in 2017. First words stay where the rest would be no question.
    """
    rest = question
    for constraint in sorted(constraints, key=lambda constraint: -constraint.span.start):
        if constraint.is_applied and constraint.demand is not Demand.EARLIEST:
            rest = rest[: constraint.span.start].rstrip() + " " + rest[constraint.span.end :].lstrip(" ,")
    rest = re.sub(r"\s+(?=[?.,!])", "", rest).strip(" ,")
    return rest if len(query_terms(rest)) > 0 and rest.strip("?!. ") else question


def narrowed(filters: Filters, constraints: Sequence[Constraint]) -> Filters | None:
    """Return the filters for articles published in the time that is asked, or in the week after.

    None where no time is asked, or nothing of it lies within the filters.
    """
    bounded = [constraint for constraint in constraints if constraint.is_applied and not constraint.is_order]
    if not bounded:
        return None
    since = max([day for day in (filters.since, *(c.first for c in bounded)) if day], default=None)
    lasts = [c.last + DAYS_OF_REPORTING for c in bounded if c.last and c.last < date.max - DAYS_OF_REPORTING]
    until = min([day for day in (filters.until, *lasts) if day], default=None)
    return None if since and until and since > until else replace(filters, since=since, until=until)
