"""The prompt, without a terminal and without models."""

from __future__ import annotations

import io

from rich.console import Console

from qa.chat import HELP, Chat
from tests.test_assistant import FEBRUARY, JANUARY, assistant


def transcript(*lines: str, script: dict[str, float] | None = None) -> str:
    output = io.StringIO()
    console = Console(file=output, width=200, color_system=None, highlight=False, markup=False)
    chat = Chat(assistant(script or {"Feb. 5": 2.0}, JANUARY, FEBRUARY), console, filters={})
    chat.run(io.StringIO("".join(f"{line}\n" for line in lines)))
    return output.getvalue()


def test_a_question_is_answered_with_its_citation() -> None:
    assert transcript("When does the treaty expire?") == (
        "Feb. 5 (5 February 2021)   high confidence, 88%\n"
        "[1] january · 20 January 2021\n    The treaty expires on Feb. 5.\n\n"
    )


def test_open_shows_the_article_at_the_quote() -> None:
    assert transcript("When?", "/open 1").endswith("january · 20 January 2021\n→ The treaty expires on Feb. 5.\n")


def test_sources_repeat_the_citations_of_the_last_answer() -> None:
    assert transcript("When?", "/sources").count("[1] january") == 2


def test_commands_before_any_question_say_so() -> None:
    assert transcript("/sources", "/open 1") == (
        "Nothing has been asked yet.\n/open needs the number of a citation (none: there is no cited answer yet).\n"
    )


def test_sources_of_an_abstention_say_that_there_are_none() -> None:
    assert "The last answer has no citations." in transcript("When?", "/sources", script={"Feb. 5": -9.0})


def test_help_lists_the_commands_and_an_unknown_one_points_to_it() -> None:
    assert transcript("/help", "/dance") == f"{HELP}\nThere is no command /dance. /help lists them.\n"


def test_quit_ends_and_blank_lines_do_nothing() -> None:
    assert transcript("", "  ", "/quit", "When?") == ""


def test_a_bad_question_and_a_strange_number_do_not_end_the_conversation() -> None:
    text = transcript("\ud800?", "When?", "/open ²", "/open 1")
    assert text.startswith("error: the question holds a broken character\nFeb. 5")
    assert text.endswith("→ The treaty expires on Feb. 5.\n")
