"""Fusing two lists of passages."""

from __future__ import annotations

from index.types import Passage
from qa.retrieving import fuse
from tests.qa_fakes import article, passage


def ranked(*ids: str) -> list[Passage]:
    return [passage(article(id, f"About {id}."), rank=rank) for rank, id in enumerate(ids, start=1)]


def ids(passages: list[Passage]) -> list[str]:
    return [p.article.id for p in passages]


def test_what_both_find_comes_first_and_the_expanded_search_weighs_more() -> None:
    assert ids(fuse(ranked("a", "b"), ranked("c", "b"), k=3)) == ["b", "c", "a"]


def test_ranks_are_given_anew_and_the_list_is_cut() -> None:
    fused = fuse(ranked("a", "b", "c"), ranked("d", "e"), k=2)
    assert [(p.article.id, p.rank) for p in fused] == [("d", 1), ("e", 2)]
    assert fused[0].score > fused[1].score


def test_equal_scores_keep_the_order_of_their_ids() -> None:
    assert ids(fuse([], [*ranked("b"), *ranked("a")], k=2)) == ["a", "b"]


def test_nothing_fuses_to_nothing() -> None:
    assert fuse([], [], k=3) == []
