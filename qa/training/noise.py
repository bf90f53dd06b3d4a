"""Questions as people type them: a letter slips, the question mark is missing, only keywords are left."""

from __future__ import annotations

import random
import re

from index.terms import STOP_WORDS


def noisy(question: str, chance: random.Random) -> str:
    """Return the question with one carelessness: no question mark (half of them), one or two typos, or keywords."""
    draw = chance.random()
    if draw < 0.5:
        return question.rstrip(" ?")
    return _with_typos(question, chance) if draw < 0.8 else _keywords(question)


def _with_typos(question: str, chance: random.Random) -> str:
    words = question.split(" ")
    long_ones = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    for i in chance.sample(long_ones, min(len(long_ones), chance.choice((1, 1, 2)))):
        words[i] = _mistyped(words[i], chance)
    return " ".join(words)


def _mistyped(word: str, chance: random.Random) -> str:
    """Swap, drop, double or replace one letter that is not the first."""
    at = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return chance.choice(
        (
            before + after[0] + letter + after[1:],
            before + after,
            before + letter + letter + after,
            before + chance.choice("aeiou") + after,
        )
    )


def _keywords(question: str) -> str:
    words = [word for word in re.findall(r"[^\s?]+", question) if word.lower() not in STOP_WORDS]
    return " ".join(words) if len(words) >= 2 else question
