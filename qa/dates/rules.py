"""The frame of the grammar: rules, and where in a text they are tried."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from qa.dates.guards import Place
from qa.dates.types import Kind, Meaning

Match = re.Match[str]
Reading = tuple[Kind, Meaning]
DIGIT = "0"  # stands for every word that begins with a digit, among the openers of a rule


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, the words that can open it (in lower case, or DIGIT), and what a match of it means.

    `read` returns None where the match is no expression of time.
    """

    pattern: re.Pattern[str]
    openers: frozenset[str]
    read: Callable[[Match, Place], Reading | None]


def rule(pattern: str, openers: Iterable[str]) -> Callable[[Callable[[Match, Place], Reading | None]], Rule]:
    """Make a rule of the function that reads its matches."""
    compiled = re.compile(pattern, re.IGNORECASE | re.ASCII)
    return lambda read: Rule(compiled, frozenset(openers), read)


def by_opener(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    """Return the rules that can begin with each word."""
    openers: dict[str, list[Rule]] = defaultdict(list)
    for one in rules:
        for word in one.openers:
            openers[word].append(one)
    return {word: tuple(found) for word, found in openers.items()}
