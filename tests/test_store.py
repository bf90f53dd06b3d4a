"""One contract, every store: what holds for the oracle in `fakes.py` must hold for what users get."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import UnknownArticle
from index.protocols import Store
from index.searching import hybrid_search
from index.store.embedded import EmbeddedStore
from index.types import Article, Dating, Filters, Outcome, Span
from tests.fakes import ARTICLES, DIM, HARBOUR, SHUTDOWN, VIRUS, IsoDater, NumpyStore, WordCountEmbedder, chunk_by_line

EMBEDDER = WordCountEmbedder()
ALL = Filters()


def embedded_store(folder: Path) -> EmbeddedStore:
    return EmbeddedStore.create(folder / "index", model_id="word-count", dim=DIM)


@pytest.fixture(params=["embedded", "numpy"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store: Store = embedded_store(tmp_path) if request.param == "embedded" else NumpyStore()
    yield store
    store.close()


def put(store: Store, article: Article, **options: Any) -> Outcome:
    chunks = chunk_by_line(article)
    return store.put(article, chunks, EMBEDDER.embed([chunk.text for chunk in chunks]), **options)


def vector_of(text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    vector: np.ndarray[Any, np.dtype[np.float32]] = EMBEDDER.embed([text])[0]
    return vector


def ids_found(store: Store, query: str, filters: Filters = ALL) -> list[str]:
    return [passage.article.id for passage in hybrid_search(store, query, vector_of(query), k=50, filters=filters)]


def test_article_reads_back_as_it_was_put(store: Store) -> None:
    article = replace(SHUTDOWN, origins={"published": "sidecar", "title": "text, inferred"})
    assert put(store, article) is Outcome.ADDED
    assert store.article("shutdown") == article
    assert store.chunks("shutdown") == chunk_by_line(article)


def test_text_of_every_kind_reads_back_verbatim(store: Store) -> None:
    article = Article("näïve 🗞", "zero\x00byte, 中文 and 🗞️ e\u0301\r\nsecond\tline\u2028end", path="a b/ü.txt")
    put(store, article)
    assert store.article(article.id) == article
    assert store.chunks(article.id) == chunk_by_line(article)


def test_putting_the_same_article_again_changes_nothing(store: Store) -> None:
    put(store, SHUTDOWN)
    assert put(store, SHUTDOWN) is Outcome.UNCHANGED
    assert store.stats().n_chunks == 3


def test_putting_the_same_content_under_a_new_id_changes_nothing(store: Store) -> None:
    put(store, SHUTDOWN)
    assert put(store, replace(SHUTDOWN, id="copy")) is Outcome.UNCHANGED
    assert store.holding(SHUTDOWN.content_hash) == ["shutdown"]


def test_changed_article_replaces_the_old_one_with_all_its_words(store: Store) -> None:
    put(store, SHUTDOWN)
    changed = replace(SHUTDOWN, text="The vote was postponed to Friday.")
    assert put(store, changed) is Outcome.REPLACED
    assert store.article("shutdown") == changed
    assert store.chunks("shutdown") == chunk_by_line(changed)
    assert store.search_lexical("rangers", k=5, filters=ALL) == []
    assert store.stats().n_chunks == 1


def test_article_may_become_equal_to_another_one(store: Store) -> None:
    put(store, SHUTDOWN)
    put(store, HARBOUR)
    twin = replace(SHUTDOWN, id="harbour")
    assert put(store, twin) is Outcome.REPLACED
    assert store.article("harbour") == twin
    assert store.holding(SHUTDOWN.content_hash) == ["shutdown", "harbour"]


def test_removed_article_is_found_no_more(store: Store) -> None:
    put(store, SHUTDOWN)
    put(store, HARBOUR)
    store.search_dense(vector_of("bridge"), k=5, filters=ALL)
    store.remove("shutdown")
    assert set(ids_found(store, "When does the Senate vote?")) == {"harbour"}
    assert store.chunks("shutdown") == []
    with pytest.raises(UnknownArticle, match="shutdown"):
        store.article("shutdown")


def test_removing_what_is_not_there_says_so(store: Store) -> None:
    with pytest.raises(UnknownArticle, match="nobody"):
        store.remove("nobody")


@pytest.mark.parametrize(
    "vectors",
    [
        np.ones((2, DIM), np.float32),
        np.ones((3, DIM), np.float32),
        np.full((3, DIM), np.nan, np.float32),
        np.zeros((3, DIM), np.float32),
        np.ones((3, DIM + 1), np.float32),
    ],
    ids=["too few", "too long", "nan", "zero", "other dimension"],
)
def test_bad_vectors_are_refused_and_nothing_is_stored(
    store: Store, vectors: np.ndarray[Any, np.dtype[np.float32]]
) -> None:
    with pytest.raises(ValueError, match="vector"):
        store.put(SHUTDOWN, chunk_by_line(SHUTDOWN), vectors)
    assert list(store.articles()) == []


def test_articles_come_newest_first_and_undated_last(store: Store) -> None:
    for article in ARTICLES:
        put(store, article)
    assert list(store.articles()) == [HARBOUR, SHUTDOWN, VIRUS]


def test_articles_can_be_listed_from_any_one_on(store: Store) -> None:
    for article in ARTICLES:
        put(store, article)
    assert [list(store.articles(offset=n)) for n in (1, 2, 3, 4)] == [[SHUTDOWN, VIRUS], [VIRUS], [], []]


def test_articles_can_be_removed_while_they_are_listed(store: Store) -> None:
    for article in ARTICLES:
        put(store, article)
    for article in store.articles():
        store.remove(article.id)
    assert list(store.articles()) == []


def test_nearest_chunk_of_a_chunk_is_itself_with_cosine_one(store: Store) -> None:
    for article in ARTICLES:
        put(store, article)
    ((chunk_id, cosine),) = store.search_dense(vector_of(chunk_by_line(VIRUS)[1].text), k=1, filters=ALL)
    (passage,) = store.passages([(chunk_id, 1.0, cosine, 0.0)])
    assert passage.chunk == chunk_by_line(VIRUS)[1]
    assert cosine == pytest.approx(1, abs=1e-6)


def test_equal_cosines_are_ordered_by_chunk_id_also_at_the_cut(store: Store) -> None:
    for n in range(60):
        put(store, Article(f"a{n}", f"same words\n\n{n} number"))
    found = store.search_dense(vector_of("same words"), k=7, filters=ALL)
    assert [chunk_id for chunk_id, _ in found] == [1, 3, 5, 7, 9, 11, 13]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (ALL, {"shutdown", "harbour", "virus"}),
        (Filters(since=date(2020, 1, 27)), {"shutdown", "harbour"}),
        (Filters(since=date(2020, 1, 28)), {"harbour"}),
        (Filters(until=date(2020, 1, 27)), {"shutdown"}),
        (Filters(since=date(2020, 1, 28), until=date(2020, 2, 9)), set()),
        (Filters(source="coast news"), {"harbour", "virus"}),
        (Filters(source="Coast News", until=date(2021, 1, 1)), {"harbour"}),
        (Filters(source="Nobody\ud800"), set()),
    ],
)
def test_filters_decide_which_articles_are_found(store: Store, filters: Filters, expected: set[str]) -> None:
    for article in ARTICLES:
        put(store, article)
    assert set(ids_found(store, "the vote, the bridge and the clinics", filters)) == expected


def test_filters_apply_before_the_cut(store: Store) -> None:
    for n in range(30):
        put(store, Article(f"near{n}", f"bridge bridge bridge {n}", published=date(2020, 1, 1)))
    put(store, Article("far", "one bridge among very many other words", published=date(2021, 1, 1)))
    only_far = Filters(since=date(2020, 6, 1))
    assert len(store.search_dense(vector_of("bridge"), k=1, filters=only_far)) == 1
    assert len(store.search_lexical("bridge", k=1, filters=only_far)) == 1


@pytest.mark.parametrize(
    "query",
    ["voting", "O’Brien's", "3,000", "3000 rangers", "9 p.m.", "SHUTS", "Senáte", "democrats", 'park "rangers"'],
)
def test_words_are_found_in_other_forms(store: Store, query: str) -> None:
    for article in ARTICLES:
        put(store, article)
    ((chunk_id, score),) = store.search_lexical(query, k=1, filters=ALL)
    (passage,) = store.passages([(chunk_id, score, 0.0, score)])
    assert passage.article == SHUTDOWN
    assert score > 0


def test_title_is_searched_too(store: Store) -> None:
    for article in ARTICLES:
        put(store, article)
    found = store.passages([(i, s, 0.0, s) for i, s in store.search_lexical("repair", k=9, filters=ALL)])
    assert [passage.article for passage in found] == [HARBOUR] * 3


def test_cosines_come_in_the_order_asked(store: Store) -> None:
    put(store, SHUTDOWN)
    vector = vector_of("Senators return to the Capitol")
    found = dict(store.search_dense(vector, k=3, filters=ALL))
    assert store.cosines(vector, [3, 1, 2]) == pytest.approx([found[3], found[1], found[2]], abs=1e-6)
    with pytest.raises(ValueError, match="no"):
        store.cosines(vector, [1, 99])


def test_passages_of_chunks_that_are_gone_are_left_out(store: Store) -> None:
    put(store, SHUTDOWN)
    passages = store.passages([(99, 3.0, 0.5, 1.0), (2, 2.0, 0.4, 0.0)])
    assert [(p.chunk.ordinal, p.rank, p.score, p.dense, p.lexical, p.story) for p in passages] == [
        (1, 1, 2.0, 0.4, 0.0, "shutdown")
    ]


@pytest.mark.parametrize("reference", ["shut", "shutdown", "news/shutdown.txt", "shutdown.txt"])
def test_article_matches_beginning_of_id_path_and_file_name(store: Store, reference: str) -> None:
    for article in ARTICLES:
        put(store, article)
    assert store.matching(reference) == ["shutdown"]


@pytest.mark.parametrize("reference", ["utdown", "down.txt", "100%", "_hutdown", "\ud800", "s/shutdown.txt"])
def test_nothing_else_matches(store: Store, reference: str) -> None:
    for article in ARTICLES:
        put(store, article)
    assert store.matching(reference) == []


def test_copies_share_the_story_of_the_earliest_and_inherit_it(store: Store) -> None:
    words = " ".join(f"word{n}" for n in range(120))
    for name in ("first", "second", "third"):
        put(store, Article(name, f"{words}\nAs printed in the {name} paper."))
    put(store, HARBOUR)

    def stories() -> dict[str, str]:
        hits = [(i, s, s, 0.0) for i, s in store.search_dense(vector_of(words), k=50, filters=ALL)]
        return {passage.article.id: passage.story for passage in store.passages(hits)}

    assert stories() == {"first": "first", "second": "first", "third": "first", "harbour": "harbour"}
    assert store.stats().n_stories == 2
    store.remove("first")
    assert stories() == {"second": "second", "third": "second", "harbour": "harbour"}
    put(store, replace(HARBOUR, id="second", text="Quite another thing."))
    assert stories() == {"second": "second", "third": "third", "harbour": "harbour"}


def test_stats_count_what_is_there(store: Store) -> None:
    for article in ARTICLES:
        put(store, article)
    stats = replace(store.stats(), n_bytes=0)
    assert (stats.n_articles, stats.n_chunks, stats.n_stories, stats.n_undated) == (3, 8, 3, 1)
    assert (store.n_undated(), store.n_undated(source="nobody")) == (1, 0)
    assert (stats.first_published, stats.last_published) == (date(2020, 1, 27), date(2020, 2, 10))
    assert store.last_published() == date(2020, 2, 10)
    assert stats.sources == {"Coast News": 2, "The Daily Ledger": 1}
    assert (stats.model_id, stats.dim) == ("word-count", DIM)


def test_article_cut_by_another_chunker_is_faulty(store: Store) -> None:
    put(store, SHUTDOWN, chunker="1")
    assert list(store.faulty_articles(chunker="2")) == ["shutdown"]
    assert store.faulty_articles(chunker="1") == {}
    assert put(store, SHUTDOWN, chunker="2", even_unchanged=True) is Outcome.REPLACED
    assert store.faulty_articles(chunker="2") == {}


def put_dated(store: Store, article: Article, **options: Any) -> Outcome:
    datings = IsoDater().datings(article, chunk_by_line(article))
    return put(store, article, datings=datings, dater="1", **options)


def told(store: Store, first: date, last: date, filters: Filters = ALL) -> list[tuple[str, str]]:
    return [(found.article.id, found.dating.value) for found in store.dated(first, last, filters=filters)]


EVER = (date.min, date.max)
SIGNED = Article("signed", "The pact was signed on 2021-02-05.\nIt ends on 2021-03-01.", published=date(2021, 2, 6))
VOTED = Article("voted", "The chamber voted on 2021-02-04.", published=date(2021, 2, 5), source="Coast News")


def test_datings_are_found_by_their_days_with_article_sentence_and_story(store: Store) -> None:
    put_dated(store, SIGNED)
    (found,) = store.dated(date(2021, 2, 5), date(2021, 2, 28), filters=ALL)
    assert (found.article, found.story) == (SIGNED, "signed")
    assert (found.dating.span.of(SIGNED.text), found.dating.value) == ("2021-02-05", "2021-02-05")
    assert found.dating.sentence.of(SIGNED.text) == "The pact was signed on 2021-02-05."


def test_a_month_is_found_in_itself_and_in_its_year_but_not_on_one_of_its_days(store: Store) -> None:
    february = (date(2021, 2, 1), date(2021, 2, 28))
    dating = Dating(Span(12, 25), Span(0, 26), "2021-02", *february)
    put(store, Article("vague", "They met in February 2021."), datings=[dating], dater="1")
    assert told(store, *february) == [("vague", "2021-02")]
    assert told(store, date(2021, 1, 1), date(2021, 12, 31)) == [("vague", "2021-02")]
    assert told(store, date(2021, 2, 5), date(2021, 2, 5)) == []
    assert told(store, date(2021, 2, 5), date(2021, 3, 5)) == []


def test_datings_come_by_day_the_exact_ones_first(store: Store) -> None:
    put_dated(store, SIGNED)
    put_dated(store, VOTED)
    week = Dating(Span(0, 4), Span(0, 9), "2021-02-04/2021-02-07", date(2021, 2, 4), date(2021, 2, 7))
    put(store, Article("weekly", "That week."), datings=[week], dater="1")
    assert told(store, *EVER) == [
        ("voted", "2021-02-04"),
        ("weekly", "2021-02-04/2021-02-07"),
        ("signed", "2021-02-05"),
        ("signed", "2021-03-01"),
    ]


def test_filters_decide_whose_datings_are_found(store: Store) -> None:
    put_dated(store, SIGNED)
    put_dated(store, VOTED)
    assert told(store, *EVER, Filters(until=date(2021, 2, 5))) == [("voted", "2021-02-04")]
    assert told(store, *EVER, Filters(source="coast news")) == [("voted", "2021-02-04")]
    assert told(store, *EVER, Filters(since=date(2021, 2, 6))) == [("signed", "2021-02-05"), ("signed", "2021-03-01")]


def test_articles_without_datings_of_this_version_are_behind_until_they_are_put(store: Store) -> None:
    put(store, SIGNED)
    put_dated(store, VOTED)
    assert (store.behind("1"), store.behind("2")) == (["signed"], ["signed", "voted"])
    assert store.put_datings(SIGNED, [], dater="1")
    assert (store.behind("1"), told(store, *EVER)) == ([], [("voted", "2021-02-04")])
    assert store.put_datings(SIGNED, IsoDater().datings(SIGNED, chunk_by_line(SIGNED)), dater="2")
    assert told(store, date(2021, 2, 5), date.max) == [("signed", "2021-02-05"), ("signed", "2021-03-01")]


def test_datings_of_an_article_that_changed_or_went_meanwhile_are_not_put(store: Store) -> None:
    put(store, SIGNED)
    put(store, replace(SIGNED, text="The pact was not signed."))
    stale = IsoDater().datings(SIGNED, chunk_by_line(SIGNED))
    assert not store.put_datings(SIGNED, stale, dater="1")
    assert not store.put_datings(VOTED, [], dater="1")
    assert (told(store, *EVER), store.behind("1")) == ([], ["signed"])


def test_empty_store_finds_nothing(store: Store) -> None:
    assert hybrid_search(store, "anything", vector_of("anything"), k=5) == []
    assert store.check() == []


NAMES = st.sampled_from(["a", "b", "c", "d"])
TEXTS = st.lists(
    st.sampled_from(["senate votes", "the bridge", "park rangers vote", "ferry on 2021-02-05"]), min_size=1, max_size=3
)
DATES = st.sampled_from([None, date(2020, 1, 1), date(2021, 1, 1)])
STEPS = st.lists(st.tuples(NAMES, st.one_of(st.none(), st.tuples(TEXTS, DATES))), max_size=12)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_of_puts_and_removals_leaves_the_store_like_the_oracle(
    steps: list[tuple[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    oracle, store = NumpyStore(), embedded_store(tmp_path_factory.mktemp("store"))
    try:
        for number, (name, content) in enumerate(steps):
            if content is not None:
                lines, published = content
                article = Article(name, "\n".join(lines), published=published)
                put_any = put if number % 4 == 0 else put_dated  # some come without datings
                assert put_any(store, article) is put_any(oracle, article)
            elif oracle.matching(name):
                oracle.remove(name)
                store.remove(name)
            if number % 5 == 0:
                catch_up(store)
                catch_up(oracle)
            if number % 3 == 0:
                assert_equal_results(store, oracle)
        assert_equal_results(store, oracle)
        assert list(store.articles()) == list(oracle.articles())
        assert replace(store.stats(), n_bytes=0) == oracle.stats()
        assert store.check() == []
        assert store.faulty_articles() == {}
    finally:
        store.close()


def catch_up(store: Store) -> None:
    for article_id in store.behind("1"):
        article = store.article(article_id)
        assert store.put_datings(article, IsoDater().datings(article, store.chunks(article_id)), dater="1")


def assert_equal_results(store: Store, oracle: Store) -> None:
    vector = vector_of("voted on the bridge")
    for filters in (ALL, Filters(since=date(2020, 6, 1))):
        assert rounded(store.search_dense(vector, k=50, filters=filters)) == rounded(
            oracle.search_dense(vector, k=50, filters=filters)
        )
        assert rounded(store.search_lexical("voted on the bridge", k=50, filters=filters)) == rounded(
            oracle.search_lexical("voted on the bridge", k=50, filters=filters)
        )
        assert store.dated(*EVER, filters=filters) == oracle.dated(*EVER, filters=filters)
    assert store.behind("1") == oracle.behind("1")


def rounded(hits: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Return hits to five digits, ordered anew: the last bits depend on the order in which numbers are summed."""
    return sorted(((i, round(cosine, 5)) for i, cosine in hits), key=lambda hit: (-hit[1], hit[0]))


def test_reading_sees_one_moment_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    store = embedded_store(tmp_path)
    put(store, SHUTDOWN)
    with store.reading():
        assert store.stats().n_articles == 1
        writer = threading.Thread(target=lambda: put(store, HARBOUR))
        writer.start()
        writer.join()
        assert store.stats().n_articles == 1
        assert set(ids_found(store, "bridge")) == {"shutdown"}
    assert set(ids_found(store, "bridge")) == {"shutdown", "harbour"}
    store.close()


def test_searches_in_many_threads_go_on_during_a_write(tmp_path: Path) -> None:
    store = embedded_store(tmp_path)
    put(store, SHUTDOWN)
    failures: list[BaseException] = []
    is_done = threading.Event()

    def keep_searching() -> None:
        try:
            while not is_done.is_set():
                assert ids_found(store, "senators at the Capitol")[0] == "shutdown"
        except BaseException as exc:
            failures.append(exc)

    threads = [threading.Thread(target=keep_searching) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(25):
        put(store, Article(f"a{n}", f"Ferry number {n} left the harbour.\nNobody was on board of ferry {n}."))
    store.remove("a3")
    is_done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.check() == []
    store.close()
