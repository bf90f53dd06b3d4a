"""What the search's ranking adds to the reader's judgement: which passages are read, and how much each is believed.

The reader judges a passage by itself; the search knows that another passage fits the question better. Both constants
were chosen on held-out questions (docs/training.md, "Ranking").
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
RECENCY_WEIGHT = 0.1
RECENCY_HALF_LIFE_DAYS = 30.0


def each_once(passages: Sequence[Passage]) -> list[Passage]:
    """Return each passage once, with the best of its scores, in the order of the first of each."""
    best: dict[tuple[str, Span], Passage] = {}
    for passage in passages:
        key = passage.article.id, passage.chunk.span
        if key not in best or passage.score > best[key].score:
            best[key] = passage
    return list(best.values())


def prefer_recent(passages: Sequence[Passage], *, asked_on: date) -> list[Passage]:
    """Return the passages with the news of the day a little higher, ranked anew.

    score + `RECENCY_WEIGHT` x 2^(-age / `RECENCY_HALF_LIFE_DAYS`), the age counted to the day of asking: who asks about news
    most often asks about what has just happened. Of an archive, whose articles are all old, nothing changes.
    """
    scored = [replace(p, score=p.score + RECENCY_WEIGHT * _freshness(p.article.published, asked_on)) for p in passages]
    scored.sort(key=lambda passage: -passage.score)
    return [replace(passage, rank=rank) for rank, passage in enumerate(scored, start=1)]


def _freshness(published: date | None, asked_on: date) -> float:
    if published is None:
        return 0.0
    return 0.5 ** (max(0, (asked_on - published).days) / RECENCY_HALF_LIFE_DAYS)


def worth_reading(passages: Sequence[Passage]) -> list[Passage]:
    """Return the passages that can still win: those far behind the best hold the answer alone in 1% of questions.

    Order is kept; the first is always among them.
    """
    best = max((passage.score for passage in passages), default=0.0)
    return [passage for passage in passages if best - passage.score <= MOST_BEHIND]


def fuse(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates with the search's score in theirs, highest first, ties in the given order.

    fused log-odds = the reader's log-odds - `LOG_ODDS_PER_SCORE` x how far the passage is behind the best one
    """
    best = max((candidate.passage.score for candidate in candidates), default=0.0)
    fused = [replace(c, score=c.score - LOG_ODDS_PER_SCORE * (best - c.passage.score)) for c in candidates]
    return sorted(fused, key=lambda candidate: -candidate.score)
