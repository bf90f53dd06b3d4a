"""Two lists of passages -> one: what the question as asked finds, and what it finds with its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.types import Passage

# Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009). Their constant of 60 is for lists of a thousand; with 10
# the first few of either list come before what both have further down. The question as asked weighs less: by itself it
# finds too little. Chosen on the development half of the conversations, see docs/conversation.md.
_RANK_CONSTANT = 10
_WEIGHT_AS_ASKED = 0.3


def fuse(as_asked: Sequence[Passage], expanded: Sequence[Passage], *, k: int) -> list[Passage]:
    """Return the `k` best of both lists, ranked anew from 1; their score is that of the fusion."""
    scores: dict[tuple[str, int], float] = {}
    passages: dict[tuple[str, int], Passage] = {}
    for weight, found in ((1.0, expanded), (_WEIGHT_AS_ASKED, as_asked)):
        for passage in found:
            key = (passage.chunk.article_id, passage.chunk.ordinal)
            scores[key] = scores.get(key, 0.0) + weight / (_RANK_CONSTANT + passage.rank)
            passages.setdefault(key, passage)
    best = sorted(scores, key=lambda key: (-scores[key], key))[:k]
    return [replace(passages[key], score=scores[key], rank=rank) for rank, key in enumerate(best, start=1)]
