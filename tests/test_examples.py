"""Example questions are real: the assistant answers them as the articles do."""

from __future__ import annotations

import pytest

from qa.examples import example_questions, question_of
from tests.qa_fakes import article
from tests.question_scores import asking
from tests.test_assistant import assistant

BLOCKED = article("blocked", "Norland blocked the merger of two firms, officials said.", title="Norland blocks merger")


@pytest.mark.parametrize(
    ("sentence", "made"),
    [
        ("Norland blocked the merger of two firms, it said.", ("Who blocked the merger of two firms?", "Norland")),
        ("Ada Quist won the race in May.", ("Who won the race in May?", "Ada Quist")),
        ("Norland said that it would wait for them.", None),
        ("Norland is a country in the north.", None),
        ("Ada Quist praised him in the talks.", None),
        ("The merger was blocked.", None),
        ("Norland won.", None),
        ("", None),
        ("Ann, " * 20_000 + "won.", None),
        ("It is " + "'s " * 30_000 + ".", None),
    ],
)
def test_a_sentence_about_somebody_makes_a_question(sentence: str, made: tuple[str, str] | None) -> None:
    assert question_of(sentence) == made


def test_a_question_is_shown_only_where_it_is_answered_as_the_sentence_does() -> None:
    assert example_questions(assistant({"Norland": 3.0}, BLOCKED), n=1) == ("Who blocked the merger of two firms?",)
    assert example_questions(assistant({"officials": 3.0}, BLOCKED), n=1) == ("What do you know about Norland?",)


def test_no_articles_give_no_examples() -> None:
    assert example_questions(assistant({})) == ()


@pytest.mark.model
def test_three_questions_are_found_in_twenty_articles() -> None:
    with asking() as real:
        assert len(set(example_questions(real))) == 3
