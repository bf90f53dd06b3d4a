"""Figures of confidence against hand-computed values, and against slow, plain ways to compute them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.abstention import AtBest, CurvePoint, at_best_threshold, auroc, coverage_at, curve
from eval.metrics.calibration import Bin, brier, expected_calibration_error, reliability

# Few values, so that there are ties.
CONFIDENCES = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0])
ASKED = st.lists(st.tuples(CONFIDENCES, st.booleans()), min_size=1, max_size=30)
LOG_ODDS = st.sampled_from([-math.inf, -2.0, -0.5, 0.0, 1.0, 3.0])
READ = st.lists(st.tuples(LOG_ODDS, st.sampled_from([0.0, 0.5, 2 / 3, 1.0]), st.booleans()), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("accuracy", "confidences", "right", "share"),
    [
        (0.8, [0.9, 0.8, 0.7, 0.6, 0.5], [True, True, True, True, False], 5 / 5),
        (0.8, [0.9, 0.8, 0.7, 0.6, 0.5], [True, True, True, False, False], 3 / 5),
        # After a wrong answer it may become accurate enough again.
        (0.5, [0.9, 0.8, 0.7, 0.6], [False, True, True, False], 4 / 4),
        (0.6, [0.9, 0.8, 0.7, 0.6], [False, True, True, False], 3 / 4),
        # Equal confidences are answered together or not at all.
        (0.8, [0.9, 0.5, 0.5], [True, True, False], 1 / 3),
        (0.8, [0.5, 0.5], [True, False], 0.0),
        (0.8, [0.5], [False], 0.0),
        (0.0, [0.5], [False], 1.0),
        # 55 of 100 are 0.55, although 0.55 * 100 is more than 55 in floating point.
        (0.55, [0.5] * 100, [True] * 55 + [False] * 45, 1.0),
    ],
)
def test_coverage_is_the_largest_share_answered_accurately_enough(
    accuracy: float, confidences: list[float], right: list[bool], share: float
) -> None:
    assert coverage_at(accuracy, confidences, right) == share


@given(ASKED, st.floats(0, 1), st.floats(0, 1))
def test_to_ask_for_more_accuracy_never_gives_more_coverage(
    asked: list[tuple[float, bool]], one: float, other: float
) -> None:
    confidences, right = zip(*asked, strict=True)
    loose, strict = sorted((one, other))
    assert coverage_at(loose, confidences, right) >= coverage_at(strict, confidences, right)


@given(ASKED, st.floats(0, 1))
def test_coverage_is_that_of_the_best_threshold_tried_one_by_one(
    asked: list[tuple[float, bool]], accuracy: float
) -> None:
    shares = [0.0]
    for threshold in {confidence for confidence, _ in asked}:
        answered = [is_right for confidence, is_right in asked if confidence >= threshold]
        if sum(answered) / len(answered) >= accuracy:
            shares.append(len(answered) / len(asked))
    assert coverage_at(accuracy, *zip(*asked, strict=True)) == max(shares)


@given(ASKED)
def test_auroc_is_the_share_of_pairs_in_their_right_order(asked: list[tuple[float, bool]]) -> None:
    above = [
        (confidence > other) + (confidence == other) / 2
        for confidence, is_right in asked
        for other, is_other_right in asked
        if is_right and not is_other_right
    ]
    expected = pytest.approx(sum(above) / len(above)) if above else None
    assert auroc(*zip(*asked, strict=True)) == expected


def test_auroc_takes_minus_infinity_as_least_of_all() -> None:
    assert auroc([1.0, -math.inf, -math.inf, -5.0], [True, False, True, True]) == (1 + 1 / 2 + 1) / 3


def _best_by_trying(log_odds: Sequence[float], f1: Sequence[float], is_answerable: Sequence[bool]) -> AtBest:
    tried = []
    for threshold in sorted({math.inf, *log_odds} - {-math.inf}, reverse=True):
        scores = [
            (overlap if odds >= threshold else 0.0) if has_answer else float(odds < threshold)
            for odds, overlap, has_answer in zip(log_odds, f1, is_answerable, strict=True)
        ]
        tried.append(AtBest(sum(scores) / len(scores), threshold))
    best = max(f1 for f1, _ in tried)
    return next(one for one in tried if one.score >= best - 1e-9)


@given(READ)
def test_best_f1_is_that_of_the_best_threshold_tried_one_by_one(read: list[tuple[float, float, bool]]) -> None:
    log_odds, f1, is_answerable = (list(column) for column in zip(*read, strict=True))
    expected = _best_by_trying(log_odds, f1, is_answerable)
    assert at_best_threshold(log_odds, f1, is_answerable) == (pytest.approx(expected.score), expected.threshold)


@pytest.mark.parametrize(
    ("log_odds", "f1", "is_answerable", "best"),
    [
        ([3.0, 1.0, 2.0], [1.0, 0.5, 0.0], [True, True, False], AtBest((1 + 0 + 1) / 3, 3.0)),
        ([3.0, 2.0, 1.0], [1.0, 0.5, 0.0], [True, True, False], AtBest((1 + 0.5 + 1) / 3, 2.0)),
        ([3.0, 1.0], [0.0, 0.0], [False, False], AtBest(1.0, math.inf)),
        ([3.0, 1.0], [1.0, 0.4], [True, True], AtBest(0.7, 1.0)),
        # No span was found: it is refused at every threshold, and rightly.
        ([3.0, -math.inf], [1.0, 0.0], [True, False], AtBest(1.0, 3.0)),
    ],
)
def test_best_f1_counts_a_refusal_of_an_unanswerable_question_as_one(
    log_odds: list[float], f1: list[float], is_answerable: list[bool], best: AtBest
) -> None:
    assert at_best_threshold(log_odds, f1, is_answerable) == best


@pytest.mark.parametrize(
    ("confidences", "right", "error"),
    [
        ([0.75] * 4, [True, True, True, False], 0.0),
        ([1.0, 1.0, 0.0], [True, True, False], 0.0),
        ([0.5, 0.5], [True, True], 0.5),
        # Within a bin, too high and too low make up for each other; between bins they don't.
        ([0.75, 0.75, 0.25, 0.25], [True, True, False, False], 0.25),
        ([0.5, 0.75], [True, False], (0.5 + 0.75) / 2),
    ],
)
def test_calibration_error_is_the_gap_between_confidence_and_accuracy(
    confidences: list[float], right: list[bool], error: float
) -> None:
    assert expected_calibration_error(confidences, right) == error


def test_calibration_error_depends_on_the_bins() -> None:
    assert expected_calibration_error([0.25, 0.75], [True, False], n_bins=1) == 0.0
    assert expected_calibration_error([0.25, 0.75], [True, False], n_bins=2) == 0.75


@given(ASKED)
def test_calibration_error_is_no_more_than_the_mean_distance(asked: list[tuple[float, bool]]) -> None:
    distance = sum(abs(confidence - is_right) for confidence, is_right in asked) / len(asked)
    assert 0 <= expected_calibration_error(*zip(*asked, strict=True)) <= distance + 1e-9


def test_a_reliability_diagram_has_the_bins_that_hold_answers() -> None:
    bins = reliability([0.05, 0.25, 0.75, 0.71, 1.0], [False, True, True, False, True])
    assert bins == [Bin(1, 0.05, 0.0), Bin(1, 0.25, 1.0), Bin(2, 0.73, 0.5), Bin(1, 1.0, 1.0)]


def test_a_curve_has_a_point_for_each_confidence_at_which_answers_can_begin() -> None:
    points = curve([0.9, 0.5, 0.5, 0.2], [True, False, True, False])
    assert points == [CurvePoint(0.9, 1, 1), CurvePoint(0.5, 3, 2), CurvePoint(0.2, 4, 2)]


def test_brier_score_is_the_mean_squared_distance() -> None:
    assert brier([1.0, 0.5, 0.5], [True, True, False]) == (0 + 0.25 + 0.25) / 3


@pytest.mark.parametrize(
    "figure",
    [
        lambda: coverage_at(0.8, [], []),
        lambda: at_best_threshold([], [], []),
        lambda: expected_calibration_error([], []),
        lambda: brier([], []),
        lambda: coverage_at(0.8, [0.5], []),
        lambda: brier([0.5], []),
    ],
)
def test_figures_of_no_question_or_of_unequal_columns_are_refused(figure: object) -> None:
    with pytest.raises(ValueError, match=r"question|zip\(\)|mean"):
        figure()  # type: ignore[operator]
