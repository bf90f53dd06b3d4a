"""Which questions are for what happens at a time, and which time that is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from qa.dates import AskedPeriod, asked_period, bounds, named_period
from tests.test_dates import WORDS

TODAY = date(2021, 1, 21)  # a Thursday


def asked(question: str) -> tuple[str, str] | None:
    period = asked_period(question, today=lambda: TODAY)
    return (period.value, period.about) if period else None


@pytest.mark.parametrize(
    ("question", "value", "about"),
    [
        ("What happened on 23 December 2020?", "2020-12-23", ""),
        ("what happened on dec 23 2020", "2020-12-23", ""),
        ("What is due in February 2021?", "2021-02", ""),
        ("What is planned for next week?", "2021-01-25/2021-01-31", ""),
        ("What's scheduled for tomorrow?", "2021-01-22", ""),
        ("What will happen in March?", "2021-03", ""),
        ("What is going to happen next month?", "2021-02", ""),
        ("What takes place on 5 May?", "2021-05-05", ""),
        ("What took place in Kyiv last week?", "2021-01-11/2021-01-17", "Kyiv"),
        ("What was announced on Wednesday?", "2021-01-20", ""),
        ("What occurred on January 6, 2021, at the Capitol?", "2021-01-06", "the Capitol"),
        ("What events are expected in February 2021?", "2021-02", ""),
        ("What were the main events of December 2020?", "2020-12", ""),
        ("Anything on 5 May?", "2021-05-05", ""),
        ("Did anything happen in Moscow yesterday?", "2021-01-20", "Moscow"),
        ("In February 2022, what happened in Ukraine?", "2022-02", "Ukraine"),
        ("What happened to Navalny on 17 January 2021?", "2021-01-17", "Navalny"),
        ("What happened between 3 and 5 February 2021?", "2021-02-03/2021-02-05", ""),
    ],
)
def test_questions_for_what_happens_name_their_time_and_topic(question: str, value: str, about: str) -> None:
    assert asked(question) == (value, about)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What happened on 23 December?", "2020-12-23"),
        ("What happened on 10 February?", "2020-02-10"),
        ("What is due on 23 December?", "2021-12-23"),
        ("What will happen on 10 February?", "2021-02-10"),
        ("Anything on 1 February?", "2021-02-01"),
        ("Anything on 23 December?", "2020-12-23"),
    ],
)
def test_a_day_without_a_year_is_the_last_that_was_and_the_next_that_will_be(question: str, value: str) -> None:
    assert asked(question) == (value, "")


@pytest.mark.parametrize(
    "question",
    [
        "Who won on 3 November 2020?",
        "What happened to Navalny?",
        "What did Biden say on Tuesday?",
        "When did it happen?",
        "What has happened since January 2021?",
        "What happened before 5 February 2021?",
        "What happened after Biden won on 3 November 2020?",
        "What is the amount due on 5 February 2021?",
        "What happened at 3 p.m.?",
        "What time does the vote take place on Wednesday?",
        "How many events were planned in May 2021?",
        "",
    ],
)
def test_other_questions_are_left_to_the_reader(question: str) -> None:
    assert asked(question) is None


def test_what_today_is_is_asked_only_where_events_are() -> None:
    def today() -> date:
        pytest.fail("nobody asked for events")

    assert asked_period("Who won on 3 November 2020?", today=today) is None


def test_without_a_today_a_whole_date_is_known_and_yesterday_is_not() -> None:
    assert asked_period("What happened in May 2020?", today=lambda: None) == AskedPeriod("2020-05")
    assert asked_period("What happened yesterday?", today=lambda: None) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("2020-12-23", "2020-12-23"),
        ("2020-12", "2020-12"),
        ("2020-12/2021-01", "2020-12/2021-01"),
        ("2021-33", "2021-33"),
        ("23 December 2020", "2020-12-23"),
        ("on Dec. 23, 2020", "2020-12-23"),
        ("February 2021", "2021-02"),
        ("last week", "2021-01-11/2021-01-17"),
        ("the first quarter of 2021", "2021-33"),
        ("Q1 2021", "2021-33"),
        ("5 February to 10 February 2021", "2021-02-05/2021-02-10"),
    ],
)
def test_a_period_is_named_in_any_form_the_grammar_reads(name: str, value: str) -> None:
    assert named_period(name, today=TODAY) == value


@pytest.mark.parametrize(
    "name", ["", "soon", "2021-13-45", "2021-02-30", "3 p.m.", "five years", "XXXX-02-05", "May I"]
)
def test_what_names_no_days_is_no_period(name: str) -> None:
    assert named_period(name, today=TODAY) is None


@given(words=WORDS)
def test_whatever_is_asked_a_period_has_days(words: str) -> None:
    period = asked_period(f"What happened {words}?", today=lambda: TODAY)
    name = named_period(words, today=TODAY)
    assert period is None or bounds(period.value) is not None
    assert name is None or bounds(name) is not None
