"""Expressions of time, their values, and what questions ask for."""

from __future__ import annotations

import calendar
import doctest
import string
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Span
from qa.dates import Asked, Kind, bounds, expected_value, find_expressions, find_times, shown, suits
from qa.dates.arithmetic import moved, period, staged
from qa.dates.edtf import duration_value, is_valid
from qa.dates.lexicon import WEEKDAY_NAMES
from qa.dates.tense import Direction, direction
from qa.dates.types import CalendarDate, Length, Stage, TimeExpression, Turn, Unit
from tests.time_scores import false_positives, score

FRIDAY = date(2021, 2, 5)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
# Text made of the words of the grammar: what it gets wrong, it gets wrong here first.
WORDS = st.lists(
    st.sampled_from(
        "the a an in on at by from to until since about early late mid- end of last next this that past five "
        "two-and-a-half dozen half hundred million week weeks month year years decade century day days ago later after "
        "before old aged February Feb. March may May Sept. Sunday Wednesday 2021 2010-15 29 31st 27th 02/30/2021 "
        "2021-02-29 first quarter winter summer 1990s '80s 19th 3:30 p.m. noon midnight GMT Q3 - – / , . and between "
        "today yesterday said will weekend ſunday ١٢ 0 99999999 twenty- -year-old".split()
    ),
    max_size=25,
).map(" ".join)


def values(text: str, published: date | None = FRIDAY) -> list[str | None]:
    return [time.value for time in find_times(text, published=published)]


def found(text: str) -> list[str]:
    return [expression.span.of(text) for expression in find_expressions(text)]


# The labelled set: its dev half is what the grammar was tuned on; the figures of the test half are in docs/dates.md.


def test_values_of_the_dev_half_are_right() -> None:
    assert score("dev").accuracy >= 0.98


def test_nothing_is_found_in_sentences_without_a_date() -> None:
    assert false_positives() == []


def test_the_examples_in_the_docs_run() -> None:
    page = Path(__file__).parent.parent / "docs" / "dates.md"
    result = doctest.testfile(str(page), module_relative=False)
    assert (result.failed, result.attempted) == (0, 8)


def test_what_something_is_moved_to_is_another_day_and_one_to_come() -> None:
    assert values("The hearing has been moved from May 6 to June 10.") == ["2021-05-06", "2021-06-10"]
    assert values("The sale ran from May 6 to June 10.") == ["2020-05-06/2020-06-10"]


# What is found, and what is left alone


