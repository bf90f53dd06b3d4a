"""Positions along time: rows, numbers, the axis, the terminal, JSON."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry, Resource
from rich.console import Console

from qa.timeline import Point, Timeline, timeline_of
from qa.timeline.axis import Axis
from qa.timeline.json_shape import to_dict
from qa.timeline.terminal import ASCII, UNICODE, Symbols, spots, symbols_for, timeline_text
from qa.types import Answer, Question, Reason
from tests.qa_fakes import answer_of, article, position
from tests.test_rendering import SCHEMA

DOCS = Path(__file__).parent.parent / "docs"
MAY = article("may", "It expires on Feb. 5, said one.", published=date(2020, 5, 4), source="Wire", title="Talks")
JUNE = article("june", "It expires on Feb. 5, said two.", published=date(2020, 6, 1), url="https://example.org/june")
JULY = article("july", "It expires in 2026.", published=date(2020, 7, 31))
UNDATED = article("undated", "It expires in 2026, or on Feb. 5.")
FEBRUARY = position("Feb. 5", JUNE, UNDATED, MAY, confidence=0.6, normalized="2021-02-05")
LATER = position("2026", JULY, confidence=0.7, normalized="2026")
TIMELINE = timeline_of(answer_of(LATER, FEBRUARY))
ABSTENTION = timeline_of(Answer(Question("When?"), 0.1, reason=Reason.NO_EVIDENCE))
DAYS = st.dates(min_value=date(1890, 1, 1), max_value=date(2090, 12, 31))


def seen(timeline: Timeline, *, width: int = 70, symbols: Symbols = UNICODE) -> list[str]:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(timeline_text(timeline, width=width, symbols=symbols), soft_wrap=True)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


def chart(timeline: Timeline, *, width: int = 70, symbols: Symbols = UNICODE) -> list[str]:
    """The lines between the heading and the citations."""
    lines = seen(timeline, width=width, symbols=symbols)
    return lines[3 : lines.index("", 3)]


def test_rows_are_in_the_order_of_first_publication_and_know_which_leads() -> None:
    assert [(row.position.text, row.leads) for row in TIMELINE.rows] == [("Feb. 5", False), ("2026", True)]


def test_points_are_numbered_by_day_through_all_rows_the_undated_last() -> None:
    numbered = [[(point.n, point.citation.article.id) for point in row.points] for row in TIMELINE.rows]
    assert numbered == [[(1, "may"), (2, "june"), (4, "undated")], [(3, "july")]]
    assert [point.n for point in TIMELINE.points] == [1, 2, 3, 4]
    assert [point.n for point in TIMELINE.undated] == [4]


def test_positions_of_one_first_day_go_by_confidence_and_those_without_a_day_go_last() -> None:
    undated, unlikely = position("2026", UNDATED, confidence=0.9), position("expires", MAY, confidence=0.3)
    timeline = timeline_of(answer_of(undated, unlikely, position("Feb. 5", MAY, confidence=0.8)))
    assert [row.position.text for row in timeline.rows] == ["Feb. 5", "expires", "2026"]


def test_the_terminal_shows_a_chart_then_the_citations_in_the_order_of_publication() -> None:
    assert seen(TIMELINE) == [
        "When does the treaty expire?",
        "2 positions in 4 articles, 4 May to 31 July 2020",
        "",
        "                                     Jun 2020  Jul",
        "                            ─────────┬─────────┬──────────",
        "  Feb. 5 (5 February 2021)  ●¹───────●²                      3 sources",
        "▶ 2026                                                   ●³  1 source",
        "",
        "[1] Wire · Talks · 4 May 2020",
        "    It expires on Feb. 5, said one.",
        "[2] june · 1 June 2020",
        "    It expires on Feb. 5, said two.",
        "    https://example.org/june#:~:text=It%20expires%20on-,Feb.%205",
        "[3] july · 31 July 2020",
        "    It expires in 2026.",
        "",
        "Of unknown date:",
        "[4] undated · undated",
        "    It expires in 2026, or on Feb. 5.",
    ]


def test_each_point_has_the_colour_of_its_row_and_each_number_that_of_the_citations() -> None:
    text = timeline_text(TIMELINE, width=70)
    styles = {span.start: str(span.style) for span in text.spans}
    found = [(text.plain[at], styles.get(at)) for at in range(len(text)) if text.plain[at] in "●¹²³"]
    assert found == [("●", "yellow"), ("¹", "cyan"), ("●", "yellow"), ("²", "cyan"), ("●", "bold green"), ("³", "cyan")]


def test_an_output_without_the_symbols_gets_plain_ones() -> None:
    assert (symbols_for("utf-8"), symbols_for("latin-1"), symbols_for("unheard-of")) == (UNICODE, ASCII, ASCII)
    assert chart(TIMELINE, symbols=ASCII) == [
        "                                     Jun 2020  Jul",
        "                            ---------+---------+----------",
        "  Feb. 5 (5 February 2021)  *1.......*2                      3 sources",
        "> 2026                                                   *3  1 source",
    ]


def test_one_article_is_one_point() -> None:
    assert chart(timeline_of(answer_of(position("2026", JULY)))) == [
        "        31 Jul",
        "        ┬",
        "▶ 2026  ●¹         1 source",
    ]


def test_points_of_one_day_share_a_place_and_its_numbers() -> None:
    copies = [article(f"copy{n}", "It expires in 2026.", published=JULY.published) for n in range(3)]
    once_more = position("expires", copies[0], confidence=0.2)
    assert chart(timeline_of(answer_of(position("2026", *copies), once_more))) == [
        "           31 Jul",
        "           ┬",
        "▶ 2026     ●¹⁻³         3 sources",
        "  expires  ●⁴           1 source",
    ]


def test_an_undated_article_takes_no_room_from_the_numbers_of_the_last_day() -> None:
    copies = [article(f"copy{n}", "It expires in 2026.", published=JULY.published) for n in range(3)]
    assert chart(timeline_of(answer_of(position("2026", UNDATED, *copies))))[2] == "▶ 2026  ●¹⁻³         4 sources"


def test_undated_articles_have_no_axis() -> None:
    assert chart(timeline_of(answer_of(position("2026", UNDATED)))) == ["▶ 2026  undated   1 source"]


def test_a_long_label_is_cut_to_leave_room_for_the_points() -> None:
    long = article("long", "It " + "never " * 40 + "ends.", published=date(2020, 1, 1))
    label = chart(timeline_of(answer_of(position(long.text, long), LATER)), width=60)[2]
    assert label.startswith("▶ It never never never")
    assert "…" in label
    assert len(label) <= 60


@pytest.mark.parametrize("width", [40, 60, 80, 120, 300])
@pytest.mark.parametrize("n_days", [0, 1, 6, 40, 300, 4400])
def test_a_chart_is_no_wider_than_the_terminal(width: int, n_days: int) -> None:
    last = article("last", "It expires in 2026.", published=date(2009, 1, 5) + timedelta(n_days))
    first = article("first", "It expires in 2026.", published=date(2009, 1, 5))
    lines = chart(timeline_of(answer_of(position("2026", last), position("expires", first, last))), width=width)
    assert max(map(len, lines)) <= width


def test_an_abstention_is_said_as_by_ask() -> None:
    assert (ABSTENTION.rows, ABSTENTION.first) == ((), None)
    assert seen(ABSTENTION, width=200)[0].startswith("No answer. The passages nearest to the question hold nothing")


def test_an_article_cannot_steer_the_terminal() -> None:
    hostile = article("h", "It is \x1b[31mred\u202e now.", published=date(2020, 1, 1), title="\x1b]0;owned\x07")
    text = "\n".join(seen(timeline_of(answer_of(position("\x1b[31mred\u202e", hostile)))))
    assert not set("\x1b\x07\u202e") & set(text)


def test_json_follows_the_schema() -> None:
    schema = json.loads((DOCS / "timeline.schema.json").read_text(encoding="utf-8"))
    registry = Registry().with_resource("answer.schema.json", Resource.from_contents(SCHEMA))
    validator = jsonschema.Draft202012Validator(
        schema, registry=registry, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    for timeline in (TIMELINE, ABSTENTION):
        assert list(validator.iter_errors(json.loads(json.dumps(to_dict(timeline))))) == []


def test_json_has_the_undated_points_aside_with_their_answer() -> None:
    shape = to_dict(TIMELINE)
    assert [(p["answer"], p["leads"], [c["n"] for c in p["points"]]) for p in shape["positions"]] == [
        ("Feb. 5", False, [1, 2]),
        ("2026", True, [3]),
    ]
    assert [(c["answer"], c["n"], c["published"]) for c in shape["undated"]] == [("Feb. 5", 4, None)]
    assert (shape["first"], shape["last"]) == ("2020-05-04", "2020-07-31")


@given(st.lists(DAYS, min_size=1, max_size=20), st.integers(1, 200))
def test_points_lie_within_the_width_and_keep_their_order(days: list[date], n_columns: int) -> None:
    axis = Axis(min(days), max(days))
    found = spots(points_at(sorted(days)), axis, n_columns=n_columns)
    columns = [spot.column for spot in found]
    assert columns == sorted(set(columns))
    assert columns[0] == 0
    assert columns[-1] <= n_columns - 1
    assert [point.day for spot in found for point in spot.points] == sorted(days)


@given(DAYS, DAYS, st.integers(1, 12))
def test_ticks_are_days_of_the_axis_in_order_and_not_too_many(one: date, other: date, most: int) -> None:
    axis = Axis(min(one, other), max(one, other))
    days = [tick.day for tick in axis.ticks(most=most)]
    assert days == sorted(set(days))
    assert axis.first <= days[0] <= days[-1] <= axis.last
    assert min(2 if axis.n_days else 1, most) <= len(days) <= most


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        (date(2021, 1, 20), date(2021, 1, 20), ["20 Jan"]),
        (date(2021, 1, 20), date(2021, 1, 26), ["20 Jan", "22 Jan", "24 Jan", "26 Jan"]),
        (date(2021, 1, 20), date(2021, 3, 1), ["20 Jan", "3 Feb", "17 Feb"]),
        (date(2020, 10, 3), date(2021, 2, 1), ["Nov 2020", "Dec", "Jan 2021", "Feb"]),
        (date(2019, 6, 3), date(2021, 2, 1), ["Jul 2019", "Jan 2020", "Jul", "Jan 2021"]),
        (date(2009, 12, 20), date(2021, 1, 20), ["2010", "2015", "2020"]),
    ],
)
def test_an_axis_names_days_months_or_years(first: date, last: date, labels: list[str]) -> None:
    assert [tick.label for tick in Axis(first, last).ticks(most=4)] == labels


def points_at(days: list[date]) -> list[Point]:
    told = [article(f"a{n}", "It expires.", published=day) for n, day in enumerate(days)]
    return list(timeline_of(answer_of(position("expires", *told))).points)
