"""Question -> passages to read; a follow-up is searched for in two forms, and the two lists are made one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.types import Passage
from qa.protocols import Retriever
from qa.types import Question

# A passage that both searches have further down than this many times k won't be among the k best of both.
_DEPTH = 3


def retrieve(question: Question, retriever: Retriever, *, k: int) -> list[Passage]:
    """Return the `k` passages to read, best first, of the articles that the question allows."""
    filters = question.filters
    if not question.expanded:
        return retriever.search(question.standalone, k=k, filters=filters)
    standalone = retriever.search(question.standalone, k=_DEPTH * k, filters=filters)
    expanded = retriever.search(question.expanded, k=_DEPTH * k, filters=filters)
    return mean_of(standalone, expanded, k=k)


def mean_of(standalone: Sequence[Passage], expanded: Sequence[Passage], *, k: int) -> list[Passage]:
    """Return the `k` passages of highest mean score in the two lists, ranked anew from 1.

    A passage that one list lacks has the lowest score of that list there. The scores that come back are those of the
    first list, rank by rank: a longer query makes all scores and their distances larger, and what weighs a passage by
    its score (`qa.ranking`) was fitted for questions as people ask them.
    """
    scores = [{_key(p): p.score for p in found} for found in (standalone, expanded)]
    lowest = [min(of_list.values(), default=0.0) for of_list in scores]
    passages = {_key(p): p for p in (*expanded, *standalone)}
    means = {key: sum(s.get(key, low) for s, low in zip(scores, lowest, strict=True)) / 2 for key in passages}
    best = sorted(means, key=lambda key: (-means[key], key))[:k]
    spacing = [p.score for p in standalone] or [p.score for p in expanded]
    return [
        replace(passages[key], score=spacing[min(rank, len(spacing)) - 1], rank=rank)
        for rank, key in enumerate(best, start=1)
    ]


def _key(passage: Passage) -> tuple[str, int]:
    return passage.chunk.article_id, passage.chunk.ordinal