@pytest.mark.parametrize(
    "text",
    [
        "May said no.",
        "They may march on the capital.",
        "The March for Peace drew thousands.",
        "April Ryan asked.",
        "the Sunday Times reported",
        "2021 people came",
        "They won 3-2.",
        "It costs $2,010.",
        "Call 555-2014.",
        "https://example.org/2021/01/20/a-vote-in-march-2021.html",
        "every Friday",
        "$500 a month",
        "two to three years",
        "Directive 2009/28/EC",
        "the second suspect",
        "the 27th president",
        "One day they will thank us.",
        "He raised 100M.",
        "version 2021.3.1",
        "too late may I say",
    ],
)
def test_what_is_no_time_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It expires Feb. 5.", ["Feb. 5"]),
        ("the 2010 New START treaty", ["2010"]),
        ("in 2014, 2015 and 2016", ["2014", "2015", "2016"]),
        ("from March 7 to March 11", ["from March 7 to March 11"]),
        ("aged 78, after five years", ["aged 78", "five years"]),
        ("from Monday to Friday", ["from Monday to Friday"]),
        ("open Monday to Friday", ["Monday", "Friday"]),
        ("Feb. 5, 2021, at 3:30 p.m. EST", ["Feb. 5, 2021", "3:30 p.m. EST"]),
        ("5\N{NO-BREAK SPACE}February\N{NO-BREAK SPACE}2021", ["5\N{NO-BREAK SPACE}February\N{NO-BREAK SPACE}2021"]),
        ("on\nFebruary\n5", ["February\n5"]),
        ("The mayor of Houston, Sylvester Turner, 64, resigned.", ["64"]),
    ],
)
def test_spans_hold_the_whole_expression_and_nothing_else(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_an_expression_says_what_it_says_by_itself() -> None:
    expected = TimeExpression(Span(11, 17), Kind.DATE, CalendarDate(month=2, day=5))
    assert find_expressions("It expires Feb. 5.") == [expected]


# Values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 02/05/2021", "2021-02-05"),
        ("on 25/12/2020", "2020-12-25"),
        ("the fifth of February", "2021-02-05"),
        ("Sunday, January 24", "2021-01-24"),
        ("Wednesday, February 5", "2020-02-05"),
        ("February this year", "2021-02"),
        ("in mid-2019", "2019-05/2019-08"),
        ("early March", "2021-03-01/2021-03-10"),
        ("the end of 2025", "2025-12"),
        ("profit in the first quarter of 2020", "2020-33"),
        ("Q3 2020", "2020-35"),
        ("winter 2021", "2021-24"),
        ("the '80s", "198X"),
        ("the late 1960s", "1967/1969"),
        ("the 19th century", "18XX"),
        ("around 1890", "1890~"),
        ("from 2011 to 2021", "2011/2021"),
        ("between January and March 2020", "2020-01/2020-03"),
        ("from November to February 2019", "2018-11/2019-02"),
        ("Feb. 3-5", "2021-02-03/2021-02-05"),
        ("the past five years", "2016/2021"),
        ("the next ten days", "2021-02-05/2021-02-15"),
        ("three years ago", "2018"),
        ("two weeks ago", "2021-01-22~"),
        ("last week", "2021-01-25/2021-01-31"),
        ("two-and-a-half years", "P2Y6M"),
        ("a five-year extension", "P5Y"),
        ("for 90 minutes", "PT90M"),
        ("3.2 years", "P3.2Y"),
        ("the 78-year-old", "P78Y"),
        ("at 3:30 p.m.", "T15:30"),
        ("at midnight GMT", "T00:00Z"),
        ("at 9 p.m. EST", "T21:00-05:00"),
        ("at 14:00 GMT+3", "T14:00+03:00"),
    ],
)
def test_the_value_of_an_expression(text: str, expected: str) -> None:
    assert values(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It will reopen on Wednesday.", "2021-02-10"),
        ("It reopened on Wednesday.", "2021-02-03"),
        ("On Wednesday it will reopen.", "2021-02-10"),
        ("The office will be closed on Wednesday.", "2021-02-10"),
        ("The firm was forced to close on Wednesday.", "2021-02-03"),
        ("It had reached the coast by Wednesday.", "2021-02-03"),
        ("It must reach the coast by Wednesday.", "2021-02-10"),
        ("She is set to speak on Friday.", "2021-02-05"),
        ("He resigned last Friday.", "2021-01-29"),
        ("He resigns next Friday.", "2021-02-12"),
        ("It has been shut since November.", "2020-11"),
        ("It will open in November.", "2021-11"),
        ("He was arrested on Nov. 30.", "2020-11-30"),
        ("His trial will begin on Nov. 30.", "2021-11-30"),
        ("The court ruled that the Feb. 9 deadline stands.", "2021-02-09"),
        ("It is the worst fall in five years.", "P5Y"),
        ("The plant will open in five years.", "2026"),
        ("It was closed due to snow on Wednesday.", "2021-02-03"),
        ("It is due to reopen on Wednesday.", "2021-02-10"),
        ("He planned to reopen it later Wednesday.", "2021-02-03"),
        ("In October, Oddy's announced that it plans to close.", "2020-10"),
        ("The ban is to last five years.", "P5Y"),
        ("In last five years it has doubled.", "2016/2021"),
        ("In October, parents told the council that the school would close.", "2020-10"),
        ("In October, the school will close, the council said.", "2021-10"),
    ],
)
def test_the_tense_tells_the_direction(text: str, expected: str) -> None:
    assert values(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In 2010 the treaty was signed. In April that year they met.", ["2010", "2010-04"]),
        ("They married in 1974 and parted three years later.", ["1974", "1977"]),
        ("It began on Jan. 25, 2011. By Feb. 11 he had gone.", ["2011-01-25", "2011-02-11"]),
        ("Founded in 1998, the firm said on Oct. 3 it would close.", ["1998", "2020-10-03"]),
        ("six weeks after the November 3 vote", ["2020-12-15~", "2020-11-03"]),
        ("six weeks after the vote", [None]),
        ("LONDON, Jan. 20 (Newswire) - It met yesterday.", ["2021-01-20", "2021-01-19"]),
        ("The result was known the next day.", [None]),
    ],
)
def test_a_date_named_before_is_the_nearer_anchor(text: str, expected: list[str | None]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on Feb. 5", "XXXX-02-05"),
        ("in February", "XXXX-02"),
        ("on the 27th", "XXXX-XX-27"),
        ("in early March", "XXXX-03-01/XXXX-03-10"),
        ("on Wednesday", None),
        ("yesterday", None),
        ("last year", None),
        ("three years ago", None),
        ("in 2010", "2010"),
        ("for five years", "P5Y"),
    ],
)
def test_without_an_anchor_the_value_stays_partial(text: str, expected: str | None) -> None:
    assert values(text, None) == [expected]


