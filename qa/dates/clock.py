"""Rules for times of day."""

from __future__ import annotations

from qa.dates import lexicon as lx
from qa.dates.guards import Place
from qa.dates.lexicon import END, S
from qa.dates.rules import DIGIT, Match, Reading, rule
from qa.dates.types import Clock, Kind

_ZONE = (
    rf"(?:{S}\(?(?P<zone>(?:GMT|UTC)[+-]\d{{1,2}}(?::\d\d)?|{'|'.join(lx.ZONES)}){END}"
    rf"|{S}(?:local{S}time|[ECMP]T|(?:Eastern|Central|Pacific|Mountain)(?:{S}time)?){END})?"
)
_HALF_OF_DAY = rf"(?P<half>[ap])\.?\s?m(?:\.|{END})"
_BEFORE_TIME = frozenset(
    "at by from until till before after around about since past to between and shortly near".split()
)
_HOURS = "one two three four five six seven eight nine ten eleven twelve".split()


@rule(rf"(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?(?u:\s?){_HALF_OF_DAY}{_ZONE}", [DIGIT])
def twelve_hours(match: Match, place: Place) -> Reading:
    """Read "3:30 p.m.", "9pm", "11 p.m. GMT"."""
    hour = int(match.group("hour")) % 12 + (12 if match.group("half").lower() == "p" else 0)
    return _clock(hour, int(match.group("minute") or 0), match.group("zone"))


@rule(rf"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![^\W_]|[:.]\d){_ZONE}", [DIGIT])
def twenty_four_hours(match: Match, place: Place) -> Reading | None:
    """Read "14:05 UTC", and "02:00" after "at" or the like: elsewhere it may be a score."""
    if not match.group("zone") and place.word_before.lower() not in _BEFORE_TIME - {"to", "and", "past"}:
        return None
    return _clock(int(match.group("hour")), int(match.group("minute")), match.group("zone"))


@rule(rf"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d){S}(?P<zone>GMT|UTC){END}", [DIGIT])
def four_figures(match: Match, place: Place) -> Reading:
    """Read "1033 GMT"."""
    return _clock(int(match.group("hour")), int(match.group("minute")), match.group("zone"))


@rule(rf"(?P<name>noon|midday|midnight){END}{_ZONE}", ["noon", "midday", "midnight"])
def named_hour(match: Match, place: Place) -> Reading | None:
    """Read "noon", "midnight GMT" after a preposition."""
    is_named = place.word_before.lower() in _BEFORE_TIME or place.word_after in {"on", "in"} or match.group("zone")
    if not is_named or (match.group("name")[0].isupper() and place.word_before):
        return None
    return _clock(0 if match.group("name").lower() == "midnight" else 12, 0, match.group("zone"))


@rule(
    rf"(?:(?P<past>half|quarter){S}past{S}|(?P<to>quarter){S}to{S})(?P<hour>{'|'.join(_HOURS)}){END}"
    rf"(?:{S}(?:in{S}the|at){S}(?P<half>morning|afternoon|evening|night){END})?",
    ["half", "quarter"],
)
def spoken_hour(match: Match, place: Place) -> Reading:
    """Read "half past six in the evening"; without the part of the day, the morning's."""
    hour = _HOURS.index(match.group("hour").lower()) + 1
    hour = hour % 12 + (12 if (match.group("half") or "morning").lower() != "morning" else 0)
    if match.group("to"):
        return _clock((hour - 1) % 24, 45, None)
    return _clock(hour, 30 if match.group("past").lower() == "half" else 15, None)


RULES = (twelve_hours, twenty_four_hours, four_figures, named_hour, spoken_hour)


def _clock(hour: int, minute: int, zone: str | None) -> Reading:
    return Kind.TIME, Clock(hour, minute, _offset(zone or ""))


def _offset(zone: str) -> str:
    """Return "Z" or "+03:00" of a zone's letters, "" of what names no one offset."""
    sign, hours = zone[3:4], zone[4:]
    if sign not in {"+", "-"} or not hours:
        return lx.ZONES.get(zone.lower(), "")
    hour, _, minute = hours.partition(":")
    return f"{sign}{int(hour):02}:{minute or '00'}" if int(hour) <= 14 else ""
