"""The nouns of the index: frozen, validated once when they are made, trusted afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open `[start, end)` in Unicode code points of a text; never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start < 0 or self.end <= self.start:
            raise ValueError(f"empty or negative span [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def __contains__(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def of(self, text: str) -> str:
        """Return the slice of `text` that this span names."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Say whether the two spans share a character."""
        return self.start < other.end and other.start < self.end

    def shifted(self, by: int) -> Span:
        """Return the same stretch, `by` characters further on."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Article:
    """A news article. `text` is never altered: for a plain-text file it is the whole file.

    `origins` tells where `title`, `source`, `url` and `published` were read: "sidecar", "metadata" (the file's own),
    "text" (the text's head or foot), "address", each followed by ", inferred" where the giver was not certain.
    """

    id: str
    text: str
    title: str | None = None
    source: str | None = None
    url: str | None = None
    path: str | None = None
    published: date | None = None
    origins: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.id or not self.id.strip():
            raise ValueError("an article needs an id")
        if not self.text.strip():
            raise ValueError(f"article '{self.id}' has no text")

    @property
    def content_hash(self) -> str:
        """SHA-256 of text and metadata, hexadecimal: equal hashes mean there is nothing to replace.

        Id and path take no part: the same article under another name is the same article.
        """
        parts = (self.text, self.title, self.source, self.url, self.published)
        return hashlib.sha256("\x1f".join(str(p) for p in parts).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was to be added and could not be, and why; `where` is a path, or a path and a line."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of one article, on sentence boundaries: `span.of(article.text) == text`, always."""

    article_id: str
    ordinal: int
    span: Span
    text: str

    def __post_init__(self) -> None:
        if len(self.text) != len(self.span):
            raise ValueError(f"chunk {self.ordinal} of '{self.article_id}': {len(self.text)} characters in {self.span}")


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk found for a query.

    `score` is higher for better and comparable within one result list only; `rank` counts from 1. `dense` is the cosine
    of query and chunk, `lexical` the BM25 score (0: no word in common). `story` names the article's near-duplicates.
    """

    article: Article
    chunk: Chunk
    score: float
    rank: int
    dense: float = 0.0
    lexical: float = 0.0
    story: str = ""

    @property
    def text(self) -> str:
        return self.chunk.text


@dataclass(frozen=True, slots=True)
class Dating:
    """Words of an article that name a time, the sentence around them, their value, and the days that it covers.

    The index keeps `value` as it is; what it means is known to whoever made it (see `index.protocols.Dater`).
    """

    span: Span
    sentence: Span
    value: str
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.span not in self.sentence:
            raise ValueError(f"the time {self.span} lies outside its sentence {self.sentence}")
        if self.first > self.last:
            raise ValueError(f"the first day {self.first} is after the last {self.last}")


@dataclass(frozen=True, slots=True)
class DatedSentence:
    """A dating found by its days, in its article; `story` names the article's near-duplicates."""

    article: Article
    dating: Dating
    story: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a search may use. An article of unknown date passes only where no date is asked for."""

    since: date | None = None
    until: date | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since {self.since} is after until {self.until}")


class Outcome(Enum):
    """What became of an article that was to be added."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Addition:
    """The outcome for one article, with its id where it has one, where it came from, and why it was skipped."""

    outcome: Outcome
    where: str
    article_id: str | None = None
    reason: str | None = None
    n_chunks: int = 0


@dataclass(frozen=True, slots=True)
class Stats:
    """What an index holds; dates are the earliest and latest publication dates known."""

    n_articles: int
    n_chunks: int
    n_stories: int
    n_undated: int
    first_published: date | None
    last_published: date | None
    sources: Mapping[str, int]
    model_id: str
    dim: int
    n_bytes: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong that `check` found, and whether it was repaired."""

    what: str
    repaired: bool = False