def test_a_dateline_with_a_year_is_an_anchor_where_the_publication_date_is_unknown() -> None:
    assert values("OTTAWA, 9 May 2025 - She resigned yesterday.", None) == ["2025-05-09", "2025-05-08"]


def test_a_sunday_paper_looks_back_on_the_week_that_just_ended() -> None:
    assert values("They met last week.", date(2021, 1, 24)) == ["2021-01-17/2021-01-23"]
    assert values("They met last week.", date(2021, 1, 25)) == ["2021-01-18/2021-01-24"]


def test_a_length_beside_a_date_is_told_too() -> None:
    (time,) = find_times("over the past five years", published=FRIDAY)
    assert (time.value, time.length) == ("2016/2021", "P5Y")


def test_a_leap_day_falls_in_a_leap_year() -> None:
    assert values("It was founded on Feb. 29.", date(2022, 6, 1)) == ["2020-02-29"]
    assert values("It expires on Feb. 29.", date(2021, 6, 1)) == ["2024-02-29"]


def test_a_day_that_does_not_exist_has_no_value() -> None:
    assert values("on February 30, 2021") == [None]
    assert values("on April 31") == [None]


def test_a_time_beyond_the_calendar_has_no_value_but_a_length() -> None:
    (time,) = find_times("12,000 years ago", published=FRIDAY)
    assert (time.value, time.length) == (None, "P12000Y")


# Properties


@given(DAYS, st.sampled_from(WEEKDAY_NAMES))
def test_a_weekday_is_that_weekday_and_at_most_a_week_away(day: date, name: str) -> None:
    texts = (f"It closed on {name}.", f"It will close on {name}.", f"It closed last {name}.", f"It closes next {name}.")
    past, future, last, following = (date.fromisoformat(str(values(text, day)[0])) for text in texts)
    assert {d.weekday() for d in (past, future, last, following)} == {WEEKDAY_NAMES.index(name)}
    assert timedelta(0) <= day - past < timedelta(7)
    assert timedelta(0) <= future - day < timedelta(7)
    assert timedelta(0) < day - last <= timedelta(7)
    assert timedelta(0) < following - day < timedelta(14)


@given(DAYS, st.integers(0, 2000))
def test_days_ago_are_counted_by_the_calendar(day: date, n: int) -> None:
    assert values(f"{n + 2} days ago", day) == [(day - timedelta(days=n + 2)).isoformat()]


@given(DAYS, st.integers(-600, 600))
def test_months_on_keep_the_day_or_end_with_their_month(day: date, n: int) -> None:
    there = moved(day, Length(((Unit.MONTH, Fraction(abs(n))),)), -1 if n < 0 else 1)
    assert (there.year - day.year) * 12 + there.month - day.month == n
    assert there.day == min(day.day, calendar.monthrange(there.year, there.month)[1])


@given(DAYS)
def test_a_year_after_a_leap_day_is_the_last_of_february(day: date) -> None:
    there = moved(day, Length(((Unit.YEAR, Fraction(1)),)), 1)
    is_leap_day = (day.month, day.day) == (2, 29)
    assert there == (date(day.year + 1, 2, 28) if is_leap_day else day.replace(year=day.year + 1))


@given(DAYS, st.sampled_from([Turn.LAST, Turn.THIS, Turn.NEXT]), st.sampled_from([Unit.MONTH, Unit.QUARTER, Unit.YEAR]))
def test_periods_touch_their_neighbours(day: date, turn: Turn, unit: Unit) -> None:
    this, other = bounds(period(unit, Turn.THIS, day)), bounds(period(unit, turn, day))
    assert this is not None
    assert other is not None
    assert this[0] <= day <= this[1]
    expected = {Turn.LAST: this[0] - timedelta(1), Turn.THIS: this[1], Turn.NEXT: None}[turn]
    assert other[1] == expected or (turn is Turn.NEXT and other[0] == this[1] + timedelta(1))


