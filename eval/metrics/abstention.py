"""How well confidence tells when to be silent.

A question is answered where its confidence reaches a threshold, so equal confidences are answered or refused together.
Any scale will do (probability, log-odds); -inf stands for a question to which nothing at all can be said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class AtBest(NamedTuple):
    """The highest mean score that some threshold reaches, and the highest such threshold; inf: refuse everything."""

    score: float
    threshold: float


class CurvePoint(NamedTuple):
    """What becomes of all questions where those of at least `threshold` are answered."""

    threshold: float
    n_answered: int
    n_right: int


def curve(confidences: Sequence[float], right: Sequence[bool]) -> list[CurvePoint]:
    """Return a point for each distinct confidence, falling: what risk-coverage and precision-recall curves are made of.

    Coverage is `n_answered` of all, risk the wrong share of the answered (El-Yaniv and Wiener 2010); precision is
    `n_right` of the answered, recall `n_right` of those that have an answer.

    :param right: whether the answer is, or would be, right; False for every question that has no answer.
    :raises ValueError: if there is no question.
    """
    return [CurvePoint(float(t), int(n), int(r)) for t, n, r in zip(*_curve(confidences, right), strict=True)]


def coverage_at(accuracy: float, confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Return the largest share of all questions that can be answered with at least `accuracy` of the answers right.

    The most confident are answered first; 0.0 where no threshold is accurate enough. (Kamath et al. 2020, coverage at
    an accuracy: a point of the risk-coverage curve of El-Yaniv and Wiener 2010.)

    :param right: whether the answer is, or would be, right; False for every question that has no answer.
    :raises ValueError: if there is no question.
    """
    points = _curve(confidences, right)
    is_enough = points.worth / points.n_answered >= accuracy
    return float(points.n_answered[is_enough].max(initial=0) / len(confidences))


def auroc(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """Return the probability that a right answer has higher confidence than a wrong one, a tie counting half.

    None where all are of one kind. It is the area under the ROC curve, by trapezoids from threshold to threshold
    (Fawcett 2006, algorithm 2).
    """
    n_right = sum(right)
    n_pairs = n_right * (len(right) - n_right)
    if n_pairs == 0:
        return None
    points = _curve(confidences, right)
    return float(np.trapezoid(np.append(0, points.worth), np.append(0, points.n_answered - points.worth)) / n_pairs)


def at_best_threshold(
    confidences: Sequence[float], score_if_answered: Sequence[float], is_answerable: Sequence[bool]
) -> AtBest:
    """Return the best mean score over all thresholds, where an unanswerable question counts 1 if refused, else 0.

    Of F1 and exact match it is `best_f1` and `best_exact` of the official SQuAD 2.0 script (Rajpurkar et al. 2018), as
    a share of 1: all start refused, and each one answered brings its score, or costs 1 where there is no answer. Among
    equal confidences the script answers some and refuses others, which no threshold does.

    :param score_if_answered: of the best answer; not looked at where the question has no answer.
    :raises ValueError: if there is no question.
    """
    gains = [score if has_answer else -1.0 for score, has_answer in zip(score_if_answered, is_answerable, strict=True)]
    points = _curve(confidences, gains)
    can_be = np.isfinite(points.thresholds)  # no threshold makes an answer where there is no span
    thresholds = np.append(np.inf, points.thresholds[can_be])
    totals = np.append(0.0, points.worth[can_be])
    best = int(totals.argmax())
    n_refused_rightly = len(is_answerable) - sum(is_answerable)
    return AtBest(float(n_refused_rightly + totals[best]) / len(is_answerable), float(thresholds[best]))


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
