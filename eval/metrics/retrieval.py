"""Rank figures of a list of retrieved passages."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2


def first_hit(relevant: Sequence[bool]) -> int | None:
    """Return the rank, from 1, of the first relevant result; None where there is none."""
    return next((rank for rank, is_relevant in enumerate(relevant, start=1) if is_relevant), None)


def success_at(k: int, rank: int | None) -> float:
    """Return 1.0 if the first relevant passage stands at rank `k` or better, else 0.0.

    It is recall where just one passage is relevant.
    """
    return float(rank is not None and rank <= k)


def reciprocal_rank(rank: int | None) -> float:
    """Return 1/rank of the first relevant result, 0.0 where there is none; their mean is MRR (Voorhees 1999)."""
    return 1 / rank if rank else 0.0


def recall_at(k: int, relevant: Sequence[bool], *, n_relevant: int) -> float:
    """Return the share of all relevant passages that stand among the first `k` results.

    :param n_relevant: how many there are, found or not; at least 1.
    """
    return sum(relevant[:k]) / n_relevant


def ndcg_at(k: int, relevant: Sequence[bool], *, n_relevant: int) -> float:
    """Return the normalised discounted cumulative gain of the first `k` results (Järvelin and Kekäläinen 2002).

        nDCG = Σ_rank relevant / log2(rank + 1),  divided by what it is where all relevant ones come first

    :param n_relevant: how many there are, found or not; at least 1.
    """
    gain = sum(1 / log2(rank + 1) for rank, is_relevant in enumerate(relevant[:k], start=1) if is_relevant)
    return gain / sum(1 / log2(rank + 1) for rank in range(1, min(k, n_relevant) + 1))
