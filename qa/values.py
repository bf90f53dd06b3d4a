"""Answers -> values and forms under which equal ones are equal, however they are spelt, and different ones are not."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from index.types import Article, Span
from qa.dates import Asked, TimeMention, bounds, expected_value, find_expressions, find_times, suits
from qa.quantities import NUMBERS, ONES, TENS, quantity

_TOKEN = re.compile(
    r"""
    [$€£¥%]
    | (?<![\w.])[-−]?\d+(?:,\d{3})*(?:[.:/]\d+)*(?:st|nd|rd|th)?(?![^\W_])  # 1,500  9.11  3:30  5th
    | [^\W_]+(?:[.'’][^\W_]+)*                                                # U.S  Biden’s  G7
    """,
    re.VERBOSE,
)
_MONTHS = {
    name: f"month{number}"
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_SYMBOLS = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "%": "percent"}
_LEADING = frozenset({"on", "in", "at", "by", "since", "until", "to", "from"})
_HONORIFICS = frozenset("mr mrs ms dr sir president senator sen minister secretary chancellor".split())
# What makes another place of a name: South Korea is not Korea, New York not York.
_CHANGES_A_NAME = frozenset("north south east west northern southern eastern western new great greater united".split())


_HOW_MANY = re.compile(r"\b(?:how many|how old|what age|number of|percentage|age)\b", re.IGNORECASE)
_HOW_MANY_UNITS = re.compile(r"\bhow many (?:more )?(?P<unit>years|months|weeks|days)\b", re.IGNORECASE)
_ONE_UNIT = re.compile(r"P(?P<number>\d+)(?P<unit>[YMWD])")
# What may stand around a date that is the whole answer: "on February 5", "signed in 2010", "January 26th, local time".
_MOST_WORDS_AROUND = 3
_NEARBY = 80  # characters: longer than any expression of time


def value_of(article: Article, span: Span, *, question: str) -> str | None:
    """Return the value of an answer: EDTF date or interval, ISO 8601 duration or time, or a number with its unit.

    None where the answer is no such thing, or where the article doesn't tell it ("Wednesday", of unknown date). Where
    the question names what is counted ("how many weeks", "how old"), the value is the number alone.
    """
    text = span.of(article.text)
    asked = expected_value(question)
    counted = quantity(text)
    if counted and _HOW_MANY.search(question):
        named = {word.lower() for word in re.findall(r"\w+", question)}
        is_named = all(word.lower() in named for word in counted.unit.split()) or asked in {Asked.AGE, Asked.DURATION}
        return f"{counted.number.normalize():f}" if is_named else str(counted)
    time = _time_of(article, span, asked)
    if time is not None:
        length = (time.length or time.value) if asked is Asked.DURATION else None
        return _counted_in(length, question) or length or time.value
    return str(counted) if counted else None


def _counted_in(length: str | None, question: str) -> str | None:
    """Return a duration of one unit as a bare number where the question counts in it: P5Y is 5 of "how many years"."""
    match = _ONE_UNIT.fullmatch(length or "")
    asked = _HOW_MANY_UNITS.search(question)
    if not match or not asked or match["unit"] != asked["unit"][0].upper():
        return None
    return match["number"]


def are_one_value(one: str, other: str) -> bool:
    """Say whether two values can be of one answer: equal, or one date within the other: "2021-02-05" in "2021-02"."""
    if one.rstrip("~") == other.rstrip("~"):
        return True
    inner, outer = bounds(one), bounds(other)
    if inner is None or outer is None:
        return False
    return (outer[0] <= inner[0] and inner[1] <= outer[1]) or (inner[0] <= outer[0] and outer[1] <= inner[1])


def times_of(article: Article) -> tuple[TimeMention, ...]:
    """Return the expressions of time in an article with their values, in order."""
    return _times(article.text, article.published)


def _time_of(article: Article, span: Span, asked: Asked | None) -> TimeMention | None:
    """Return the expression of time that an answer is, None where it is none or says more than a time."""
    if not _may_be_time(article.text, span):
        return None
    within = [time for time in times_of(article) if time.span.overlaps(span)]
    if not within:
        return None
    fitting = [time for time in within if asked and suits(time, asked)]
    best = max(fitting or within, key=lambda time: (len(time.span), -time.span.start))
    around = article.text[span.start : max(span.start, best.span.start)] + " " + article.text[best.span.end : span.end]
    is_all = len(re.findall(r"\w+", around)) <= _MOST_WORDS_AROUND
    return best if is_all or (asked and fitting) else None


def _may_be_time(text: str, span: Span) -> bool:
    """Say whether an expression of time stands there, by the words nearby: most answers need no look at the article."""
    start = max(0, span.start - _NEARBY)
    found = find_expressions(text[start : span.end + _NEARBY])
    return any(expression.span.shifted(start).overlaps(span) for expression in found)


@lru_cache(maxsize=256)
def _times(text: str, published: date | None) -> tuple[TimeMention, ...]:
    # The whole article: datelines and "that year" look back. A question asks for a dozen places of the same few.
    return tuple(find_times(text, published=published))


@lru_cache(maxsize=4096)
def comparable_form(text: str) -> str:
    """Return the form under which two answers count as equal: "Feb. 5" and "5 February", "five" and "5".

    Case, articles, a preposition in front, typographic marks, and an honorific before a name make no difference;
    figures, signs, units and every other word do.
    """
    words = [_plain(match.group()) for match in _TOKEN.finditer(text)]
    words = [word for at, word in enumerate(words) if not _is_article(word, at)]
    while len(words) > 1 and words[0].lower() in _LEADING:
        words = words[1:]
    words = _without_honorifics(words)
    numbered = _with_numbers([word.lower() for word in words])
    return " ".join(_with_months(numbered)) or text.strip()


def is_name(text: str) -> bool:
    """Say whether `text` looks like a name: few words, no digit, each but particles with a capital."""
    words = re.findall(r"[^\W_][\w'’.-]*", text)
    if not words or len(words) > 6 or any(character.isdigit() for character in text):
        return False
    return all(word[0].isupper() or word in {"of", "the", "de", "von", "van", "bin", "al"} for word in words)


def is_shorter_name(shorter: str, longer: str) -> bool:
    """Say whether one name is the end of the other: "Biden" of "Joe Biden"; "Korea" is not that of "South Korea"."""
    if not (is_name(shorter) and is_name(longer)):
        return False
    end, whole = comparable_form(shorter).split(), comparable_form(longer).split()
    return len(end) < len(whole) and whole[-len(end) :] == end and whole[0] not in _CHANGES_A_NAME


def _plain(token: str) -> str:
    token = re.sub(r"['’]s$", "", token)
    if token[0] in "-−" or token[0].isdigit():
        return re.sub(r"(?:st|nd|rd|th)$", "", token.replace(",", "").replace("−", "-"))
    return _SYMBOLS.get(token, token.replace(".", "").replace("’", "'"))


def _is_article(word: str, at: int) -> bool:
    # A capital "A" inside is a name's ("Series A"); in front it begins a sentence.
    return word.lower() in {"a", "an", "the"} and (at == 0 or word != "A")


def _without_honorifics(words: list[str]) -> list[str]:
    n = 0
    while n < len(words) and words[n].lower() in _HONORIFICS:
        n += 1
    name = words[n:]
    is_followed_by_name = bool(name) and all(word[0].isupper() for word in name)
    return name if is_followed_by_name else words


def _with_numbers(words: list[str]) -> list[str]:
    numbered: list[str] = []
    for at, word in enumerate(words):
        if word in ONES[1:10] and at and words[at - 1] in TENS:
            numbered[-1] = str(NUMBERS[words[at - 1]] + NUMBERS[word])
        else:
            numbered.append(str(NUMBERS.get(word, word)))
    return numbered


def _with_months(words: list[str]) -> list[str]:
    """Name the months that stand beside a number, and put the month before its day."""
    dated = list(words)
    for at, word in enumerate(words):
        before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
        if word in _MONTHS and (before.isdigit() or after.isdigit()):
            dated[at] = _MONTHS[word]
            if before.isdigit() and len(before) <= 2:
                dated[at - 1], dated[at] = dated[at], before
    return dated
