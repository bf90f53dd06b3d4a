"""How well confidence tells when to be silent.

A question is answered where its confidence reaches a threshold, so equal confidences are answered or refused together.
Any scale will do (probability, log-odds); -inf stands for a question to which nothing at all can be said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class BestF1(NamedTuple):
    """The highest mean F1 that some threshold reaches, and the highest such threshold; inf: refuse everything."""

    f1: float
    threshold: float


def coverage_at(accuracy: float, confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Return the largest share of all questions that can be answered with at least `accuracy` of the answers right.

    The most confident are answered first; 0.0 where no threshold is accurate enough. (Kamath et al. 2020, coverage at
    an accuracy: a point of the risk-coverage curve of El-Yaniv and Wiener 2010.)

    :param right: whether the answer is, or would be, right; False for every question that has no answer.
    :raises ValueError: if there is no question.
    """
    curve = _curve(confidences, right)
    is_enough = curve.worth / curve.n_answered >= accuracy
    return float(curve.n_answered[is_enough].max(initial=0) / len(confidences))


def auroc(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the probability that a right answer has higher confidence than a wrong one, a tie counting half.

    None where all are of one kind. It is the area under the ROC curve, by trapezoids from threshold to threshold
    (Fawcett 2006, algorithm 2).
    """
    n_right = sum(right)
    n_pairs = n_right * (len(right) - n_right)
    if n_pairs == 0:
        return None
    curve = _curve(confidences, right)
    return float(np.trapezoid(np.append(0, curve.worth), np.append(0, curve.n_answered - curve.worth)) / n_pairs)


def best_f1(log_odds: Sequence[float], f1_if_answered: Sequence[float], is_answerable: Sequence[bool]) -> BestF1:
    """Return the best mean F1 over all thresholds, where an unanswerable question counts 1 if refused, else 0.

    `best_f1` of the official SQuAD 2.0 script (Rajpurkar et al. 2018), as a share of 1: all start refused, and each
    one answered brings its F1, or costs 1 where there is no answer.

    :param f1_if_answered: of the best span; not looked at where the question has no answer.
    :raises ValueError: if there is no question.
    """
    gains = [f1 if has_answer else -1.0 for f1, has_answer in zip(f1_if_answered, is_answerable, strict=True)]
    curve = _curve(log_odds, gains)
    can_be = np.isfinite(curve.thresholds)  # no threshold makes an answer where there is no span
    thresholds = np.append(np.inf, curve.thresholds[can_be])
    totals = np.append(0.0, curve.worth[can_be])
    best = int(totals.argmax())
    n_refused_rightly = len(is_answerable) - sum(is_answerable)
    return BestF1(float(n_refused_rightly + totals[best]) / len(is_answerable), float(thresholds[best]))


class _Curve(NamedTuple):
    """For each distinct confidence, falling: it, how many questions reach it, and the sum of their worth."""

    thresholds: NDArray[np.float64]
    n_answered: NDArray[np.int64]
    worth: NDArray[np.float64]


def _curve(confidences: Sequence[float], worth: Sequence[float]) -> _Curve:
    if not confidences or len(confidences) != len(worth):
        raise ValueError(f"{len(confidences)} confidences for {len(worth)} questions")
    order = np.argsort(-np.asarray(confidences, np.float64), kind="stable")
    falling = np.asarray(confidences, np.float64)[order]
    last_of_equals = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))
    summed = np.cumsum(np.asarray(worth, np.float64)[order])
    return _Curve(falling[last_of_equals], last_of_equals + 1, summed[last_of_equals])
