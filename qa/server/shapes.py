"""What may be sent: the JSON of requests, checked to the last field before anything is done with it."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from index.metadata import parse_date
from qa.types import Question, Turn

MOST_CHARACTERS = 2000  # of a question
_MOST_OF_ANSWER = 20_000
_MOST_TURNS = 50
_MOST_ARTICLES = 500
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOT_IDS = {".", ".."}  # which a browser takes out of an address


def _day(value: Any) -> Any:
    """Take a day as it is written in JSON, and not the numbers and times that pydantic would take for one."""
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("write a day as YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("write a day as YYYY-MM-DD; this one is not on the calendar") from None


def _published(value: str) -> str:
    if parse_date(value) is None:
        raise ValueError("write the date of publication as YYYY-MM-DD")
    return value


def _article_id(value: str) -> str:
    if value.strip() in _NOT_IDS or not value.isprintable():
        raise ValueError("an id is made of printable characters, and is neither '.' nor '..'")
    return value


Day = Annotated[date, BeforeValidator(_day)]


class _Shape(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False)


class Filtered(_Shape):
    """Which articles may answer, and how."""

    as_of: Day | None = Field(None, description="Read only articles published up to that day.")
    since: Day | None = Field(None, description="Read only articles published then or later.")
    until: Day | None = Field(None, description="Read only articles published then or before.")
    source: str | None = Field(None, max_length=200, description="Read only articles of that publisher.")
    k: int | None = Field(None, ge=1, le=100, strict=True, description="Passages to read for an answer.")
    min_confidence: float | None = Field(
        None, ge=0, le=1, strict=True, description="Least confidence with which to answer."
    )

    def in_scope(self, text: str, history: tuple[Turn, ...]) -> Question:
        """Return the question of that text.

        :raises ValueError: if it is empty, or the dates contradict each other.
        """
        return Question(text, history, self.as_of, self.since, self.until, self.source)


class Exchange(_Shape):
    """A question asked before, and what was answered; no answer: it was abstained from."""

    question: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    answer: str | None = Field(None, max_length=_MOST_OF_ANSWER)
    evidence: str | None = Field(
        None, max_length=_MOST_OF_ANSWER, description="The sentence that the answer was read from."
    )


class Asked(Filtered):
    """A question, with those before it that it may go on about."""

    model_config = ConfigDict(
        allow_inf_nan=False,
        extra="forbid",
        json_schema_extra={"examples": [{"question": "When does New START expire?", "as_of": "2021-01-31"}]},
    )

    question: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    history: list[Exchange] = Field(default_factory=list, max_length=_MOST_TURNS)

    def asked(self) -> Question:
        """Return the question with its history.

        :raises ValueError: if it is empty, or the dates contradict each other.
        """
        turns = tuple(Turn(turn.question, turn.answer, turn.evidence) for turn in self.history)
        return self.in_scope(self.question, turns)


class Part(_Shape):
    """A piece of a message; only text is read."""

    type: str = Field(max_length=50)
    text: str | None = None


class Message(_Shape):
    """One message of a chat."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """What it says."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text" and part.text)
        return self.content or ""


class StreamOptions(_Shape):
    """What a stream carries beside the answer."""

    include_usage: bool | None = None


class Chat(Filtered):
    """A chat as OpenAI's clients send it; what steers a language model is taken and has no effect."""

    model_config = ConfigDict(
        allow_inf_nan=False,
        json_schema_extra={
            "examples": [
                {"model": "dateline", "messages": [{"role": "user", "content": "When does New START expire?"}]}
            ]
        },
    )

    model: str = Field("dateline", max_length=200)
    messages: list[Message] = Field(min_length=1)
    stream: bool | None = False
    stream_options: StreamOptions | None = None


class NewArticle(_Shape):
    """An article to add, as in JSON lines; what lacks is looked for in the text."""

    id: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_article_id)] | None = None
    text: str = Field(min_length=1)
    title: str | None = Field(None, max_length=1000)
    source: str | None = Field(None, max_length=200)
    url: str | None = Field(None, max_length=2000)
    published: Annotated[str, Field(max_length=100), AfterValidator(_published)] | None = Field(
        None, examples=["2021-01-31"]
    )


def _how_many(given: Any) -> str:
    return "several" if isinstance(given, list) else "one"


# Told apart before they are checked, so that what is wrong is said of what was sent.
NewArticles = Annotated[
    Annotated[NewArticle, Tag("one")]
    | Annotated[list[NewArticle], Field(min_length=1, max_length=_MOST_ARTICLES), Tag("several")],
    Discriminator(_how_many),
]
