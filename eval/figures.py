"""The figures of each task in one table: what `qa eval` prints, with which intervals, and what its comparing tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite
from typing import Any, Generic, TypeVar

import numpy as np

from eval.metrics.abstention import at_best_threshold, auroc, coverage_at
from eval.metrics.calibration import brier, expected_calibration_error
from eval.metrics.intervals import Interval, Statistic, Table, bootstrap_interval, mean_of
from eval.metrics.retrieval import reciprocal_rank, success_at
from eval.types import Ranks, Reading, Score
from index.searching import METHODS

R = TypeVar("R", Score, Reading, Ranks)
Value = float | int | None


class Unit(Enum):
    """How a figure is written."""

    SHARE = "share"
    NUMBER = "number"
    MS = "ms"


@dataclass(frozen=True, slots=True)
class Figure(Generic[R]):
    """One figure: what of each result goes into it (NaN: nothing), and what is made of that.

    `is_lower_better` is None of what is neither better nor worse, and so isn't compared.
    """

    name: str
    title: str
    columns: Callable[[R], tuple[float | None, ...]]
    statistic: Statistic = mean_of
    is_lower_better: bool | None = False
    unit: Unit = Unit.SHARE

    def table(self, results: Sequence[R]) -> Table:
        """Return one row a result."""
        rows = [self.columns(result) for result in results]
        return np.array([[np.nan if cell is None else cell for cell in row] for row in rows], dtype=np.float64)

    def n(self, results: Sequence[R]) -> int:
        """Return how many of the results it is taken over."""
        return int((~np.isnan(self.table(results)[:, 0])).sum()) if results else 0

    def of(self, results: Sequence[R]) -> float | None:
        """Return the figure, None where the results don't give it."""
        return self.statistic(self.table(results)) if results else None

    def interval(self, results: Sequence[R]) -> Interval | None:
        """Return its 95% bootstrap interval."""
        if self.is_lower_better is None or not results:
            return None
        return bootstrap_interval(self.table(results), self.statistic)


def _of_answerable(value: Callable[[Score], float | None]) -> Callable[[Score], tuple[float | None, ...]]:
    return lambda s: (None if s.is_impossible else value(s),)


def _right_if_given(s: Score) -> tuple[float | None, ...]:
    return (None if s.answer is None else float(s.is_right),)


def _judged(s: Score) -> tuple[float, float]:
    return s.confidence, float(s.is_right)


def _judging(metric: Callable[[list[float], list[bool]], float | None]) -> Statistic:
    """Return a figure of the columns of confidence and of whether the answer is right."""
    return lambda table: metric(table[:, 0].tolist(), (table[:, 1] > 0).tolist())


def _coverage_at(accuracy: float) -> Statistic:
    return _judging(lambda confidences, right: coverage_at(accuracy, confidences, right))


def _at_best(table: Table) -> float:
    return at_best_threshold(table[:, 0].tolist(), table[:, 1].tolist(), (table[:, 2] > 0).tolist()).score


def _best_threshold(table: Table) -> float | None:
    best = at_best_threshold(table[:, 0].tolist(), table[:, 1].tolist(), (table[:, 2] > 0).tolist())
    return best.threshold if isfinite(best.threshold) else None


def _if_any_has_none(statistic: Statistic) -> Statistic:
    """Leave a figure of the best threshold out where every question has an answer: to answer all is best."""
    return lambda table: None if (table[:, 2] > 0).all() else statistic(table)


def _percentile(q: float) -> Statistic:
    def of(table: Table) -> float | None:
        known = table[~np.isnan(table[:, 0]), 0]
        return float(np.percentile(known, q)) if len(known) else None

    return of


def _score_at_best(value: Callable[[Score], float]) -> Callable[[Score], tuple[float, ...]]:
    return lambda s: (s.confidence, value(s), float(not s.is_impossible))