@given(st.integers(1, 9999), st.integers(1, 12))
def test_the_thirds_of_a_month_are_the_month(year: int, month: int) -> None:
    value = f"{year:04}-{month:02}"
    thirds = [bounds(str(staged(value, stage))) for stage in (Stage.EARLY, Stage.MIDDLE, Stage.LATE)]
    days = [day for third in thirds if third for day in third]
    whole = bounds(value)
    if whole is None:  # the year 9999, whose end the calendar doesn't know
        return
    assert (days[0], days[-1]) == whole
    assert days[2] - days[1] == days[4] - days[3] == timedelta(1)


@given(DAYS)
def test_a_full_date_goes_through_words_and_back(day: date) -> None:
    assert values(f"on {shown(day.isoformat())}", None) == [day.isoformat()]


@given(DAYS, DAYS)
def test_an_interval_goes_through_words_and_back(one: date, other: date) -> None:
    first, last = sorted((one, other))
    value = f"{first}/{last}"
    if first.replace(day=1) != last.replace(day=1) or first.day < last.day:
        assert values(f"from {shown(value)}", None) == [value]


@given(st.integers(1, 2000), st.sampled_from([Unit.YEAR, Unit.MONTH, Unit.WEEK, Unit.DAY, Unit.HOUR, Unit.MINUTE]))
def test_a_duration_goes_through_words_and_back(n: int, unit: Unit) -> None:
    value = duration_value(Length(((unit, Fraction(n)),)))
    assert is_valid(value)
    assert values(f"for {shown(value)}" if (n, unit) != (1, Unit.MINUTE) else "for 1 minute") == [value]


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(["", " UTC", " UTC+3", " UTC-11"]))
def test_a_time_of_day_goes_through_words_and_back(hour: int, minute: int, zone: str) -> None:
    (value,) = values(f"at {hour:02}:{minute:02}{zone}")
    assert shown(str(value)) == f"{hour:02}:{minute:02}{zone}"


@given(st.one_of(st.text(), st.text(string.printable), WORDS), st.one_of(st.none(), st.dates()))
def test_any_text_gives_valid_values_inside_it_the_same_each_time(text: str, published: date | None) -> None:
    times = find_times(text, published=published)
    assert [time.value for time in times if time.value and not is_valid(time.value)] == []
    assert [time.length for time in times if time.length and not is_valid(time.length)] == []
    assert all(time.span.end <= len(text) for time in times)
    assert all(before.span.end <= after.span.start for before, after in pairwise(times))
    assert all(shown(time.value) for time in times if time.value)
    assert times == find_times(text, published=published)


@given(st.text())
def test_any_question_asks_for_some_kind_of_time_or_none(question: str) -> None:
    assert expected_value(question) in {None, *Asked}


# EDTF and ISO 8601


@pytest.mark.parametrize(
    "value",
    "2021 2021-02 2021-02-28 2020-02-29 XXXX-02-29 199X 18XX 2010~ 2021-21 2021-36 2021-41 2011/2021 XXXX-XX-27 P5Y "
    "P2Y6M PT90M P1DT12H P3.2Y T15:30 T15:30Z T00:00+05:30 2021-02-03/2021-02-05".split(),
)
def test_these_are_values(value: str) -> None:
    assert is_valid(value)


@pytest.mark.parametrize(
    "value",
    "2021-02-29 2021-13 2021-00 21 2021-2-5 2021-02-30 XXXX-02-30 2021/2011 2021-24-01 P P5 PT5Y T25:00 T9:30 soon "
    "2021/ 0000 2021-42 P1.5Y6M".split(),
)
def test_these_are_not(value: str) -> None:
    assert not is_valid(value)


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2021-24", date(2021, 12, 1), date(2022, 2, 28)),
        ("2021-33", date(2021, 1, 1), date(2021, 3, 31)),
        ("199X", date(1990, 1, 1), date(1999, 12, 31)),
        ("18XX", date(1800, 1, 1), date(1899, 12, 31)),
        ("2010~", date(2010, 1, 1), date(2010, 12, 31)),
        ("2011/2021-02", date(2011, 1, 1), date(2021, 2, 28)),
    ],
)
def test_bounds_are_the_first_and_the_last_day(value: str, first: date, last: date) -> None:
    assert bounds(value) == (first, last)


