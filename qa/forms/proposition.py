"""A yes/no question -> what it asks to be so: who, does what, to whom, and whether it lies ahead."""

from __future__ import annotations

from dataclasses import dataclass

from qa.conversation.focus import VACUOUS
from qa.conversation.gate import without_lead_in
from qa.conversation.lexicon import ARTICLES, COPULAS, DETERMINERS, FUNCTION_WORDS, MODALS, PREPOSITIONS
from qa.conversation.mentions import Mention, Word, is_verb_form, mentions_of, words_of

_MOST_CHARACTERS = 500
_LIGHT = frozenset("go going get be been being have had has do done".split())
_AHEAD = frozenset("will would shall won't wouldn't".split())
_NEGATIONS = frozenset("not never no".split())
_NO_CONTENT = (FUNCTION_WORDS - {"last", "first", "own"}) | VACUOUS | frozenset("anyone anybody any".split())


@dataclass(frozen=True, slots=True)
class Proposition:
    """What a yes/no question asks to be so.

    `predicate` is the word that a sentence must affirm or deny; `subject` the telling words before it, `others` those
    after it. `is_ahead` marks "Will ...?", `is_passive` "Was ... signed?".
    """

    predicate: str
    subject: tuple[Word, ...]
    others: tuple[Word, ...]
    particle: str
    is_ahead: bool
    is_passive: bool
    is_negated: bool


def proposition_of(question: str) -> Proposition | None:
    """Return what a yes/no question asks to be so; None where no word of it says what."""
    if len(question) > _MOST_CHARACTERS:
        return None
    text = without_lead_in(question)
    words = [word for word in words_of(text) if not word.is_mark and not word.is_possessive]
    content = [word for word in words[1:] if word.lower not in _NO_CONTENT]
    if not content:
        return None
    at = _predicate_at(words, mentions_of(text))
    predicate = words[at] if at is not None else content[-1]
    later = [word for word in content if word.start > predicate.start]
    return Proposition(
        predicate=predicate.lower,
        subject=tuple(word for word in content if word.start < predicate.start),
        others=tuple(later),
        particle=words[at + 1].lower if at is not None and at + 1 < len(words) else "",
        is_ahead=words[0].lower in _AHEAD or "going" in {word.lower for word in words[:at]},
        is_passive=at is not None and words[0].lower not in MODALS and _is_passive(words, at),
        is_negated=any(word.lower in _NEGATIONS for word in words[1:]) or words[0].lower.endswith("n't"),
    )


def _predicate_at(words: list[Word], mentions: tuple[Mention, ...]) -> int | None:
    """Return which word is the verb, or the adjective or noun that "is" leads to; None where none is found."""
    subject_end = _subject_end(words, mentions)
    possible = [
        at for at, word in enumerate(words) if at and word.start >= subject_end and _may_be_predicate(words, at)
    ]
    if words[0].lower in COPULAS:
        return _head_of(words, possible[0], mentions) if possible else None
    verbs = [at for at in possible if words[at].text[0].islower()]
    first = next(iter(verbs), None)
    if first is None or is_verb_form(words[first].lower):
        return first
    # "Did the private school in Anbu win": a verb that we know wins over a noun that may be one we don't.
    return next((at for at in verbs if is_verb_form(words[at].lower) and _opens_phrase(words, at)), first)


def _may_be_predicate(words: list[Word], at: int) -> bool:
    lower = words[at].lower
    if lower in FUNCTION_WORDS or lower.endswith("ly"):
        return False
    # "have a ban", "go on strike": what is had or gone on says what is asked
    return lower not in _LIGHT or not any(later.lower not in _NO_CONTENT for later in words[at + 1 :])


def _opens_phrase(words: list[Word], at: int) -> bool:
    """Say whether the word is no part of a phrase before it: "the price", "to win"."""
    before = words[at - 1].lower
    return before not in DETERMINERS and (before not in PREPOSITIONS or words[at - 2].lower in _LIGHT)


def _subject_end(words: list[Word], mentions: tuple[Mention, ...]) -> int:
    """Return where the subject ends, with what hangs on it: "the dam above Quill", "shares in Halden and Corvus"."""
    first = next((mention for mention in mentions if mention.start >= words[0].end), None)
    if first is None or any(words[1].end < w.start < first.start and w.lower not in FUNCTION_WORDS for w in words):
        return words[1].end
    end = first.end
    for mention in mentions:
        between = [word.lower for word in words if end <= word.start < mention.start]
        owns = mention.article and not mention.article.islower()  # "Kestria's prime minister"
        if mention.start >= end and (owns or (between and set(between) <= PREPOSITIONS | ARTICLES | {"and"})):
            end = mention.end
    return end


def _head_of(words: list[Word], at: int, mentions: tuple[Mention, ...]) -> int:
    """Return the last word of the noun phrase that "is" leads to: "judge" of "a retired judge"."""
    if words[at].lower.endswith(("ed", "en", "ing")):
        return at
    phrase = next((m for m in mentions if m.start <= words[at].start < m.end), None)
    return max((i for i, word in enumerate(words) if phrase and word.end <= phrase.end), default=at) if phrase else at


def _is_passive(words: list[Word], at: int) -> bool:
    before = {word.lower for word in words[:at]}
    return bool(before & (COPULAS | {"been", "be"})) and not words[at].lower.endswith("ing")
