"""Question -> passages to read; a follow-up is searched for as asked and with its history, and the two are fused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.types import Passage
from qa.protocols import Retriever
from qa.types import Question

# Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009). Their constant of 60 is for lists of a thousand; with 10
# the first few of either list come before what both have further down. The question as asked weighs less: by itself it
# finds too little. Chosen on the development half of the conversations, see docs/conversation.md.
_RANK_CONSTANT = 10
_WEIGHT_AS_ASKED = 0.3
# A passage that both searches have further down than this won't be among the best of both.
_DEPTH = 3


def retrieve(question: Question, retriever: Retriever, *, k: int) -> list[Passage]:
    """Return the `k` passages to read, best first, of the articles that the question allows."""
    filters = question.filters
    if not question.expanded:
        return retriever.search(question.standalone, k=k, filters=filters)
    as_asked = retriever.search(question.text, k=_DEPTH * k, filters=filters)
    expanded = retriever.search(question.expanded, k=_DEPTH * k, filters=filters)
    return fuse(as_asked, expanded, k=k)


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
