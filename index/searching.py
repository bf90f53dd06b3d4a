"""Hybrid search: what is near in meaning and what shares words, in one list.

    score = cosine + 0.02 * BM25

over the union of the 100 best of either side, the cosine exact for all of them, BM25 0 where a chunk is not among
the 100 best by words. Why this formula, with the alternatives measured: docs/retrieval.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from index.types import Filters, Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.protocols import Store

BM25_WEIGHT = 0.02

N_CANDIDATES = 100

Method = Literal["hybrid", "dense", "lexical"]
# Either half alone serves to measure what fusing them is worth.
METHODS: tuple[Method, ...] = get_args(Method)


def hybrid_search(
    store: Store,
    query: str,
    vector: NDArray[np.float32],
    *,
    k: int,
    filters: Filters | None = None,
    method: Method = "hybrid",
) -> list[Passage]:
    """Return the `k` best passages for `query`, ranked from 1; the same query always gives the same list.

    :param vector: the embedding of `query`, `(dim,)` float32 of unit length.
    :param filters: applied before the cut: `k` passages come back if so many chunks pass.
    :param method: one half alone, to measure what fusing them is worth; the scores keep their meaning.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, not {k}")
    filters = filters or Filters()
    n_candidates = max(N_CANDIDATES, k)
    with store.reading():
        lexical = dict(store.search_lexical(query, k=n_candidates, filters=filters)) if method != "dense" else {}
        nearest = store.search_dense(vector, k=n_candidates, filters=filters) if method != "lexical" else []
        chunk_ids = sorted(lexical.keys() | {chunk_id for chunk_id, _ in nearest})
        weight = 0.0 if method == "lexical" else 1.0
        scored = [
            (chunk_id, fused(weight * cosine, lexical.get(chunk_id, 0.0)), cosine, lexical.get(chunk_id, 0.0))
            for chunk_id, cosine in zip(chunk_ids, store.cosines(vector, chunk_ids), strict=True)
        ]
        scored.sort(key=lambda row: (-row[1], row[0]))
        return store.passages(scored[:k])


def fused(cosine: float, bm25: float) -> float:
    """Return the score of a chunk from its two sides."""
    return cosine + BM25_WEIGHT * bm25
