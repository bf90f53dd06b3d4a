"""Rank figures of a list of retrieved passages."""

from __future__ import annotations

from collections.abc import Sequence


def first_hit(relevant: Sequence[bool]) -> int | None:
    """Return the rank, from 1, of the first relevant result; None where there is none."""
    return next((rank for rank, is_relevant in enumerate(relevant, start=1) if is_relevant), None)


def recall_at(k: int, rank: int | None) -> float:
    """Return 1.0 if the one relevant passage stands at rank `k` or better, else 0.0."""
    return float(rank is not None and rank <= k)


def reciprocal_rank(rank: int | None) -> float:
    """Return 1/rank of the first relevant result, 0.0 where there is none; their mean is MRR (Voorhees 1999)."""
    return 1 / rank if rank else 0.0
