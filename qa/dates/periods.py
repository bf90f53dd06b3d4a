"""Rules for what is named from now, and for parts of years, decades and centuries."""

from __future__ import annotations

import re

from qa.dates import lexicon as lx
from qa.dates.guards import Place
from qa.dates.lexicon import END, GAP, MONTH, NAMED_YEAR, ORDINAL_WORD, SEASON, STAGE, YEAR, S
from qa.dates.rules import DIGIT, Match, Reading, rule
from qa.dates.tense import Direction
from qa.dates.types import (
    CalendarDate,
    Century,
    DayFromNow,
    Decade,
    Kind,
    Period,
    Stage,
    Staged,
    Turn,
    Unit,
    YearPart,
)

_OF_YEAR = rf"(?:,?{S}(?:of{S})?(?:fiscal{S}|FY)?{YEAR}|,?{S}(?:of{S})?{NAMED_YEAR}|{S}of{S}(?P<same>the{S}year){END})"
_PERIOD = r"(?P<unit>week|weekend|month|quarter|year|decade|century)"
_ORDINAL_HALF = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "last": 2}
_ORDINAL_QUARTER = {**_ORDINAL_HALF, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "final": 4, "last": 4}
# Without a year a quarter is the company's or the economy's only where such words stand with it; else it is a game's.
_BUSINESS = re.compile(
    r"\b(?:profit|revenue|sales|earn|grow|grew|econom|gdp|output|loss|lost|income|percent|billion|million|results?|fell|rose|"
    r"ship|deliver|margin|price|dividend|forecast|guidance|analyst|investor|bank|lender|demand|cost|spend|hir|fiscal|"
    r"export|import|order|inflation|rate|customer|market|compan|firm|quarterly|shrank|shrink|contract|expand|tax)|%",
    re.IGNORECASE,
)
_GAME = re.compile(r"\b(?:scor|game|touchdown|yard|basket|quarterback|coach|timeout)|\b\d{1,3}-\d{1,3}\b")
_NOT_YEARS = re.compile(
    r"\b(?:temperatures?|degrees|highs|lows|heart|pulse|rate was|his|her|their|fahrenheit|shot|scored)\b", re.I
)
_BEFORE_WEEKEND = frozenset("over at during on by until for before since through throughout into".split())
_BEFORE_SEASON = frozenset("in by since until during from for through throughout before after".split())
_STAGED_OPENERS = "the at early mid late beginning start end middle close".split()


@rule(
    rf"(?:(?:earlier|later|late|early){S})?(?P<day>today|tonight|yesterday|tomorrow){END}"
    rf"(?:{S}(?:morning|afternoon|evening|night){END})?",
    ["earlier", "later", "late", "early", "today", "tonight", "yesterday", "tomorrow"],
)
def day_from_now(match: Match, place: Place) -> Reading | None:
    """Read "today", "yesterday", "tomorrow morning"."""
    name = match.group("day")
    if name[0].isupper() and (place.word_before or place.word_after[:1].isupper()):
        return None  # "USA Today"
    if re.search(r"\b(?:better|brighter|of)\s$", place.before) and name == "tomorrow":
        return None
    return Kind.RELATIVE, DayFromNow({"yesterday": -1, "tomorrow": 1}.get(name.lower(), 0))


@rule(rf"the{S}day{S}(?:before{S}(?P<before>yesterday)|after{S}tomorrow){END}", ["the"])
def two_days_from_now(match: Match, place: Place) -> Reading | None:
    """Read "the day before yesterday"."""
    return Kind.RELATIVE, DayFromNow(-2 if match.group("before") else 2)


@rule(
    rf"(?:last{S}(?P<last>night)|this{S}(?:morning|afternoon|evening)|that{S}(?P<that>day|night)){END}",
    ["last", "this", "that"],
)
def part_of_day(match: Match, place: Place) -> Reading | None:
    """Read "last night", "this morning", "that day"."""
    if match.group("that"):
        return Kind.RELATIVE, Period(Unit.DAY, Turn.THAT)
    return Kind.RELATIVE, DayFromNow(-1 if match.group("last") else 0)


