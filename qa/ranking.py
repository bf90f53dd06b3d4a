"""What the search's ranking adds to the reader's judgement: which passages are read, and how much each is believed.

The reader judges a passage by itself; the search knows that another passage fits the question better. The constants
were chosen on held-out questions (docs/training.md, "Ranking"), those of age on the news questions of early 2024
(docs/dates.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.types import Passage, Span
from qa.types import Candidate

# In units of the search's score, cosine + 0.02 BM25.
MOST_BEHIND = 0.3
# Log-odds lost for each unit of the search's score behind the best passage.
LOG_ODDS_PER_SCORE = 10.0
# Log-odds that an old article loses against one of the day of asking, half of them in the first week: who asks about
# news most often asks about what has just happened.
LOG_ODDS_OF_AGE = 3.0
HALF_LIFE_DAYS = 7.0


def each_once(passages: Sequence[Passage]) -> list[Passage]:
    """Return each passage once, with the best of its scores, ranked anew by them."""
    best: dict[tuple[str, Span], Passage] = {}
    for passage in passages:
        key = passage.article.id, passage.chunk.span
        if key not in best or passage.score > best[key].score:
            best[key] = passage
    ordered = sorted(best.values(), key=lambda passage: -passage.score)
    return [replace(passage, rank=rank) for rank, passage in enumerate(ordered, start=1)]


def worth_reading(passages: Sequence[Passage]) -> list[Passage]:
    """Return the passages that can still win: those far behind the best hold the answer alone in 1% of questions.

    Order is kept; the first is always among them.
    """
    best = max((passage.score for passage in passages), default=0.0)
    return [passage for passage in passages if best - passage.score <= MOST_BEHIND]


def fuse(candidates: Sequence[Candidate], *, asked_on: date | None = None) -> list[Candidate]:
    """Return the candidates with the search's score and their age in theirs, highest first, ties in the given order.

    fused log-odds = the reader's log-odds
        - `LOG_ODDS_PER_SCORE` x how far the passage is behind the best one
        - `LOG_ODDS_OF_AGE` x how far its freshness, 2^(-age in days / `HALF_LIFE_DAYS`), is behind the freshest one

    Of an archive, whose articles are all old on the day of asking, none loses by its age.

    :param asked_on: the day from which ages count; without one they don't.
    """
    best = max((candidate.passage.score for candidate in candidates), default=0.0)
    freshest = max((_freshness(candidate, asked_on) for candidate in candidates), default=0.0)
    fused = [
        replace(
            c,
            score=c.score
            - LOG_ODDS_PER_SCORE * (best - c.passage.score)
            - LOG_ODDS_OF_AGE * (freshest - _freshness(c, asked_on)),
        )
        for c in candidates
    ]
    return sorted(fused, key=lambda candidate: -candidate.score)


def _freshness(candidate: Candidate, asked_on: date | None) -> float:
    published = candidate.passage.article.published
    if published is None or asked_on is None:
        return 0.0
    return float(2.0 ** (-max(0, (asked_on - published).days) / HALF_LIFE_DAYS))
