"""What a question says about time, and what is left of it without."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Filters
from qa.constraints import constraints_of, narrowed, without_constraints
from qa.types import Demand

ASKED_ON = date(2021, 1, 26)
DAYS = {"the election": "2020-11-03", "the congress": "2019-05"}


def told(question: str) -> list[tuple[str, str, str | None, str | None]]:
    found = constraints_of(question, asked_on=ASKED_ON, day_of=DAYS.get)
    return [(c.demand.value, c.words, c.first and str(c.first), c.last and str(c.last)) for c in found]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who was the mayor in 2018?", ("within", "in 2018", "2018-01-01", "2018-12-31")),
        ("What was the rate in March 2020?", ("within", "in March 2020", "2020-03-01", "2020-03-31")),
        ("What prompted the evacuation last week?", ("within", "last week", "2021-01-18", "2021-01-24")),
        ("who won the vote november 3 2020", ("within", "november 3 2020", "2020-11-03", "2020-11-03")),
        ("What has the bank done since 2019?", ("since", "since 2019", "2019-01-01", None)),
        ("What did he say after 5 May 2020?", ("after", "after 5 May 2020", "2020-05-06", None)),
        ("Who led it until March 2020?", ("until", "until March 2020", None, "2020-03-31")),
        ("Who led it before March 2020?", ("before", "before March 2020", None, "2020-02-29")),
        ("Who is president as of 21 January 2021?", ("as_of", "as of 21 January 2021", None, "2021-01-21")),
        ("What did Biden say before the election?", ("before", "before the election", None, "2020-11-02")),
        ("What changed after the congress?", ("after", "after the congress", "2019-06-01", None)),
        ("What did they ask before the flood?", ("before", "before the flood", None, None)),
        ("What did he say before the November 3 vote?", ("before", "before the November 3 vote", None, "2020-11-02")),
        ("What is the latest estimate of the damage?", ("latest", "latest", None, None)),
        ("Who is currently the coach?", ("latest", "currently", None, None)),
        ("Who is the firm's present head?", ("latest", "present", None, None)),
        ("When did the two first meet?", ("earliest", "first", None, None)),
        ("When was it originally due to open?", ("earliest", "originally", None, None)),
    ],
)
def test_words_of_time_become_a_constraint(question: str, expected: tuple[str, ...]) -> None:
    assert told(question) == [expected]


@pytest.mark.parametrize(
    "question",
    [
        "Who is the first lady?",
        "Where was the first Soviet satellite launched?",
        "Who finished first in the race?",
        "How long before the inauguration did he speak?",
        "How many weeks after polling day did Putin write?",
        "How many warheads may each side have under the 2010 accord?",
        "Where did Gorbachev's 2009 encounter take place?",
        "Who runs Latest Films Ltd?",
        "Which film won five awards at the 2024 Golden Globes?",
        "Who was the top pick in Monday's draft?",
        "How long will the totality of the 2024 solar eclipse last?",
        "What is a now-defunct newspaper?",
        "When does New START expire?",
    ],
)
def test_other_words_are_no_constraint(question: str) -> None:
    assert told(question) == []


def test_several_constraints_come_in_the_order_of_the_words() -> None:
    assert [words for _, words, _, _ in told("When did they first speak after the election?")] == [
        "first",
        "after the election",
    ]


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("Who won the regatta in 2017?", "Who won the regatta?"),
        ("After the election, what did they ask?", "what did they ask?"),
        ("What is the latest estimate of the damage?", "What is the estimate of the damage?"),
        ("What did they ask before the flood?", "What did they ask before the flood?"),
        ("in 2017", "in 2017"),
    ],
)
def test_the_rest_of_a_question_lacks_what_was_applied(question: str, rest: str) -> None:
    assert without_constraints(question, constraints_of(question, asked_on=ASKED_ON, day_of=DAYS.get)) == rest


def test_a_period_narrows_the_filters_to_its_days_and_a_week_more() -> None:
    constraints = constraints_of("Who won in 2017?", asked_on=ASKED_ON)
    filters = Filters(until=date(2020, 1, 1), source="Rappler")
    assert narrowed(filters, constraints) == Filters(date(2017, 1, 1), date(2018, 1, 7), "Rappler")


@pytest.mark.parametrize("question", ["Who won?", "What is the latest estimate?", "Who won in 2021?"])
def test_without_a_period_within_the_filters_there_is_nothing_to_narrow(question: str) -> None:
    assert narrowed(Filters(until=date(2020, 1, 1)), constraints_of(question, asked_on=ASKED_ON)) is None


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(["on", "since", "until", "before", "after"]))
def test_a_day_belongs_to_what_is_said_of_it_by_its_preposition(day: date, word: str) -> None:
    (constraint,) = constraints_of(f"Who led it {word} {day.isoformat()}?", asked_on=ASKED_ON)
    one = timedelta(days=1)
    touched = [constraint.touches(d, d) for d in (day - one, day, day + one)]
    assert (
        touched
        == {
            "on": [False, True, False],
            "since": [False, True, True],
            "until": [True, True, False],
            "before": [True, False, False],
            "after": [False, False, True],
        }[word]
    )
    assert constraint.demand is (Demand.WITHIN if word == "on" else Demand[word.upper()])


def test_a_pasted_document_is_not_taken_for_a_question() -> None:
    assert told("Who won in 2020? " * 100) == []


@given(st.text(max_size=200))
def test_any_question_is_taken_apart_without_an_error(question: str) -> None:
    constraints = constraints_of(question, asked_on=ASKED_ON)
    assert all(c.words == c.span.of(question) for c in constraints)
    without_constraints(question, constraints)