@rule(
    rf"(?:(?P<stage>early|late|mid|later|earlier)(?:{S}in)?{GAP})?(?P<turn>last|this|next|that){S}(?:very{S})?{_PERIOD}{END}",
    ["early", "late", "mid", "later", "earlier", "last", "this", "next", "that"],
)
def period(match: Match, place: Place) -> Reading | None:
    """Read "last week", "later this month", "early next year", "that year"."""
    if match.group("unit")[0].isupper() and not match.group().isupper():
        return None  # a title: "Last Week Tonight"
    found = Period(Unit(match.group("unit").lower()), lx.TURNS[match.group("turn").lower()])
    stage = lx.STAGES.get((match.group("stage") or "").lower())
    if stage is None:
        return Kind.DECADE if found.unit in {Unit.DECADE, Unit.CENTURY} else Kind.RELATIVE, found
    return Kind.PART, Staged(stage, found)


@rule(
    rf"the{S}(?P<turn>same|following|next|previous|preceding){S}(?:very{S})?(?P<unit>day|night|morning|week|month|year){END}",
    ["the"],
)
def period_of_text(match: Match, place: Place) -> Reading | None:
    """Read "the following year", "the same day": counted from a date named before."""
    if match.group("turn").lower() == "next" and place.word_before.lower() in {"over", "in", "within", "during", "for"}:
        return None  # "over the next year" is a stretch from now on
    turn = lx.TURNS[match.group("turn").lower()]
    turn = Turn.FOLLOWING if turn is Turn.NEXT else turn
    unit = match.group("unit").lower()
    return Kind.RELATIVE, Period(Unit.DAY if unit in {"night", "morning"} else Unit(unit), turn)


@rule(rf"the{S}(?P<unit>day|week|month|year){S}(?P<turn>before|after){END}(?=\s{{0,4}}(?:[.,;:)]|$))", ["the"])
def period_beside(match: Match, place: Place) -> Reading | None:
    """Read "the month before" at the end of a clause."""
    turn = Turn.PREVIOUS if match.group("turn").lower() == "before" else Turn.FOLLOWING
    return Kind.RELATIVE, Period(Unit(match.group("unit").lower()), turn)


@rule(rf"the{S}weekend{END}", ["the"])
def weekend(match: Match, place: Place) -> Reading | None:
    """Read "the weekend" after a preposition."""
    is_named = place.word_before.lower() in _BEFORE_WEEKEND
    return (Kind.RELATIVE, Period(Unit.WEEKEND, None)) if is_named and not place.word_after.istitle() else None


@rule(
    rf"(?:the{S}rest{S}of{S}(?:the|this)|(?:earlier|later|early|late){S}in{S}the){S}{_PERIOD}{END}",
    ["the", "earlier", "later", "early", "late"],
)
def rest_of_period(match: Match, place: Place) -> Reading | None:
    """Read "the rest of this year", "later in the week": of a week named before where the text tells a story."""
    is_story = match.group()[:3].lower() != "the" and place.previous and place.direction is Direction.PAST
    return Kind.RELATIVE, Period(Unit(match.group("unit").lower()), Turn.THAT if is_story else Turn.THIS)


@rule(
    rf"(?:(?:at|by){S})?(?:the{S})?(?:very{S})?{STAGE}(?:{S}in|{S}of)?(?:-|{S})(?:the{S})?"
    rf"(?:(?P<period_turn>last|this|next|that|following|previous|same){S})?{_PERIOD}{END}",
    _STAGED_OPENERS,
)
def staged_period(match: Match, place: Place) -> Reading | None:
    """Read "the end of the year", "the beginning of next month"."""
    if " of" not in match.group().lower() and not match.group("period_turn"):
        return None  # "late week", "the early year"
    turn = lx.TURNS[(match.group("period_turn") or "this").lower()]
    return Kind.PART, Staged(lx.STAGES[match.group("stage").lower()], Period(Unit(match.group("unit").lower()), turn))


