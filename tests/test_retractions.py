"""Sentences that take an answer back."""

from __future__ import annotations

import pytest

from index.types import Span
from qa.retractions import is_taken_back


def taken_back(sentence: str, what: str, *, was_said_before: bool = False) -> bool:
    start = sentence.index(what)
    span = Span(start, start + len(what))
    return is_taken_back(sentence, Span(0, len(sentence)), span, was_said_before=was_said_before)


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        ("The bridge will not reopen on April 2.", "April 2"),
        ("The bridge will not reopen on Tuesday, April 2 as planned.", "April 2"),
        ("Jabs won't start on 27 March, as letters state.", "27 March"),
        ("The trial has been put back from 5 June to 19 June.", "5 June"),
        ("The film had been due on 15 March.", "15 March"),
        ("The deadline, which would have run out on 31 October, has been extended.", "31 October"),
        ("The opening, originally set for May 3, is off.", "May 3"),
        ("The December 9 attempt has been scrubbed.", "December 9"),
        ("She succeeds Marek Dolan at the top.", "Marek Dolan"),
        ("Her predecessor, Marek Dolan, sold it.", "Marek Dolan"),
        ("Marek Dolan stepped down in May.", "Marek Dolan"),
        ("The estimate was lowered from 40 to 31.", "40"),
        ("The director, Marek Dolan, resigned.", "Marek Dolan"),
        ("Marek Dolan will not take up his post.", "Marek Dolan"),
    ],
)
def test_what_no_longer_holds_is_taken_back(sentence: str, what: str) -> None:
    assert taken_back(sentence, what)


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        ("The bridge will reopen on April 2.", "April 2"),
        ("The bridge will not reopen on April 2, but on May 6.", "May 6"),
        ("The bridge will not reopen until May 6.", "May 6"),
        ("The trial has been put back from 5 June to 19 June.", "19 June"),
        ("The deadline, which would have run out on 31 October, has been extended to 30 November.", "30 November"),
        ("She did not comment, and the bank opens on May 6.", "May 6"),
        ("Not only the mayor will speak on May 6.", "May 6"),
        ("Tove Lind succeeds Marek Dolan.", "Tove Lind"),
        ("Tove Lind will not attend the party.", "Tove Lind"),
        ("Officials who did not want to be named said it opens on 14 March.", "14 March"),
        ("About 700 people came and 2 million crowns was raised.", "700 people"),
    ],
)
def test_what_holds_is_not(sentence: str, what: str) -> None:
    assert not taken_back(sentence, what)


def test_what_an_older_article_said_is_taken_back_by_speaking_of_it_as_past() -> None:
    sentence = "In February it had still been aiming for 1.3 billion."
    assert taken_back(sentence, "1.3 billion", was_said_before=True)
    assert not taken_back(sentence, "1.3 billion")


def test_long_sentences_are_looked_at_in_linear_time() -> None:
    assert taken_back("not so " * 20_000 + "on May 6", "May 6")
    assert not taken_back("not so " * 20_000 + ": " + 400 * "x" + " on May 6", "May 6")
