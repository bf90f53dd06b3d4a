from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexDamaged, IndexMismatch, IndexMissing, ModelError, UnknownArticle
from index.library import LazyEmbedder, Library
from index.types import Addition, Article, Filters, Outcome, Passage, Problem, Skipped
from tests.fakes import (
    ARTICLES,
    DIM,
    HARBOUR,
    SHUTDOWN,
    VIRUS,
    ChokingEmbedder,
    IsoDater,
    NumpyStore,
    WordCountEmbedder,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with Library.open(folder, embedder=WordCountEmbedder(), create=True) as library:
        yield library


def outcomes(library: Library, *items: Article | Skipped) -> list[Outcome]:
    return [addition.outcome for addition in library.add(items)]


def test_added_articles_are_found_with_their_best_passage_first(library: Library) -> None:
    outcomes(library, *ARTICLES)
    best = library.search("How many park rangers would be sent home without pay?", k=1)
    assert [(p.article, p.rank, p.story) for p in best] == [(SHUTDOWN, 1, "shutdown")]
    assert best[0].chunk.span.of(SHUTDOWN.text) == best[0].text


def test_addition_says_what_became_of_each_item(library: Library) -> None:
    list(library.add([SHUTDOWN, HARBOUR]))
    changed = replace(HARBOUR, text="The harbour bridge stays open after all, the port authority said on Sunday.")
    items: list[Article | Skipped] = [
        SHUTDOWN,
        changed,
        VIRUS,
        Skipped("news/x.bin", "not a text"),
        replace(VIRUS, id="twin", path="twin.txt"),
    ]
    assert list(library.add(items)) == [
        Addition(Outcome.UNCHANGED, "news/shutdown.txt", "shutdown"),
        Addition(Outcome.REPLACED, "news/harbour.txt", "harbour", n_chunks=1),
        Addition(Outcome.ADDED, "archive/virus.txt", "virus", n_chunks=1),
        Addition(Outcome.SKIPPED, "news/x.bin", reason="not a text"),
        Addition(Outcome.UNCHANGED, "twin.txt", "virus", "the same article is there as 'virus'"),
    ]
    assert library.article("harbour") == changed


def test_adding_again_embeds_nothing(folder: Path) -> None:
    with Library.open(folder, embedder=WordCountEmbedder(), create=True) as library:
        outcomes(library, *ARTICLES)
    embedder = WordCountEmbedder()
    with Library.open(folder, embedder=embedder) as library:
        assert outcomes(library, *ARTICLES) == [Outcome.UNCHANGED] * 3
    assert embedder.texts == []


def test_title_and_date_are_embedded_with_each_chunk_but_never_cited(folder: Path) -> None:
    embedder = WordCountEmbedder()
    with Library.open(folder, embedder=embedder, create=True) as library:
        outcomes(library, SHUTDOWN)
        (passage,) = library.search("vote")
    assert embedder.texts[0].startswith("Senate returns for shutdown vote\nJanuary 27, 2020\n")
    assert "returns for" not in passage.text


def test_articles_are_taken_one_at_a_time(library: Library) -> None:
    def endless() -> Iterator[Article]:
        while True:
            yield from ARTICLES

    additions = library.add(endless())
    assert next(additions).outcome is Outcome.ADDED
    assert library.stats().n_articles == 1
    additions.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("article", "reason"),
    [
        (Article("bad", "This one is poison for the model, and it says so in a whole sentence."), "choked on 'poison'"),
        (Article("bad", "A sentence with half a character \ud83d in the middle, which no file can hold."), "Unicode"),
    ],
    ids=["model", "surrogate"],
)
def test_one_bad_article_does_not_stop_the_others(folder: Path, article: Article, reason: str) -> None:
    with Library.open(folder, embedder=ChokingEmbedder(), create=True) as library:
        first, bad, last = library.add([SHUTDOWN, article, HARBOUR])
        assert (first.outcome, last.outcome) == (Outcome.ADDED, Outcome.ADDED)
        assert (bad.outcome, bad.where) == (Outcome.SKIPPED, "bad")
        assert reason in (bad.reason or "")
        assert [found.id for found in library.articles()] == ["harbour", "shutdown"]
        assert library.check() == []


