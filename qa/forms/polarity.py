"""A sentence and a verb in it -> whether the sentence says that it is so, that it is not so, or neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from qa.conversation.mentions import Word

_BOUNDARIES = frozenset(
    "but while although though whereas because since after before when and who which".split()
) | frozenset(",;:—–()")
_NOT = frozenset("not never no none nobody neither nor without cannot hardly barely".split())
_REFUSALS = re.compile(
    r"\b(?:(?:has|have|had|is|are|was|were) yet to|refus\w+ to|declin\w+ to|den(?:y|ie\w+|ying)|fail\w* to|rul\w+ out|"
    r"reject\w*|cancel\w*|call\w* off|scrapp\w+|avoid\w*|prevent\w*|stopp?\w* short of|rather than|instead of|except|"
    r"contrary to|no plans? (?:to|for)|decided against|voted against|opposed?|barred from|banned from)\b"
)
# What is planned, wanted, feared or claimed hasn't happened by that.
_HEDGES = re.compile(
    r"\b(?:may|might|could|if|unless|once|until|whether|accus\w+|alleg\w+|suspect\w*|claim\w*|threaten\w*|demand\w*|"
    r"urg\w+|call(?:s|ed|ing)? (?:for|on)|ask\w* (?:for|to)|want\w*|hop\w+|wish\w*|unlikely|likely|possib\w+|"
    r"consider\w*|discuss\w*|rumou?r\w*|propos\w+|petition)\b"
)
_PROSPECTS = re.compile(
    r"\b(?:will|would|shall|should|must|plan\w*|intend\w*|promis\w+|pledg\w+|vow\w*|expect\w*|due|prepar\w+|want\w*|"
    r"(?:is|are|was|were) (?:to|set to|going to)|aim\w*|agree\w* to)\b"
)
_N_WORDS_AFTER = 2
_DONE_TO = frozenset("able allowed began begun came come continued helped managed on only started used went".split())
_AGAINST = {"for": "against", "against": "for", "up": "down", "down": "up", "in": "out", "out": "in"}


class Polarity(Enum):
    """What a sentence says of its verb."""

    AFFIRMED = "affirmed"
    DENIED = "denied"
    PLANNED = "planned"
    OPEN = "open"


def polarity_at(words: Sequence[Word], at: int) -> Polarity:
    """Return what the clause around `words[at]` says of it: "has yet to decide" denies, "may resign" leaves it open."""
    clause_start = _clause_start(words, at)
    before = " ".join(word.lower for word in words[clause_start:at])
    n_negations = _n_negations(words, clause_start, at) + len(_REFUSALS.findall(before))
    if n_negations % 2:
        return Polarity.DENIED
    if _HEDGES.search(before):
        return Polarity.OPEN
    is_ahead = _PROSPECTS.search(before) or _is_infinitive(words, at)
    return Polarity.PLANNED if is_ahead else Polarity.AFFIRMED


def _is_infinitive(words: Sequence[Word], at: int) -> bool:
    """Say whether it is "to close", which hasn't happened by that; what "managed to close" has."""
    return at > 1 and words[at - 1].lower == "to" and words[at - 2].lower not in _DONE_TO


def is_opposite_particle(asked: str, said: str) -> bool:
    """Say whether two words behind a verb turn it round: "vote for" and "voted against"."""
    return _AGAINST.get(asked) == said


def clause_start_before(words: Sequence[Word], at: int) -> int:
    """Return where the clause that holds `words[at]` begins."""
    return _clause_start(words, at)


def _clause_start(words: Sequence[Word], at: int) -> int:
    return next((i + 1 for i in range(at - 1, -1, -1) if words[i].lower in _BOUNDARIES), 0)


def _n_negations(words: Sequence[Word], start: int, at: int) -> int:
    """Count "not", "never" and the like before the word, and a "no" right behind it: "cancelled no trains"."""
    before = sum(_is_negation(words, i) and not _is_in_refusal(words, i, at) for i in range(start, at))
    after = sum(word.lower in {"no", "nobody", "none", "nothing"} for word in words[at + 1 : at + 1 + _N_WORDS_AFTER])
    return before + after


def _is_negation(words: Sequence[Word], at: int) -> bool:
    lower = words[at].lower
    if lower == "not" and at + 1 < len(words) and words[at + 1].lower == "only":
        return False
    return lower in _NOT or lower.endswith("n't")


def _is_in_refusal(words: Sequence[Word], at: int, end: int) -> bool:
    """Say whether it is the "no" of "no plans to", which counts as a refusal."""
    return at + 1 < end and words[at].lower == "no" and words[at + 1].lower in {"plan", "plans"}
