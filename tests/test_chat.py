"""The prompt, without a terminal and without models."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from qa.chat import HELP, Chat, highlighted, keep, kept
from qa.citing import cite
from qa.errors import ConversationError
from qa.session import Conversation
from tests.qa_fakes import article, candidate, passage
from tests.test_assistant import FEBRUARY, JANUARY, assistant


def transcript(*lines: str, script: dict[str, float] | None = None) -> str:
    output = io.StringIO()
    console = Console(file=output, width=200, color_system=None, highlight=False, markup=False)
    asker = assistant(script or {"Feb. 5": 2.0}, JANUARY, FEBRUARY)
    Chat(asker, console, asker.conversation()).run(io.StringIO("".join(f"{line}\n" for line in lines)))
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


def test_a_follow_up_shows_what_it_was_taken_for_and_why_tells_the_reasons() -> None:
    text = transcript("When does New START expire?", "And when was it signed?", "/why")
    assert "\nUnderstood as: When was New START signed?\nFeb. 5 (5 February 2021)   high confidence, 88%\n" in text
    assert text.split("\n\n")[-1] == (
        "Understood as: When was New START signed?\n"
        "It may go on about what was said before: it begins with “and”; “it” stands for something.\n"
        "  + New START   for “it”\n"
        "  + expire   searched for: in the last question\n"
        "  + feb   searched for: in the last answer\n"
        "  + treaty   searched for: in the last answer\n"
        "  Feb. 5   high confidence, 88%\n"
        "Passages read, best first:\n"
        "  1. 0.999 (meaning 0.50, words 0.0)   january · 20 January 2021\n"
        "  2. 0.998 (meaning 0.50, words 0.0)   february · 4 February 2021\n"
    )


def test_why_before_any_question_says_so_and_tells_what_was_withheld() -> None:
    assert transcript("/why") == "Nothing has been asked yet.\n"
    assert "  withheld: low confidence, 0%; 50% is asked for\n" in transcript("When?", "/why", script={"Feb. 5": -9.0})


def test_asof_holds_for_the_questions_to_come() -> None:
    text = transcript(
        "/asof", "/asof 2021-01-31", "When?", "/asof off", "/asof soon", script={"2026": 9.0, "Feb. 5": 2.0}
    )
    assert text.startswith("Reading articles of any day.\nReading articles published up to 31 January 2021.\nFeb. 5")
    assert text.endswith("Reading articles of any day.\n/asof needs a day as 2021-01-31, or off; not soon.\n")


def test_reset_forgets_what_was_said() -> None:
    text = transcript("When does New START expire?", "/reset", "/sources", "And when was it signed?")
    assert "A new conversation begins.\nNothing has been asked yet.\nFeb. 5" in text


def test_small_talk_gets_one_line() -> None:
    lines = transcript("hi", "what can you do?", "thanks!", "bye").splitlines()
    assert lines == [
        "Hello. I answer from 2 articles, 20 January 2021 to 4 February 2021. Ask who, what, when, where or how many; "
        "every answer comes with the sentence that it is taken from. /help tells the commands.",
        "I answer from 2 articles, 20 January 2021 to 4 February 2021. Ask who, what, when, where or how many; every "
        "answer comes with the sentence that it is taken from. /help tells the commands.",
        "You're welcome.",
        "Goodbye: /quit or Ctrl-D leaves.",
    ]


def test_show_me_the_article_opens_the_first_citation() -> None:
    assert transcript("When?", "Show me the article").endswith(
        "january · 20 January 2021\n→ The treaty expires on Feb. 5.\n"
    )


def test_of_a_long_article_the_lines_around_the_quote_are_shown() -> None:
    long = article("long", "\n".join(["before " * 20] * 50 + ["It ended on Feb. 5."] + ["after " * 20] * 50))
    shown = highlighted(cite(candidate(passage(long), "Feb. 5", 1.0))).plain
    assert "\n→ It ended on Feb. 5.\n" in shown
    assert shown.startswith("…\nbefore ")
    assert shown.endswith("\n…")
    assert len(shown) < 4000


def test_save_writes_the_transcript_as_markdown(tmp_path: Path) -> None:
    saved = tmp_path / "talk.md"
    assert transcript("When does New START expire?", "And when was it signed?", f"/save {saved}").endswith(
        f"Saved in {saved}.\n"
    )
    assert saved.read_text(encoding="utf-8") == (
        "**When does New START expire?**\n\n"
        "Feb. 5 (5 February 2021) (high confidence, 88%)\n\n"
        "1. > The treaty expires on Feb. 5.  \n   january · 20 January 2021\n"
        "\n---\n\n"
        "**And when was it signed?**\n\n"
        "*Understood as: When was New START signed?*\n\n"
        "Feb. 5 (5 February 2021) (high confidence, 88%)\n\n"
        "1. > The treaty expires on Feb. 5.  \n   january · 20 January 2021\n"
    )


def test_save_as_json_keeps_a_conversation_that_can_be_gone_on_with(tmp_path: Path) -> None:
    saved = tmp_path / "talk.json"
    transcript("When does New START expire?", f"/save {saved}")
    asker = assistant({"Feb. 5": 2.0}, JANUARY)
    conversation = kept(saved, asker)
    assert conversation is not None
    assert conversation.ask("And when was it signed?").question.standalone == "When was New START signed?"


def test_save_says_where_it_can_not_write(tmp_path: Path) -> None:
    text = transcript("/save", f"/save {tmp_path}/none/talk.md", f"/save {tmp_path}/none/talk.json")
    assert text.splitlines()[0].startswith("/save needs a file")
    assert text.count("can't be written") == 1
    assert text.count("can't be kept") == 1


def test_a_conversation_that_is_not_there_is_begun_and_a_broken_one_refused(tmp_path: Path) -> None:
    asker = assistant({}, JANUARY)
    assert kept(tmp_path / "new.json", asker) is None
    (tmp_path / "broken.json").write_bytes(b"\xff{")
    with pytest.raises(ConversationError, match=r"broken\.json"):
        kept(tmp_path / "broken.json", asker)
    with pytest.raises(ConversationError, match="can't be read"):
        kept(tmp_path, asker)


def test_keeping_leaves_no_half_written_file(tmp_path: Path) -> None:
    asker = assistant({"Feb. 5": 2.0}, JANUARY)
    conversation = Conversation(asker)
    conversation.ask("When?")
    keep(conversation, tmp_path / "talk.json")
    assert [path.name for path in tmp_path.iterdir()] == ["talk.json"]


def test_more_shows_further_passages_until_there_are_none() -> None:
    text = transcript("When?", "More", "more")
    assert text.split("\n\n")[1] == (
        "  - january · 20 January 2021\n    The treaty expires on Feb. 5.\n"
        "  - february · 4 February 2021\n    The treaty expires in 2026.\n"
        "That is all that was read for this question.\n"
    )


def test_remarks_about_the_last_answer_are_answered_from_it_and_leave_it_the_last() -> None:
    text = transcript("When?", "Are you sure?", "Who said that?", "When was that?", "/sources")
    assert text.split("\n\n")[1] == (
        "High confidence, 88%: one article says so.\n"
        "[1] january · 20 January 2021: the article itself.\n"
        "[1] “Feb. 5” (5 February 2021), in an article of 20 January 2021.\n"
        "[1] january · 20 January 2021\n    The treaty expires on Feb. 5.\n"
    )


def test_what_the_last_answer_can_not_tell_is_asked_of_the_articles() -> None:
    text = transcript("Who signed New START?", "Who said that?", script={"Feb. 5": -9.0})
    assert "Understood as: Who said “Who signed New START”?" in text
