"""Small talk is told from questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.conversation.small_talk import SmallTalk, small_talk_of

REMARKS = {
    SmallTalk.GREETING: [
        "hi", "Hello!", "hey there", "Good morning", "good evening!", "Hi, how are you?", "hello dateline", "Howdy",
        "How are you doing today?", "hiya", "Greetings", "hey, what's up", "How's it going?", "hi all",
    ],
    SmallTalk.THANKS: [
        "thanks", "Thank you!", "thx", "Thank you very much.", "Okay, thanks", "great, thank you", "thanks a lot",
        "cheers", "That's helpful", "Perfect", "ok", "cool, thanks :)", "Got it", "well done", "Thanks so much!",
    ],
    SmallTalk.ABILITIES: [
        "help", "Help me", "What can you do?", "what are you", "Who are you?", "How do you work?",
        "how does this work?",        "What can I ask?", "What questions can I ask you?",
        "give me some example questions", "What do you know?",
        "what can you do for me?", "What is this?", "How do I use this?",
    ],
    SmallTalk.GOODBYE: ["bye", "Goodbye!", "see you later", "good night", "farewell"],
    SmallTalk.SHOW_ARTICLE: [
        "Show me the article", "open the story", "show the source", "Can you show me the full article?",
        "let me read the article", "Please open that article",
    ],
}  # fmt: skip
QUESTIONS = [
    "Hello Kitty was created by whom?", "Who thanked the firefighters?", "What can the president do?",
    "help for Yemen", "Who said hello to Putin?", "What do you know about Navalny?",
    "How are you supposed to vote in Georgia?", "What is this treaty?", "Good Friday agreement date",
    "When is Thanksgiving?", "What does the article say about Iran?", "Who helped the refugees?",
    "What are the Taliban?", "Who are the Taliban?", "Why?", "More", "Who said that?", "How does the vaccine work?",
    "What can be done about it?", "Bye-election results", "What is it?", "When was that?",
    "Which example did he give?", "Hey Jude was sung where?", "okay, and when was it signed?",
    "great fire of London", "Give me some examples.", "What is this about?", "What is going on in Minsk?",
    "How is it going in Minsk?", "What are you allowed to export to Iran?", "Nice attack",
    "Thanks to whom was the deal reached?", "What can I ask my landlord to repair?", "show trials",
    "Cool Britannia", "What kind of questions did the senators ask?", "How do I get a visa?",
    "What about you know who?", "no", "Did the mayor say good night?", "Who is the source?",
    "Which story won the prize?", "What are examples of fraud?",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in REMARKS.items() for text in texts])
def test_a_remark_is_small_talk(kind: SmallTalk, text: str) -> None:
    assert small_talk_of(text) is kind


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_none(text: str) -> None:
    assert small_talk_of(text) is None


@pytest.mark.parametrize("text", ["hello " * 5000 + "x", "hi, " * 25_000, "!" * 100_000, " " * 100_000 + "hello"])
def test_a_long_text_is_none_whatever_it_says(text: str) -> None:
    assert small_talk_of(text) is None


def test_labelled_lines_are_told_apart() -> None:
    lines = (Path(__file__).parent / "data" / "small_talk.jsonl").read_text(encoding="utf-8").splitlines()
    told = [(small_talk_of(entry["text"]), entry["kind"]) for entry in map(json.loads, lines)]
    assert [(kind and kind.value, label) for kind, label in told if (kind and kind.value) != label] == []
