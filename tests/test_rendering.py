"""What people and programs see."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console

from qa.rendering import headline, printable, to_dict, to_markdown, to_terminal
from qa.types import Answer, Turn
from tests.qa_fakes import article
from tests.test_assistant import BRIDGE, FEBRUARY, JANUARY, assistant

SCHEMA = json.loads((Path(__file__).parent.parent / "docs" / "answer.schema.json").read_text(encoding="utf-8"))
HOSTILE = article(
    "hostile", "It was \x1b[31mred\x1b[0m and \u202eexpires\u202c on Feb. 5.\x07", source="A\x1b]0;owned\x07"
)


def seen(answer: Answer) -> str:
    console = Console(file=io.StringIO(), width=200, color_system=None)
    console.print(to_terminal(answer))
    return console.file.getvalue()  # type: ignore[attr-defined]


ANSWERS = {
    "answer": assistant({"Feb. 5": 2.0}, JANUARY).ask("When does the treaty expire?"),
    "positions": assistant({"Feb. 5": 2.0, "2026": 3.0}, JANUARY, FEBRUARY).ask("When?", as_of=date(2021, 3, 1)),
    "abstention": assistant({"Feb. 5": -9.0}, JANUARY).ask("When?"),
    "empty": assistant({}).ask("When?"),
    "yes": assistant({}, BRIDGE).ask("Has the tunnel reopened?"),
    "unsettled": assistant({}, BRIDGE).ask("Has the mayor resigned?"),
    "list": assistant({"Feb. 5": 9.0, "2026": 2.0}, JANUARY, FEBRUARY).ask("Which days are named?"),
    "overview": assistant({}, JANUARY, BRIDGE).ask("What do you know about the treaty?"),
    "overview of nothing": assistant({}, JANUARY).ask("How many articles mention pizza?"),
    "follow-up": assistant({"Feb. 5": 2.0}, JANUARY).ask(
        "And when does it expire?", history=[Turn("Who signed New START?", "Obama")]
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_json_follows_the_schema(name: str) -> None:
    shape = json.loads(json.dumps(to_dict(ANSWERS[name], id="q1")))
    jsonschema.validate(shape, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert shape["id"] == "q1"


def test_json_offsets_slice_the_quote_out_of_the_article() -> None:
    (citation,) = to_dict(ANSWERS["answer"])["citations"]
    assert JANUARY.text[citation["start"] : citation["end"]] == citation["quote"] == "Feb. 5"
    assert JANUARY.text[citation["passage"]["start"] : citation["passage"]["end"]] == citation["passage"]["text"]


def test_citations_are_numbered_through_all_positions() -> None:
    shape = to_dict(ANSWERS["positions"])
    assert [c["n"] for c in shape["citations"]] == [1, 2]
    assert [p["citations"] for p in shape["positions"]] == [[1], [2]]


def test_without_an_id_there_is_no_id() -> None:
    assert "id" not in to_dict(ANSWERS["answer"])


def test_an_answer_knows_its_json() -> None:
    assert ANSWERS["positions"].to_dict() == to_dict(ANSWERS["positions"])


def test_the_terminal_shows_the_answer_first_then_where_it_stands() -> None:
    assert seen(ANSWERS["answer"]).splitlines() == [
        "Feb. 5 (5 February 2021)   high confidence, 88%",
        "[1] january · 20 January 2021",
        "    The treaty expires on Feb. 5.",
    ]


def test_the_terminal_says_what_else_the_articles_say_and_what_was_left_out() -> None:
    text = seen(ANSWERS["positions"])
    assert text.index("2026") < text.index("Until 20 January 2021 the articles said:") < text.index("Feb. 5")
    assert text.splitlines()[0].endswith("since 4 February 2021")
    assert "Read only articles published up to 1 March 2021." in text


def test_an_abstention_says_why_and_shows_the_nearest_passages() -> None:
    text = seen(ANSWERS["abstention"])
    assert text.startswith("No answer. The articles don't say so clearly enough")
    assert "The treaty expires on Feb. 5." in text


def test_an_article_cannot_steer_the_terminal() -> None:
    text = seen(assistant({"Feb. 5": 5.0}, HOSTILE).ask("When?"))
    assert not set("\x1b\x07\u202e\u202c") & set(text)
    assert "\N{REPLACEMENT CHARACTER}" in text


def test_printable_keeps_line_breaks_of_every_kind_and_tabs() -> None:
    assert printable("a\r\n\tb\rc\n\x00\u2028") == "a\n\tb\nc\n" + 2 * "\N{REPLACEMENT CHARACTER}"


def test_a_headline_leaves_out_what_is_unknown() -> None:
    assert headline(article("a", "Text.", title="Talks  go\non")) == "Talks go on · undated"


def test_a_follow_up_shows_what_it_was_taken_for() -> None:
    assert seen(ANSWERS["follow-up"]).startswith("Understood as: When does New START expire?\nFeb. 5 (5 Feb")
    shape = to_dict(ANSWERS["follow-up"])
    assert shape["standalone_question"] == "When does New START expire?"
    assert shape["added_terms"][0] == {"term": "New START", "reason": "for “it”"}


def test_a_verdict_stands_in_front_of_the_sentence_that_settles_it() -> None:
    assert seen(ANSWERS["yes"]) == (
        f"Yes. {BRIDGE.text}   high confidence, 90%\n[1] bridge · 4 February 2021\n    {BRIDGE.text}\n"
    )
    assert seen(ANSWERS["unsettled"]).startswith("The articles don't settle it.\n\nNearest passages:\n")
    assert to_markdown(ANSWERS["yes"]).startswith("**Has the tunnel reopened?**\n\nYes.\n\nThe tunnel to Norland")


def test_a_list_names_its_items_beside_one_another() -> None:
    assert seen(ANSWERS["list"]).startswith("The articles name:\nFeb. 5 (5 February 2021)   high confidence")
    assert "also say" not in seen(ANSWERS["list"])


def test_an_overview_opens_with_the_count() -> None:
    assert seen(ANSWERS["overview"]).startswith(
        "1 article mentions the treaty, 20 January 2021.\nThe treaty expires on Feb. 5.\n[1] january"
    )
    assert seen(ANSWERS["overview of nothing"]) == "No article mentions pizza.\n"
    assert "No article mentions pizza" in to_markdown(ANSWERS["overview of nothing"])


def test_a_number_with_a_comma_is_not_said_twice() -> None:
    drivers = article("drivers", "About 8,000 drivers used it.", published=date(2021, 1, 20))
    text = seen(assistant({"8,000": 5.0}, drivers).ask("How many drivers used it?"))
    assert text.splitlines()[0].startswith("8,000   ")


def test_an_answer_by_date_says_which_days_were_meant() -> None:
    answer = assistant({}, JANUARY).ask("What happened on Feb. 5?", as_of=date(2021, 2, 8))
    assert "\N{LEFT DOUBLE QUOTATION MARK}on Feb. 5\N{RIGHT DOUBLE QUOTATION MARK}: 5 February 2021." in seen(answer)


def test_nothing_that_happened_is_said_plainly() -> None:
    assert seen(assistant({}, JANUARY).ask("What happened on 7 May 2019?")).startswith(
        "No answer. No article tells of anything then."
    )
