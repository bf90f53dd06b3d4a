"""Rules for lengths of time: durations, ages, and what is so far away ("three years ago", "the past five years")."""

from __future__ import annotations

import re

from qa.dates import lexicon as lx
from qa.dates.guards import Place
from qa.dates.lexicon import ABOUT, COUNT, END, GAP, UNIT, S
from qa.dates.rules import DIGIT, Match, Reading, rule
from qa.dates.tense import Direction
from qa.dates.types import Distance, Kind, Length, Origin, Stretch, Unit

_MANY = rf"(?:{GAP}(?P<scale>million|billion))?(?P<half>{GAP}and{GAP}a{GAP}half)?"
_LENGTH = (
    rf"(?P<count>{COUNT}){_MANY}{GAP}"
    rf"(?:(?:consecutive|straight|successive|full|whole|long|more|additional|extra|further|calendar){S})?"
    rf"(?P<unit>{UNIT})(?P<half_after>{S}and{S}a{S}half{END})?(?:-long{END})?"
    rf"(?:(?:,|,?{S}and){S}(?P<count2>{COUNT}){S}(?P<unit2>{UNIT}))?"
)
_COUNT_OPENERS = [DIGIT, "half", "a", "an", "another", "couple", "dozen", *lx.NUMBERS]
_ABOUT_OPENERS = "about around roughly nearly almost some approximately more less fewer at just over under up".split()
_AFTER = rf"ago|later|afterwards?|earlier|before|after|previously|hence|on|from{S}now"
_DISTANCES = {
    "ago": (-1, Origin.NOW),
    "hence": (1, Origin.NOW),
    "from now": (1, Origin.NOW),
    "later": (1, Origin.TEXT),
    "afterward": (1, Origin.TEXT),
    "afterwards": (1, Origin.TEXT),
    "on": (1, Origin.TEXT),
    "earlier": (-1, Origin.TEXT),
    "previously": (-1, Origin.TEXT),
    "after": (1, Origin.EVENT),
    "before": (-1, Origin.EVENT),
}
_OLD = rf"(?:{GAP}olds?{END}|{S}of{S}age{END})"
# Words before "a year" that make it a length; after a noun it is a rate: "$500 a month".
_BEFORE_ONE = frozenset(
    "for within in after last lasts lasted lasting least than nearly almost about around takes take took spend spends "
    "spent of over under another only just exactly roughly approximately some".split()
)
_VAGUE = re.compile(
    rf"(?:\d|\b(?:a|{'|'.join(word for word in lx.NUMBERS if len(word) > 2)}))[-\s]{{1,2}}(?:to|or|and)[-\s]{{1,2}}$",
    re.I,
)
_RATE = re.compile(
    rf"{S}(?:an?|per|each|every|out{S}of){S}(?:\w+{S})?(?:second|minute|hour|day|night|week|month|year)s?\b", re.I
)
_RECORD = re.compile(
    r"\b(?:first|second|third|only|worst|best|most|least|record|highest|lowest|[a-z]{3,}est|time|times|once|ever|never|not)\b"
)
_PERSON = re.compile(
    r"\b(?:man|woman|boy|girl|son|daughter|husband|wife|widow|father|mother|brother|sister|uncle|aunt|nephew|niece|cousin|"
    r"grandfather|grandmother|grandson|granddaughter|minister|president|chancellor|premier|leader|king|queen|prince|"
    r"princess|pope|bishop|senator|mayor|governor|judge|lawyer|officer|soldier|driver|pilot|hiker|student|teacher|doctor|"
    r"nurse|farmer|worker|actor|actress|singer|writer|author|player|striker|captain|coach|victim|suspect|survivor|"
    r"passenger|neighbou?r|friend|resident|veteran|activist|journalist|engineer|fisherman|scientist|director|twin|"
    r"toddler|child|baby|teenager|pensioner|billionaire|founder)$"
)
_NAME = re.compile(r"(?:^|[^\w'’])(?P<before>[a-z]+\s)?(?:[A-Z][\w'’.-]{0,20}\s){0,4}[A-Z][\w'’-]+$")
_AGE_NUMBER = rf"(?P<count>{COUNT})"


