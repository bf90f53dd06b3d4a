"""The catalog: one SQLite database that holds everything an index knows; all else is derived from it.

    meta       schema, identity, generation, model_id, dim
    articles   one row an article: text, metadata, content hash, story; `seq` is the order of storage
    chunks     slices of articles with their offsets; ids are never given twice (AUTOINCREMENT)
    vectors    one float32 little-endian blob a chunk
    words      FTS5 over titles and texts of the chunks, porter stems, kept in step by triggers
    sketches   the smallest shingle hashes of each article, to find its near-duplicates
    datings    the sentences that tell a date, with the days that it covers
    dated      which version of the dater made the datings of an article; no row: none did yet

Format 1 had no `datings` and `dated`: such a catalog is read as one without any, and the first write adds them.

Every write is one transaction, with write-ahead log and synchronous=FULL: readers go on meanwhile, a second writer
waits, and what was committed survives a killed process and a lost supply of power.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.duplicates import MIN_SHARED_HASHES, body, is_same_story, shingles, sketch
from index.errors import ArticleError, IndexDamaged, IndexMismatch, IndexMissing, StorageError, UnknownArticle
from index.spelling import LEAST_LETTERS, likely_meant, most_slips
from index.terms import query_terms
from index.types import Article, Chunk, DatedSentence, Dating, Filters, Outcome, Passage, Problem, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

SCHEMA_VERSION = 2
_SCHEMA_WITHOUT_DATINGS = 1
BUSY_TIMEOUT_S = 30.0

# Near-duplicates beyond the most likely twenty are looked at by nobody: each costs the reading of an article.
MAX_COPIES_COMPARED = 20

# A title names what its article is about: docs/retrieval.md has the measurement.
TITLE_WEIGHT = 2.0

_TOKENIZER = "tokenize = 'porter unicode61 remove_diacritics 2'"

_DATINGS = """
CREATE TABLE datings (
    id INTEGER PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES articles (seq) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    sentence_start INTEGER NOT NULL,
    sentence_end INTEGER NOT NULL,
    value TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL
);
CREATE INDEX datings_by_article ON datings (article);
CREATE INDEX datings_by_day ON datings (first_day, last_day);
CREATE TABLE dated (
    article INTEGER PRIMARY KEY REFERENCES articles (seq) ON DELETE CASCADE,
    dater TEXT NOT NULL
);
"""

_SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    content_hash TEXT NOT NULL,
    title TEXT,
    source TEXT,
    url TEXT,
    path TEXT,
    published TEXT,
    origins TEXT NOT NULL,
    text TEXT NOT NULL,
    story TEXT NOT NULL,
    chunker TEXT NOT NULL
);
CREATE INDEX articles_by_content ON articles (content_hash);
CREATE INDEX articles_by_date ON articles (published, id);
CREATE INDEX articles_by_path ON articles (path, id);
CREATE INDEX articles_by_source ON articles (source COLLATE NOCASE);
CREATE INDEX articles_by_story ON articles (story);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (seq) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (article, ordinal)
);
CREATE TABLE vectors (
    chunk INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
    vector BLOB NOT NULL
);
CREATE TABLE sketches (
    hash INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (seq) ON DELETE CASCADE,
    PRIMARY KEY (hash, article)
) WITHOUT ROWID;
CREATE INDEX sketches_by_article ON sketches (article);
CREATE VIRTUAL TABLE words USING fts5 (
    title, text, content = 'chunks', content_rowid = 'id', {_TOKENIZER}
);
CREATE TRIGGER chunk_added AFTER INSERT ON chunks BEGIN
    INSERT INTO words (rowid, title, text) VALUES (new.id, new.title, new.text);
END;
CREATE TRIGGER chunk_removed AFTER DELETE ON chunks BEGIN
    INSERT INTO words (words, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
END;
{_DATINGS}
"""