def test_article_that_can_not_be_replaced_stays_as_it_was(folder: Path) -> None:
    with Library.open(folder, embedder=ChokingEmbedder(), create=True) as library:
        outcomes(library, SHUTDOWN)
        assert outcomes(library, replace(SHUTDOWN, text="Now it is poison, in a whole sentence of its own.")) == [
            Outcome.SKIPPED
        ]
        assert library.article("shutdown") == SHUTDOWN


def test_model_that_can_not_be_loaded_ends_the_run_at_once(folder: Path) -> None:
    Library.open(folder, embedder=WordCountEmbedder(), create=True).close()

    def load() -> WordCountEmbedder:
        raise ModelError("The weights are missing")

    with Library.open(folder, embedder=LazyEmbedder("word-count", load)) as library:
        with pytest.raises(ModelError, match="missing"):
            list(library.add(ARTICLES))
        assert library.stats().n_articles == 0


def test_model_is_loaded_once_and_only_when_a_text_is_to_be_embedded(folder: Path) -> None:
    loaded: list[WordCountEmbedder] = []

    def load() -> WordCountEmbedder:
        loaded.append(WordCountEmbedder())
        return loaded[-1]

    with Library.open(folder, embedder=WordCountEmbedder(), create=True) as library:
        outcomes(library, *ARTICLES)
    with Library.open(folder, embedder=LazyEmbedder("word-count", load)) as library:
        outcomes(library, *ARTICLES)
        library.article("virus")
        library.remove("virus")
        library.check()
        assert library.stats().n_articles == len(list(library.articles())) == 2
        assert loaded == []
        library.search("vote")
        library.search("bridge")
    assert len(loaded) == 1


def test_library_without_embedder_lists_and_removes(folder: Path) -> None:
    with Library.open(folder, embedder=WordCountEmbedder(), create=True) as library:
        outcomes(library, *ARTICLES)
    with Library.open(folder) as library:
        library.remove("virus")
        assert list(library.articles()) == [HARBOUR, SHUTDOWN]
        with pytest.raises(ValueError, match="without an embedder"):
            library.search("vote")


@pytest.mark.parametrize("query", ["", "  \n", "\u2003"])
def test_blank_query_finds_nothing(library: Library, query: str) -> None:
    outcomes(library, SHUTDOWN)
    assert library.search(query) == []


def test_filters_are_applied_before_the_cut(library: Library) -> None:
    outcomes(library, *ARTICLES)
    (passage,) = library.search("senators vote on the bill", k=1, filters=Filters(since=date(2020, 2, 1)))
    assert passage.article == HARBOUR


def test_passages_that_mention_all_words_are_had_newest_first(library: Library) -> None:
    news = [
        replace(HARBOUR, id="old", text="The ferry to Melby sank.", published=date(2020, 1, 1)),
        replace(HARBOUR, id="new", text="The ferries of Melby were sold.", published=date(2021, 1, 1)),
        replace(HARBOUR, id="other", text="The road to Melby was shut.", published=date(2022, 1, 1)),
    ]
    outcomes(library, *news)
    assert [p.article.id for p in library.mentioning("the ferry of Melby", most=9)] == ["new", "old"]
    assert [p.article.id for p in library.mentioning("Melby", most=9, filters=Filters(until=date(2020, 6, 1)))] == [
        "old"
    ]
    assert len(library.mentioning("Melby", most=2)) == 2
    assert library.mentioning("?", most=9) == library.mentioning("", most=9) == []


@pytest.mark.parametrize(
    "reference", ["shutdown", "shut", "news/shutdown.txt", "./news/shutdown.txt", "shutdown.txt", "news//shutdown.txt"]
)
def test_article_is_had_by_id_or_its_beginning_or_path_or_file_name(library: Library, reference: str) -> None:
    outcomes(library, *ARTICLES)
    assert library.article(reference) == SHUTDOWN