ASK: tuple[Figure[Score], ...] = (
    Figure("exact_match", "exact match, all", lambda s: (s.exact_match,)),
    Figure("f1", "F1, all", lambda s: (s.f1,)),
    Figure("exact_match_answerable", "exact match, answerable", _of_answerable(lambda s: s.exact_match)),
    Figure("f1_answerable", "F1, answerable", _of_answerable(lambda s: s.f1)),
    Figure("exact_match_answerable_at_0", "exact match, never refusing", _of_answerable(lambda s: s.exact_match_at_0)),
    Figure("f1_answerable_at_0", "F1, never refusing", _of_answerable(lambda s: s.f1_at_0)),
    Figure("answered", "answered, of the answerable", _of_answerable(lambda s: float(s.answer is not None))),
    Figure("refused", "refused, of the impossible", lambda s: (s.exact_match if s.is_impossible else None,)),
    Figure("accuracy_of_answered", "right, of the answers given", _right_if_given),
    Figure("answer_recall_at_k", "answer recall@k", _of_answerable(lambda s: s.is_in_passages)),
    Figure("passage_recall_at_k", "recall@k", lambda s: (s.passage_recall,)),
    Figure("mrr", "MRR", lambda s: (s.reciprocal_rank,)),
    Figure("ndcg_at_k", "nDCG@k", lambda s: (s.ndcg,)),
    Figure("citation_right", "a citation is right", lambda s: (s.is_citation_right,)),
    Figure("citation_precision", "citation precision", lambda s: (s.citation_precision,)),
    Figure("citation_recall", "citation recall", lambda s: (s.citation_recall,)),
    Figure("attribution", "attribution", lambda s: (s.is_attributed,)),
    Figure("date_exact_at_0", "date, exact", lambda s: (s.date_exact_at_0,)),
    Figure("date_overlap_at_0", "date, overlap", lambda s: (s.date_overlap_at_0,)),
    Figure("positions_covered_at_0", "positions covered", lambda s: (s.positions_covered_at_0,)),
    Figure(
        "coverage_at_80",
        "coverage at 80% accuracy",
        _judged,
        _coverage_at(0.8),
    ),
    Figure(
        "coverage_at_90",
        "coverage at 90% accuracy",
        _judged,
        _coverage_at(0.9),
    ),
    Figure("auroc", "AUROC", _judged, _judging(auroc), unit=Unit.NUMBER),
    Figure(
        "best_exact",
        "best exact match, all",
        _score_at_best(lambda s: s.exact_match_at_0),
        _if_any_has_none(_at_best),
    ),
    Figure("best_f1", "best F1, all", _score_at_best(lambda s: s.f1_at_0), _if_any_has_none(_at_best)),
    Figure(
        "best_threshold",
        "threshold of the best F1",
        _score_at_best(lambda s: s.f1_at_0),
        _if_any_has_none(_best_threshold),
        None,
        Unit.NUMBER,
    ),
    Figure("ece", "ECE", _judged, _judging(expected_calibration_error), True, Unit.NUMBER),
    Figure("brier", "Brier score", _judged, _judging(brier), True, Unit.NUMBER),
    Figure("median_ms", "median latency", lambda s: (s.timings_ms.get("total"),), _percentile(50), True, Unit.MS),
    Figure(
        "p95_ms",
        "95th percentile of latency",
        lambda s: (s.timings_ms.get("total"),),
        _percentile(95),
        True,
        Unit.MS,
    ),
)


def _read_at_best(value: Callable[[Reading], float]) -> Callable[[Reading], tuple[float, ...]]:
    return lambda r: (r.log_odds, value(r), float(r.is_answerable))


def _of_read_answerable(value: Callable[[Reading], float]) -> Callable[[Reading], tuple[float | None, ...]]:
    return lambda r: (value(r) if r.is_answerable else None,)


READ: tuple[Figure[Reading], ...] = (
    Figure("exact_match", "exact match, answerable", _of_read_answerable(lambda r: r.exact_match)),
    Figure("f1", "F1, answerable", _of_read_answerable(lambda r: r.f1)),
    Figure("auroc", "AUROC", lambda r: (r.log_odds, float(r.is_answerable)), _judging(auroc), unit=Unit.NUMBER),
    Figure("best_exact", "best exact match, all", _read_at_best(lambda r: r.exact_match), _if_any_has_none(_at_best)),
    Figure("best_f1", "best F1, all", _read_at_best(lambda r: r.f1), _if_any_has_none(_at_best)),
    Figure(
        "best_threshold",
        "threshold of the best F1",
        _read_at_best(lambda r: r.f1),
        _if_any_has_none(_best_threshold),
        None,
        Unit.NUMBER,
    ),
)


def _ranked(method: str, value: Callable[[int | None], float]) -> Callable[[Ranks], tuple[float, ...]]:
    return lambda ranks: (value(ranks.by_method[method]),)


