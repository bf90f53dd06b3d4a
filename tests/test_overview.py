"""What there is about a topic: counted, dated, and said by the sentences that share most."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from index.types import Filters
from qa.forms.overview import MOST_PASSAGES, survey
from qa.rendering import overview_in_words
from qa.types import Overview
from tests.qa_fakes import ShelfRetriever, article, passage

FERRY = article(
    "ferry",
    "The ferry to Melby sank on Monday near the harbour. Nobody on the ferry to Melby was hurt on Monday. It rained.",
    published=date(2021, 1, 20),
    source="TASS",
)
FERRY_AGAIN = article("again", "The ferry to Melby will be raised in spring.", published=date(2021, 2, 4), source="AFP")
BRIDGE = article("bridge", "The bridge to Melby was shut.", published=date(2021, 2, 5), source="AFP")
SHELF = ShelfRetriever([passage(a, rank=n) for n, a in enumerate((FERRY, FERRY_AGAIN, BRIDGE), start=1)])


def test_articles_that_hold_all_words_are_counted_with_days_and_sources() -> None:
    assert survey("Melby ferry", SHELF, filters=Filters()).overview == Overview(
        "Melby ferry", 2, date(2021, 1, 20), date(2021, 2, 4), {"AFP": 1, "TASS": 1}
    )


def test_only_articles_that_may_be_read_are_counted() -> None:
    assert survey("ferry", SHELF, filters=Filters(until=date(2021, 1, 31))).overview.n_articles == 1


def test_the_central_sentences_are_verbatim_and_say_different_things() -> None:
    positions = survey("ferry", SHELF, filters=Filters()).positions
    assert {position.text for position in positions} <= {
        "The ferry to Melby sank on Monday near the harbour.",
        "Nobody on the ferry to Melby was hurt on Monday.",
        "The ferry to Melby will be raised in spring.",
    }
    assert all(c.article.text[c.span.start : c.span.end] == p.text for p in positions for c in p.citations)


def test_what_the_search_took_a_misspelt_word_for_is_not_counted() -> None:
    class Guessing(ShelfRetriever):
        def mentioning(self, topic: str, *, most: int, filters: Filters) -> list:  # type: ignore[type-arg]
            return self.passages

    guessing = Guessing(SHELF.passages)
    assert survey("ferrari", guessing, filters=Filters()).overview.n_articles == 0


def test_counting_that_was_cut_short_says_so() -> None:
    many = ShelfRetriever([replace(passage(FERRY), rank=n) for n in range(1, MOST_PASSAGES + 10)])
    assert survey("ferry", many, filters=Filters()).overview.at_least


def test_an_overview_reads_as_a_sentence() -> None:
    assert overview_in_words(survey("ferry", SHELF, filters=Filters()).overview) == (
        "2 articles mention ferry, 20 January 2021 to 4 February 2021: AFP, TASS."
    )
    assert overview_in_words(Overview("x", 1, None, None, {"": 1})) == "1 article mentions x."
    assert overview_in_words(Overview("x", 0, None, None, {})) == "No article mentions x."
    sources = {f"s{n}": 9 - n for n in range(7)}
    assert overview_in_words(Overview("x", 2000, None, None, sources, at_least=True)) == (
        "At least 2000 articles mention x: s0 (9), s1 (8), s2 (7), s3 (6), s4 (5) and 2 more."
    )
