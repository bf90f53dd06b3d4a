"""Misspelt names find what they were meant to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.library import Library
from index.spelling import likely_meant
from index.types import Article
from tests.fakes import WordCountEmbedder

VOCABULARY = [("gorbachev", 7), ("garbage", 9), ("gorbals", 1), ("ryabkov", 3), ("treati", 20), ("kernel", 2)]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("gorbachov", ["gorbachev"]),
        ("gorbahcev", ["gorbachev"]),
        ("rjabkov", ["ryabkov"]),
        ("korbachev", []),  # the first letter is taken as right
        ("golf", []),
        ("rybkv", []),  # two slips are too many for a short word
    ],
)
def test_a_misspelt_word_is_likely_to_mean_the_nearest_one(word: str, meant: list[str]) -> None:
    assert likely_meant(word, VOCABULARY) == meant


@given(st.text(alphabet="abcdef", min_size=5, max_size=12), st.data())
def test_one_letter_left_out_is_always_made_good(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    slip = word[:at] + word[at + 1 :]
    if len(slip) >= 5 and slip != word:
        assert word in likely_meant(slip, [(word, 1)])


def test_among_equally_near_words_the_most_frequent_comes_first() -> None:
    assert likely_meant("putim", [("putin", 5), ("putis", 9), ("putic", 1), ("putid", 1)]) == [
        "putis",
        "putin",
        "putic",
    ]


def test_a_misspelt_word_is_compared_by_its_stem(tmp_path: Path) -> None:
    with Library.open(tmp_path / "index", embedder=WordCountEmbedder(), create=True) as library:
        list(library.add([Article(id="a", text="Crimea was annexed in 2014.")]))
        assert library.search("anexation", k=1, method="lexical")[0].lexical > 0


@pytest.mark.parametrize("query", ["gorbachov", "What did Gorbahcev say?", "gorbachevs"])
def test_the_search_by_words_finds_a_misspelt_name_and_leaves_known_words_alone(tmp_path: Path, query: str) -> None:
    articles = [
        Article(id="a", text="Mikhail Gorbachev proposed a summit on Thursday."),
        Article(id="b", text="The garbage collectors are on strike again."),
    ]
    with Library.open(tmp_path / "index", embedder=WordCountEmbedder(), create=True) as library:
        list(library.add(articles))
        found = library.search(query, k=2, method="lexical")
        assert found[0].article.id == "a"
        assert found[0].lexical > 0
        assert [p.lexical for p in library.search("garbage strike", k=2, method="lexical")][1:] in ([], [0.0])


def test_a_word_that_nothing_resembles_finds_nothing(tmp_path: Path) -> None:
    with Library.open(tmp_path / "index", embedder=WordCountEmbedder(), create=True) as library:
        list(library.add([Article(id="a", text="Mikhail Gorbachev proposed a summit.")]))
        assert library.search("xylophone 为什么为什么 ꟸꟸꟸꟸꟸ", k=2, method="lexical") == []
