"""Whether confidence means what it says: of the answers given with 70%, seven in ten are right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import mean
from typing import NamedTuple


class Bin(NamedTuple):
    """Answers of about the same confidence: how many, their mean confidence, and the share that is right."""

    n: int
    confidence: float
    accuracy: float


def reliability(confidences: Sequence[float], right: Sequence[bool], *, n_bins: int = 10) -> list[Bin]:
    """Return the bins that aren't empty, from low to high confidence: a reliability diagram (DeGroot, Fienberg 1983).

    :param confidences: in [0, 1].
    """
    members: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, is_right in zip(confidences, right, strict=True):
        members[_bin_of(confidence, n_bins)].append((confidence, is_right))
    return [
        Bin(len(members[b]), mean(c for c, _ in members[b]), mean(float(r) for _, r in members[b]))
        for b in sorted(members)
    ]


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], *, n_bins: int = 10) -> float:
    """Return the gap between confidence and accuracy, averaged over bins of equal width by how many fall into each.

        ECE = Σ_b  n_b / n · |accuracy(b) - confidence(b)|

    (Naeini et al. 2015; Guo et al. 2017, equation 3.) Bin b of n holds [b/n, (b+1)/n), the last one also 1.

    :param confidences: in [0, 1].
    :raises ValueError: if there is no question.
    """
    if not confidences:
        raise ValueError("there is no question")
    gaps: dict[int, float] = defaultdict(float)  # n_b · (accuracy - confidence)
    for confidence, is_right in zip(confidences, right, strict=True):
        gaps[_bin_of(confidence, n_bins)] += is_right - confidence
    return sum(map(abs, gaps.values())) / len(confidences)


def brier(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Return the mean squared distance of the confidence from 1 where right, from 0 where wrong (Brier 1950).

    :param confidences: in [0, 1].
    :raises ValueError: if there is no question.
    """
    return mean((confidence - is_right) ** 2 for confidence, is_right in zip(confidences, right, strict=True))


def _bin_of(confidence: float, n_bins: int) -> int:
    return min(int(confidence * n_bins), n_bins - 1)
