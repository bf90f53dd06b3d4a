"""What the search's score adds to the reader's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Passage
from qa.ranking import LOG_ODDS_PER_SCORE, MOST_BEHIND, fuse, worth_reading
from tests.qa_fakes import article, candidate, passage

scores = st.lists(st.floats(-1, 3), max_size=12)


def found(*scores: float) -> list[Passage]:
    of = [passage(article(str(i), f"It was on Friday the {i}th."), rank=i + 1) for i in range(len(scores))]
    return [replace(p, score=score) for p, score in zip(of, scores, strict=True)]


def test_passages_far_behind_the_best_are_not_read() -> None:
    near, far = MOST_BEHIND - 0.01, MOST_BEHIND + 0.01
    passages = found(1.0, 1.0 - near, 1.0 - far)
    assert worth_reading(passages) == passages[:2]


@given(scores)
def test_the_best_passage_is_always_read(scores: list[float]) -> None:
    passages = found(*sorted(scores, reverse=True))
    assert worth_reading(passages)[:1] == passages[:1]


def test_a_candidate_of_a_passage_behind_the_best_loses_log_odds() -> None:
    first, second = found(1.0, 0.9)
    fused = fuse([candidate(second, "Friday", 2.0), candidate(first, "Friday", 1.8)])
    assert [c.passage for c in fused] == [first, second]
    assert [c.score for c in fused] == [1.8, pytest.approx(2.0 - 0.1 * LOG_ODDS_PER_SCORE)]


def test_nothing_in_nothing_out() -> None:
    assert (worth_reading([]), fuse([])) == ([], [])
