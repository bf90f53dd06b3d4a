"""What the search's ranking adds to the reader's judgement: which passages are read, and how much each is believed.

The reader judges a passage by itself; the search knows that another passage fits the question better. Both constants
were chosen on held-out questions (docs/training.md, "Ranking").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.types import Passage
from qa.types import Candidate

# In units of the search's score, cosine + 0.02 BM25.
MOST_BEHIND = 0.3
# Log-odds lost for each unit of the search's score behind the best passage.
LOG_ODDS_PER_SCORE = 10.0


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
