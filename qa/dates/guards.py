"""Is it really a date? The words that are names, counts or verbs as often as times, judged by their neighbours.

Precision comes first: "May said", "March for Peace", "April Ryan", "1,500 warheads" and "the Sunday Times" must not
become dates, even if a date in an odd place is missed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.types import Span
from qa.dates.tense import Direction, direction, sentence_around
from qa.dates.types import Kind, TimeExpression

_WORD_BEFORE = re.compile(r"([^\W_]+(?:['’][^\W_]+)?)[\"'“‘’(\[*]*\s{0,4}$")
_WORD_AFTER = re.compile(r"['’]s\b|(?:[ \t\xa0]{1,4}|[ \t]?\r?\n(?!\s))[\"'“‘]?([^\W_]+)")
_SENTENCE_START = re.compile(r"(?:^|\n|[.!?][\"”’]?\s)\s{0,4}[\"“‘]?$")
_OF_A_MONTH = re.compile(r"\s(?:in|of)\s(?:each|every|the\smonth|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))")
_REACH = 40  # characters on either side; a neighbour is nearer

_OF_TIME = frozenset("in since until till during throughout through before after circa mid early late into".split())
_LOOSE = frozenset("by from for of to between and around about or on than with including".split())
_DETERMINERS = frozenset("the a an this that his her its their our my your each last next another".split())
# Words that a clause goes on with, so that a number or a month before them is complete.
_FUNCTION = frozenset(
    "a about after against all also although an and are as at be because been before being both but by can could "
    "did do does during for from had has have he her his i if in into is it its local may might more most must "
    "not of on or our said says she should since so than that the their then there they this to until was we were "
    "what when where which while who whose will with would you".split()
)
_VERBS_OF_A_YEAR = frozenset("was is saw brought has had will began ended marked marks became may would".split())
# What is counted, so that a number before it is no year: "2021 people".
_COUNTED = frozenset(
    "people persons men women children soldiers troops officers police policemen workers jobs employees staff "
    "members residents voters votes seats delegates students pupils teachers doctors nurses patients cases deaths "
    "victims casualties migrants refugees families households homes houses buildings schools hospitals villages "
    "towns cities countries companies firms shops stores cars vehicles trucks tanks rifles guns missiles warheads "
    "rockets bombs shells drones aircraft planes ships boats tents beds rooms pages words letters books copies "
    "tickets points shares dollars euros pounds roubles rubles yen yuan rupees francs crowns cents percent per "
    "tonnes tons kilograms kilos grams litres gallons barrels metres meters kilometres kilometers km miles feet "
    "inches acres hectares square cubic degrees volts watts megawatts calories times souls items units volunteers "
    "prisoners hostages inmates guests protesters demonstrators supporters fans spectators passengers million "
    "billion trillion thousand mph seat hp".split()
)
_TOTALS = frozenset("total average crowd force population number sum fine maximum minimum staff fleet list".split())
# Months that are names or verbs as well.
_NAMELIKE_MONTHS = frozenset({"march", "april", "may", "june", "august", "jan", "mar", "dec", "jun", "aug"})
_BEFORE_DAY = frozenset("on by until till since from before after for between and".split())
_OFFICES_OF_MAY = frozenset({"government", "cabinet", "administration", "team", "day", "said", "has", "was"})
_NOT_BEFORE_WEEKDAY = frozenset(
    "black good ash super bloody palm cyber giving sheffield holy fat shrove maundy easter whit ruby freaky bowl "
    "casual taco every each any blue red".split()
)
_AFTER_WEEKDAY = frozenset(
    "times telegraph mirror express mail post sun star world herald independent review mosque night addams live island "
    "football school sermon club group".split()
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pattern matched, with the expression found before it, if any."""

    text: str
    start: int
    end: int
    previous: TimeExpression | None = None

    @property
    def words(self) -> str:
        """What was matched."""
        return self.text[self.start : self.end]

    @property
    def before(self) -> str:
        """The stretch right before, as far as a neighbour reaches."""
        return self.text[max(0, self.start - _REACH) : self.start]

    @property
    def after(self) -> str:
        """The stretch right after, as far as a neighbour reaches."""
        return self.text[self.end : self.end + _REACH]

    @property
    def word_before(self) -> str:
        """The word before, as it stands, "" where something else or nothing stands there."""
        match = _WORD_BEFORE.search(self.before)
        return match.group(1) if match else ""

    @property
    def word_after(self) -> str:
        """The word after, as it stands, "'s" for a possessive, "" where something else or nothing stands there."""
        match = _WORD_AFTER.match(self.after)
        if not match:
            return ""
        return match.group(1) or "'s"

    @property
    def is_before_function_word(self) -> bool:
        """Whether the clause goes on with a word of grammar, not with a noun that the words before may count."""
        return self.word_after in _FUNCTION

    @property
    def is_before_counted(self) -> bool:
        """Whether what follows is counted: "2021 people"."""
        return self.word_after.lower() in _COUNTED

    @property
    def is_after_time_word(self) -> bool:
        """Whether "in", "since" or the like stands before."""
        return self.word_before.lower() in _OF_TIME

    @property
    def sentence(self) -> str:
        """The sentence around it, as far as it is near."""
        return sentence_around(self.text, Span(self.start, self.end))

    @property
    def direction(self) -> Direction:
        """Which way its time lies from the day of writing."""
        return direction(self.text, Span(self.start, self.end))

    @property
    def is_all(self) -> bool:
        """Whether there is nothing else in the text, as in an answer: "2010"."""
        return not self.before.strip() and not self.after.strip(" \t\n.?!")

    def continues(self, *kinds: Kind) -> bool:
        """Say whether it goes on with a list: "in 2014, 2015 and 2016"."""
        if self.previous is None or self.previous.kind not in kinds:
            return False
        gap = self.text[self.previous.span.end : self.start]
        return len(gap) < 12 and bool(re.fullmatch(r",?\s?(?:and|or|to|through|until|then)?\s?|[-–/]", gap))


