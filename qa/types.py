"""The nouns of answering: frozen, validated once when they are made, trusted afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from pathlib import PurePath
from typing import Any

from index.types import Article, Filters, Passage, Span


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a conversation: what was asked and what was answered (None: it abstained).

    `evidence` is the sentence that the answer was read from, where it is known.
    """

    question: str
    answer: str | None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """A term that a conversation's history lent to a question, and why."""

    term: str
    reason: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, which articles may answer it, and what it says without its history.

    `as_of` restricts to articles published up to that day, as if later ones had not been written yet. `standalone` is
    what the reader sees, `expanded` what is searched for beside it ("" for nothing else); `added` tells what the
    history lent to them, `signals` why it was taken to depend on it (see `qa.conversation`).
    """

    text: str
    history: tuple[Turn, ...] = ()
    as_of: date | None = None
    since: date | None = None
    until: date | None = None
    source: str | None = None
    standalone: str = ""
    expanded: str = ""
    added: tuple[Added, ...] = ()
    signals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("the question is empty")
        if any("\ud800" <= character <= "\udfff" for character in self.text):
            raise ValueError("the question holds a broken character")
        if not self.standalone:
            object.__setattr__(self, "standalone", self.text)
        _ = self.filters  # raises where the dates contradict each other

    @property
    def filters(self) -> Filters:
        """The articles that may be searched; the earlier of `as_of` and `until` counts."""
        ends = [day for day in (self.as_of, self.until) if day]
        return Filters(since=self.since, until=min(ends, default=None), source=self.source)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of an article that the reader proposes as the answer, found in one passage.

    `score` is the log-odds of the span against "this passage has no answer": above 0 the reader believes it. Scores
    of different passages are comparable.
    """

    passage: Passage
    span: Span
    score: float

    def __post_init__(self) -> None:
        if self.span not in self.passage.chunk.span:
            raise ValueError(f"candidate {self.span} lies outside its passage {self.passage.chunk.span}")

    @property
    def text(self) -> str:
        """The span's text, verbatim."""
        return self.span.of(self.passage.article.text)


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands: `span.of(article.text) == quote` by construction; `sentence` holds it."""

    article: Article
    span: Span
    sentence: Span
    url: str | None

    @property
    def quote(self) -> str:
        return self.span.of(self.article.text)

    @property
    def sentence_text(self) -> str:
        return self.sentence.of(self.article.text)

    @property
    def line(self) -> int | None:
        """The line of the file, from 1, on which the quote starts; None where the text is not the file as it stands."""
        if PurePath(self.article.path or "?.?").suffix.lower() not in {"", ".txt", ".text", ".md", ".markdown"}:
            return None
        return self.article.text.count("\n", 0, self.span.start) + 1


@dataclass(frozen=True, slots=True)
class Position:
    """One distinct answer with all that supports it: equal candidates merged, their stories counted once each.

    `citations` are in the order of their evidence, the best first; `text` is the best one's quote. `is_superseded`:
    later articles, those of the first position, say something else.
    """

    text: str
    confidence: float
    citations: tuple[Citation, ...]
    n_sources: int
    normalized: str | None = None
    is_superseded: bool = False

    def __post_init__(self) -> None:
        if not self.citations or not 1 <= self.n_sources <= len(self.citations):
            raise ValueError(f"{self.n_sources} sources for {len(self.citations)} citations")

    @property
    def first_published(self) -> date | None:
        return min((c.article.published for c in self.citations if c.article.published), default=None)

    @property
    def last_published(self) -> date | None:
        return max((c.article.published for c in self.citations if c.article.published), default=None)


class Demand(Enum):
    """How a question bears on the time of its answer."""

    AS_OF = "as_of"  # what was so by then, the newest first
    WITHIN = "within"  # passages of that time first
    SINCE = "since"
    AFTER = "after"
    UNTIL = "until"
    BEFORE = "before"
    LATEST = "latest"  # the newest answer first
    EARLIEST = "earliest"  # the oldest answer first


@dataclass(frozen=True, slots=True)
class Constraint:
    """What the words of a question at `span` demand of time, and the days they were taken for, both included.

    An end that is open is None; both are None for an order, and for an event whose day the articles don't tell.
    """

    demand: Demand
    words: str
    span: Span
    first: date | None = None
    last: date | None = None

    @property
    def is_order(self) -> bool:
        """Whether it orders the answers rather than setting bounds to them."""
        return self.demand in {Demand.LATEST, Demand.EARLIEST}

    @property
    def is_applied(self) -> bool:
        """Whether it could be: it is an order, or its days are known."""
        return self.is_order or bool(self.first or self.last)

    def touches(self, first: date, last: date) -> bool:
        """Say whether a day from `first` to `last` lies within the bounds."""
        return (self.first is None or self.first <= last) and (self.last is None or first <= self.last)


class Reason(Enum):
    """Why an answer is withheld."""

    NO_PASSAGES = "no_passages"
    NO_EVIDENCE = "no_evidence"
    LOW_CONFIDENCE = "low_confidence"


class Form(Enum):
    """What kind of answer a question asks for."""

    FACT = "fact"
    YES_NO = "yes_no"
    LIST = "list"
    OVERVIEW = "overview"
    EVENTS = "events"


class Verdict(Enum):
    """What the articles say to a yes/no question."""

    YES = "yes"
    NO = "no"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True)
class Overview:
    """The articles that mention a topic: how many, of which days and sources; `at_least` where counting was cut short.

    `sources` tells how many of them each source has, the most first; those of unknown source are under "".
    """

    topic: str
    n_articles: int
    first_published: date | None
    last_published: date | None
    sources: Mapping[str, int]
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Underway:
    """What is known of an answer on the way to it: how its question was understood, and the passages found."""

    question: Question
    form: Form
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question with its citations, or an abstention with its reason; never both.

    `positions` are the distinct answers, best first; `constraints` what the question was taken to say of time.
    `nearest` are the passages that were read: what an abstention can still show. `confidence` is the calibrated
    probability that the first position is right; for an abstention, that of the answer that was withheld.

    `form` is what kind of answer was asked for. `verdict` is that of a yes/no question, whose positions are the
    sentences that settle it, those for the verdict first. `overview` counts the articles about a topic; its positions
    are sentences about it. The positions of a list stand beside one another; those of all else are rivals.
    """

    question: Question
    confidence: float
    positions: tuple[Position, ...] = ()
    reason: Reason | None = None
    constraints: tuple[Constraint, ...] = ()
    nearest: tuple[Passage, ...] = ()
    n_undated_left_out: int = 0
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    form: Form = Form.FACT
    verdict: Verdict | None = None
    overview: Overview | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence {self.confidence} is not in [0, 1]")
        if bool(self.positions) == bool(self.reason):
            raise ValueError("an answer has positions or a reason to abstain, one of the two")

    @property
    def abstained(self) -> bool:
        return self.reason is not None

    @property
    def text(self) -> str | None:
        """The best position's text, verbatim; None when abstained."""
        return self.positions[0].text if self.positions else None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations, those of the best position first."""
        return tuple(citation for position in self.positions for citation in position.citations)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as JSON shape, the contract of `docs/answer.schema.json`."""
        from qa.rendering import to_dict

        return to_dict(self)
