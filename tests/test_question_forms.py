"""What form of answer a question asks for."""

from __future__ import annotations

import pytest

from qa.forms.asked import form_of, topic_of
from qa.types import Form


@pytest.mark.parametrize(
    "question",
    [
        "Has the mayor resigned?",
        "And did the bridge reopen?",
        "Is the treaty still in force?",
        "Won't the talks go on?",
        "Are lorries banned from the tunnel?",
    ],
)
def test_an_auxiliary_in_front_asks_for_yes_or_no(question: str) -> None:
    assert form_of(question) is Form.YES_NO


@pytest.mark.parametrize(
    "question",
    [
        "Which countries signed?",
        "Which European countries' leaders were called?",
        "In which towns did the power fail?",
        "List all ports of the company.",
        "Name the players who scored.",
        "Who are the witnesses?",
        "What side effects does the drug have?",
        "What are the side effects of the drug?",
    ],
)
def test_a_plural_that_is_asked_for_makes_a_list(question: str) -> None:
    assert form_of(question) is Form.LIST


@pytest.mark.parametrize(
    "question",
    [
        "When did the bridge reopen?",
        "Did Li or Modi win?",
        "Can you tell me who won?",
        "Do you know when it ends?",
        "Which party won seats?",
        "Which news agency said it?",
        "What causes floods?",
        "What happens next?",
        "Who are the Taliban?",
        "How many countries signed?",
        "list",
        "Name?",
        "",
        "Is it?" * 100,
    ],
)
def test_all_else_asks_for_a_fact(question: str) -> None:
    assert form_of(question) is Form.FACT


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("How many articles mention New START?", "New START"),
        ("how many articles are there about the floods", "the floods"),
        ("What do you know about Ada Quist?", "Ada Quist"),
        ("Tell me about the ferry.", "the ferry"),
        ("Give me an overview of the talks", "the talks"),
        ("What do the articles say about cod?", "cod"),
        ("How often is Varna mentioned?", "Varna"),
        ("Tell me who won.", ""),
        ("How many articles of the treaty were changed?", ""),
        ("tell me about " * 10_000, ""),
    ],
)
def test_an_overview_is_of_a_topic(question: str, topic: str) -> None:
    assert topic_of(question) == topic
    assert (form_of(question) is Form.OVERVIEW) is bool(topic)