def test_article_stored_by_absolute_path_is_had_by_relative_path(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes(library, replace(SHUTDOWN, path=str(tmp_path / "a" / "b.txt")))
    monkeypatch.chdir(tmp_path / "..")
    assert library.article(f"{tmp_path.name}/a/b.txt").id == "shutdown"


def test_whole_id_wins_over_longer_ids_that_begin_with_it(library: Library) -> None:
    outcomes(library, SHUTDOWN, replace(HARBOUR, id="shutdown-2"))
    assert library.article("shutdown") == SHUTDOWN


def test_ambiguous_reference_names_the_candidates(library: Library) -> None:
    outcomes(library, SHUTDOWN, replace(HARBOUR, id="shut-2"))
    with pytest.raises(UnknownArticle, match=r"'shut' may be any of 'shut-2', 'shutdown'\. Give a whole id"):
        library.article("shut")


def test_unknown_reference_says_what_to_do(library: Library) -> None:
    with pytest.raises(UnknownArticle, match=r"No article 'nobody'.*qa list"):
        library.article("nobody")
    with pytest.raises(UnknownArticle, match=r"No article 'nobody'.*qa list"):
        library.remove("nobody")


def test_missing_index_says_how_to_build_one(folder: Path) -> None:
    with pytest.raises(IndexMissing, match=f"No index at '{folder}'. Build one with: qa add FOLDER"):
        Library.open(folder, embedder=WordCountEmbedder())
    assert not folder.exists()


def test_folder_without_index_says_how_to_build_one(folder: Path) -> None:
    folder.mkdir()
    with pytest.raises(IndexMissing, match="No index at"):
        Library.open(folder)


def test_folder_of_other_things_is_not_turned_into_an_index(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.docx").write_text("precious")
    with pytest.raises(IndexDamaged, match=r"not an index.*thesis\.docx.*--index"):
        Library.open(folder, embedder=WordCountEmbedder(), create=True)
    assert [path.name for path in folder.iterdir()] == ["thesis.docx"]


@pytest.mark.parametrize("create", [True, False])
def test_file_in_place_of_the_folder_is_named(folder: Path, create: bool) -> None:
    folder.write_text("a file")
    with pytest.raises(IndexMissing, match="is a file; an index is a folder"):
        Library.open(folder, embedder=WordCountEmbedder(), create=create)


def test_index_of_another_model_is_refused_with_both_names(folder: Path) -> None:
    Library.open(folder, embedder=WordCountEmbedder(), create=True).close()

    def load() -> WordCountEmbedder:
        pytest.fail("a model was loaded to find out that it does not fit")

    with pytest.raises(IndexMismatch, match=r"built with 'word-count' \(32 dimensions\).*uses 'bge-small'.*qa add"):
        Library.open(folder, embedder=LazyEmbedder("bge-small", load), create=True)


def test_model_of_the_same_name_and_another_dimension_is_refused(folder: Path) -> None:
    Library.open(folder, embedder=WordCountEmbedder(), create=True).close()
    with Library.open(folder, embedder=WordCountEmbedder(dim=48)) as library:
        with pytest.raises(IndexMismatch, match=r"32.*48"):
            list(library.add([SHUTDOWN]))
        with pytest.raises(IndexMismatch, match=r"32.*48"):
            library.search("vote")


def test_searches_in_threads_all_see_the_same(library: Library) -> None:
    outcomes(library, *ARTICLES)
    expected = library.search("When does the bridge close?")
    found: list[list[Passage]] = []
    threads = [
        threading.Thread(target=lambda: found.append(library.search("When does the bridge close?"))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 3


DATED = Article("dated", "The pact was signed on 2021-02-05 by both of the presidents.", published=date(2021, 2, 6))


def days_told(library: Library) -> list[str]:
    return [found.dating.value for found in library.dated(date.min, date.max)]


def test_dates_are_found_while_adding_and_go_with_their_article(folder: Path) -> None:
    with Library.open(folder, embedder=WordCountEmbedder(), create=True, dater=IsoDater()) as library:
        outcomes(library, DATED, HARBOUR)
        assert (days_told(library), library.behind()) == (["2021-02-05"], [])
        outcomes(library, replace(DATED, text="The pact was signed on 2021-02-04 by both of the presidents."))
        assert days_told(library) == ["2021-02-04"]
        library.remove("dated")
        assert (days_told(library), library.check()) == ([], [])


def test_articles_of_another_dater_or_of_none_are_behind_and_can_be_caught_up(folder: Path) -> None:
    with Library.open(folder, embedder=WordCountEmbedder(), create=True) as library:
        outcomes(library, DATED, HARBOUR)
        assert (library.behind(), days_told(library)) == ([], [])
        first = Library(library.store, dater=IsoDater())
        assert list(first.catch_up(first.behind())) == ["dated", "harbour"]
        assert (days_told(library), first.behind()) == (["2021-02-05"], [])
        second = Library(library.store, dater=IsoDater(version="2", tag="~"))
        assert second.behind() == ["dated", "harbour"]
        assert list(second.catch_up(second.behind())) == ["dated", "harbour"]
        assert (days_told(library), second.behind()) == (["2021-02-05~"], [])


def test_catching_up_that_is_stopped_keeps_what_it_did_and_goes_on_later(folder: Path) -> None:
    with Library.open(folder, embedder=WordCountEmbedder(), create=True) as library:
        outcomes(library, DATED, HARBOUR, VIRUS)
    with Library.open(folder, embedder=WordCountEmbedder(), dater=IsoDater()) as library:
        caught_up = library.catch_up(library.behind())
        assert next(caught_up) == "dated"
        caught_up.close()  # type: ignore[attr-defined]
    with Library.open(folder, embedder=WordCountEmbedder(), dater=IsoDater()) as library:
        assert (days_told(library), library.behind()) == (["2021-02-05"], ["harbour", "virus"])
        assert library.check() == []


def test_articles_removed_while_catching_up_are_passed_over(folder: Path) -> None:
    with Library.open(folder, embedder=WordCountEmbedder(), create=True) as library:
        outcomes(library, DATED, HARBOUR)
        behind = Library(library.store, dater=IsoDater()).behind()
        library.remove("dated")
        list(Library(library.store, dater=IsoDater()).catch_up(behind))
        assert (days_told(library), library.check()) == ([], [])


def test_check_mends_articles_that_another_chunker_cut(folder: Path) -> None:
    with Library.open(folder, embedder=WordCountEmbedder(), create=True) as library:
        outcomes(library, *ARTICLES)
        newer = Library(library.store, WordCountEmbedder(), chunker_version="next")
        assert len(newer.check()) == 3
        assert all(problem.repaired for problem in newer.check(repair=True))
        assert newer.check() == []
        assert newer.article("shutdown") == SHUTDOWN


def test_library_works_over_any_store() -> None:
    library = Library(NumpyStore(), WordCountEmbedder())
    assert outcomes(library, *ARTICLES, SHUTDOWN) == [Outcome.ADDED] * 3 + [Outcome.UNCHANGED]
    assert library.search("clinics for patients", k=1)[0].article == VIRUS
    assert library.check() == []


def test_vectors_of_the_wrong_length_are_refused_article_by_article(folder: Path) -> None:
    class Careless(WordCountEmbedder):
        def embed(self, texts: object) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
            return np.ones((1, DIM), np.float32)

    with Library.open(folder, embedder=Careless(), create=True) as library:
        (addition,) = library.add([SHUTDOWN])
    assert addition.outcome is Outcome.SKIPPED
    assert "not 1" in (addition.reason or "")


def test_sound_index_has_no_problems(library: Library) -> None:
    outcomes(library, *ARTICLES)
    library.refresh_cache()
    assert library.check() == list[Problem]()


def test_importing_the_library_imports_nothing_heavy() -> None:
    program = (
        "import sys, index.library; "
        "sys.exit(', '.join({'faiss', 'torch', 'onnxruntime', 'sentence_transformers'} & set(sys.modules)) or None)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[1])
