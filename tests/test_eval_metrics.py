"""Citations, dates, ranks: figures against hand-computed tables, and against ir_measures on random runs."""

from __future__ import annotations

from math import log2

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.citations import citation_precision, citation_recall, places
from eval.metrics.dates import date_exact, date_overlap
from eval.metrics.retrieval import first_hit, ndcg_at, recall_at, reciprocal_rank, success_at
from eval.types import GoldSpan
from index.types import Span


def at(start: int, end: int, file: str = "a.txt") -> GoldSpan:
    return GoldSpan(file, Span(start, end))


@pytest.mark.parametrize(
    ("relevant", "n_relevant", "ndcg", "recall"),
    [
        ([True, False, False], 1, 1.0, 1.0),
        ([False, True, False], 1, 1 / log2(3), 1.0),
        ([False, True, True], 2, (1 / log2(3) + 1 / 2) / (1 + 1 / log2(3)), 1.0),
        ([True, False, False], 2, 1 / (1 + 1 / log2(3)), 0.5),
        ([False, False, False, True], 1, 0.0, 0.0),  # the fourth of three
        ([], 1, 0.0, 0.0),
    ],
)
def test_ndcg_and_recall_at_three(relevant: list[bool], n_relevant: int, ndcg: float, recall: float) -> None:
    assert ndcg_at(3, relevant, n_relevant=n_relevant) == pytest.approx(ndcg)
    assert recall_at(3, relevant, n_relevant=n_relevant) == recall


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.booleans(), min_size=1, max_size=20), st.integers(0, 5), st.integers(1, 25))
def test_rank_figures_equal_those_of_ir_measures(relevant: list[bool], n_missed: int, k: int) -> None:
    n_relevant = sum(relevant) + n_missed
    if n_relevant == 0:  # trec_eval leaves such questions out
        return
    qrels = [ir_measures.Qrel("q", f"found-{n}", int(is_relevant)) for n, is_relevant in enumerate(relevant)]
    qrels += [ir_measures.Qrel("q", f"missed-{n}", 1) for n in range(n_missed)]
    run = [ir_measures.ScoredDoc("q", f"found-{n}", float(-n)) for n in range(len(relevant))]
    measures = [ir_measures.nDCG @ k, ir_measures.R @ k, ir_measures.RR, ir_measures.Success @ k]
    theirs = ir_measures.calc_aggregate(measures, qrels, run)
    rank = first_hit(relevant)
    ours = [
        ndcg_at(k, relevant, n_relevant=n_relevant),
        recall_at(k, relevant, n_relevant=n_relevant),
        reciprocal_rank(rank),
        success_at(k, rank),
    ]
    assert ours == pytest.approx([theirs[measure] for measure in measures])


@pytest.mark.parametrize(
    ("cited", "accepted", "precision", "recall"),
    [
        ([at(0, 5)], [at(0, 5)], 1.0, 1.0),
        ([at(0, 5)], [at(4, 9)], 1.0, 1.0),  # one character in common is enough
        ([at(0, 5)], [at(5, 9)], 0.0, 0.0),  # none is not
        ([at(0, 5)], [at(0, 5, "b.txt")], 0.0, 0.0),
        ([at(0, 5), at(50, 55)], [at(0, 5)], 1 / 2, 1.0),
        ([at(0, 5)], [at(0, 5), at(50, 55)], 1.0, 1 / 2),
        # "on February 5" and "February 5" in it are one place, found by one citation.
        ([at(3, 13)], [at(0, 13), at(3, 13), at(50, 55, "b.txt")], 1.0, 1 / 2),
        ([at(0, 5), at(1, 5), at(90, 95)], [at(0, 5), at(50, 55), at(70, 75)], 2 / 3, 1 / 3),
        ([], [at(0, 5)], 0.0, 0.0),
    ],
)
def test_citation_precision_and_recall_go_by_offset(
    cited: list[GoldSpan], accepted: list[GoldSpan], precision: float, recall: float
) -> None:
    assert (citation_precision(cited, accepted), citation_recall(cited, accepted)) == (precision, recall)


def test_accepted_spans_that_overlap_are_one_place() -> None:
    nested, beside, elsewhere = [at(0, 9), at(1, 3), at(5, 12)], at(12, 14), at(0, 9, "b.txt")
    assert places([beside, *reversed(nested), elsewhere]) == [nested, [beside], [elsewhere]]


@pytest.mark.parametrize(
    ("value", "gold", "exact", "overlap"),
    [
        ("2021-02-05", "2021-02-05", 1.0, 1.0),
        ("2021-02-05~", "2021-02-05", 1.0, 1.0),
        ("2021-02-01/2021-02-28", "2021-02", 1.0, 1.0),
        ("2021-02", "2021-02-05", 0.0, 1 / 28),
        ("2021-02-05", "2021", 0.0, 1 / 365),
        ("2021-01-17/2021-01-23", "2021-01-20/2021-01-29", 0.0, 4 / 13),
        ("2021-02-06", "2021-02-05", 0.0, 0.0),
        ("P5Y", "2021-02-05", 0.0, 0.0),
        ("1,500 warheads", "2021-02-05", 0.0, 0.0),
        (None, "2021-02-05", 0.0, 0.0),
    ],
)
def test_dates_agree_by_the_days_they_cover(value: str | None, gold: str, exact: float, overlap: float) -> None:
    assert (date_exact(value, gold), date_overlap(value, gold)) == (exact, overlap)


def test_a_gold_value_that_is_no_date_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="'89 years' is no date"):
        date_overlap("2021", "89 years")