_SPELLING = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, words, row);
CREATE VIRTUAL TABLE IF NOT EXISTS temp.spelt USING fts5 (word, {_TOKENIZER});
CREATE VIRTUAL TABLE IF NOT EXISTS temp.spelt_vocabulary USING fts5vocab(temp, spelt, row);
"""

_ARTICLE_COLUMNS = "id, text, title, source, url, path, published, origins"


@dataclass(frozen=True, slots=True)
class Meta:
    """What a catalog says of itself. `generation` grows with every write; `identity` is drawn when it is made."""

    identity: str
    generation: int
    model_id: str
    dim: int


class Catalog:
    """The database of one index. Any thread may call any method; `close` when done."""

    def __init__(self, path: Path) -> None:
        """Open the catalog at `path`, to write if the disk allows it, else to read only.

        :raises IndexMissing: if there is none.
        :raises IndexMismatch: if it is of another version of the format.
        :raises IndexDamaged: if it can't be read.
        :raises StorageError: if the disk refuses.
        """
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._all: list[sqlite3.Connection] = []
        self._current = threading.local()
        self._writing = threading.Lock()
        self._is_closed = False
        self._writer: sqlite3.Connection | None = None
        if not path.is_file() or path.stat().st_size == 0:
            raise IndexMissing(f"No index at '{path.parent}'. Build one with: qa add FOLDER")
        self._mode = self._usable_mode()
        try:
            self.meta()
        except BaseException:
            self.close()
            raise

    @classmethod
    def create(cls, path: Path, *, model_id: str, dim: int) -> Catalog:
        """Make the catalog at `path`, or open the one that another process made a moment ago."""
        with _mapped(path):
            connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            try:
                _use_write_ahead_log(connection)
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN IMMEDIATE")
                if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    meta = {
                        "schema": SCHEMA_VERSION,
                        "identity": uuid.uuid4().hex,
                        "generation": 0,
                        "model_id": model_id,
                        "dim": dim,
                    }
                    for statement in _statements(_SCHEMA):
                        connection.execute(statement)
                    connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
                connection.execute("COMMIT")
            finally:
                connection.close()
        return cls(path)

    @property
    def is_read_only(self) -> bool:
        """Whether the disk allows reading only."""
        return self._mode != "mode=rw"

    def close(self) -> None:
        """Close all connections; a second call does nothing."""
        with self._writing:
            self._is_closed = True
            while self._all:
                self._all.pop().close()
            self._idle.clear()
            self._writer = None

    # Connections and transactions

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read as of one moment; nested uses in the same thread share that moment.

        :raises IndexDamaged: if the catalog can't be read.
        :raises StorageError: if the disk refuses.
        """
        current: sqlite3.Connection | None = getattr(self._current, "connection", None)
        if current is not None:
            yield current
            return
        with _mapped(self.path):
            connection = self._take_idle()
            connection.execute("BEGIN")
            self._current.connection = connection
            try:
                yield connection
                connection.execute("ROLLBACK")
            except BaseException:
                # A traceback may keep a half-read result alive, and that its moment: later reads would see the past.
                with suppress(ValueError):  # closed by `close` meanwhile
                    self._all.remove(connection)
                connection.close()
                raise
            finally:
                self._current.connection = None
            self._idle.append(connection)

    @contextmanager
    def writing(self, *, is_change: bool = True) -> Iterator[sqlite3.Connection]:
        """Write one transaction: committed at the end of the block, or nothing changed.

        :param is_change: whether articles change, so that what is derived from them must follow.
        :raises StorageError: if the disk refuses, or another process keeps writing for `BUSY_TIMEOUT_S`.
        """
        if self.is_read_only:
            raise StorageError(f"The index at '{self.path.parent}' can only be read: the disk or folder is read-only.")
        with self._writing, _mapped(self.path):
            if self._writer is None:
                self._writer = self._connect()
            connection = self._writer
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._migrate(connection)
                yield connection
                if is_change:
                    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk may have rolled back already
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                raise

    def _migrate(self, connection: sqlite3.Connection) -> None:
        """Bring a catalog of format 1 to this one, in the transaction of the write that is going on."""
        if _has_datings(connection):
            return
        for statement in _statements(_DATINGS):
            connection.execute(statement)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (SCHEMA_VERSION,))

    def _take_idle(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        if self._is_closed:
            raise ValueError(f"the catalog '{self.path}' is closed")
        connection = _connection(self.path, self._mode)
        self._all.append(connection)
        return connection

    def _usable_mode(self) -> str:
        # A log with content can't be replayed without writing, and pages may wait in it: don't read past it.
        log = self.path.with_name(self.path.name + "-wal")
        modes = ["mode=rw", "mode=ro"]
        if not (log.exists() and log.stat().st_size):
            modes.append("immutable=1")
        if not os.access(self.path.parent, os.W_OK) or not os.access(self.path, os.W_OK):
            modes.remove("mode=rw")
        failure: sqlite3.Error | None = None
        for mode in modes:
            try:
                connection = _connection(self.path, mode)
                try:
                    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                finally:
                    connection.close()
                return mode
            except sqlite3.Error as exc:
                if _primary_code(exc) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                    with _mapped(self.path):
                        raise
                failure = exc
        raise StorageError(
            f"The index at '{self.path.parent}' can't be read: {failure}. A process was killed while it wrote there; "
            "open the index once where its folder can be written to."
        )

    # What the catalog says of itself

    def meta(self) -> Meta:
        """Return what the catalog says of itself.

        :raises IndexMissing: if the database is empty.
        :raises IndexMismatch: if it is of another version of the format.
        """
        with self.reading() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                if connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                    raise IndexDamaged(
                        f"'{self.path}' is a database, but not of an index. Name another folder with --index."
                    )
                raise IndexMissing(f"No index at '{self.path.parent}'. Build one with: qa add FOLDER")
            values = dict(connection.execute("SELECT key, value FROM meta"))
        if values.get("schema") not in (_SCHEMA_WITHOUT_DATINGS, SCHEMA_VERSION):
            raise IndexMismatch(
                f"Index at '{self.path.parent}' has format {values.get('schema')}; this version of the tool reads "
                f"formats {_SCHEMA_WITHOUT_DATINGS} and {SCHEMA_VERSION}. Remove the folder and build it again: "
                "qa add FOLDER"
            )
        return Meta(values["identity"], values["generation"], values["model_id"], values["dim"])

    def totals(self) -> dict[str, Any]:
        """Return counts and the range of dates: the fields of `Stats` that the database can tell."""
        with self.reading() as connection:  # one index a statement: the table itself is as large as all the texts
            n_articles, n_dated, first, last = connection.execute(
                "SELECT count(*), count(published), min(published), max(published) FROM articles"
            ).fetchone()
            (n_stories,) = connection.execute("SELECT count(DISTINCT story) FROM articles").fetchone()
            (n_chunks,) = connection.execute("SELECT count(*) FROM chunks").fetchone()
            sources = connection.execute(
                "SELECT source, count(*) FROM articles WHERE source IS NOT NULL GROUP BY source ORDER BY 2 DESC, 1"
            ).fetchall()
        return {
            "n_articles": n_articles,
            "n_chunks": n_chunks,
            "n_stories": n_stories,
            "n_undated": n_articles - n_dated,
            "first_published": _date(first),
            "last_published": _date(last),
            "sources": dict(sources),
        }

    def last_published(self) -> date | None:
        """Return the newest date of publication, None where no article has one."""
        with self.reading() as connection:
            (day,) = connection.execute("SELECT max(published) FROM articles").fetchone()
        return _date(day)

    def n_undated(self, source: str | None) -> int:
        """Return how many articles have no date, of one source or of all."""
        with self.reading() as connection:
            (n,) = connection.execute(
                "SELECT count(*) FROM articles WHERE published IS NULL AND (?1 IS NULL OR source = ?1)", (source,)
            ).fetchone()
        return int(n)

    # Writing

    def put(
        self,
        article: Article,
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
        *,
        chunker: str,
        even_unchanged: bool,
        datings: Sequence[Dating] = (),
        dater: str | None = None,
    ) -> Outcome:
        """Add or replace an article in one transaction; see `Store.put`."""
        content_hash = article.content_hash
        text_shingles = shingles(body(article.text, [chunk.span for chunk in chunks]))
        with self.writing() as connection:
            stored = connection.execute("SELECT seq, content_hash FROM articles WHERE id = ?", (article.id,)).fetchone()
            unchanged = stored is not None and stored[1] == content_hash
            copied = stored is None and self._holding(connection, content_hash)
            if (unchanged or copied) and not even_unchanged:
                return Outcome.UNCHANGED
            if stored is not None:
                self._delete(connection, stored[0], article.id)
            story = self._story_of(connection, text_shingles) or article.id
            self._insert(connection, article, chunks, vectors, story=story, chunker=chunker, content_hash=content_hash)
            (seq,) = connection.execute("SELECT seq FROM articles WHERE id = ?", (article.id,)).fetchone()
            connection.executemany(
                "INSERT INTO sketches (hash, article) VALUES (?, ?)", ((h, seq) for h in sketch(text_shingles))
            )
            if dater is not None:
                self._insert_datings(connection, seq, datings, dater=dater)
        return Outcome.ADDED if stored is None else Outcome.REPLACED

    def put_datings(self, article: Article, datings: Sequence[Dating], *, dater: str) -> bool:
        """Replace an article's datings in one transaction; see `Store.put_datings`."""
        with self.writing(is_change=False) as connection:
            stored = connection.execute(
                "SELECT seq FROM articles WHERE id = ? AND content_hash = ?",
                (_storable(article.id), article.content_hash),
            ).fetchone()
            if stored is None:
                return False
            connection.execute("DELETE FROM datings WHERE article = ?", stored)
            connection.execute("DELETE FROM dated WHERE article = ?", stored)
            self._insert_datings(connection, stored[0], datings, dater=dater)
        return True

    def remove(self, article_id: str) -> None:
        """Remove an article with all that belongs to it.

        :raises UnknownArticle: if there is none of that id.
        """
        with self.writing() as connection:
            stored = connection.execute("SELECT seq FROM articles WHERE id = ?", (_storable(article_id),)).fetchone()
            if stored is None:
                raise UnknownArticle(f"No article '{article_id}' in the index. List what there is with: qa list")
            self._delete(connection, stored[0], article_id)

    def _insert(
        self,
        connection: sqlite3.Connection,
        article: Article,
        chunks: Sequence[Chunk],
        vectors: NDArray[np.float32],
        *,
        story: str,
        chunker: str,
        content_hash: str,
    ) -> None:
        values = (
            article.id,
            content_hash,
            article.title,
            article.source,
            article.url,
            article.path,
            article.published.isoformat() if article.published else None,
            json.dumps(dict(article.origins), sort_keys=True),
            article.text,
            story,
            chunker,
        )
        try:
            seq = connection.execute(
                "INSERT INTO articles (id, content_hash, title, source, url, path, published, origins, text, story, "
                "chunker) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            ).lastrowid
        except UnicodeEncodeError as exc:
            raise ArticleError(
                f"Article {article.id!r} has a name or text that is not valid Unicode (a lone surrogate)."
            ) from exc
        for chunk, vector in zip(chunks, vectors, strict=True):
            chunk_id = connection.execute(
                "INSERT INTO chunks (article, ordinal, start, end, title, text) VALUES (?, ?, ?, ?, ?, ?)",
                (seq, chunk.ordinal, chunk.span.start, chunk.span.end, article.title or "", chunk.text),
            ).lastrowid
            connection.execute("INSERT INTO vectors VALUES (?, ?)", (chunk_id, _blob(vector)))

    def _insert_datings(
        self, connection: sqlite3.Connection, seq: int, datings: Sequence[Dating], *, dater: str
    ) -> None:
        connection.executemany(
            "INSERT INTO datings (article, start, end, sentence_start, sentence_end, value, first_day, last_day) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((seq, *_columns(dating)) for dating in datings),
        )
        connection.execute("INSERT INTO dated VALUES (?, ?)", (seq, dater))

    def _delete(self, connection: sqlite3.Connection, seq: int, article_id: str) -> None:
        # Chunks first: the trigger on them keeps `words` in step, and it must see them.
        connection.execute("DELETE FROM vectors WHERE chunk IN (SELECT id FROM chunks WHERE article = ?)", (seq,))
        connection.execute("DELETE FROM chunks WHERE article = ?", (seq,))
        connection.execute("DELETE FROM articles WHERE seq = ?", (seq,))  # sketches and datings go with it
        heir = connection.execute(
            "SELECT id FROM articles WHERE story = ? ORDER BY seq LIMIT 1", (article_id,)
        ).fetchone()
        if heir is not None:  # the copies stay one story, now named after the earliest of them
            connection.execute("UPDATE articles SET story = ? WHERE story = ?", (heir[0], article_id))

    def _story_of(self, connection: sqlite3.Connection, text_shingles: frozenset[int]) -> str | None:
        """Return the story of the earliest stored article that `text_shingles` copies, None where it is new."""
        hashes = sketch(text_shingles)
        candidates = connection.execute(
            "SELECT article, count(*) AS n_shared FROM sketches WHERE hash IN (SELECT value FROM json_each(?)) "
            "GROUP BY article HAVING n_shared >= ? ORDER BY n_shared DESC, article LIMIT ?",
            (json.dumps(hashes), min(MIN_SHARED_HASHES, len(hashes)), MAX_COPIES_COMPARED),
        ).fetchall()
        for seq in sorted(seq for seq, _ in candidates):
            text, story = connection.execute("SELECT text, story FROM articles WHERE seq = ?", (seq,)).fetchone()
            ends = connection.execute("SELECT start, end FROM chunks WHERE article = ?", (seq,))
            if is_same_story(text_shingles, shingles(body(text, [Span(*offsets) for offsets in ends]))):
                return str(story)
        return None

    # Reading

    def holding(self, content_hash: str) -> list[str]:
        """Return the ids of the articles of that content hash, earliest stored first."""
        with self.reading() as connection:
            return self._holding(connection, content_hash)

    def _holding(self, connection: sqlite3.Connection, content_hash: str) -> list[str]:
        rows = connection.execute("SELECT id FROM articles WHERE content_hash = ? ORDER BY seq", (content_hash,))
        return [article_id for (article_id,) in rows]

    def matching(self, reference: str) -> list[str]:
        """Return the ids of articles whose id begins, or whose path is or ends, with `reference`, in order of id."""
        name = _storable(reference)
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT id FROM articles WHERE substr(id, 1, length(:name)) = :name UNION SELECT id FROM articles "
                "WHERE path = :name OR substr(path, -length('/' || :name)) = '/' || :name",
                {"name": name},
            )
            return sorted(article_id for (article_id,) in rows)

    def article(self, article_id: str) -> Article:
        """Return an article.

        :raises UnknownArticle: if there is none of that id.
        """
        found = self.articles_by_id([article_id])
        if not found:
            raise UnknownArticle(f"No article '{article_id}' in the index. List what there is with: qa list")
        return found[0]

    def article_ids(self, *, offset: int = 0) -> list[str]:
        """Return all ids but the first `offset`: newest publication first, those without a date last, ties by id."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT id FROM articles ORDER BY published DESC, id LIMIT -1 OFFSET ?",  # NULL is the least of all
                (offset,),
            )
            return [article_id for (article_id,) in rows]

    def articles_by_id(self, article_ids: Sequence[str]) -> list[Article]:
        """Return those articles, in that order, without the ones that are gone."""
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {_ARTICLE_COLUMNS} FROM articles WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps([_storable(article_id) for article_id in article_ids]),),
            )
            found = {row[0]: _article(row) for row in rows}
        return [found[article_id] for article_id in article_ids if article_id in found]

    def chunks(self, article_id: str) -> list[Chunk]:
        """Return the chunks of an article in the order of its text."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT ordinal, start, end, chunks.text FROM chunks JOIN articles ON articles.seq = chunks.article "
                "WHERE articles.id = ? ORDER BY ordinal",
                (_storable(article_id),),
            )
            return [_chunk(article_id, *row) for row in rows]

    def passages(self, scored: Sequence[tuple[int, float, float, float]]) -> list[Passage]:
        """Return passages ranked from 1 for (chunk id, score, cosine, BM25), without the chunks that are gone."""
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT chunks.id, ordinal, start, end, chunks.text, story, {_qualified_article_columns()} "
                "FROM chunks JOIN articles ON articles.seq = chunks.article "
                "WHERE chunks.id IN (SELECT value FROM json_each(?))",
                (json.dumps([int(chunk_id) for chunk_id, *_ in scored]),),
            ).fetchall()
        found = {row[0]: row[1:] for row in rows}
        articles: dict[str, Article] = {}
        passages: list[Passage] = []
        for chunk_id, score, dense, lexical in scored:
            if chunk_id not in found:
                continue
            ordinal, start, end, text, story, *columns = found[chunk_id]
            article = articles.setdefault(columns[0], _article(columns))
            chunk = _chunk(article.id, ordinal, start, end, text)
            passages.append(Passage(article, chunk, score, len(passages) + 1, dense, lexical, story))
        return passages

    def search_lexical(self, query: str, *, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Return the `k` chunks of highest BM25 for the words of `query`; see `Store.search_lexical`."""
        terms = query_terms(query)
        if not terms or k < 1:
            return []
        condition, values = _condition(filters)
        # The plus keeps SQLite from looking up the words of every allowed chunk by itself: 12 ms instead of 1,100.
        allowed = f"AND +words.rowid IN (SELECT chunks.id {_FROM_FILTERED} WHERE {condition})" if condition else ""
        with self.reading() as connection:
            meant = [word for term in terms for word in _as_spelt_here(connection, term)]
            match = " OR ".join(f'"{word}"' for word in meant)
            return connection.execute(
                f"SELECT rowid, -bm25(words, {TITLE_WEIGHT}, 1.0) AS score FROM words "
                f"WHERE words MATCH :match {allowed} ORDER BY score DESC, rowid LIMIT :k",
                {"match": match, "k": k, **values},
            ).fetchall()

    def behind(self, dater: str) -> list[str]:
        """Return the ids of the articles without datings by that version of the dater, earliest stored first."""
        with self.reading() as connection:
            newer = "WHERE seq NOT IN (SELECT article FROM dated WHERE dater = ?)" if _has_datings(connection) else ""
            rows = connection.execute(f"SELECT id FROM articles {newer} ORDER BY seq", (dater,) if newer else ())
            return [article_id for (article_id,) in rows]

    def dated(self, first: date, last: date, *, filters: Filters) -> list[DatedSentence]:
        """Return the datings whose days all lie from `first` to `last`; see `Store.dated`."""
        condition, values = _condition(filters)
        with self.reading() as connection:
            if not _has_datings(connection):
                return []
            rows = connection.execute(
                "SELECT articles.id, story, start, end, sentence_start, sentence_end, value, first_day, last_day "
                "FROM datings JOIN articles ON articles.seq = datings.article "
                "WHERE first_day BETWEEN :first AND :last AND last_day <= :last "
                f"{f'AND {condition}' if condition else ''} "
                "ORDER BY first_day, last_day, published IS NULL, published, articles.id, start",
                {"first": first.isoformat(), "last": last.isoformat(), **values},
            ).fetchall()
            articles = {article.id: article for article in self.articles_by_id(sorted({row[0] for row in rows}))}
        return [DatedSentence(articles[row[0]], _dating(row[0], row[2:]), row[1]) for row in rows]

    def allowed_chunk_ids(self, filters: Filters) -> NDArray[np.int64] | None:
        """Return the ids of the chunks that `filters` let pass, ascending; None for all of them."""
        condition, values = _condition(filters)
        if not condition:
            return None
        with self.reading() as connection:
            rows = connection.execute(f"SELECT chunks.id {_FROM_FILTERED} WHERE {condition} ORDER BY 1", values)
            return np.fromiter((chunk_id for (chunk_id,) in rows), np.int64)

    def chunk_ids(self) -> NDArray[np.int64]:
        """Return the ids of all chunks, ascending."""
        with self.reading() as connection:
            rows = connection.execute("SELECT id FROM chunks")  # in the order of the smallest index, not of the ids
            return np.sort(np.fromiter((chunk_id for (chunk_id,) in rows), np.int64))

    def vectors(self, chunk_ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        """Return `(len(chunk_ids), dim)` float32, in the order of `chunk_ids`, which are distinct.

        :raises ValueError: if there is no such chunk.
        :raises IndexDamaged: if a chunk has no vector, or one of another dimension.
        """
        ids = [int(chunk_id) for chunk_id in chunk_ids]
        dim = self.meta().dim
        rows = np.empty((len(ids), dim), np.float32)
        places = {chunk_id: place for place, chunk_id in enumerate(ids)}
        with self.reading() as connection:
            for chunk_id, blob in connection.execute(
                "SELECT chunk, vector FROM vectors WHERE chunk IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
            ):
                vector = np.frombuffer(blob, "<f4")
                if vector.shape != (dim,):
                    raise IndexDamaged(
                        f"The vector of chunk {chunk_id} in '{self.path}' has {len(vector)} numbers instead of {dim}. "
                        f"{_ADVICE}"
                    )
                rows[places.pop(chunk_id)] = vector
            if places:
                chunk_id = min(places)
                if not connection.execute("SELECT 1 FROM chunks WHERE id = ?", (chunk_id,)).fetchone():
                    raise ValueError(f"no chunk {chunk_id}")
                raise IndexDamaged(f"Chunk {chunk_id} in '{self.path}' has no vector. {_ADVICE}")
        return rows

    # Checking

    def check(self, *, repair: bool) -> list[Problem]:
        """Return what is wrong with the database itself; the lexical index can be made anew, the rest not."""
        with self.reading() as connection:
            problems = [
                Problem(f"catalog: {message}")
                for (message,) in connection.execute("PRAGMA integrity_check(20)")
                if message != "ok" and not message.startswith("malformed inverted index")
            ]
            problems += [
                Problem(f"catalog: row {row} of {table} belongs to no {parent}")
                for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check")
            ]
        if not self.is_read_only:
            problems += self._check_words(repair=repair)
        return problems

    def _check_words(self, *, repair: bool) -> list[Problem]:
        try:
            with self.writing(is_change=False) as connection:  # rank 1: compare with the chunks too
                connection.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
        except IndexDamaged:
            if repair:
                with self.writing(is_change=False) as connection:
                    connection.execute("INSERT INTO words (words) VALUES ('rebuild')")
            return [Problem("the lexical index does not match the chunks", repaired=repair)]
        return []

    def faulty_articles(self, *, chunker: str | None) -> dict[str, str]:
        """Return what is wrong with articles, by id; see `Store.faulty_articles`."""
        faults: dict[str, str] = {}
        dim = self.meta().dim
        with self.reading() as connection:
            for article_id in self.article_ids():
                fault = self._fault_of(connection, article_id, dim=dim, chunker=chunker)
                if fault:
                    faults[article_id] = fault
        return faults

    def _fault_of(
        self, connection: sqlite3.Connection, article_id: str, *, dim: int, chunker: str | None
    ) -> str | None:
        seq, content_hash, version = connection.execute(
            "SELECT seq, content_hash, chunker FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        try:
            article = self.article(article_id)
        except (IndexDamaged, sqlite3.Error) as exc:
            return f"it can't be read ({exc.__cause__ or exc}); remove it and add it again"
        if article.content_hash != content_hash:
            return "its text or metadata is not what was added; remove it and add it again"
        n_chunks = 0
        for ordinal, start, end, text, blob in connection.execute(
            "SELECT ordinal, start, end, text, vector FROM chunks LEFT JOIN vectors ON vectors.chunk = chunks.id "
            "WHERE article = ? ORDER BY ordinal",
            (seq,),
        ):
            n_chunks += 1
            if not text or article.text[start:end] != text:
                return f"chunk {ordinal} is not the text at its offsets"
            if blob is None:
                return f"chunk {ordinal} has no vector"
            if not _is_unit_vector(blob, dim):
                return f"the vector of chunk {ordinal} is damaged"
        if not n_chunks:
            return "it has no chunks"
        if _has_datings(connection) and self._has_bad_datings(connection, seq, len(article.text)):
            return "a date found in it is damaged"
        if chunker is not None and version != chunker:
            return f"it was cut into chunks by version {version or 'unknown'}; this is version {chunker}"
        return None

    @staticmethod
    def _has_bad_datings(connection: sqlite3.Connection, seq: int, n_characters: int) -> bool:
        (n_bad,) = connection.execute(
            "SELECT count(*) FROM datings WHERE article = ? AND NOT (0 <= sentence_start AND sentence_start <= start "
            "AND start < end AND end <= sentence_end AND sentence_end <= ? AND first_day <= last_day "
            "AND date(first_day) IS first_day AND date(last_day) IS last_day)",
            (seq, n_characters),
        ).fetchone()
        return bool(n_bad)


_ADVICE = "See what can be mended with: qa check --repair"

_FROM_FILTERED = "FROM articles JOIN chunks ON chunks.article = articles.seq"


def _condition(filters: Filters) -> tuple[str, dict[str, str]]:
    """Return SQL for `filters` and its values; both empty where everything passes. NULL dates compare as false."""
    parts: dict[str, tuple[str, str | None]] = {
        "since": ("articles.published >= :since", filters.since.isoformat() if filters.since else None),
        "until": ("articles.published <= :until", filters.until.isoformat() if filters.until else None),
        "source": ("articles.source = :source COLLATE NOCASE", filters.source),
    }
    asked = {name: (sql, _storable(value)) for name, (sql, value) in parts.items() if value is not None}
    return " AND ".join(sql for sql, _ in asked.values()), {name: value for name, (_, value) in asked.items()}


def _connection(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,  # transactions are begun and ended by us alone
        check_same_thread=False,  # each connection is used by one thread at a time
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # SQLite's busy timeout does not hold for this statement: two processes that make an index at once must wait here.
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as exc:
            if _primary_code(exc) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


@contextmanager
def _mapped(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours; what is left is a bug of this module."""
    try:
        yield
    except sqlite3.Error as exc:
        code = _primary_code(exc)
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or str(exc).startswith("Could not decode to UTF-8"):
            raise IndexDamaged(
                f"The catalog '{path}' is damaged: {exc}. {_ADVICE}; else remove the folder and build it again: "
                "qa add FOLDER"
            ) from exc
        if code == sqlite3.SQLITE_BUSY:
            raise StorageError(f"Another process is writing to '{path.parent}'; try again when it is done.") from exc
        if code in _DISK_CODES:
            raise StorageError(f"Can't use the index at '{path.parent}': {exc}.") from exc
        raise


_DISK_CODES = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    }
)


