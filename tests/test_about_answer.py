"""What the last answer itself can say: how sure it is, who said it, when it was."""

from __future__ import annotations

import pytest

from qa.about_answer import about, speaker_in
from qa.conversation.asides import Aside, aside_of
from tests.test_assistant import FEBRUARY, JANUARY, assistant


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("More", Aside.MORE),
        ("show me more passages", Aside.MORE),
        ("what else?", Aside.MORE),
        ("Are you sure?", Aside.SURE),
        ("really?", Aside.SURE),
        ("How sure are you about that?", Aside.SURE),
        ("Who said that?", Aside.WHO_SAID),
        ("says who?", Aside.WHO_SAID),
        ("When was that?", Aside.WHEN),
        ("Who said that Putin called?", None),
        ("More about Putin", None),
        ("When was that signed?", None),
        ("How sure is the court?", None),
        ("more " * 50_000, None),
    ],
)
def test_remarks_about_the_last_answer_are_told_from_questions(text: str, aside: Aside | None) -> None:
    assert aside_of(text) is aside


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("“We will wait,” Dmitry Peskov told reporters.", "Dmitry Peskov told"),
        ("“We will wait,” said Ryabkov.", "said Ryabkov"),
        ("Gorbachev, 89, told TASS that it was friendly.", "Gorbachev, 89, told"),
        ("The pact will end, she said.", "she said"),
        ("Biden called Putin and said that he would wait.", "Biden … said"),
        ("It will end, according to the Foreign Ministry.", "according to the Foreign Ministry"),
        ("The treaty expires on Feb. 5.", ""),
        ("said", ""),
    ],
)
def test_a_sentence_may_name_who_said_it(sentence: str, speaker: str) -> None:
    assert speaker_in(sentence) == speaker


def test_an_answer_tells_how_sure_it_is_and_who_says_otherwise() -> None:
    answer = assistant({"Feb. 5": 2.0, "2026": 3.0}, JANUARY, FEBRUARY).ask("When does the treaty expire?")
    assert about(answer, Aside.SURE) == ["High confidence, 95%: one article says so. Others say: Feb. 5."]


def test_an_abstention_says_that_it_was_not_sure() -> None:
    answer = assistant({"Feb. 5": -2.0}, JANUARY).ask("When does the treaty expire?")
    assert about(answer, Aside.SURE) == ["No, and so nothing was answered: the best guess had low confidence, 12%."]
    assert about(answer, Aside.WHEN) == about(answer, Aside.WHO_SAID) == []


def test_the_sentence_tells_when_it_was_and_the_article_who_said_it() -> None:
    answer = assistant({"Feb. 5": 2.0}, JANUARY).ask("When does the treaty expire?")
    assert about(answer, Aside.WHEN) == ["[1] “Feb. 5” (5 February 2021), in an article of 20 January 2021."]
    assert about(answer, Aside.WHO_SAID) == ["[1] january · 20 January 2021: the article itself."]