@pytest.mark.parametrize("value", ["XXXX-02-05", "P5Y", "T15:30", "soon"])
def test_what_is_not_on_the_calendar_has_no_bounds(value: str) -> None:
    assert bounds(value) is None


# Words for people


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2021-02-05", "5 February 2021"),
        ("2021-02", "February 2021"),
        ("2011/2021", "2011 to 2021"),
        ("P5Y", "5 years"),
        ("P1Y", "1 year"),
        ("PT1H30M", "1 hour 30 minutes"),
        ("XXXX-02-05", "5 February"),
        ("199X", "the 1990s"),
        ("20XX", "the 21st century"),
        ("2010~", "about 2010"),
        ("2021-24", "winter 2021"),
        ("2021-33", "first quarter of 2021"),
        ("2021-02-03/2021-02-05", "3 to 5 February 2021"),
        ("2022-03-28/2022-04-02", "28 March to 2 April 2022"),
        ("2018-11/2019-02", "November 2018 to February 2019"),
        ("T15:30+01:00", "15:30 UTC+1"),
    ],
)
def test_a_value_is_shown_in_words(value: str, words: str) -> None:
    assert shown(value) == words


@pytest.mark.parametrize("value", ["soon", "Pfoo", "Tfoo"])
def test_what_is_no_value_cannot_be_shown(value: str) -> None:
    with pytest.raises(ValueError, match=value):
        shown(value)


# Questions


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("When does New START expire?", Asked.DATE),
        ("Since when has he been in office?", Asked.DATE),
        ("Until when is the treaty in force?", Asked.DATE),
        ("And when was it signed?", Asked.DATE),
        ("As things stood then, when was it going to run out?", Asked.DATE),
        ("On what date did they speak?", Asked.DATE),
        ("when new start experation", Asked.DATE),
        ("On what day did Americans vote?", Asked.DAY),
        ("In which month did it open?", Asked.MONTH),
        ("What year was it signed?", Asked.YEAR),
        ("crimea annexation year", Asked.YEAR),
        ("At what time did it begin?", Asked.TIME),
        ("How long did the call last?", Asked.DURATION),
        ("For how many years had it been so?", Asked.DURATION),
        ("How old was Gorbachev when he spoke?", Asked.AGE),
        ("Who is Dmitry Peskov?", None),
        ("What did he say when he left?", None),
        ("How long is the bridge?", None),
        ("What happened last year?", None),
        ("How many warheads does it allow?", None),
    ],
)
def test_the_kind_of_time_a_question_asks_for(question: str, asked: Asked | None) -> None:
    assert expected_value(question) is asked


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("Feb. 5", Asked.DATE, True),
        ("Feb. 5", Asked.DAY, True),
        ("in February", Asked.DAY, False),
        ("in 2010", Asked.YEAR, True),
        ("on Wednesday", Asked.DAY, True),
        ("five years", Asked.DATE, False),
        ("five years", Asked.DURATION, True),
        ("the past five years", Asked.DURATION, True),
        ("aged 78", Asked.AGE, True),
        ("aged 78", Asked.DURATION, False),
        ("at 3:30 p.m.", Asked.TIME, True),
        ("at 3:30 p.m.", Asked.DATE, False),
    ],
)
def test_an_expression_suits_questions_of_its_kind(text: str, asked: Asked, expected: bool) -> None:
    (time,) = find_times(text, published=FRIDAY)
    assert suits(time, asked) is expected


def test_a_weekday_that_nobody_can_place_still_suits_a_question_for_a_day() -> None:
    (time,) = find_times("on Wednesday", published=None)
    assert (time.value, suits(time, Asked.DAY), suits(time, Asked.MONTH)) == (None, True, False)


# Tense


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peskov said | that ties would improve.", Direction.PAST),
        ("The Senate will vote |.", Direction.FUTURE),
        ('"Avoid travelling on |," she said.', Direction.UNKNOWN),
        ("The truce took hold on Friday and will last until |.", Direction.FUTURE),
        ("The garrison held until |.", Direction.PAST),
        ("The revised code takes effect |.", Direction.FUTURE),
        ("Dr. Gray spoke |.", Direction.PAST),
        ("It will close. It opened |.", Direction.PAST),
    ],
)
def test_the_nearest_verb_tells_the_direction(text: str, expected: Direction) -> None:
    start = text.index("|")
    assert direction(text.replace("|", "X"), Span(start, start + 1)) is expected
