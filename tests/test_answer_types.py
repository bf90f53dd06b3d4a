"""What a question asks for, and what looks like it."""

from __future__ import annotations

import pytest

from qa.answer_types import AnswerType, expected_type, is_of_type


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When does the treaty expire?", AnswerType.DATE),
        ("And when was it signed?", AnswerType.DATE),
        ("On what date did they meet?", AnswerType.DATE),
        ("In which year did the bridge open?", AnswerType.DATE),
        ("Until when is it in force?", AnswerType.DATE),
        ("How long did the strike last?", AnswerType.DURATION),
        ("For how many years was he in office?", AnswerType.DURATION),
        ("How many people were hurt?", AnswerType.NUMBER),
        ("how old is the mayor", AnswerType.NUMBER),
        ("WHO WON", AnswerType.PERSON),
        ("Whose house burned down?", AnswerType.PERSON),
        ("Where is the factory?", AnswerType.PLACE),
        ("In which city was it signed?", AnswerType.PLACE),
        ("What did the mayor say?", None),
        ("Why did the talks fail?", None),
        ("new start warheads limit", None),
        ("", None),
    ],
)
def test_the_opening_words_tell_the_kind(question: str, kind: AnswerType | None) -> None:
    assert expected_type(question) == kind


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Feb. 5", AnswerType.DATE, True),
        ("on Wednesday", AnswerType.DATE, True),
        ("last week", AnswerType.DATE, True),
        ("2010", AnswerType.DATE, True),
        ("the 27th", AnswerType.DATE, True),
        ("9 p.m", AnswerType.DATE, True),
        ("89", AnswerType.DATE, False),
        ("the Kremlin", AnswerType.DATE, False),
        ("five years", AnswerType.DURATION, True),
        ("1,500 warheads", AnswerType.DURATION, False),
        ("a dozen", AnswerType.NUMBER, True),
        ("Sergei Ryabkov", AnswerType.NUMBER, False),
        ("Joe Biden", AnswerType.PERSON, True),
        ("2010", AnswerType.PERSON, False),
        ("February 5", AnswerType.PERSON, False),
        ("the White House", AnswerType.PLACE, True),
        ("1,500", AnswerType.PLACE, False),
    ],
)
def test_the_shape_of_a_text_tells_whether_it_is_of_a_kind(text: str, kind: AnswerType, expected: bool) -> None:
    assert is_of_type(text, kind) is expected
