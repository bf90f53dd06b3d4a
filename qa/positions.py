"""Candidates -> supports: equal answers merged, independent stories counted, ordered by evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qa.dates import bounds
from qa.types import Candidate
from qa.values import are_one_value, comparable_form, is_shorter_name, value_of

# A place is evidence where the reader believes it in its own right: "the Kremlin" stands in many sentences, and few of
# them say who somebody is.
LEAST_LOG_ODDS = 0.0
# Twice the odds: less says nothing about which spelling is better.
_TIE = 0.7


@dataclass(frozen=True, slots=True)
class Support:
    """Everything that speaks for one answer: its candidates, best first, one for each place where it stands.

    The best is the one of most evidence, or the fullest of the names that tie with it. `evidence` is the logarithm of
    the summed odds of the best candidate of each story: two sources that say the same weigh more than one, and a
    syndicated copy adds nothing. `value` is what the answer comes to, see `qa.values.value_of`.
    """

    candidates: tuple[Candidate, ...]
    evidence: float
    n_stories: int
    value: str | None = None

    @property
    def best(self) -> Candidate:
        """The candidate that stands for the answer."""
        return self.candidates[0]


class _Valued(NamedTuple):
    candidate: Candidate
    value: str | None


def merge(candidates: Sequence[Candidate], *, question: str = "", by_value: bool = True) -> list[Support]:
    """Group candidates that give the same answer; the group of most evidence first, ties by the text of the answer.

    Two candidates are the same answer when they share text of one article, or when their values can be of one answer
    ("Wednesday" is that of one day, "February this year" may be that of "Feb. 5"). Without values, when their forms are
    equal (`qa.values.comparable_form`), or when one is the fuller name of the other. What fits two groups joins
    neither: "Bush" doesn't make George and Laura one person.

    :param by_value: without it only forms count, to measure what values are worth.
    """
    groups: list[list[_Valued]] = []
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.passage.rank, c.span)):
        value = value_of(candidate.passage.article, candidate.span, question=question) if by_value else None
        valued = _Valued(candidate, value)
        group = _group_of(valued, groups)
        if group is None:
            groups.append([valued])
        elif not any(_same_place(candidate, other) for other, _ in group):
            group.append(valued)
    return sorted((_support(group) for group in groups), key=lambda support: (-support.evidence, support.best.text))


def _same_place(one: Candidate, other: Candidate) -> bool:
    return one.passage.article.id == other.passage.article.id and one.span.overlaps(other.span)


def _group_of(valued: _Valued, groups: list[list[_Valued]]) -> list[_Valued] | None:
    for group in groups:
        if any(_same_place(valued.candidate, other.candidate) or _is_equal(valued, other) for other in group):
            return group
    related = [group for group in groups if all(_is_related(valued, other) for other in group)]
    return related[0] if len(related) == 1 else None


def _is_equal(one: _Valued, other: _Valued) -> bool:
    if one.value and other.value:
        return one.value == other.value
    return comparable_form(one.candidate.text) == comparable_form(other.candidate.text)


def _is_related(one: _Valued, other: _Valued) -> bool:
    """Say whether one may be the other less exactly: a date within a date, a name that is the end of a name."""
    if one.value and other.value:
        return are_one_value(one.value, other.value)
    texts = one.candidate.text, other.candidate.text
    return is_shorter_name(*texts) or is_shorter_name(*reversed(texts))


def _support(group: list[_Valued]) -> Support:
    best, *others = group
    believed = _fullest_first([best, *(other for other in others if other.candidate.score > LEAST_LOG_ODDS)])
    best_of_story: dict[str, float] = {}
    for candidate, _ in believed:
        story = candidate.passage.story or candidate.passage.article.id
        best_of_story[story] = max(candidate.score, best_of_story.get(story, candidate.score))
    evidence = _log_sum_exp(list(best_of_story.values()))
    return Support(tuple(candidate for candidate, _ in believed), evidence, len(best_of_story), believed[0].value)


def _fullest_first(group: list[_Valued]) -> list[_Valued]:
    """Put in front what says most, of those that the reader believes about as much as the best.

    "Joe Biden" goes before "Biden", and "Feb. 5" before "February this year".
    """
    best = group[0]
    tied = [
        other for other in group if other.candidate.score >= best.candidate.score - _TIE and _says_more(other, best)
    ]
    fullest = max(tied, key=lambda v: (-_n_days(v.value), len(v.candidate.text), v.candidate.score), default=best)
    return [fullest, *(valued for valued in group if valued is not fullest)]


def _says_more(one: _Valued, other: _Valued) -> bool:
    if one.value and other.value:
        return _n_days(one.value) < _n_days(other.value)
    return is_shorter_name(other.candidate.text, one.candidate.text)


def _n_days(value: str | None) -> int:
    """Return how many days a date can be: 1 is exact; 0 for what is no date."""
    between = bounds(value) if value else None
    return (between[1] - between[0]).days + 1 if between else 0


def _log_sum_exp(values: list[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(value - top) for value in values))