@rule(rf"(?:(?P<about>{ABOUT}){S})?{_LENGTH}", [*_ABOUT_OPENERS, *_COUNT_OPENERS])
def duration(match: Match, place: Place) -> Reading | None:
    """Read "five years", "five-year", "an hour and a half"."""
    found = _length(match)
    return (Kind.DURATION, found) if found and _is_length(match, place) and _is_enough(match, place) else None


@rule(rf"{_LENGTH}{_OLD}", _COUNT_OPENERS)
def age_of(match: Match, place: Place) -> Reading | None:
    """Read "78-year-old", "400 years old", "66 years of age"."""
    found = _length(match)
    is_counted = match.group("count").lower() not in {"a", "an", "another"}
    return (Kind.AGE, found) if found and is_counted and _is_length(match, place) else None


@rule(rf"(?:(?P<about>{ABOUT}){S})?{_LENGTH}{S}(?P<after>{_AFTER}){END}", [*_ABOUT_OPENERS, *_COUNT_OPENERS])
def distance(match: Match, place: Place) -> Reading | None:
    """Read "three years ago", "two days later", "six weeks after"."""
    found = _length(match)
    after = re.sub(r"\s+", " ", match.group("after").lower())
    if found is None or not _is_length(match, place) or (after == "on" and place.word_after):
        return None  # "five years on the run"
    if after in {"before", "after"} and place.word_before.lower() in {"for", "lasted", "took", "waited"}:
        return None  # "the siege went on for six weeks before they gave up"
    sign, origin = _DISTANCES[after]
    if origin is Origin.EVENT and not re.match(r"\s{1,4}[\w\[(\"'“‘]", place.after):
        origin = Origin.TEXT  # the clause ends: "two weeks after."
    return Kind.RELATIVE, Distance(found, sign, origin, is_about=_is_about(match))


@rule(rf"in{S}(?:(?P<about>{ABOUT}){S})?{_LENGTH}", ["in"])
def in_so_long(match: Match, place: Place) -> Reading | None:
    """Read "in two days" of something to come; "the first in five years" and "built in two days" are lengths."""
    found = _length(match)
    if found is None or place.direction is not Direction.FUTURE or _RATE.match(place.after):
        return None
    if _RECORD.search(place.before) or _is_of_a_day(found):
        return None
    return Kind.RELATIVE, Distance(found, 1, Origin.NOW, is_about=_is_about(match))


@rule(
    rf"(?:(?:the|these|this|its|his|her|their){S})?(?P<turn>past|last|next|coming){S}(?:(?P<count>{COUNT}){S})?(?P<unit>{UNIT})",
    ["the", "these", "this", "its", "his", "her", "their", "past", "last", "next", "coming"],
)
def stretch(match: Match, place: Place) -> Reading | None:
    """Read "the past five years", "the next ten days"."""
    count, turn = match.group("count"), match.group("turn").lower()
    has_article = match.start("turn") > match.start()
    if turn == "last" and not has_article and not _is_during(match, place):
        return None  # "the ban is to last five years"
    if count is None and (not has_article or match.group("unit").lower().endswith("s") or not _is_during(match, place)):
        return None  # "last year" has no length, "the last years" no number
    found = lx.length_of(lx.count_of(count or "one"), match.group("unit"))
    return Kind.RELATIVE, Stretch(found, -1 if turn in {"past", "last"} else 1)


@rule(rf"(?:the{S}age{S}of|aged?){S}{_AGE_NUMBER}", ["the", "age", "aged"])
def age(match: Match, place: Place) -> Reading | None:
    """Read "aged 78", "the age of 81"."""
    return None if re.match(r"\s?[-–]\s?\d|\s(?:to|and|or)\s\d", place.after) else _years(match)


@rule(rf"turn(?:s|ed|ing)?{S}{_AGE_NUMBER}", ["turn", "turns", "turned", "turning"])
def turned(match: Match, place: Place) -> Reading | None:
    """Read "turned 80" where nothing is turned."""
    goes_on = place.word_after.lower() in {"", "on", "in", "last", "this", "next", "years"}
    return _years(match) if goes_on and match.group()[0].islower() else None


