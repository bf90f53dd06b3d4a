"""Candidates for a list -> items: whole enumerations, and nothing that only repeats the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.types import Span
from qa.conversation.lexicon import FUNCTION_WORDS
from qa.conversation.mentions import words_of
from qa.forms.word_relations import stem
from qa.types import Candidate

# "J.K. Rowling", "Oster & Sons", "the Isles of Mott"; a full stop ends a name unless a single letter stands before it.
_WORD = r"(?:(?:[A-Z]\.)+|[A-Z][\w’'&-]*)"
_NAME = rf"(?:the )?{_WORD}(?: (?:(?:of|the|de|&) )*{_WORD}){{0,5}}"
_IS_NAMES = re.compile(rf"{_NAME}(?:(?:,| and|, and) {_NAME})*")
_BEFORE = re.compile(rf"{_NAME}(?:,|,? and) $")
_AFTER = re.compile(rf"(?:, and|,| and) {_NAME}")
# Names further off than this many characters are not looked for at one step.
_REACH = 80
_MOST_ITEMS = 40


def items_among(candidates: Sequence[Candidate], question: str) -> list[Candidate]:
    """Return the candidates that can be items of a list, each with the enumeration of names that it stands in."""
    return [_with_its_neighbours(candidate) for candidate in candidates if _says_something(candidate.text, question)]


def _says_something(text: str, question: str) -> bool:
    """Say whether a span holds a word that is no function word and not in the question: not "The", not "countries"."""
    asked = {stem(word.text) for word in words_of(question)}
    return any(
        not word.is_mark and word.lower not in FUNCTION_WORDS and stem(word.text) not in asked
        for word in words_of(text)
    )


def _with_its_neighbours(candidate: Candidate) -> Candidate:
    """Return the candidate with the names that are enumerated with it: "Norland, Kestria and Sule" for "Kestria"."""
    if not _IS_NAMES.fullmatch(candidate.text):
        return candidate
    text, whole = candidate.passage.article.text, candidate.passage.chunk.span
    start, end = candidate.span.start, candidate.span.end
    for _ in range(_MOST_ITEMS):
        reach = max(whole.start, start - _REACH)
        before = _BEFORE.search(text[reach:start])
        if before is None or (reach + before.start() and text[reach + before.start() - 1].isalnum()):
            break
        start = reach + before.start()
    while after := _AFTER.match(text, end, whole.end):
        end = after.end()
    return replace(candidate, span=Span(start, end))