def _recall_figure(method: str, k: int) -> Figure[Ranks]:
    return Figure(f"{method}_recall@{k}", f"{method}, recall@{k}", _ranked(method, lambda rank: success_at(k, rank)))


RETRIEVE: tuple[Figure[Ranks], ...] = tuple(
    figure
    for method in METHODS
    for figure in (
        *(_recall_figure(method, k) for k in (1, 5, 20)),
        Figure(f"{method}_mrr@20", f"{method}, MRR@20", _ranked(method, reciprocal_rank)),
    )
)

FIGURES: Mapping[str, tuple[Figure[Any], ...]] = {"ask": ASK, "read": READ, "retrieve": RETRIEVE}


def summary(scores: Sequence[Score]) -> dict[str, Value]:
    """Return the figures of one or more scores; what each means is told in `docs/evaluation.md`.

    Means are over all questions, the answerable ones ("at 0": never refusing), the impossible ones, the answers given.
    Coverage, AUROC, ECE and Brier score judge the confidence of the best answer to each question, refused or not.
    """
    return {
        "n": len(scores),
        "n_answerable": sum(not s.is_impossible for s in scores),
        "n_impossible": sum(s.is_impossible for s in scores),
        "n_failed": sum(s.failure is not None for s in scores),
        **values(ASK, scores),
    }


def by_category(scores: Sequence[Score]) -> dict[str, dict[str, Value]]:
    """Return `summary` for each category, in the order of their names."""
    names = sorted({s.category for s in scores})
    return {name: summary([s for s in scores if s.category == name]) for name in names}


def reading_summary(readings: Sequence[Reading]) -> dict[str, Value]:
    """Return EM and F1 of the best span over answerable questions, and how well the log-odds tell the others apart.

    `auroc` is the probability that an answerable question gets higher log-odds than an unanswerable one; None where
    there are none of one kind. `best_f1` and `best_exact` are the official SQuAD 2.0 figures, the former reached by
    answering where the log-odds are at least `best_threshold`; None where there are no unanswerable questions, the
    threshold also where refusing all is best.
    """
    n_answerable = sum(reading.is_answerable for reading in readings)
    return {"n": len(readings), "n_answerable": n_answerable, **values(READ, readings)}


def values(figures: Iterable[Figure[R]], results: Sequence[R]) -> dict[str, Value]:
    """Return each figure of the results by its name, to four digits."""
    return {figure.name: rounded(figure.of(results)) for figure in figures}


def intervals(figures: Iterable[Figure[R]], results: Sequence[R]) -> dict[str, list[float] | None]:
    """Return the 95% interval of each figure by its name, to four digits."""
    found = {figure.name: figure.interval(results) for figure in figures}
    return {name: [round(end, 4) for end in interval] if interval else None for name, interval in found.items()}


def counts(figures: Iterable[Figure[R]], results: Sequence[R]) -> dict[str, int]:
    """Return over how many results each figure is taken."""
    return {figure.name: figure.n(results) for figure in figures}


def in_words(figure: Figure[Any], value: float | None) -> str:
    """Return a value as a person reads it: "57.0%", "0.784", "121 ms"; a dash where there is none."""
    if value is None:
        return "–"
    if figure.unit is Unit.MS:
        return f"{value:,.0f} ms"
    return f"{value:.1%}" if figure.unit is Unit.SHARE else f"{value:.3f}"


def interval_in_words(figure: Figure[Any], interval: Sequence[float] | None) -> str:
    """Return "50.2% to 63.4%"; empty where there is none."""
    return f"{in_words(figure, interval[0])} to {in_words(figure, interval[1])}" if interval else ""


def latency_by_stage(scores: Iterable[Score]) -> dict[str, dict[str, float]]:
    """Return median and 95th percentile of each stage's milliseconds, in the order in which stages first appear."""
    times: dict[str, list[float]] = {}
    for score in scores:
        for stage, ms in score.timings_ms.items():
            times.setdefault(stage, []).append(ms)
    return {
        stage: {"median_ms": round(float(np.percentile(ms, 50)), 1), "p95_ms": round(float(np.percentile(ms, 95)), 1)}
        for stage, ms in times.items()
    }


def faults(scores: Iterable[Score]) -> dict[str, int]:
    """Return how often each kind of thing went wrong, the most frequent first."""
    counted = Counter(score.fault.value for score in scores if score.fault)
    return dict(counted.most_common())


def rounded(value: float | None) -> float | None:
    """Return the value to four digits."""
    return None if value is None else round(value, 4)