def begins_a_word(place: Place) -> bool:
    """Say whether nothing is tied to the start: no sign, address, decimal point or hyphen."""
    if place.start == 0:
        return True
    before = place.text[place.start - 1]
    if before in "/_=&@#%+~\\$€£¥":
        return False
    if before in "-–":
        return bool(re.search(r"(?:^|\s|\b(?:post|pre|mid|early|late|non))[-–]$", place.before, re.IGNORECASE)) or bool(
            place.previous and place.previous.span.end == place.start - 1
        )
    if place.text[place.start].isdigit() and before in ".,:":
        return place.start > 1 and not place.text[place.start - 2].isalnum()
    return True


def is_month(place: Place, month: str) -> bool:
    """Say whether a month's name that stands alone names the month."""
    name = month.lower().rstrip(".")
    before, after = place.word_before.lower(), place.word_after
    if place.is_all or place.continues(Kind.MONTH):
        return True
    if month[0].islower() and (name in _NAMELIKE_MONTHS or before not in _OF_TIME | _LOOSE):
        return False
    if after[:1].isupper() and (name in _NAMELIKE_MONTHS or before not in _OF_TIME):
        return False
    if name == "may":
        return _is_may(place, before, after)
    if before in _OF_TIME or (before in _LOOSE and not (name == "march" and after in {"on", "for", "against", "to"})):
        return True
    if name in _NAMELIKE_MONTHS:
        return before in _DETERMINERS and after.islower() and after != "'s" and after not in _FUNCTION
    is_short = name not in _FULL_NAMES
    follows_name = place.word_before[:1].isupper() and before not in _DETERMINERS | _FUNCTION
    return not is_short and not follows_name


def _is_may(place: Place, before: str, after: str) -> bool:
    """Tell the month from the prime minister and the verb."""
    if after.lower() in _OFFICES_OF_MAY or after == "'s":
        return False
    if before in _OF_TIME:
        return True
    if before == "by":
        return place.direction is Direction.FUTURE or bool(re.search(r"\bhad\b", place.before))
    if before in {"for", "from"}:
        return place.direction is Direction.FUTURE and (before == "for" or after in {"until", "to", "through", "on"})
    if before == "to":
        return bool(re.search(r"(?:months|year|quarter|from\s\w{3,9}(?:\s\d{4})?)\sto\s$", place.before))
    return before in _DETERMINERS and after.islower() and after not in _FUNCTION


_FULL_NAMES = frozenset("january february july september october november december".split())


def is_year(place: Place) -> bool:
    """Say whether a number of four figures that stands alone names a year."""
    number = int(re.search(r"\d{4}", place.words).group())  # type: ignore[union-attr]
    before, after = place.word_before.lower(), place.word_after
    if place.is_all or place.continues(Kind.YEAR):
        return True
    if after.lower() in _COUNTED or re.match(r"-[^\W\d_]|\sB\.?C\b|['’]\d", place.after):
        return False
    if re.search(r"[(\[]$", place.before):
        return bool(re.match(r"[)\],;]", place.after))
    if (
        re.search(r"\b(?:post|pre)[-–]$|\byear\s$|\bfiscal\s$|\bFY\s?$", place.before, re.IGNORECASE)
        or before in _OF_TIME
    ):
        return True
    if not 1700 <= number <= 2100:
        return False
    if after == "'s" or (_SENTENCE_START.search(place.before) and re.match(r":\s", place.after)):
        return True
    if before in _LOOSE and not re.search(rf"\b(?:{'|'.join(_TOTALS)})\sof\s$", place.before):
        return not after or after in _FUNCTION or after == "'s" or not after.islower()
    if (before in _DETERMINERS or before.endswith(("'s", "’s"))) and number >= 1800:
        return after == "'s" or (after[:1].isalpha() and after not in _FUNCTION)
    return bool(_SENTENCE_START.search(place.before)) and after in _VERBS_OF_A_YEAR


def is_weekday(place: Place, weekday: str, *, has_turn: bool) -> bool:
    """Say whether a weekday's name names a day, and not a newspaper, a club or every such day."""
    if weekday[0].islower() and not (place.word_before.lower() in _OF_TIME | _LOOSE or has_turn or place.is_all):
        return False
    if place.word_before.lower() in _NOT_BEFORE_WEEKDAY:
        return False
    after = place.word_after
    if place.word_before.lower() == "a" and (not after or after in _FUNCTION):
        return False  # "it falls on a Friday", unlike "a Friday meeting"
    if _OF_A_MONTH.match(place.after):
        return False  # "the first Monday in May"
    if after.lower() in _AFTER_WEEKDAY and after[:1].isupper():
        return False
    return not (place.word_before.lower() == "the" and after[:1].isupper())


def is_day_of_month(place: Place) -> bool:
    """Say whether "the 27th" names a day: after a preposition, with no noun after it."""
    if place.word_before.lower() not in _BEFORE_DAY:
        return False
    return not place.word_after or (place.is_before_function_word and place.word_after != "of")