@rule(
    rf"(?:the{S})?(?:very{S})?{STAGE}(?:{S}(?:in|of)(?:{S}the)?)?(?:-|{S}){MONTH}(?:,?{S}(?:of{S})?(?:{YEAR}|{NAMED_YEAR}))?",
    _STAGED_OPENERS,
)
def staged_month(match: Match, place: Place) -> Reading | None:
    """Read "early March", "the end of February", "mid-November 2017"."""
    if not _is_staging(match):
        return None
    of_month = CalendarDate(year=_year(match), month=lx.month_of(match.group("month")))
    if match.group("month") in {"may", "march"} and of_month.year is None:
        return None  # "too late may"
    return Kind.PART, Staged(lx.STAGES[match.group("stage").lower()], of_month)


@rule(rf"(?:the{S})?(?:very{S})?{STAGE}(?:{S}(?:in|of))?(?:-|{S}){YEAR}", _STAGED_OPENERS)
def staged_year(match: Match, place: Place) -> Reading | None:
    """Read "mid-2019", "late 2023", "the end of 2025"."""
    if not _is_staging(match) or place.is_before_counted:
        return None
    return Kind.PART, Staged(lx.STAGES[match.group("stage").lower()], CalendarDate(year=int(match.group("year"))))


@rule(
    rf"(?:the{S})?(?P<nth>first|second|third|fourth|last|final|1st|2nd|3rd|4th){GAP}(?:fiscal{S})?(?P<part>quarter|half){END}"
    rf"{_OF_YEAR}?",
    ["the", "first", "second", "third", "fourth", "last", "final", DIGIT],
)
def quarter_or_half(match: Match, place: Place) -> Reading | None:
    """Read "the first quarter", "the fourth quarter of 2021", "the second half of 2016"."""
    nth, of_year = match.group("nth").lower(), _year(match)
    if match.group("part").lower() == "half":
        known = of_year is not None and nth in _ORDINAL_HALF
        return (Kind.PART, YearPart(39 + _ORDINAL_HALF[nth], of_year)) if known else None
    sentence = place.sentence
    if of_year is None and (nth == "last" or _GAME.search(sentence) or not _BUSINESS.search(sentence)):
        return None  # "led by ten points after the third quarter"
    return Kind.PART, YearPart(32 + _ORDINAL_QUARTER[nth], of_year)


@rule(rf"q(?P<nth>[1-4]){END}{_OF_YEAR}?", ["q1", "q2", "q3", "q4"])
def short_quarter(match: Match, place: Place) -> Reading | None:
    """Read "Q3 2020", "in Q2"; not the car's name in "Audi Q3"."""
    before = place.word_before
    if _year(match) is None and before[:1].isupper() and before.lower() not in _BEFORE_SEASON:
        return None
    return Kind.PART, YearPart(32 + int(match.group("nth")), _year(match))


@rule(
    rf"(?:the{S})?(?:(?:early|late|mid)(?:-|{S}))?(?:(?P<season_turn>last|this|next|that|following|previous){S})?"
    rf"{SEASON}(?:{S}of)?(?:,?{S}(?:{YEAR}|(?P<double>(?:19|20)\d\d)[-–/]\d\d(?:\d\d)?{END}|{NAMED_YEAR}))?",
    ["the", "early", "late", "mid", "last", "this", "next", "that", *lx.SEASONS],
)
def season(match: Match, place: Place) -> Reading | None:
    """Read "winter 2021", "last summer", "the spring of 1989", "in the autumn"."""
    name, turn = match.group("season").lower(), lx.TURNS.get((match.group("season_turn") or "").lower())
    year = int(match.group("double")) if match.group("double") else _year(match)
    if turn is None and year is None and not _is_season_alone(match.group().lower(), place):
        return None
    if name == "fall" and turn and place.word_after.lower() in {"in", "of", "from"}:
        return None  # "this fall in prices"
    return Kind.PART, YearPart(lx.SEASONS[name], year, turn)


