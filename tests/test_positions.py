"""Equal answers are one position; what counts as independent evidence."""

from __future__ import annotations

import math

import pytest

from qa.positions import merge
from qa.values import comparable_form, is_name, is_shorter_name
from tests.qa_fakes import article, candidate, passage

ONE = passage(article("one", "It expires Feb. 5, said Joe Biden. Biden left in 2021."))
TWO = passage(article("two", "It expires on February 5. Mr. Biden agreed."), rank=2)
COPY = passage(article("copy", "It expires Feb. 5, said Joe Biden. Biden left."), rank=3, story="one")


def test_equal_dates_in_other_spellings_are_one_answer_of_two_sources() -> None:
    (support,) = merge([candidate(ONE, "Feb. 5", 2.0), candidate(TWO, "February 5", 2.0)])
    assert (support.n_stories, support.evidence) == (2, pytest.approx(2.0 + math.log(2)))


def test_a_syndicated_copy_adds_a_citation_and_no_evidence() -> None:
    (support,) = merge([candidate(ONE, "Feb. 5", 2.0), candidate(COPY, "Feb. 5", 1.5)])
    assert (len(support.candidates), support.n_stories, support.evidence) == (2, 1, 2.0)


def test_the_fuller_name_and_the_shorter_one_are_one_answer() -> None:
    (support,) = merge([candidate(ONE, "Joe Biden", 2.0), candidate(TWO, "Mr. Biden", 1.0)])
    assert support.best.text == "Joe Biden"


@pytest.mark.parametrize(("score_of_fuller", "shown"), [(1.5, "Joe Biden"), (0.5, "Biden")])
def test_the_fuller_name_stands_for_the_answer_where_the_evidence_ties(score_of_fuller: float, shown: str) -> None:
    (support,) = merge([candidate(TWO, "Biden", 2.0), candidate(ONE, "Joe Biden", score_of_fuller)])
    assert support.best.text == shown
    assert support.evidence == pytest.approx(math.log(math.exp(2.0) + math.exp(score_of_fuller)))


def test_different_answers_are_ordered_by_their_evidence() -> None:
    supports = merge([candidate(ONE, "2021", 1.0), candidate(ONE, "Feb. 5", 3.0)])
    assert [s.best.text for s in supports] == ["Feb. 5", "2021"]


def test_overlapping_spans_of_one_article_are_one_answer_cited_once() -> None:
    (support,) = merge([candidate(ONE, "expires Feb. 5", 1.0), candidate(ONE, "Feb. 5", 3.0)])
    assert [c.text for c in support.candidates] == ["Feb. 5"]


def test_a_place_that_the_reader_does_not_believe_is_not_cited() -> None:
    (support,) = merge([candidate(ONE, "Joe Biden", 5.0), candidate(TWO, "Biden", -2.0)])
    assert [c.passage.article.id for c in support.candidates] == ["one"]


def test_the_order_of_tied_candidates_does_not_matter() -> None:
    candidates = [candidate(ONE, "Feb. 5", 2.0), candidate(TWO, "February 5", 2.0), candidate(ONE, "2021", 2.0)]
    assert merge(candidates) == merge(candidates[::-1])


def test_no_candidates_give_no_supports() -> None:
    assert merge([]) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Feb. 5", "February 5"),
        ("February 5th", "on Feb. 5"),
        ("five years", "5 years"),
        ("a five-year extension", "five year extension"),
        ("“harsh tactics”", "harsh tactics"),
        ("President Vladimir Putin", "Vladimir Putin"),
        ("1,500", "1500"),
        ("3 March 2022", "March 3, 2022"),
        ("twenty-one", "21"),
        ("Mr. Biden’s", "Biden"),
        ("U.S.", "US"),
    ],
)
def test_equal_answers_have_equal_forms(one: str, other: str) -> None:
    assert comparable_form(one) == comparable_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Feb. 5", "Feb. 6"),
        ("2010", "2011"),
        ("March on", "Mar-a-Lago"),
        ("may", "May 5"),
        ("the", "a"),
        ("1.5 million", "15 million"),
        ("5%", "5"),
        ("$5 million", "5 million"),
        ("-5", "5"),
        ("3:30", "330"),
        ("2/3", "23"),
        ("Foreign Minister", "Foreign Secretary"),
        ("Minister of State", "Secretary of State"),
        ("President of the United States", "United States"),
        ("Prime Minister", "prime"),
        ("Series A", "Series"),
        ("Bank of England", "Bank England"),
    ],
)
def test_different_answers_have_different_forms(one: str, other: str) -> None:
    assert comparable_form(one) != comparable_form(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Sergei Ryabkov", True), ("Bank of England", True), ("February 5", False), ("the treaty", False), ("…", False)],
)
def test_a_name_is_capitalised_words_without_a_number(text: str, expected: bool) -> None:
    assert is_name(text) is expected


@pytest.mark.parametrize(
    ("shorter", "longer", "expected"),
    [
        ("Biden", "Joe Biden", True),
        ("Biden", "US President Joe Biden", True),
        ("Korea", "South Korea", False),
        ("Washington", "The Washington Post", False),
        ("Joe", "Joe Biden", False),
        ("5", "Feb. 5", False),
    ],
)
def test_a_shorter_name_is_the_end_of_the_longer(shorter: str, longer: str, expected: bool) -> None:
    assert is_shorter_name(shorter, longer) is expected


@pytest.mark.parametrize(
    ("texts", "n_answers"),
    [
        (("Bush", "George Bush", "Laura Bush"), 2),
        (("George Bush", "Laura Bush", "Bush"), 3),
        (("North Korea", "Korea", "South Korea"), 3),
        (("Washington", "The Washington Post"), 2),
    ],
)
def test_a_short_name_does_not_make_rivals_one(texts: tuple[str, ...], n_answers: int) -> None:
    passages = [passage(article(text, text), rank=n) for n, text in enumerate(texts, start=1)]
    candidates = [candidate(p, p.text, 9.0 - p.rank) for p in passages]
    assert len(merge(candidates)) == n_answers
