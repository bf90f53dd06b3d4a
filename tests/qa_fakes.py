"""Small, honest stand-ins for answering: passages built by hand, a reader that follows a script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from index.types import Article, Chunk, DatedSentence, Filters, Passage, Span, Stats
from qa.citing import cite
from qa.confidence import FEATURES, Calibration
from qa.config import Settings
from qa.dating import EventDater
from qa.types import Answer, Candidate, Position, Question

SETTINGS = Settings(
    index="./.dateline", embedder="word-count", reader="scripted", k=10, min_confidence=0.5, n_threads=1
)
# Confidence is the logistic of the evidence alone: 0 log-odds means one half.
EVIDENCE_ONLY = Calibration(weights=(1.0, *(0.0 for _ in FEATURES[1:])), bias=0.0)


def article(id: str, text: str, *, published: date | None = None, **metadata: str) -> Article:
    return Article(id=id, text=text, published=published, **metadata)


def passage(of: Article, *, rank: int = 1, story: str = "", dense: float = 0.5) -> Passage:
    """The whole article as one passage."""
    chunk = Chunk(of.id, 0, Span(0, len(of.text)), of.text)
    return Passage(of, chunk, score=1 - rank / 1000, rank=rank, dense=dense, story=story or of.id)


def candidate(of: Passage, text: str, score: float) -> Candidate:
    """The first occurrence of `text` in the passage, proposed with `score`."""
    start = of.article.text.index(text)
    return Candidate(of, Span(start, start + len(text)), score)


@dataclass
class ScriptedReader:
    """Proposes each scripted text, with its score, in every passage that holds it."""

    script: dict[str, float]

    def read(self, question: str, passages: Sequence[Passage]) -> list[Candidate]:
        found = [candidate(p, text, score) for p in passages for text, score in self.script.items() if text in p.text]
        return sorted(found, key=lambda c: -c.score)


@dataclass
class ShelfRetriever:
    """Gives all its passages that pass the filters, in order; remembers the queries."""

    passages: list[Passage]
    queries: list[str] = field(default_factory=list)

    def search(self, query: str, *, k: int, filters: Filters) -> list[Passage]:
        self.queries.append(query)
        return [p for p in self.passages if _passes(p.article, filters)][:k]

    def dated(self, first: date, last: date, *, filters: Filters) -> list[DatedSentence]:
        found = [
            DatedSentence(p.article, dating, p.story)
            for p in self.passages
            for dating in EventDater().datings(p.article, [p.chunk])
            if _passes(p.article, filters) and first <= dating.first and dating.last <= last
        ]
        return sorted(found, key=lambda f: (f.dating.first, f.dating.last))

    def behind(self) -> list[str]:
        return []

    def catch_up(self, article_ids: Iterable[str]) -> Iterator[str]:
        return iter(article_ids)

    def mentioning(self, topic: str, *, most: int, filters: Filters) -> list[Passage]:
        words = topic.lower().split()
        found = [p for p in self.passages if _passes(p.article, filters) and all(w in p.text.lower() for w in words)]
        return found[:most]

    def articles(self) -> Iterator[Article]:
        return iter([p.article for p in self.passages])

    def stats(self) -> Stats:
        days = sorted(p.article.published for p in self.passages if p.article.published)
        first, last = (days[0], days[-1]) if days else (None, None)
        return Stats(len(self.passages), len(self.passages), 0, 0, first, last, {}, "word-count", 32, 0)

    def last_published(self) -> date | None:
        return max((p.article.published for p in self.passages if p.article.published), default=None)

    def n_undated(self, *, source: str | None = None) -> int:
        return sum(p.article.published is None and source in {None, p.article.source} for p in self.passages)

    def close(self) -> None:
        pass


def _passes(of: Article, filters: Filters) -> bool:
    if of.published is None:
        return not (filters.since or filters.until)
    return (filters.since or date.min) <= of.published <= (filters.until or date.max)


def position(text: str, *of: Article, confidence: float = 0.9, normalized: str | None = None) -> Position:
    """A position that cites the first place of `text` in each article, which is one sentence; all are independent."""
    citations = tuple(cite(candidate(passage(a), text, 1.0)) for a in of)
    return Position(text, confidence, citations, n_sources=len(citations), normalized=normalized)


def answer_of(*positions: Position, question: str = "When does the treaty expire?") -> Answer:
    return Answer(Question(question), positions[0].confidence, positions)