@rule(_AGE_NUMBER, [DIGIT, *lx.NUMBERS])
def age_beside_name(match: Match, place: Place) -> Reading | None:
    """Read the age of "Gorbachev, 89, spoke" and of "the pope, 69,"."""
    before = re.search(r"([^,.;:!?()\n]{1,40}),\s{1,2}$", place.before)
    if not before or not re.match(r"[,;.)]", place.after) or re.match(r"[.,]\d", place.after):
        return None
    named = _NAME.search(before.group(1))
    is_person = bool(_PERSON.search(before.group(1))) or bool(named and _is_name_of_person(named, before.group(1)))
    return _years(match) if is_person else None


RULES = (duration, age_of, distance, in_so_long, stretch, age, turned, age_beside_name)


def _length(match: Match) -> Length | None:
    count = lx.count_of(" ".join(filter(None, match.group("count", "scale"))))
    if match.group("half") or match.group("half_after"):
        count += type(count)(1, 2)
    found = lx.length_of(count, match.group("unit")) if count else None
    if found is None or not match.group("count2"):
        return found
    rest = lx.length_of(lx.count_of(match.group("count2")), match.group("unit2"))
    is_smaller = _ORDER.index(rest.amounts[0][0]) > _ORDER.index(found.amounts[-1][0])
    is_whole = all(n.denominator == 1 and n for _, n in found.amounts + rest.amounts)
    return Length(found.amounts + rest.amounts) if is_smaller and is_whole else None


_ORDER = (Unit.YEAR, Unit.MONTH, Unit.WEEK, Unit.DAY, Unit.HOUR, Unit.MINUTE, Unit.SECOND)


def _is_length(match: Match, place: Place) -> bool:
    unit, before = match.group("unit"), place.word_before.lower()
    if unit[0].isupper() and not match.group().isupper():
        return False  # a title: "60 Minutes", "the Six-Day War"
    if before in {"every", "each", "per"} or _VAGUE.search(place.before) or _RATE.match(place.after):
        return False
    return True


def _is_enough(match: Match, place: Place) -> bool:
    """Say whether a length of one is meant as such: "for a year", not "$500 a year", "one day they will thank us"."""
    unit, count, before = match.group("unit").lower(), match.group("count").lower(), place.word_before.lower()
    is_one = count in {"a", "an"} or (count == "one" and unit == "day")
    if not is_one or match.group("half_after") or match.group("about"):
        return True
    if unit in {"second", "minute"}:
        return False  # "for a second"
    if unit in {"decade", "century", "fortnight"}:
        return before not in {"times", "once", "twice"}
    return before in _BEFORE_ONE or place.word_after in {"late", "early", "long"}


def _is_about(match: Match) -> bool:
    """Say whether the length is a round one: "about three years", and all that is told in weeks or decades."""
    is_round = match.group("unit").lower().startswith(("week", "fortnight", "decade", "centur"))
    return is_round or bool(match.group("about") or match.group("half") or match.group("half_after"))


def _is_of_a_day(found: Length) -> bool:
    return found.amounts[0][0] in {Unit.HOUR, Unit.MINUTE, Unit.SECOND}


def _is_during(match: Match, place: Place) -> bool:
    """Say whether "the past year", "the next week" mean a stretch up to now or from now on."""
    follows = place.word_before.lower() in {"over", "in", "within", "during", "for"}
    return follows or match.group("turn").lower() in {"past", "coming"}


def _is_name_of_person(named: Match, before: str) -> bool:
    """Say whether the capitals before the comma can be a person's: no place after "in", no month, no figure."""
    first = (named.group("before") or "").strip()
    last = before.split()[-1].lower()
    return first not in {"in", "at", "from", "near", "of", "to"} and last.rstrip(".") not in {*lx.MONTHS, *lx.WEEKDAYS}


def _years(match: Match) -> Reading | None:
    count = lx.count_of(match.group("count"))
    if match.group("count").lower() in {"a", "an", "another"} or count.denominator != 1 or not 0 < count <= 120:
        return None
    return Kind.AGE, lx.length_of(count, "year")
