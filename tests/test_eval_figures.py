"""Figures of a run: means and their intervals, and whether two runs differ by more than chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.figures import ASK, FIGURES, counts, faults, intervals, latency_by_stage, values
from eval.metrics.intervals import bootstrap_interval, mean_of, paired_difference
from eval.types import Fault, Score


def scored(id: str, *, right: bool, confidence: float, is_impossible: bool = False, ms: float = 100.0) -> Score:
    worth = float(right)
    fault = None if right else Fault.SHOULD_HAVE_ABSTAINED if is_impossible else Fault.WRONG_SPAN
    return Score(
        id=id,
        category="all",
        is_impossible=is_impossible,
        answer="answer",
        best_answer="answer",
        value=None,
        confidence=confidence,
        exact_match=worth,
        f1=worth,
        exact_match_at_0=worth,
        f1_at_0=worth,
        is_right=right and not is_impossible,
        timings_ms={"read": ms - 10, "total": ms},
        fault=fault,
    )


SCORES = [
    scored("1", right=True, confidence=0.9, ms=100),
    scored("2", right=True, confidence=0.8, ms=200),
    scored("3", right=False, confidence=0.7, ms=300),
    scored("4", right=False, confidence=0.6, is_impossible=True, ms=400),
]


def column(*cells: float) -> np.ndarray:
    return np.array(cells, dtype=np.float64)[:, None]


def test_each_figure_of_a_task_has_a_name_of_its_own() -> None:
    for table in FIGURES.values():
        assert len({figure.name for figure in table}) == len(table)


def test_figures_are_taken_over_the_questions_that_have_them() -> None:
    figures, n = values(ASK, SCORES), counts(ASK, SCORES)
    assert (figures["exact_match"], n["exact_match"]) == (0.5, 4)
    assert (figures["exact_match_answerable"], n["exact_match_answerable"]) == (0.6667, 3)
    assert (figures["refused"], n["refused"]) == (0.0, 1)
    assert (figures["mrr"], n["mrr"]) == (None, 0)
    assert (figures["coverage_at_80"], figures["coverage_at_90"], figures["auroc"]) == (0.5, 0.5, 1.0)
    # The first two right and the last refused, at 0.8: 3 of 4; the first is refused wrongly at 0.9.
    assert (figures["best_f1"], figures["best_threshold"]) == (0.75, 0.8)
    assert (figures["median_ms"], figures["p95_ms"]) == (250.0, 385.0)


def test_latency_is_told_by_stage_and_faults_by_kind() -> None:
    assert latency_by_stage(SCORES) == {
        "read": {"median_ms": 240.0, "p95_ms": 375.0},
        "total": {"median_ms": 250.0, "p95_ms": 385.0},
    }
    assert faults(SCORES) == {"wrong span": 1, "should have abstained": 1}


def test_intervals_hold_the_figure_and_are_the_same_each_time() -> None:
    found, figures = intervals(ASK, SCORES), values(ASK, SCORES)
    for name, interval in found.items():
        assert interval is None or interval[0] <= figures[name] <= interval[1]
    assert found == intervals(ASK, SCORES)
    assert (found["mrr"], found["best_threshold"]) == (None, None)


def test_an_interval_is_about_two_standard_errors_to_either_side() -> None:
    interval = bootstrap_interval(column(*[0.0, 1.0] * 200), mean_of)
    assert interval == pytest.approx((0.5 - 1.96 * 0.5 / 20, 0.5 + 1.96 * 0.5 / 20), abs=0.008)
    assert bootstrap_interval(column(1.0), mean_of) is None


def test_two_runs_that_are_one_do_not_differ() -> None:
    one = column(0.0, 1.0, 0.5, np.nan)
    difference = paired_difference(one, one, mean_of)
    assert difference == (0.0, (0.0, 0.0), 1.0)


def test_p_is_the_share_of_swappings_that_make_as_large_a_difference() -> None:
    # Four questions, each better by 1: of the sixteen ways to swap, two make a difference of 1.
    difference = paired_difference(column(0, 0, 0, 0), column(1, 1, 1, 1), mean_of, n=4000)
    assert difference is not None
    assert (difference.value, difference.p) == (1.0, pytest.approx(2 / 16, abs=0.02))


def test_a_fall_of_many_questions_is_no_chance_and_one_of_few_may_be() -> None:
    sound = column(*[1.0] * 70, *[0.0] * 30)
    much_worse, hardly_worse = column(*[1.0] * 50, *[0.0] * 50), column(*[1.0] * 69, *[0.0] * 31)
    fall, slip = paired_difference(sound, much_worse, mean_of), paired_difference(sound, hardly_worse, mean_of)
    assert fall is not None
    assert slip is not None
    assert (fall.value, fall.p < 0.01) == (pytest.approx(-0.2), True)
    assert (slip.value, slip.p) == (pytest.approx(-0.01), 1.0)


def test_two_seeds_of_one_system_differ_as_seldom_as_p_says() -> None:
    # Each answers a question rightly as often as the question is easy; nothing else tells them apart.
    rng = np.random.default_rng(5)
    n_pairs, n_significant = 60, 0
    for _ in range(n_pairs):
        easiness = rng.random(80)
        one, other = ((rng.random(80) < easiness).astype(np.float64)[:, None] for _ in range(2))
        difference = paired_difference(one, other, mean_of, n=200)
        assert difference is not None
        n_significant += difference.p < 0.05
    assert n_significant <= 7  # 3 are to be expected, more than 7 come about once in a hundred times


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=8))
def test_the_difference_turned_round_is_its_negative(rows: list[tuple[float, float]]) -> None:
    one, other = (column(*cells) for cells in zip(*rows, strict=True))
    there, back = paired_difference(one, other, mean_of, n=50), paired_difference(other, one, mean_of, n=50)
    assert there is not None
    assert back is not None
    assert (there.value, there.p) == (pytest.approx(-back.value), back.p)
