"""Candidates -> those that keep to the time that a question names go first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.types import Article, Passage, Span
from qa.citing import surrounding_sentences
from qa.constraints import DAYS_OF_REPORTING
from qa.dates import Asked, TimeMention, bounds, expected_value, suits
from qa.positions import LEAST_LOG_ODDS
from qa.types import Candidate, Constraint, Demand
from qa.values import times_of

# What a candidate of another time loses, chosen on the dev half of the labelled questions (docs/dates.md).
LOG_ODDS_OF_MISFIT = 8.0
_DAYS_ASKED = (Asked.DATE, Asked.DAY, Asked.MONTH, Asked.YEAR)
_SAYING = (
    r"(?:sa(?:id|ys?)|t(?:old|ell)|announced?|confirm(?:ed)?|add(?:ed)?|report(?:ed)?|stated?|warn(?:ed)?"
    r"|wr(?:ote|ite))"
)
_SAID_ON = re.compile(rf"\b{_SAYING}\b(?:\s\w+){{0,4}}\s(?:on\s)?$|\b{_SAYING}\s(?:on\s)?$", re.IGNORECASE)
_ASKS_WHEN_SAID = re.compile(rf"\b(?:{_SAYING}|announcement|statement|comments?|remarks?)\b", re.IGNORECASE)
_TO_COME = r"due|expected|planned|scheduled"
_ASKS_WHAT_IS_TO_COME = re.compile(
    rf"\b(?:will|does|do|shall|going\sto|(?:until|till)\swhen\s(?:is|are)|{_TO_COME})\b", re.IGNORECASE
)
_ASKS_WHAT_IS_OVER = re.compile(rf"\b(?:did|was|were|had)\b(?!.*\b(?:to|{_TO_COME})\b)", re.IGNORECASE)


def keep(
    candidates: Sequence[Candidate], constraints: Sequence[Constraint], *, of_rest: Sequence[Candidate] = ()
) -> list[Candidate]:
    """Return the candidates with lower scores where they are of another time than is asked, highest first.

    Nobody is worse off where no candidate that the reader believes is of that time: then the articles don't tell.

    :param of_rest: what the reader found for the question without its words of time; what is of that time counts.
    """
    bounded = [constraint for constraint in constraints if constraint.is_applied and not constraint.is_order]
    kept = [*candidates, *(c for c in of_rest if not any(_misfit(c, constraint) for constraint in bounded))]
    for constraint in bounded:
        kept = _lowered(kept, [_misfit(candidate, constraint) for candidate in kept])
    if any(constraint.demand in {Demand.LATEST, Demand.AS_OF} for constraint in constraints):
        kept = _lowered(kept, _ages(kept))
    return sorted(kept, key=lambda candidate: -candidate.score)


def keep_tense(candidates: Sequence[Candidate], question: str) -> list[Candidate]:
    """Return the candidates of a question for a day with those last that can't be it, highest first.

    "When will it reopen?" asks for a day after its article's, "When did it?" for none after it; and "she said on
    Wednesday" tells when she said so. Nobody loses where no other time is believed; what is no time at all loses where
    a time leads, so that it is no rival, and may lead itself: "the end of the Ottoman Empire".

    :param candidates: highest first.
    """
    asked = expected_value(question)
    if asked not in _DAYS_ASKED or not candidates:
        return list(candidates)
    timed = [(candidate, _time_at(candidate, asked)) for candidate in candidates]
    misfits = [1.0 if time is None or _is_of_other_tense(c, time, question) else 0.0 for c, time in timed]
    if not any(misfit == 0 and c.score > LEAST_LOG_ODDS for misfit, c in zip(misfits, candidates, strict=True)):
        return list(candidates)
    is_led_by_time = timed[0][1] is not None
    lost = [m * (time is not None or is_led_by_time) for m, (_, time) in zip(misfits, timed, strict=True)]
    lowered = [replace(c, score=c.score - LOG_ODDS_OF_MISFIT * m) for c, m in zip(candidates, lost, strict=True)]
    return sorted(lowered, key=lambda candidate: -candidate.score)


def _time_at(candidate: Candidate, asked: Asked) -> TimeMention | None:
    times = (time for time in times_of(candidate.passage.article) if time.span.overlaps(candidate.span))
    return next((time for time in times if suits(time, asked)), None)


def _is_of_other_tense(candidate: Candidate, time: TimeMention, question: str) -> bool:
    article = candidate.passage.article
    sentence = surrounding_sentences(article, time.span)
    if not _ASKS_WHEN_SAID.search(question) and _SAID_ON.search(article.text[sentence.start : time.span.start]):
        return True
    days = bounds(time.value) if time.value else None
    if days is None or article.published is None:
        return False
    if _ASKS_WHAT_IS_TO_COME.search(question):
        return days[1] < article.published
    return bool(_ASKS_WHAT_IS_OVER.search(question)) and days[0] > article.published


def of_their_time(passages: Sequence[Passage], constraints: Sequence[Constraint]) -> list[Passage]:
    """Return the passages that name the time that is asked or were published in it.

    All of them where none is, unless a period is asked for: what is of another one says nothing of it.
    """
    bounded = [constraint for constraint in constraints if constraint.is_applied and not constraint.is_order]
    fitting = [p for p in passages if all(_is_of_time(p, constraint) for constraint in bounded)]
    is_of_period = any(constraint.demand is Demand.WITHIN for constraint in bounded)
    return fitting if fitting or is_of_period else list(passages)


def _is_of_time(passage: Passage, constraint: Constraint) -> bool:
    return _misfit_at(passage.article, passage.chunk.span, constraint) < 1


def _lowered(candidates: Sequence[Candidate], misfits: Sequence[float]) -> list[Candidate]:
    """Take `LOG_ODDS_OF_MISFIT` from a candidate for a misfit of 1, if any that the reader believes fits."""
    if not any(misfit == 0 and c.score > LEAST_LOG_ODDS for misfit, c in zip(misfits, candidates, strict=True)):
        return list(candidates)
    return [replace(c, score=c.score - LOG_ODDS_OF_MISFIT * m) for c, m in zip(candidates, misfits, strict=True)]


def _ages(candidates: Sequence[Candidate]) -> list[float]:
    """Return 0 for candidates of the newest article that the reader believes, 1 for those a week older or more."""
    newest = max((_day(c) for c in candidates if c.score > LEAST_LOG_ODDS), default=date.min)
    return [min(1.0, max(0, (newest - _day(candidate)).days) / DAYS_OF_REPORTING.days) for candidate in candidates]


def _day(candidate: Candidate) -> date:
    return candidate.passage.article.published or date.min


def _misfit(candidate: Candidate, constraint: Constraint) -> float:
    """Return how far a candidate is from being of the time that is asked: 0 of that time, 1 of another, or between.

    A candidate is of the times that its sentence names; where it names none, of the days after which it was published.
    """
    article = candidate.passage.article
    return _misfit_at(article, surrounding_sentences(article, candidate.span), constraint)


def _misfit_at(article: Article, stretch: Span, constraint: Constraint) -> float:
    named = [bounds(time.value) for time in times_of(article) if time.value and time.span.overlaps(stretch)]
    between = [days for days in named if days]
    if any(constraint.touches(*days) for days in between):
        return 0.0
    published = article.published
    if published and constraint.touches(published - DAYS_OF_REPORTING, published):
        return 0.5 if between else 0.0
    return 1.0
