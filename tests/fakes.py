"""Small, honest stand-ins for what is heavy: read them to know what a test assumes."""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.duplicates import body, is_same_story, shingles
from index.errors import ModelError, UnknownArticle
from index.store.catalog import TITLE_WEIGHT
from index.terms import query_terms
from index.types import Article, Chunk, DatedSentence, Dating, Filters, Outcome, Passage, Problem, Span, Stats

DIM = 32


@dataclass
class WordCountEmbedder:
    """Counts words in `dim` buckets: texts that share words are near. Remembers what it was asked to embed."""

    dim: int = DIM
    model_id: str = "word-count"
    texts: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts.extend(texts)
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                vector[zlib.crc32(word.encode("utf-8", "replace")) % self.dim] += 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


@dataclass
class ChokingEmbedder(WordCountEmbedder):
    """Fails on every text with the word "poison", as a model may on one text among thousands."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if any("poison" in text for text in texts):
            raise ModelError("choked on 'poison'")
        return super().embed(texts)


def chunk_by_line(article: Article) -> list[Chunk]:
    """Cut an article into its non-blank lines: easy to foresee in a test."""
    spans = [Span(*match.span()) for match in re.finditer(r"[^\n]*\S[^\n]*", article.text)]
    return [Chunk(article.id, ordinal, span, span.of(article.text)) for ordinal, span in enumerate(spans)]


SHUTDOWN = Article(
    id="shutdown",
    title="Senate returns for shutdown vote",
    source="The Daily Ledger",
    url="https://ledger.example/shutdown",
    path="news/shutdown.txt",
    published=date(2020, 1, 27),
    text=(
        "Senators will return to the Capitol at 9 p.m. on Wednesday to vote on the spending bill.\n"
        "Without it the government shuts down on Feb. 5, the budget office warned the Senate leaders.\n"
        "O'Brien, a Democrat from California, said 3,000 park rangers would be sent home without pay.\n"
    ),
)
HARBOUR = Article(
    id="harbour",
    title="Old harbour bridge closes for repair",
    source="Coast News",
    path="news/harbour.txt",
    published=date(2020, 2, 10),
    text=(
        "The harbour bridge closes on Monday for eleven weeks while engineers replace its cables.\n"
        "Ferries will carry commuters across the bay every twenty minutes, the port authority said.\n"
        "Shopkeepers on the north shore fear that the closure will cost them the spring season.\n"
    ),
)
VIRUS = Article(
    id="virus",
    title="COVID-19 clinics open in the capital",
    source="Coast News",
    path="archive/virus.txt",
    published=None,
    text=(
        "Two clinics for COVID-19 patients opened in the capital, with beds for ninety people.\n"
        "Doctors asked the public not to come without a call, since tests take a day and a half.\n"
    ),
)
ARTICLES = (SHUTDOWN, HARBOUR, VIRUS)


@dataclass
class IsoDater:
    """Finds days written 2021-02-05; the sentence is the line. `tag` goes into each value, as a version's own doing."""

    version: str = "1"
    tag: str = ""

    def datings(self, article: Article, chunks: Sequence[Chunk]) -> list[Dating]:
        found = []
        for chunk in chunks:
            for match in re.finditer(r"\d{4}-\d{2}-\d{2}", chunk.text):
                day = date.fromisoformat(match.group())
                span = Span(*match.span()).shifted(chunk.span.start)
                found.append(Dating(span, chunk.span, match.group() + self.tag, day, day))
        return found


@dataclass
class _Stored:
    article: Article
    chunks: dict[int, tuple[Chunk, NDArray[np.float32]]]
    story: str
    chunker: str
    datings: list[Dating]
    dater: str | None


