"""What answers come to: dates against their article, numbers with their unit."""

from __future__ import annotations

from datetime import date

import pytest

from index.types import Span
from qa.positions import merge
from qa.values import are_one_value, value_of
from tests.qa_fakes import article, candidate, passage

TEXT = (
    "The pact, signed in 2010, expires Feb. 5, the ministry said Wednesday. It allows 1,500 nuclear warheads and cost "
    "$12bn. Gorbachev, 89, called it good for the past four years."
)
JANUARY = article("january", TEXT, published=date(2021, 1, 20))
UNDATED = article("undated", TEXT)


def value(text: str, question: str, *, of: object = JANUARY) -> str | None:
    start = TEXT.index(text)
    return value_of(of, Span(start, start + len(text)), question=question)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("Feb. 5", "When does it expire?", "2021-02-05"),
        ("Wednesday", "When did the ministry say so?", "2021-01-20"),
        ("signed in 2010", "When was it signed?", "2010"),
        ("1,500 nuclear warheads", "What does it allow?", "1500 nuclear warheads"),
        ("1,500 nuclear warheads", "How many nuclear warheads does it allow?", "1500"),
        ("$12bn", "What did it cost?", "12000000000 USD"),
        ("89", "How old is Gorbachev?", "89"),
        ("past four years", "For how long was it good?", "P4Y"),
        ("four", "For how many years was it good?", "4"),
        ("it good for the past four years", "For how many years was it good?", "4"),
        ("past four years", "For how many days was it good?", "P4Y"),
        ("the ministry", "Who said so?", None),
        ("The pact, signed in 2010, expires", "What is it about?", None),
    ],
)
def test_an_answer_has_the_value_that_its_question_asks_for(text: str, question: str, expected: str | None) -> None:
    assert value(text, question) == expected


def test_a_date_that_the_article_does_not_tell_stays_partial_or_unknown() -> None:
    assert value("Feb. 5", "When does it expire?", of=UNDATED) == "XXXX-02-05"
    assert value("Wednesday", "When did they say so?", of=UNDATED) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2021-02-05", "2021-02", True),
        ("2021", "2021-01/2021-03", True),
        ("2021-02-05", "2026", False),
        ("2021-02-05~", "2021-02-05", True),
        ("P5Y", "P4Y", False),
        ("1500", "1500 warheads", False),
    ],
)
def test_a_date_within_a_date_can_be_the_same(one: str, other: str, expected: bool) -> None:
    assert are_one_value(one, other) is are_one_value(other, one) is expected


def test_the_same_day_in_other_words_is_one_answer_and_the_exact_date_stands_for_it() -> None:
    february = passage(article("february", "It expires in February this year.", published=date(2021, 1, 26)), rank=2)
    found = [candidate(february, "February this year", 2.0), candidate(passage(JANUARY), "Feb. 5", 1.8)]
    (support,) = merge(found, question="When does it expire?")
    assert (support.best.text, support.value, support.n_stories) == ("Feb. 5", "2021-02-05", 2)


def test_the_same_weekday_of_another_week_is_another_answer() -> None:
    later = passage(article("later", "They met on Wednesday.", published=date(2021, 1, 29)), rank=2)
    found = [candidate(passage(JANUARY), "Wednesday", 2.0), candidate(later, "Wednesday", 1.5)]
    assert [s.value for s in merge(found, question="When?")] == ["2021-01-20", "2021-01-27"]


def test_a_year_that_fits_two_dates_joins_neither() -> None:
    text = "It began on 3 March 2020 and ended on 5 May 2020. It was in 2020."
    one = passage(article("one", text))
    found = [candidate(one, "3 March 2020", 3.0), candidate(one, "5 May 2020", 2.0)]
    other = passage(article("other", "It was 2020."), rank=2)
    supports = merge([*found, candidate(other, "2020", 1.0)], question="When?")
    assert [s.value for s in supports] == ["2020-03-03", "2020-05-05", "2020"]
