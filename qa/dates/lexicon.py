"""The words of time, and the pieces of pattern that the grammar is put together from.

White space is bounded (`S`) and nothing repeats inside a repetition, so that matching costs a bounded number of steps
at every word, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from qa.dates.types import Length, Stage, Turn, Unit

MONTH_NAMES = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip
WEEKDAY_NAMES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_ABBREVIATED_MONTHS = "jan feb mar apr jun jul aug sept sep oct nov dec".split()
_ABBREVIATED_WEEKDAYS = "mon tues tue wed thurs thur thu fri sat sun".split()
MONTHS = {name.lower(): number for number, name in enumerate(MONTH_NAMES, start=1)} | {
    name: next(n for n, full in enumerate(MONTH_NAMES, start=1) if full.lower().startswith(name))
    for name in _ABBREVIATED_MONTHS
}
WEEKDAYS = {name.lower(): number for number, name in enumerate(WEEKDAY_NAMES)} | {
    name: next(n for n, full in enumerate(WEEKDAY_NAMES) if full.lower().startswith(name))
    for name in _ABBREVIATED_WEEKDAYS
}

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBERS = (
    {word: n for n, word in enumerate(_ONES + _TEENS, start=1)}
    | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
    | {"a": 1, "an": 1, "another": 1, "dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
)
ORDINALS = {
    word: n
    for n, word in enumerate(
        (
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
            "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        ).split(),
        start=1,
    )
} | {"thirtieth": 30}
DECADE_WORDS = {
    word: n
    for n, word in enumerate("twenties thirties forties fifties sixties seventies eighties nineties".split(), start=2)
}
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
TURNS = {
    "last": Turn.LAST,
    "past": Turn.LAST,
    "this": Turn.THIS,
    "current": Turn.THIS,
    "next": Turn.NEXT,
    "coming": Turn.COMING,
    "that": Turn.THAT,
    "same": Turn.THAT,
    "following": Turn.FOLLOWING,
    "previous": Turn.PREVIOUS,
    "preceding": Turn.PREVIOUS,
}
STAGES = {
    "early": Stage.EARLY,
    "mid": Stage.MIDDLE,
    "middle": Stage.MIDDLE,
    "late": Stage.LATE,
    "beginning": Stage.START,
    "start": Stage.START,
    "end": Stage.END,
    "close": Stage.END,
}
_UNITS = {
    "second": (Unit.SECOND, 1),
    "sec": (Unit.SECOND, 1),
    "minute": (Unit.MINUTE, 1),
    "min": (Unit.MINUTE, 1),
    "hour": (Unit.HOUR, 1),
    "hr": (Unit.HOUR, 1),
    "day": (Unit.DAY, 1),
    "week": (Unit.WEEK, 1),
    "fortnight": (Unit.WEEK, 2),
    "month": (Unit.MONTH, 1),
    "year": (Unit.YEAR, 1),
    "decade": (Unit.YEAR, 10),
    "century": (Unit.YEAR, 100),
}
# Only zones that name one offset: "ET" and "local time" leave the time of day local, as it is told.
ZONES = {
    "gmt": "Z",
    "utc": "Z",
    "bst": "+01:00",
    "cet": "+01:00",
    "cest": "+02:00",
    "eet": "+02:00",
    "eest": "+03:00",
    "msk": "+03:00",
    "jst": "+09:00",
    "est": "-05:00",
    "edt": "-04:00",
    "cdt": "-05:00",
    "mst": "-07:00",
    "mdt": "-06:00",
    "pst": "-08:00",
    "pdt": "-07:00",
}


def _any(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, longer ones first."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


# Pieces of pattern. They are compiled without regard to case and for ASCII, since beyond it "ſunday" would be a Sunday;
# white space and the end of a word are those of Unicode.
S = r"(?u:\s){1,4}"
GAP = r"(?u:[-\s]){1,2}"  # "five years", "five-year"
END = r"(?u:(?![^\W_]))"
MONTH = rf"(?P<month>{_any(n.lower() for n in MONTH_NAMES)}{END}|{_any(_ABBREVIATED_MONTHS)}{END}\.?)"
WEEKDAY = rf"(?P<weekday>{_any(n.lower() for n in WEEKDAY_NAMES)}){END}"
ANY_WEEKDAY = rf"(?P<weekday>{_any(n.lower() for n in WEEKDAY_NAMES)}{END}|{_any(_ABBREVIATED_WEEKDAYS)}{END}\.?)"
DAY = rf"(?P<day>3[01]|[12]\d|0?[1-9])(?P<ordinal>st|nd|rd|th)?{END}(?![.,:/]\d|%)"
LAST_DAY = rf"(?P<last>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?{END}(?![.,:/]\d|%)"
ORDINAL_WORD = rf"(?:(?:twenty|thirty)-{_any(list(ORDINALS)[:9])}|{_any(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))"
YEAR = rf"(?P<year>1\d{{3}}|20\d\d|21\d\d){END}(?![.,:/]\d|%|[-–]\d)"
NAMED_YEAR = rf"(?:the{S})?(?P<turn>this|last|next|that(?:{S}same)?|same|following|previous){S}year{END}"
SEASON = rf"(?P<season>{_any(SEASONS)}){END}"
STAGE = rf"(?P<stage>early|mid|late|beginning|start|end|middle|close){END}"
UNIT = rf"(?:{_any([*(f'{u}s?' for u in _UNITS if u != 'century'), 'century', 'centuries'])}){END}"
ABOUT = (
    rf"(?:about|around|roughly|nearly|almost|some|approximately|(?:more|less|fewer){S}than|at{S}least|"
    rf"just{S}(?:over|under)|over|under|up{S}to)"
)
_SMALL = rf"(?:{_any(_TENS)}(?:{GAP}{_any(_ONES)})?|{_any(_TEENS)}|{_any(_ONES)})"
_DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?:\.\d{1,3})?"
COUNT = (
    rf"(?:{_DIGITS}|half{S}an?|a{S}half|a{S}quarter{S}of{S}an?|a{S}quarter|(?:a{S})?couple{S}of|(?:a{S})?dozen|"
    rf"(?:an?|{_any(_ONES)}){S}(?:hundred|thousand)|{_SMALL}|another|an?){END}"
)


def month_of(name: str) -> int:
    """Return the number of a month from its name, 1 for "Jan."."""
    return MONTHS[name.lower().rstrip(".")]


def weekday_of(name: str) -> int:
    """Return the number of a weekday from its name, 0 for "Mon."."""
    return WEEKDAYS[name.lower().rstrip(".")]


def ordinal_of(word: str) -> int:
    """Return the number of an ordinal, 27 for "27th" and for "twenty-seventh"."""
    digits = re.match(r"\d+", word)
    if digits:
        return int(digits.group())
    tens, _, ones = word.lower().rpartition("-")
    return NUMBERS.get(tens, 0) + ORDINALS[ones]


def count_of(words: str) -> Fraction:
    """Return the number that `words`, matched by COUNT and perhaps followed by million or billion, stand for."""
    text = re.sub(r"[\s-]+", " ", words.lower()).replace(",", "")
    if text.startswith(("half a", "a half")):
        return Fraction(1, 2)
    if text.startswith("a quarter"):
        return Fraction(1, 4)
    if text.endswith("couple of"):
        return Fraction(2)
    number = Fraction(0)
    for word in text.split():
        value = Fraction(word) if word[0].isdigit() else Fraction(NUMBERS[word])
        number = number * value if number and value >= 10 else number + value  # "two hundred", "sixty six"
    return number


def length_of(count: Fraction, unit: str) -> Length:
    """Return a length in the units of ISO 8601: two fortnights are four weeks, half a year six months.

    What can't be told in whole smaller units stays a fraction: 3.2 years.
    """
    name = unit.lower()
    name = "century" if name == "centuries" else name.removesuffix("s")
    base, factor = _UNITS[name]
    count *= factor
    whole, rest = Fraction(int(count)), count - int(count)
    smaller, size = _SMALLER.get(base, (base, 1))
    if not rest or base is smaller or (rest * size).denominator != 1:
        return Length(((base, count),))
    amounts = ((base, whole), (smaller, rest * size))
    return Length(tuple((unit_, n) for unit_, n in amounts if n))


_SMALLER = {
    Unit.YEAR: (Unit.MONTH, 12),
    Unit.MONTH: (Unit.DAY, 30),
    Unit.DAY: (Unit.HOUR, 24),
    Unit.HOUR: (Unit.MINUTE, 60),
    Unit.MINUTE: (Unit.SECOND, 60),
}
