"""Candidates -> supports: equal answers merged, independent stories counted, ordered by evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qa.types import Candidate
from qa.values import comparable_form, is_name

# A place is evidence where the reader believes it in its own right: "the Kremlin" stands in many sentences, and few of
# them say who somebody is.
LEAST_LOG_ODDS = 0.0


@dataclass(frozen=True, slots=True)
class Support:
    """Everything that speaks for one answer: its candidates, best first, one for each place where it stands.

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
    (`qa.values.comparable_form`), or when one is the fuller name of the other.
    """
    groups: list[list[Candidate]] = []
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.passage.rank, c.span)):
        group = next((g for g in groups if any(_same_answer(candidate, other) for other in g)), None)
        if group is None:
            groups.append([candidate])
        elif not any(_same_place(candidate, other) for other in group):
            group.append(candidate)
    return sorted((_support(group) for group in groups), key=lambda support: (-support.evidence, support.best.text))


def _same_place(one: Candidate, other: Candidate) -> bool:
    return one.passage.article.id == other.passage.article.id and one.span.overlaps(other.span)


def _same_answer(one: Candidate, other: Candidate) -> bool:
    if _same_place(one, other):
        return True
    form, other_form = comparable_form(one.text), comparable_form(other.text)
    if form == other_form:
        return True
    shorter, longer = sorted((form.split(), other_form.split()), key=len)
    return (
        is_name(one.text)
        and is_name(other.text)
        and 0 < len(shorter) < len(longer)
        and (longer[-len(shorter) :] == shorter or longer[: len(shorter)] == shorter)
    )


def _support(group: list[Candidate]) -> Support:
    best, *others = group
    believed = [best, *(candidate for candidate in others if candidate.score > LEAST_LOG_ODDS)]
    best_of_story: dict[str, float] = {}
    for candidate in believed:
        story = candidate.passage.story or candidate.passage.article.id
        best_of_story.setdefault(story, candidate.score)
    return Support(tuple(believed), _log_sum_exp(list(best_of_story.values())), len(best_of_story))


def _log_sum_exp(values: list[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(value - top) for value in values))
