"""Conversations as objects."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import date

import pytest

from qa.errors import ConversationError
from qa.session import Conversation
from qa.types import Answer, Question, Turn
from tests.test_assistant import FEBRUARY, JANUARY, assistant


@dataclass
class Recorder:
    """Abstains from every question and keeps it."""

    asked: list[Question] = field(default_factory=list)

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        return assistant({}).answer(Question(question.text))


def test_a_follow_up_is_asked_with_the_turns_before_it() -> None:
    conversation = assistant({"Feb. 5": 2.0}, JANUARY).conversation()
    conversation.ask("When does New START expire?")
    answer = conversation.ask("And when was it signed?")
    assert answer.question.standalone == "When was New START signed?"
    assert conversation.last is answer


def test_a_turn_remembers_the_sentence_that_the_answer_was_read_from() -> None:
    conversation = assistant({"Feb. 5": 2.0}, JANUARY).conversation()
    conversation.ask("When does New START expire?")
    assert conversation.turns == (Turn("When does New START expire?", "Feb. 5", "The treaty expires on Feb. 5."),)


def test_an_abstention_is_a_turn_without_answer() -> None:
    conversation = assistant({}, JANUARY).conversation()
    conversation.ask("When?")
    assert conversation.turns == (Turn("When?", None, None),)


def test_a_question_that_is_refused_is_not_remembered() -> None:
    conversation = assistant({}, JANUARY).conversation()
    with pytest.raises(ValueError, match="empty"):
        conversation.ask(" ")
    assert conversation.turns == ()


def test_dates_hold_for_the_questions_to_come() -> None:
    conversation = assistant({"Feb. 5": 2.0, "2026": 9.0}, JANUARY, FEBRUARY).conversation(as_of=date(2021, 1, 31))
    assert conversation.ask("When does the treaty expire?").text == "Feb. 5"
    conversation.as_of = None
    assert conversation.ask("When does the treaty expire?").text == "2026"


def test_reset_forgets_the_turns_and_keeps_the_dates() -> None:
    conversation = assistant({"Feb. 5": 2.0}, JANUARY).conversation(as_of=date(2021, 1, 31))
    conversation.ask("When does the treaty expire?")
    conversation.reset()
    assert (conversation.turns, conversation.last, conversation.as_of) == ((), None, date(2021, 1, 31))


def test_a_thousand_turns_leave_the_last_fifty() -> None:
    recorder = Recorder()
    conversation = Conversation(recorder)
    for n in range(1000):
        conversation.ask(f"Question {n}?")
    assert [turn.question for turn in conversation.turns] == [f"Question {n}?" for n in range(950, 1000)]
    assert max(len(question.history) for question in recorder.asked) == 50


def test_a_saved_conversation_goes_on_where_it_was() -> None:
    asker = assistant({"Feb. 5": 2.0}, JANUARY)
    conversation = asker.conversation(as_of=date(2021, 1, 31), source="TASS")
    conversation.source = None
    conversation.ask("When does New START expire?")
    resumed = Conversation.from_json(conversation.to_json(), asker)
    assert (resumed.turns, resumed.as_of) == (conversation.turns, conversation.as_of)
    assert resumed.to_json() == conversation.to_json()
    assert resumed.ask("And when was it signed?").question.standalone == "When was New START signed?"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not a saved conversation"),
        ("[]", "not a saved conversation"),
        ('{"version": 2}', "version 2"),
        ('{"version": 1}', "not a saved conversation"),
        (
            json.dumps({"version": 1, "as_of": "soon", "since": None, "until": None, "source": None, "turns": []}),
            "soon",
        ),
        (
            json.dumps(
                {"version": 1, "as_of": None, "since": None, "until": None, "source": None, "turns": [{"question": 1}]}
            ),
            "a question is 1",
        ),
    ],
)
def test_what_is_no_saved_conversation_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConversationError, match=message):
        Conversation.from_json(text, Recorder())


def test_threads_take_turns() -> None:
    conversation = Conversation(Recorder())

    def ask_some(name: str) -> None:
        for n in range(10):
            conversation.ask(f"{name} {n}?")

    threads = [threading.Thread(target=ask_some, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked = [turn.question for turn in conversation.turns]
    assert len(asked) == 40
    assert all([q for q in asked if q[0] == name] == [f"{name} {n}?" for n in range(10)] for name in "abcd")
