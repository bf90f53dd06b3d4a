"""Candidates -> supports: equal answers merged, independent stories counted, ordered by evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qa.types import Candidate
from qa.values import comparable_form, is_shorter_name

# A place is evidence where the reader believes it in its own right: "the Kremlin" stands in many sentences, and few of
# them say who somebody is.
LEAST_LOG_ODDS = 0.0
# Twice the odds: less says nothing about which spelling is better.
_TIE = 0.7


@dataclass(frozen=True, slots=True)
class Support:
    """Everything that speaks for one answer: its candidates, best first, one for each place where it stands.

    The best is the one of most evidence, or the fullest of the names that tie with it.

    `evidence` is the logarithm of the summed odds of the best candidate of each story: two sources that say the same
    weigh more than one, and a syndicated copy adds nothing.
    """

    candidates: tuple[Candidate, ...]
    evidence: float
    n_stories: int

    @property
    def best(self) -> Candidate:
        """The candidate that stands for the answer."""
        return self.candidates[0]


def merge(candidates: Sequence[Candidate]) -> list[Support]:
    """Group candidates that give the same answer; the group of most evidence first, ties by the text of the answer.

    Two candidates are the same answer when they share text of one article, when their forms are equal
    (`qa.values.comparable_form`), or when one is the fuller name of the other; a name that fits two groups joins
    neither: "Bush" doesn't make George and Laura one person.
    """
    groups: list[list[Candidate]] = []
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.passage.rank, c.span)):
        group = _group_of(candidate, groups)
        if group is None:
            groups.append([candidate])
        elif not any(_same_place(candidate, other) for other in group):
            group.append(candidate)
    return sorted((_support(group) for group in groups), key=lambda support: (-support.evidence, support.best.text))


def _same_place(one: Candidate, other: Candidate) -> bool:
    return one.passage.article.id == other.passage.article.id and one.span.overlaps(other.span)


def _group_of(candidate: Candidate, groups: list[list[Candidate]]) -> list[Candidate] | None:
    form = comparable_form(candidate.text)
    for group in groups:
        if any(_same_place(candidate, other) or comparable_form(other.text) == form for other in group):
            return group
    namesakes = [group for group in groups if all(_names_agree(candidate.text, other.text) for other in group)]
    return namesakes[0] if len(namesakes) == 1 else None


def _names_agree(one: str, other: str) -> bool:
    return is_shorter_name(one, other) or is_shorter_name(other, one)


def _support(group: list[Candidate]) -> Support:
    best, *others = group
    believed = _fullest_first([best, *(candidate for candidate in others if candidate.score > LEAST_LOG_ODDS)])
    best_of_story: dict[str, float] = {}
    for candidate in believed:
        story = candidate.passage.story or candidate.passage.article.id
        best_of_story[story] = max(candidate.score, best_of_story.get(story, candidate.score))
    return Support(tuple(believed), _log_sum_exp(list(best_of_story.values())), len(best_of_story))


def _fullest_first(candidates: list[Candidate]) -> list[Candidate]:
    """Put the fullest name in front, of those that the reader believes about as much: "Joe Biden" before "Biden"."""
    best = candidates[0]
    tied = [c for c in candidates if c.score >= best.score - _TIE and is_shorter_name(best.text, c.text)]
    fullest = max(tied, key=lambda c: (len(c.text), c.score), default=best)
    return [fullest, *(c for c in candidates if c is not fullest)]


def _log_sum_exp(values: list[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(value - top) for value in values))
