"""Answers -> forms under which equal ones are equal, however they are spelt."""

from __future__ import annotations

import re
import string

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}“”‘’«»–—…]")
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
_NUMBERS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
}
_HONORIFICS = frozenset("mr mrs ms dr sir president senator sen minister secretary chancellor".split())


def squad_normalised(text: str) -> str:
    """Lower-case, without punctuation, articles and extra white space: as in the official SQuAD script.

    Source: `normalize_answer` of evaluate-v1.1.py, Rajpurkar et al. 2016; the typographic quotes and dashes of news
    text count as punctuation too.
    """
    without_punctuation = _PUNCTUATION.sub("", text.lower())
    return " ".join(_ARTICLES.sub(" ", without_punctuation).split())


def comparable_form(text: str) -> str:
    """Return the form under which two answers count as equal: "Feb. 5" and "February 5", "five" and "5"."""
    spaced = re.sub(r"(?<=\w)[-–—](?=\w)", " ", text.lower())
    words = squad_normalised(spaced).split()
    words = [_NUMBERS.get(word, word) for word in words if word not in {"on", "in", "at", "by", "of"}]
    words = [re.sub(r"^(\d+)(st|nd|rd|th)$", r"\1", word) for word in words]
    dated = [_MONTHS.get(word, word) if _beside_number(words, i) else word for i, word in enumerate(words)]
    named = [word for word in dated if word not in _HONORIFICS]
    return " ".join(named or dated) or text.strip()


def _beside_number(words: list[str], at: int) -> bool:
    return any(word.isdigit() for word in words[max(0, at - 1) : at] + words[at + 1 : at + 2])


def is_name(text: str) -> bool:
    """Say whether `text` looks like a name: few words, no digit, each but particles with a capital."""
    words = re.findall(r"[^\W_][\w'’.-]*", text)
    if not words or len(words) > 6 or any(character.isdigit() for character in text):
        return False
    return all(word[0].isupper() or word in {"of", "the", "de", "von", "van", "bin", "al"} for word in words)
