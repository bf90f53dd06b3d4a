"""A follow-up's two searches made one."""

from __future__ import annotations

from dataclasses import replace

from index.types import Passage
from qa.retrieving import mean_of
from tests.qa_fakes import article, passage


def scored(**scores: float) -> list[Passage]:
    return [
        replace(passage(article(id, f"About {id}."), rank=rank), score=score)
        for rank, (id, score) in enumerate(scores.items(), start=1)
    ]


def ids(passages: list[Passage]) -> list[str]:
    return [p.article.id for p in passages]


def test_the_mean_of_both_scores_decides_and_a_list_that_lacks_a_passage_gives_its_lowest() -> None:
    standalone, expanded = scored(a=0.9, b=0.5, c=0.4), scored(b=1.2, d=1.1, e=0.6)
    # b: 0.85, a: (0.9 + 0.6) / 2, d: (0.4 + 1.1) / 2, c and e: 0.5
    assert ids(mean_of(standalone, expanded, k=5)) == ["b", "a", "d", "c", "e"]


def test_ranks_are_given_anew_and_scores_are_spaced_as_in_the_first_list() -> None:
    found = mean_of(scored(a=0.9, b=0.5), scored(c=2.0, b=1.9), k=3)
    assert [(p.article.id, p.rank, p.score) for p in found] == [("a", 1, 0.9), ("c", 2, 0.5), ("b", 3, 0.5)]


def test_either_list_may_be_empty() -> None:
    assert ids(mean_of([], scored(a=0.9, b=0.5), k=1)) == ["a"]
    assert ids(mean_of(scored(a=0.9, b=0.5), [], k=2)) == ["a", "b"]
    assert mean_of([], [], k=3) == []
