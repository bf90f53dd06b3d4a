from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.searching import BM25_WEIGHT, N_CANDIDATES, Method, fused, hybrid_search
from index.terms import MAX_TERMS, query_terms
from index.types import Article, Passage
from tests.fakes import ARTICLES, HARBOUR, SHUTDOWN, VIRUS, NumpyStore, WordCountEmbedder, chunk_by_line

EMBEDDER = WordCountEmbedder()


def store_of(*articles: Article) -> NumpyStore:
    store = NumpyStore()
    for article in articles:
        chunks = chunk_by_line(article)
        store.put(article, chunks, EMBEDDER.embed([chunk.text for chunk in chunks]))
    return store


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("What may happen on Feb. 5?", ["may", "happen", "feb", "5"]),
        ("Who was it?", ["who", "was", "it"]),
        ("When did the U.S. leave?", ["u s", "leave"]),
        ("Did O'Brien's party pay $3,000 at 9:30 p.m.?", ["brien", "party", "pay", "3 000", "9 30", "p m"]),
        ("COVID-19 and the two-year-old", ["covid", "19", "two", "year", "old"]),
        ("Why don't Trump’s aides vote?", ["don", "trump", "aides", "vote"]),
        ("vote VOTE vote", ["vote"]),
        ("snake_case", ["snake", "case"]),
        ("Who is B?", ["b"]),
        ("Who leads the WHO?", ["leads", "who"]),
        ("WHO LEADS IT?", ["leads"]),
        ('🗞️ \x00 \ud800 " * ( ) : ^ - + { }', []),
        ("", []),
        ('NEAR("a b", 2) AND title:x NOT y*', ["near", "b", "2", "and", "title", "not", "y"]),
    ],
)
def test_terms_are_the_words_worth_looking_up(query: str, terms: list[str]) -> None:
    assert query_terms(query) == terms


def test_ten_thousand_words_are_cut_to_the_first_few() -> None:
    assert query_terms(" ".join(f"word{n}" for n in range(10_000))) == [f"word{n}" for n in range(MAX_TERMS)]


@given(st.text())
def test_terms_hold_nothing_but_letters_digits_and_single_spaces(query: str) -> None:
    assert all(part.isalnum() for term in query_terms(query) for part in term.split(" "))


@settings(max_examples=50, deadline=None)
@given(
    st.text(st.characters(exclude_categories=()))
    | st.lists(st.sampled_from(list("\"*():^-+{}\x00'a ")), min_size=1).map("".join)
)
def test_no_query_makes_a_search_fail(query: str) -> None:
    passages = hybrid_search(store_of(SHUTDOWN), query, EMBEDDER.embed([query])[0], k=2)
    assert [passage.rank for passage in passages] == [1, 2]


def test_score_is_fused_from_both_sides_over_the_union() -> None:
    query = "Which harbour bridge closes on Monday while engineers replace cables?"
    passages = hybrid_search(store_of(*ARTICLES), query, EMBEDDER.embed([query])[0], k=100)
    assert len(passages) == 8
    assert [passage.rank for passage in passages] == list(range(1, 9))
    assert [passage.score for passage in passages] == [fused(p.dense, p.lexical) for p in passages]
    assert [passage.score for passage in passages] == sorted((p.score for p in passages), reverse=True)
    assert passages[0].chunk == chunk_by_line(HARBOUR)[0]
    assert {p.article.id for p in passages if p.lexical == 0} == {"shutdown", "virus"}


def test_fused_score_is_cosine_and_weighted_bm25() -> None:
    assert fused(0.5, 10.0) == 0.5 + BM25_WEIGHT * 10.0


def test_chunk_that_only_one_side_finds_is_found() -> None:
    many_near = [Article(f"near{n}", f"alpha alpha alpha {n}") for n in range(N_CANDIDATES + 5)]
    far = Article("far", "zebra " + " ".join(f"filler{n}" for n in range(50)))
    query = "alpha alpha alpha zebra"
    found = hybrid_search(store_of(*many_near, far), query, EMBEDDER.embed([query])[0], k=300)
    assert "far" in {passage.article.id for passage in found}


@pytest.mark.parametrize(("method", "expected"), [("dense", lambda p: p.dense), ("lexical", lambda p: p.lexical)])
def test_either_half_alone_orders_by_its_own_score(method: Method, expected: Callable[[Passage], float]) -> None:
    query = "Ferries and clinics in the capital"
    found = hybrid_search(store_of(*ARTICLES), query, EMBEDDER.embed([query])[0], k=9, method=method)
    assert found == sorted(found, key=expected, reverse=True)
    assert {p.lexical > 0 for p in found} == ({False} if method == "dense" else {True})


def test_ties_are_ordered_by_chunk_id() -> None:
    store = store_of(*[Article(f"a{n}", f"same line\n\nother {n}") for n in (3, 1, 2)])
    found = hybrid_search(store, "same line", EMBEDDER.embed(["same line"])[0], k=3)
    assert [passage.article.id for passage in found] == ["a3", "a1", "a2"]


def test_the_same_query_gives_the_same_list() -> None:
    store = store_of(*ARTICLES)
    query = "Where did clinics open?"
    vector = EMBEDDER.embed([query])[0]
    assert hybrid_search(store, query, vector, k=5) == hybrid_search(store, query, vector, k=5)
    assert hybrid_search(store, query, vector, k=5)[0].article == VIRUS


@pytest.mark.parametrize("k", [0, -1])
def test_fewer_than_one_passage_is_a_mistake(k: int) -> None:
    with pytest.raises(ValueError, match=f"not {k}"):
        hybrid_search(store_of(SHUTDOWN), "vote", EMBEDDER.embed(["vote"])[0], k=k)