@rule(
    rf"(?:the{S})?(?:(?P<stage>early|mid|late)(?:-|{S}))?(?:the{S})?(?P<digits>1[0-9]\d|20\d)0(?P<mark>['’])?s{END}",
    ["the", "early", "mid", "late", DIGIT],
)
def decade(match: Match, place: Place) -> Reading | None:
    """Read "the 1990s", "the late 1960s"; "the 1800s" are a century."""
    digits = int(match.group("digits"))
    if match.group("mark") and match.start("digits") == match.start():
        return None  # "1990's worst storm" is one year's
    is_century = digits % 10 == 0 and digits < 200
    return _staged(match, Century(digits // 10) if is_century else Decade(digits))


@rule(
    rf"the{S}(?:(?P<stage>early|mid|late)(?:-|{S}))?(?:(?P<mark>['’‘])?(?P<digit>[1-9])0s|(?P<word>{'|'.join(lx.DECADE_WORDS)})){END}",
    ["the"],
)
def short_decade(match: Match, place: Place) -> Reading | None:
    """Read "the '80s", "the eighties": those of the last century, but for the tens of this one."""
    if not match.group("mark") and _NOT_YEARS.search(place.sentence):
        return None  # "temperatures in the 80s"
    digit = int(match.group("digit") or lx.DECADE_WORDS[match.group("word").lower()])
    return _staged(match, Decade((200 if digit == 1 else 190) + digit))


@rule(rf"(?<=['’‘])(?P<digit>[2-9])0s{END}", [DIGIT])
def apostrophe_decade(match: Match, place: Place) -> Reading | None:
    """Read "'80s"."""
    return _staged(match, Decade(190 + int(match.group("digit"))))


@rule(
    rf"(?:the{S})?(?:(?P<stage>early|mid|late)(?:-|{S}))?(?P<nth>{ORDINAL_WORD}){GAP}century{END}",
    ["the", "early", "mid", "late", "twenty", DIGIT, *lx.ORDINALS],
)
def century(match: Match, place: Place) -> Reading | None:
    """Read "the 19th century": EDTF's 18XX."""
    nth = lx.ordinal_of(match.group("nth"))
    return _staged(match, Century(nth - 1)) if 11 <= nth <= 22 else None


RULES = (
    day_from_now, two_days_from_now, part_of_day, period, period_of_text, period_beside, weekend, rest_of_period,
    staged_period, staged_month, staged_year, quarter_or_half, short_quarter, season, decade, short_decade,
    apostrophe_decade, century,
)  # fmt: skip


def _staged(match: Match, of: Decade | Century) -> Reading:
    stage = match.groupdict().get("stage")
    return Kind.DECADE, Staged(lx.STAGES[stage.lower()], of) if stage else of


def _is_staging(match: Match) -> bool:
    """Say whether the words between fit: "early March", "early in March", "the end of March"; not "end March"."""
    stage = lx.STAGES[match.group("stage").lower()]
    between = match.string[match.end("stage") : match.end("stage") + 4].lower()
    takes_of = stage in {Stage.START, Stage.END} or match.group("stage").lower() == "middle"
    return between.startswith(" of") if takes_of else not between.startswith(" of")


def _is_season_alone(words: str, place: Place) -> bool:
    if "fall" in words or not words[-1].isalpha():
        return False
    is_staged = words.startswith(("early", "late", "mid"))
    follows_time = place.word_before.lower() in _BEFORE_SEASON
    return (is_staged or words.startswith("the ")) and follows_time and not place.word_after[:1].isupper()


def _year(match: Match) -> int | Turn | None:
    groups = match.groupdict()
    if groups.get("year"):
        return int(groups["year"])
    if groups.get("same"):
        return Turn.THIS
    return lx.TURNS[groups["turn"].lower().split()[0]] if groups.get("turn") else None
