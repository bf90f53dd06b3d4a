"""Logits to spans."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qa.spans import TokenSpan, best_spans, word_borders

FLOATS = st.floats(-20, 20, width=32)


def everywhere(n: int) -> np.ndarray:
    return np.array([False] + [True] * (n - 1))


@st.composite
def windows(draw: st.DrawFn) -> dict[str, np.ndarray]:
    n = draw(st.integers(2, 24))
    return {
        "start_logits": draw(arrays(np.float32, n, elements=FLOATS)),
        "end_logits": draw(arrays(np.float32, n, elements=FLOATS)),
        "starts": draw(arrays(bool, n)) & everywhere(n),
        "ends": draw(arrays(bool, n)) & everywhere(n),
    }


@given(windows(), st.integers(1, 10), st.integers(1, 6))
def test_every_span_is_legal_and_the_best_comes_first(
    window: dict[str, np.ndarray], max_tokens: int, n_best: int
) -> None:
    spans = best_spans(**window, max_tokens=max_tokens, n_best=n_best)
    assert len(spans) <= n_best
    assert [s.score for s in spans] == sorted((s.score for s in spans), reverse=True)
    for span in spans:
        assert window["starts"][span.first]
        assert window["ends"][span.last]
        assert 1 <= span.last - span.first + 1 <= max_tokens


@given(windows())
def test_the_first_span_is_the_best_of_all_legal_ones(window: dict[str, np.ndarray]) -> None:
    start, end = window["start_logits"].astype(float), window["end_logits"].astype(float)
    legal = [
        start[i] + end[j] - start[0] - end[0]
        for i in np.flatnonzero(window["starts"])
        for j in np.flatnonzero(window["ends"])
        if 0 <= j - i < 40
    ]
    spans = best_spans(**window)
    assert bool(spans) == bool(legal)
    assert not legal or spans[0].score == pytest.approx(max(legal), abs=1e-4)


@given(windows())
def test_no_two_spans_of_a_window_overlap(window: dict[str, np.ndarray]) -> None:
    spans = sorted(best_spans(**window))
    assert all(one.last < other.first for one, other in itertools.pairwise(spans))


@given(windows(), FLOATS)
def test_a_constant_added_to_all_logits_changes_no_score(window: dict[str, np.ndarray], constant: float) -> None:
    shifted = {**window, "start_logits": window["start_logits"] + np.float32(constant)}
    before, after = best_spans(**window, n_best=1), best_spans(**shifted, n_best=1)
    assert [s.score for s in after] == pytest.approx([s.score for s in before], abs=1e-3)


def test_the_score_is_the_log_odds_against_no_answer() -> None:
    logits = np.array([1.0, 0.0, 5.0, 0.0], np.float32)
    spans = best_spans(logits, logits, starts=everywhere(4), ends=everywhere(4), n_best=1)
    assert spans == [TokenSpan(2, 2, 5.0 + 5.0 - 1.0 - 1.0)]


def test_a_window_without_a_legal_start_gives_no_span() -> None:
    logits = np.zeros(3, np.float32)
    assert best_spans(logits, logits, starts=np.zeros(3, bool), ends=everywhere(3)) == []


@pytest.mark.parametrize(
    ("text", "offsets", "starts", "ends"),
    [
        ("New START", [(0, 3), (4, 6), (6, 9)], [True, True, False], [True, False, True]),
        ("U.S.", [(0, 1), (1, 2), (2, 3), (3, 4)], [True, False, True, False], [True] * 4),
        ("pre-war", [(0, 3), (3, 4), (4, 7)], [True] * 3, [True, False, True]),
        ("($5)", [(0, 1), (1, 2), (2, 3), (3, 4)], [True, True, True, False], [False, False, True, True]),
        ("Rome, it", [(0, 4), (4, 5), (6, 8)], [True, False, True], [True, False, True]),
        ("# A -5", [(0, 1), (2, 3), (4, 5), (5, 6)], [False, True, True, True], [False, True, False, True]),
        ("- A", [(0, 1), (2, 3)], [False, True], [False, True]),
        ("", [(0, 0)], [False], [False]),
    ],
)
def test_words_are_not_cut(text: str, offsets: list[tuple[int, int]], starts: list[bool], ends: list[bool]) -> None:
    found_starts, found_ends = word_borders(text, offsets)
    assert (found_starts.tolist(), found_ends.tolist()) == (starts, ends)
