"""Numbers in an answer -> one plain value with its unit: "$12bn" is 12000000000 USD, "two dozen" is 24."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import accumulate

from index.types import Span

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBERS = {word: n for n, word in enumerate(ONES)} | {word: 10 * n for n, word in enumerate(TENS, start=2)}
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
    "dozen": 12,
    "k": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "bn": 1_000_000_000,
    "b": 1_000_000_000,
    "tn": 1_000_000_000_000,
}
# Letters mean a scale only right behind a figure and with a currency before it, or where nothing else is meant.
_SHORT_SCALES = frozenset({"k", "m", "mn", "bn", "b", "tn"})
_CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "gbp": "GBP", "pound sterling": "GBP", "pounds sterling": "GBP",
    "¥": "JPY", "jpy": "JPY", "yen": "JPY",
    "₽": "RUB", "rub": "RUB", "rouble": "RUB", "roubles": "RUB", "ruble": "RUB", "rubles": "RUB",
    "₹": "INR", "inr": "INR", "rupee": "INR", "rupees": "INR",
    "yuan": "CNY", "cny": "CNY", "renminbi": "CNY", "chf": "CHF", "swiss francs": "CHF",
    "c$": "CAD", "a$": "AUD",
}  # fmt: skip
_HEDGES = frozenset(
    "about almost an approximately around at by estimated exactly fewer just least less more most nearly of only over "
    "per roughly some than the to total under up upwards a".split()
)
_FIGURE = re.compile(r"[-−+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_TOKEN = re.compile(
    r"(?:us|c|a)\$|[$€£¥₽₹%]|[-−+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[^\W\d_]+(?:['’][^\W\d_]+)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number and what it counts: `unit` is a currency's ISO 4217 code, "%", or words of the answer, or empty."""

    number: Decimal
    unit: str

    def __str__(self) -> str:
        """Return the number without grouping or exponent, then the unit: "1500 nuclear warheads"."""
        plain = format(self.number.normalize(), "f")
        return f"{plain} {self.unit}".rstrip()


def quantity(text: str) -> Quantity | None:
    """Return the one number of an answer with its unit; None where it holds none, several, or only a vague one.

    Hedges ("about", "more than") are left out: the text itself still says them.
    """
    tokens = _tokens(text)
    numbers = _numbers(tokens)
    if len(numbers) != 1:
        return None
    (number,) = numbers
    before, after = tokens[: number.first], tokens[number.end :]
    if any(token.plain not in _HEDGES for token in before):
        return None
    return Quantity(number.value, number.unit or _unit(after))


def find_quantities(text: str) -> list[tuple[Span, Quantity]]:
    """Return every number in a text with what it counts, in order; the span covers the number, not the unit's words."""
    tokens = _tokens(text)
    return [
        (
            Span(tokens[number.first].start, tokens[number.end - 1].end),
            Quantity(number.value, number.unit or _unit(tokens[number.end :])),
        )
        for number in _numbers(tokens)
    ]


@dataclass(frozen=True, slots=True)
class _Token:
    plain: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Number:
    """A number in tokens `[first, end)`, with its currency or percent sign where it has one."""

    value: Decimal
    unit: str
    first: int
    end: int


def _tokens(text: str) -> list[_Token]:
    return [_Token(m.group().lower(), m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _numbers(tokens: list[_Token]) -> list[_Number]:
    """Return the numbers, the longest reading at each place."""
    found = [number for at in range(len(tokens)) if (number := _number_at(tokens, at)) is not None]
    reached = accumulate((number.end for number in found), max, initial=0)
    return [number for number, end in zip(found, reached, strict=False) if number.first >= end]


def _number_at(tokens: list[_Token], at: int) -> _Number | None:
    sign = _CURRENCIES.get(tokens[at].plain, "") if not tokens[at].plain.isalpha() else ""
    first = at + 1 if sign else at
    if first >= len(tokens):
        return None
    read = _figure(tokens, first, is_money=bool(sign)) or _spelt(tokens, first)
    if read is None:
        return None
    value, end = read
    unit = sign
    if not unit and end < len(tokens):
        unit, end = _unit_behind(tokens, end)
    return _Number(value, unit, at, end)


def _unit_behind(tokens: list[_Token], at: int) -> tuple[str, int]:
    """Read "%", "percent", "per cent" or a currency's name behind a number."""
    words = [token.plain for token in tokens[at : at + 2]]
    if words[0] in {"%", "percent"}:
        return "%", at + 1
    if words == ["per", "cent"]:
        return "%", at + 2
    if words[0] in _CURRENCIES:
        return _CURRENCIES[words[0]], at + 1
    if " ".join(words) in _CURRENCIES:
        return _CURRENCIES[" ".join(words)], at + 2
    return "", at


def _figure(tokens: list[_Token], at: int, *, is_money: bool) -> tuple[Decimal, int] | None:
    if not _FIGURE.fullmatch(tokens[at].plain):
        return None
    try:
        value = Decimal(tokens[at].plain.replace(",", "").replace("−", "-"))
    except InvalidOperation:
        return None
    at += 1
    while at < len(tokens) and tokens[at].plain in _SCALES:
        is_letter = tokens[at].plain in _SHORT_SCALES
        if is_letter and not (tokens[at].start == tokens[at - 1].end and (is_money or len(tokens[at].plain) == 2)):
            break
        value *= _SCALES[tokens[at].plain]
        at += 1
    return value, at


def _spelt(tokens: list[_Token], at: int) -> tuple[Decimal, int] | None:
    """Read a number in words: "two hundred and fifty thousand", "half a million", "a dozen", "twenty-five"."""
    words = [token.plain for token in tokens[at : at + 12]]
    share = Decimal(1)
    n = 0
    if words[:1] == ["half"]:
        share, n = Decimal("0.5"), 1
    if words[n : n + 1] in (["a"], ["an"]) and words[n + 1 : n + 2] and words[n + 1] in _SCALES:
        n += 1
    elif share != 1:
        return None
    if not words[n:] or (words[n] not in NUMBERS and not (n and words[n] in _SCALES)):
        return None
    total, current = 0, 0
    while n < len(words):
        word = words[n]
        if word in NUMBERS:
            current += NUMBERS[word]
        elif word in {"hundred", "dozen"}:
            current = max(current, 1) * _SCALES[word]
        elif word in _SCALES and word not in _SHORT_SCALES:
            total, current = total + max(current, 1) * _SCALES[word], 0
        elif not (word == "and" and words[n + 1 : n + 2] and words[n + 1] in NUMBERS):
            break
        n += 1
    return share * (total + current), at + n


def _unit(tokens: list[_Token]) -> str:
    """Return the words that are counted, up to three: what follows the number, to the first word of another phrase."""
    words: list[str] = []
    for token in tokens:
        if token.plain in _UNIT_ENDS or not token.plain.isalpha():
            break
        words.append(token.text)
    return " ".join(words[:3])


_UNIT_ENDS = _HEDGES | frozenset(
    "and are as each every for from had has have he in into is it on or per she since that they were was who which "
    "with within without apiece old".split()
)