def _primary_code(exc: sqlite3.Error) -> int:
    return getattr(exc, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of an SQL script one by one: `executescript` would commit the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _storable(text: str) -> str:
    """Return `text` without what SQLite can't hold; nothing stored has such characters."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _qualified_article_columns() -> str:
    return ", ".join(f"articles.{column}" for column in _ARTICLE_COLUMNS.split(", "))


def _as_spelt_here(connection: sqlite3.Connection, term: str) -> list[str]:
    """Return the term, or where no chunk holds it, words of the chunks that it was probably meant to be.

    Terms hold nothing but letters, digits and spaces; in double quotes FTS5 takes each for a phrase.
    """
    is_known = connection.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (f'"{term}"',)).fetchone()
    if is_known or len(term) < LEAST_LETTERS or not term.isalpha():
        return [term]
    # The vocabulary holds stems, so the term is brought to its stem in a table of one row, by the same tokenizer.
    for statement in _statements(_SPELLING):
        connection.execute(statement)
    connection.execute("DELETE FROM spelt")
    connection.execute("INSERT INTO spelt VALUES (?)", (term,))
    stem = connection.execute("SELECT term FROM spelt_vocabulary").fetchone()[0]
    near = connection.execute(
        "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ? AND abs(length(term) - length(?)) <= ?",
        (stem[0], chr(ord(stem[0]) + 1), stem, most_slips(stem)),
    )
    return likely_meant(stem, near) or [term]


def _article(row: Sequence[Any]) -> Article:
    article_id, text, title, source, url, path, published, origins = row
    try:
        return Article(article_id, text, title, source, url, path, _date(published), json.loads(origins))
    except ValueError as exc:
        raise IndexDamaged(f"Article '{article_id}' is damaged in the catalog: {exc}. {_ADVICE}") from exc


def _chunk(article_id: str, ordinal: int, start: int, end: int, text: str) -> Chunk:
    try:
        return Chunk(article_id, ordinal, Span(start, end), text)
    except ValueError as exc:
        raise IndexDamaged(f"A chunk of '{article_id}' is damaged in the catalog: {exc}. {_ADVICE}") from exc


def _columns(dating: Dating) -> tuple[int | str, ...]:
    span, sentence = dating.span, dating.sentence
    days = (dating.first.isoformat(), dating.last.isoformat())
    return (span.start, span.end, sentence.start, sentence.end, dating.value, *days)


def _dating(article_id: str, columns: Sequence[Any]) -> Dating:
    start, end, sentence_start, sentence_end, value, first, last = columns
    try:
        days = (date.fromisoformat(first), date.fromisoformat(last))
        return Dating(Span(start, end), Span(sentence_start, sentence_end), value, *days)
    except ValueError as exc:
        raise IndexDamaged(f"A date of '{article_id}' is damaged in the catalog: {exc}. {_ADVICE}") from exc


def _has_datings(connection: sqlite3.Connection) -> bool:
    (schema,) = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    return bool(schema != _SCHEMA_WITHOUT_DATINGS)


def _date(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


def _blob(vector: Iterable[float]) -> bytes:
    return np.asarray(vector, "<f4").tobytes()


def _is_unit_vector(blob: bytes, dim: int) -> bool:
    if len(blob) != 4 * dim:
        return False
    length = float(np.linalg.norm(np.frombuffer(blob, "<f4").astype(np.float64)))
    return abs(length - 1.0) < 1e-3
