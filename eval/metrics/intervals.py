"""How far a figure would move with other questions: resampling, with a seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]
# One row a question -> a figure; None where these questions don't give one.
Statistic = Callable[[Table], float | None]

N_RESAMPLES = 1000
SEED = 13


class Interval(NamedTuple):
    """Where 95% of the resampled figures lie."""

    low: float
    high: float


class Difference(NamedTuple):
    """How much higher the second of two runs is, its interval, and how likely chance alone makes it so large."""

    value: float
    interval: Interval | None
    p: float


def mean_of(table: Table) -> float | None:
    """Return the mean of the first column over the questions that have a figure (the others: NaN)."""
    column = table[:, 0]
    known = column[~np.isnan(column)]
    return float(known.mean()) if len(known) else None


def bootstrap_interval(
    table: Table, statistic: Statistic, *, n: int = N_RESAMPLES, seed: int = SEED
) -> Interval | None:
    """Return the 95% percentile interval over `n` samples of the questions, drawn with replacement (Efron 1979).

    None where fewer than two questions, or no sample, give the figure.
    """
    rng = np.random.default_rng(seed)
    drawn = (statistic(table[rng.integers(0, len(table), len(table))]) for _ in range(n if len(table) > 1 else 0))
    return _middle([figure for figure in drawn if figure is not None])


def paired_difference(
    one: Table, other: Table, statistic: Statistic, *, n: int = N_RESAMPLES, seed: int = SEED
) -> Difference | None:
    """Return how much higher `other` is than `one` over the same questions, row by row, and if chance explains it.

    p is that of a two-sided randomisation test (Fisher 1935; Smucker et al. 2007): were the two runs one, each
    question's two results could as well have been swapped; p is the share of `n` random swappings, the observed one
    counted among them, that make the difference as large. The interval is that of the paired bootstrap. None where one
    of the runs doesn't give the figure.
    """
    observed = _difference(one, other, statistic)
    if observed is None:
        return None
    rng = np.random.default_rng(seed)
    n_as_large = 1
    drawn = []
    for _ in range(n):
        swapped = rng.random(len(one)) < 0.5
        chance = _difference(np.where(swapped[:, None], other, one), np.where(swapped[:, None], one, other), statistic)
        # Sums of the same numbers in another order may differ in the last bit.
        n_as_large += chance is not None and abs(chance) >= abs(observed) - 1e-12
        rows = rng.integers(0, len(one), len(one))
        drawn.append(_difference(one[rows], other[rows], statistic))
    return Difference(observed, _middle([d for d in drawn if d is not None]), n_as_large / (n + 1))


def _difference(one: Table, other: Table, statistic: Statistic) -> float | None:
    first, second = statistic(one), statistic(other)
    return None if first is None or second is None else second - first


def _middle(figures: list[float]) -> Interval | None:
    return Interval(*(float(q) for q in np.percentile(figures, (2.5, 97.5)))) if figures else None