class NumpyStore:
    """Keeps everything in a dict and finds it by comparing with all of it: the oracle for other stores."""

    def __init__(self, dim: int = DIM, model_id: str = "word-count") -> None:
        self.dim = dim
        self.model_id = model_id
        self._stored: dict[str, _Stored] = {}  # in order of storage
        self._next_chunk_id = 1

    def put(
        self,
        article: Article,
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
        *,
        chunker: str = "",
        even_unchanged: bool = False,
        datings: Sequence[Dating] = (),
        dater: str | None = None,
    ) -> Outcome:
        if not chunks or vectors.shape != (len(chunks), self.dim):
            raise ValueError(f"vectors of shape {vectors.shape} for {len(chunks)} chunks in {self.dim} dimensions")
        if not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3):
            raise ValueError("a vector is not of length 1")
        holders = self.holding(article.content_hash)
        is_new = article.id not in self._stored
        if (article.id in holders or (is_new and holders)) and not even_unchanged:
            return Outcome.UNCHANGED
        if not is_new:
            self.remove(article.id)
        ids = range(self._next_chunk_id, self._next_chunk_id + len(chunks))
        self._next_chunk_id += len(chunks)
        story = self._story_of(_shingles(article, chunks)) or article.id
        rows = {i: (chunk, vector) for i, chunk, vector in zip(ids, chunks, vectors, strict=True)}
        self._stored[article.id] = _Stored(article, rows, story, chunker, list(datings), dater)
        return Outcome.ADDED if is_new else Outcome.REPLACED

    def remove(self, article_id: str) -> None:
        if article_id not in self._stored:
            raise UnknownArticle(f"No article '{article_id}'")
        del self._stored[article_id]
        copies = [stored for stored in self._stored.values() if stored.story == article_id]
        for copy in copies:
            copy.story = copies[0].article.id

    def reading(self) -> AbstractContextManager[object]:
        return nullcontext()

    def holding(self, content_hash: str) -> list[str]:
        return [i for i, stored in self._stored.items() if stored.article.content_hash == content_hash]

    def matching(self, reference: str) -> list[str]:
        return sorted(
            i
            for i, stored in self._stored.items()
            if i.startswith(reference) or f"/{stored.article.path}".endswith(f"/{reference}")
        )

    def article(self, article_id: str) -> Article:
        if article_id not in self._stored:
            raise UnknownArticle(f"No article '{article_id}'")
        return self._stored[article_id].article

    def articles(self, *, offset: int = 0) -> Iterator[Article]:
        articles = [stored.article for stored in self._stored.values()]
        articles.sort(key=lambda a: (a.published is None, -(a.published or date.min).toordinal(), a.id))
        yield from articles[offset:]

    def chunks(self, article_id: str) -> list[Chunk]:
        return [chunk for chunk, _ in self._stored[article_id].chunks.values()] if article_id in self._stored else []

    def search_dense(self, vector: NDArray[np.float32], *, k: int, filters: Filters) -> list[tuple[int, float]]:
        ids = sorted(i for i, (article, _, _) in self._rows().items() if _passes(article, filters))
        cosines = zip(ids, self.cosines(vector, ids), strict=True)
        return sorted(cosines, key=lambda hit: (-hit[1], hit[0]))[: max(0, k)]

    def search_lexical(self, query: str, *, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Index all chunks anew and rank them: no delete, no update, nothing that could be out of step."""
        match = " OR ".join(f'"{term}"' for term in query_terms(query))
        if not match:
            return []
        rows = self._rows()
        with sqlite3.connect(":memory:") as words:
            words.execute("CREATE VIRTUAL TABLE w USING fts5 (title, text, tokenize = 'porter unicode61')")
            for i, (article, chunk, _) in rows.items():
                words.execute("INSERT INTO w (rowid, title, text) VALUES (?, ?, ?)", (i, article.title, chunk.text))
            found = words.execute(
                f"SELECT rowid, -bm25(w, {TITLE_WEIGHT}, 1.0) AS score FROM w WHERE w MATCH ? ORDER BY 2 DESC, 1",
                (match,),
            ).fetchall()
        words.close()
        return [(i, score) for i, score in found if _passes(rows[i][0], filters)][: max(0, k)]

    def cosines(self, vector: NDArray[np.float32], chunk_ids: Sequence[int]) -> list[float]:
        rows = self._rows()
        if not set(chunk_ids) <= rows.keys():
            raise ValueError("no such chunk")
        return [float(np.sum(rows[i][2] * vector)) for i in chunk_ids]

    def passages(self, scored: Sequence[tuple[int, float, float, float]]) -> list[Passage]:
        rows = self._rows()
        there = [row for row in scored if row[0] in rows]
        return [
            Passage(*rows[i][:2], score, rank, dense, lexical, self._stored[rows[i][0].id].story)
            for rank, (i, score, dense, lexical) in enumerate(there, 1)
        ]

    def behind(self, dater: str) -> list[str]:
        return [i for i, stored in self._stored.items() if stored.dater != dater]

    def put_datings(self, article: Article, datings: Sequence[Dating], *, dater: str) -> bool:
        stored = self._stored.get(article.id)
        if stored is None or stored.article.content_hash != article.content_hash:
            return False
        stored.datings, stored.dater = list(datings), dater
        return True

    def dated(self, first: date, last: date, *, filters: Filters) -> list[DatedSentence]:
        found = [
            DatedSentence(stored.article, dating, stored.story)
            for stored in self._stored.values()
            for dating in stored.datings
            if _passes(stored.article, filters) and first <= dating.first and dating.last <= last
        ]
        return sorted(found, key=_by_day)

    def last_published(self) -> date | None:
        return max((article.published for article in self.articles() if article.published), default=None)

    def n_undated(self, *, source: str | None = None) -> int:
        stored = [entry.article for entry in self._stored.values()]
        return sum(a.published is None and source in {None, a.source} for a in stored)

    def stats(self) -> Stats:
        articles = list(self.articles())
        dates = sorted(article.published for article in articles if article.published)
        sources = [article.source for article in articles if article.source]
        return Stats(
            n_articles=len(articles),
            n_chunks=len(self._rows()),
            n_stories=len({stored.story for stored in self._stored.values()}),
            n_undated=len(articles) - len(dates),
            first_published=dates[0] if dates else None,
            last_published=dates[-1] if dates else None,
            sources={source: sources.count(source) for source in sorted(set(sources))},
            model_id=self.model_id,
            dim=self.dim,
            n_bytes=0,
        )

    def check(self, *, repair: bool = False) -> list[Problem]:
        return []

    def faulty_articles(self, *, chunker: str | None = None) -> dict[str, str]:
        return {i: "cut by another" for i, stored in self._stored.items() if chunker not in (None, stored.chunker)}

    def refresh_cache(self) -> bool:
        return True

    def close(self) -> None:
        pass

    def _rows(self) -> dict[int, tuple[Article, Chunk, NDArray[np.float32]]]:
        return {i: (s.article, *row) for s in self._stored.values() for i, row in s.chunks.items()}

    def _story_of(self, text_shingles: frozenset[int]) -> str | None:
        for stored in self._stored.values():
            chunks = [chunk for chunk, _ in stored.chunks.values()]
            if is_same_story(text_shingles, _shingles(stored.article, chunks)):
                return stored.story
        return None


def _shingles(article: Article, chunks: Sequence[Chunk]) -> frozenset[int]:
    return shingles(body(article.text, [chunk.span for chunk in chunks]))


def _by_day(found: DatedSentence) -> tuple[object, ...]:
    dating, published = found.dating, found.article.published
    return (
        dating.first,
        dating.last,
        published is None,
        published or date.min,
        found.article.id,
        dating.span,
    )


def _passes(article: Article, filters: Filters) -> bool:
    if article.published is None:
        in_time = filters.since is None and filters.until is None
    else:
        in_time = (filters.since or date.min) <= article.published <= (filters.until or date.max)
    return in_time and (filters.source is None or filters.source.lower() == (article.source or "").lower())
