"""A conversation as an object: questions that go on about one another, remembered within bounds."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import asdict
from datetime import date
from typing import Any, Protocol

from qa.errors import ConversationError
from qa.types import Answer, Question, Turn

_VERSION = 1
_MOST_TURNS = 50
_MOST_CHARACTERS = 1000  # of evidence; a sentence of an article may be a pasted table


class Answerer(Protocol):
    """Answers a question with its history; `qa.assistant.Assistant` is one."""

    def answer(self, question: Question) -> Answer:
        """Return the answer, or an abstention."""


class Conversation:
    """Asks each question in the light of those before it. Any thread may ask; one question is answered at a time.

    conversation = assistant.conversation(as_of=date(2021, 1, 31))
    conversation.ask("When does New START expire?")
    conversation.ask("And when was it signed?")

    The last 50 turns are remembered. `as_of`, `since`, `until` and `source` hold for the questions to come and may be
    changed between them; `last` is the last answer.
    """

    def __init__(
        self,
        assistant: Answerer,
        *,
        as_of: date | None = None,
        since: date | None = None,
        until: date | None = None,
        source: str | None = None,
    ) -> None:
        self.as_of = as_of
        self.since = since
        self.until = until
        self.source = source
        self.last: Answer | None = None
        self._assistant = assistant
        self._turns: deque[Turn] = deque(maxlen=_MOST_TURNS)
        self._lock = threading.RLock()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was asked and answered, the oldest that is remembered first."""
        with self._lock:
            return tuple(self._turns)

    def ask(self, question: str) -> Answer:
        """Return the answer to a question that may go on about the ones before.

        :raises ValueError: if the question is empty, or the dates contradict each other; nothing is remembered then.
        """
        with self._lock:
            asked = Question(question, tuple(self._turns), self.as_of, self.since, self.until, self.source)
            answer = self._assistant.answer(asked)
            self._turns.append(Turn(question, answer.text, _evidence_of(answer)))
            self.last = answer
            return answer

    def reset(self) -> None:
        """Forget what was said; the dates and the source stay."""
        with self._lock:
            self._turns.clear()
            self.last = None

    def to_json(self) -> str:
        """Return the turns, dates and source; the last answer is not among them."""
        with self._lock:
            state = {
                "version": _VERSION,
                "as_of": _iso(self.as_of),
                "since": _iso(self.since),
                "until": _iso(self.until),
                "source": self.source,
                "turns": [asdict(turn) for turn in self._turns],
            }
        return json.dumps(state, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str, assistant: Answerer) -> Conversation:
        """Return the conversation that `to_json` gave, to be gone on with.

        :raises ConversationError: if it isn't one, or of a version that this one can't read.
        """
        try:
            state = json.loads(text)
            if state["version"] != _VERSION:
                raise ConversationError(
                    f"The conversation has version {state['version']!r}; this one reads {_VERSION}. Begin a new one."
                )
            conversation = cls(
                assistant,
                as_of=_day(state["as_of"]),
                since=_day(state["since"]),
                until=_day(state["until"]),
                source=_text(state["source"]),
            )
            conversation._turns.extend(_turn(entry) for entry in state["turns"])
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise ConversationError(f"This is not a saved conversation ({error!r}). Begin a new one.") from error
        return conversation


def _evidence_of(answer: Answer) -> str | None:
    """Return the sentence that the answer was read from and its title: what a follow-up may well be about."""
    if not answer.citations:
        return None
    citation = answer.citations[0]
    return f"{citation.sentence_text} {citation.article.title or ''}".strip()[:_MOST_CHARACTERS]


def _turn(entry: dict[str, Any]) -> Turn:
    question = entry["question"]
    if not isinstance(question, str):
        raise TypeError(f"a question is {question!r}")
    return Turn(question, _text(entry["answer"]), _text(entry.get("evidence")))


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
