"""Candidates -> the answers that stand, in order: the best one, its rivals, and what later articles changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.types import Passage
from qa.citing import surrounding_sentences
from qa.confidence import Calibration, Weighed, features_of, weigh
from qa.constraints import DAYS_OF_REPORTING
from qa.dates import bounds
from qa.forms.listing import items_among
from qa.keeping import keep_tense
from qa.positions import LEAST_LOG_ODDS, merge
from qa.replacements import with_announced_change, with_replacements
from qa.retractions import is_taken_back
from qa.types import Candidate, Constraint, Demand

MOST_POSITIONS = 5
# A longer text is a pasted document; what stands further on is not what it asks.
_MOST_CHARACTERS = 1000
_MOST_ITEMS = 10
# Another answer is no rival of one that has e^8, three thousand, times its odds.
_GREATEST_LAG = 8.0
# By itself it would be answered at the default threshold, whatever threshold is asked for: a lower one is to let the
# best answer through, not all that comes after it.
_LEAST_OF_RIVAL = 0.53
# More than the reader ever gives: what its own sentence takes back is no answer while there is another.
_LOG_ODDS_OF_TAKEN_BACK = 20.0
_ASKS_FOR_TAKEN_BACK = re.compile(
    r"\b(?:not|never|originally|initially|first|previously|former|formerly|was|were|had|did|left|leav\w+|step\w*\s(?:down"
    r"|aside)|fir(?:ed|ing)|(?:resign|retir|quit|dismiss|sack|remov|oust|cancel|scrap|postpon|delay|abandon|withdr|revis"
    r"|replac|vacat|extend|cut|lower|rais)\w*)\b|n['’]t\b",
    re.IGNORECASE,
)
# What was first said to be so, rather than what was first: "originally due", "the first estimate".
_ASKS_FOR_PLAN = re.compile(
    r"\b(?:originally|initially|at\sfirst|(?:original|initial)\s\w+"
    r"|first\s(?:planned|expected|due|date|plan|estimate|figure|toll|price|forecast))\b",
    re.IGNORECASE,
)
_NEVER = date.max - DAYS_OF_REPORTING
_OVER = re.compile(
    r"\b(?:did|was|were|had)\b|^(?:who|what|which\s\w+)\s(?:[a-z]+ed|won|lost|made|wrote|built|led|gave|took|said|told"
    r"|met|began|became|left|held|sent|sold|bought|paid|shot|hit|cut|put|broke|drew|found|sang|ran|beat|chose)\b",
    re.IGNORECASE,
)
_COUNTING = re.compile(
    r"\bhow\s(?:many|much|big|large|high|strong)\b"
    r"|\b(?:number|toll|total|estimate|figure|cost|price|share|rate|percentage|size)\b",
    re.IGNORECASE,
)


def standing(
    question: str,
    passages: Sequence[Passage],
    candidates: Sequence[Candidate],
    constraints: Sequence[Constraint],
    *,
    calibration: Calibration,
    by_value: bool = True,
) -> list[Weighed]:
    """Return the answer that leads, then the others that would stand without it; none where nothing was proposed.

    Leads what the question's order asks for, else what holds now where articles changed it, else the most probable.

    :param candidates: with the search's score in theirs (`qa.ranking.fuse`).
    :param by_value: see `qa.positions.merge`.
    """
    question = question[:_MOST_CHARACTERS]
    candidates = keep_tense(_without_taken_back(candidates, question), question)
    supports = merge(candidates, question=question, by_value=by_value)
    weighed = weigh(supports, calibration, n=MOST_POSITIONS)
    if not weighed:
        return []
    answers = [weighed[0], *_rivals(weighed)]
    last = _last_day(constraints)
    if not may_change(question):
        return _in_order(answers, question, constraints, last=last)
    passages = [passage for passage in passages if (passage.article.published or date.min) <= last]
    answers = with_replacements(answers, supports, passages, candidates, calibration=calibration)
    answers = _in_order(answers, question, constraints, last=last)
    return with_announced_change(answers, question, passages)


def items(
    question: str, candidates: Sequence[Candidate], *, calibration: Calibration, min_confidence: float
) -> list[Weighed]:
    """Return the best item of a list, then all others that are sure enough; none where nothing was proposed.

    Items are rivals by half: what is believed less than another may be of the list as well, or not. So the confidence
    is the mean of that against the others and that without any.
    """
    supports = merge(items_among(candidates, question), question=question)
    weighed = weigh(supports, calibration, n=_MOST_ITEMS)
    believed = [(w.support, (w.confidence + calibration.probability(features_of([w.support], 0))) / 2) for w in weighed]
    ordered = sorted((Weighed(support, mean, mean) for support, mean in believed), key=lambda item: -item.confidence)
    others = [item for item in ordered[1:] if item.support.evidence > LEAST_LOG_ODDS]
    return [*ordered[:1], *(item for item in others if item.confidence >= min_confidence)]


def may_change(question: str) -> bool:
    """Say whether a later article may change the answer.

    That of "Who is", "When will" and "How many" it may; what is over stays as it was: "When did", "Who won".
    """
    return bool(_COUNTING.search(question)) or not _OVER.search(question)


def supersedes(newer: Weighed, older: Weighed) -> bool:
    """Say whether all that speaks for the one was published after all that speaks for the other."""
    return _published(newer)[0] > _published(older)[1] > date.min


def _without_taken_back(candidates: Sequence[Candidate], question: str) -> list[Candidate]:
    """Return the candidates with those last that their own sentence takes back: "will not reopen on April 2".

    A question for what was planned, or not done, is answered by just such sentences: then all stay as they are.
    """
    if _ASKS_FOR_TAKEN_BACK.search(question):
        return list(candidates)
    weighed = [replace(c, score=c.score - _LOG_ODDS_OF_TAKEN_BACK * _takes_itself_back(c)) for c in candidates]
    return sorted(weighed, key=lambda candidate: -candidate.score)


def _takes_itself_back(candidate: Candidate) -> bool:
    article = candidate.passage.article
    return is_taken_back(article.text, surrounding_sentences(article, candidate.span), candidate.span)


def _rivals(weighed: Sequence[Weighed]) -> list[Weighed]:
    """Return the answers that the articles support too: by themselves each would be given."""
    best, *others = weighed
    floor = max(LEAST_LOG_ODDS, best.support.evidence - _GREATEST_LAG)
    return [o for o in others if o.support.evidence > floor and o.confidence_alone >= _LEAST_OF_RIVAL]


def _last_day(constraints: Sequence[Constraint]) -> date:
    """Return the day after which no article changes what is asked: that of the end of the time in the question."""
    lasts = [
        c.last + DAYS_OF_REPORTING * (c.demand is Demand.WITHIN) for c in constraints if c.last and c.last < _NEVER
    ]
    return min(lasts, default=date.max)


def _in_order(
    answers: Sequence[Weighed], question: str, constraints: Sequence[Constraint], *, last: date
) -> list[Weighed]:
    timely = [answer for answer in answers if _published(answer)[0] <= last] or answers
    lead = _lead(timely, question, {constraint.demand for constraint in constraints})
    return [lead, *(answer for answer in answers if answer is not lead)]


def _lead(answers: Sequence[Weighed], question: str, demands: set[Demand]) -> Weighed:
    if Demand.EARLIEST in demands:
        asks_for_plan = _ASKS_FOR_PLAN.search(question)
        return min(answers, key=lambda answer: _published(answer)[0] if asks_for_plan else _first_day(answer))
    if demands & {Demand.LATEST, Demand.AS_OF}:
        return max(answers, key=lambda answer: _published(answer)[1])
    if may_change(question):
        newer = [answer for answer in answers if supersedes(answer, answers[0])]
        return max([answers[0], *newer], key=lambda answer: _published(answer)[0])
    return answers[0]


def _published(answer: Weighed) -> tuple[date, date]:
    """Return the first and last day of publication, `date.min` where no day is known."""
    days = [c.passage.article.published for c in answer.support.candidates if c.passage.article.published]
    return (min(days), max(days)) if days else (date.min, date.min)


def _first_day(answer: Weighed) -> date:
    """Return the day that an answer is, else the day on which it was first published."""
    between = bounds(answer.support.value) if answer.support.value else None
    return between[0] if between else _published(answer)[0]
