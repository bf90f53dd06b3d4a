"""The face of the package: a library of articles that can be added to, searched and checked."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from index.chunking import CHUNKER_VERSION, chunk_article, embedded_text
from index.errors import ArticleError, IndexDamaged, IndexMismatch, IndexMissing, ModelError, UnknownArticle
from index.searching import Method, hybrid_search
from index.store.embedded import EmbeddedStore
from index.terms import query_terms
from index.types import (
    Addition,
    Article,
    Chunk,
    DatedSentence,
    Dating,
    Filters,
    Outcome,
    Passage,
    Problem,
    Skipped,
    Stats,
)

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from index.protocols import Dater, Embedder, Store

logger = logging.getLogger(__name__)

_MAX_CANDIDATES_NAMED = 5
_ALL = 10**9


class LazyEmbedder:
    """An embedder that is loaded when a text is first to be embedded; its name is known before."""

    def __init__(self, model_id: str, load: Callable[[], Embedder]) -> None:
        self.model_id = model_id
        self._load = load
        self._lock = threading.Lock()
        self._embedder: Embedder | None = None

    @property
    def dim(self) -> int:
        """Length of a vector; loads the model."""
        return self._loaded().dim

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return `(len(texts), dim)` float32, rows of unit length, in the order of `texts`."""
        return self._loaded().embed(texts)

    def _loaded(self) -> Embedder:
        with self._lock:
            if self._embedder is None:
                self._embedder = self._load()
            return self._embedder


class Library:
    """Articles in a store, found by meaning and by words. Any thread may search; close it when done.

    with Library.open(".dateline", embedder=LazyEmbedder("all-MiniLM-L6-v2", load_embedder), create=True) as library:
        for addition in library.add(load(paths)): ...
        passages = library.search("What may happen on Feb. 5?", k=5)
    """

    def __init__(
        self,
        store: Store,
        embedder: Embedder | None = None,
        *,
        chunker: Callable[[Article], list[Chunk]] = chunk_article,
        chunker_version: str = str(CHUNKER_VERSION),
        dater: Dater | None = None,
    ) -> None:
        self.store = store
        self._embedder = embedder
        self._dater = dater
        self._chunker = chunker
        self._chunker_version = chunker_version
        self._dim_is_known_to_fit = False

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        embedder: Embedder | None = None,
        create: bool = False,
        dater: Dater | None = None,
    ) -> Library:
        """Open the index in the folder `path`; with `create`, make it where there is none.

        :param embedder: what made, or shall make, its vectors; wrap it in `LazyEmbedder` to load it only when it is
            needed. Without one the library lists, shows, removes and counts, but neither adds nor searches.
        :param dater: what finds the dates in articles; without one none are found, and those that are there stay.
        :raises IndexMissing: if there is no index and `create` is not set.
        :raises IndexMismatch: if another embedder or another version of the tool made it.
        :raises IndexDamaged: if it can't be read, or the folder holds other things.
        :raises StorageError: if the disk refuses.
        """
        folder = Path(path)
        try:
            store = EmbeddedStore.open(folder)
        except IndexMissing:
            if not create or embedder is None:
                raise
            store = EmbeddedStore.create(folder, model_id=embedder.model_id, dim=embedder.dim)
        built_by = store.meta.model_id
        if embedder is not None and embedder.model_id != built_by:
            dim = store.meta.dim
            store.close()
            raise IndexMismatch(
                f"Index at '{folder}' was built with '{built_by}' ({dim} dimensions); this run uses "
                f"'{embedder.model_id}'. Use '{built_by}', or remove the folder and build it again: qa add FOLDER"
            )
        return cls(store, embedder, dater=dater)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Bring caches to disk and let go of files; a second call does nothing."""
        self.store.close()

    def refresh_cache(self) -> bool:
        """Bring to disk what searches would else derive again; say whether it is up to date there now."""
        return self.store.refresh_cache()

    def add(self, items: Iterable[Article | Skipped]) -> Iterator[Addition]:
        """Add articles one by one, each in its own transaction, and yield what became of each.

        An article that can't be embedded is skipped and the rest go on; what is yielded is on the disk. Adding again
        what is there embeds nothing.

        :raises ModelError: if the model can't be loaded.
        :raises StorageError: if the disk refuses: what was yielded before stays.
        """
        for item in items:
            yield self._skipped(item.where, item.reason) if isinstance(item, Skipped) else self._added(item)

    def remove(self, article_id: str) -> None:
        """Remove an article.

        :raises UnknownArticle: if there is none of that id.
        :raises StorageError: if the disk refuses.
        """
        self.store.remove(article_id)

    def search(
        self, query: str, *, k: int = 10, filters: Filters | None = None, method: Method = "hybrid"
    ) -> list[Passage]:
        """Return the `k` best passages for `query`, ranked from 1; a blank query finds nothing.

        :param filters: applied before the cut.
        :param method: one half of the search alone, to measure what fusing them is worth.
        """
        if not query.strip():
            return []
        self._require_dim()
        (vector,) = self._model().embed([query])
        return hybrid_search(self.store, query, vector, k=k, filters=filters, method=method)

    def dated(self, first: date, last: date, *, filters: Filters | None = None) -> list[DatedSentence]:
        """Return the sentences that tell of days from `first` to `last`, by first day, the shorter time before.

        A month is no proof of one of its days: all that the words name must lie within. Articles that are `behind`
        may be missing.
        """
        return self.store.dated(first, last, filters=filters or Filters())

    def behind(self) -> list[str]:
        """Return the ids of the articles that were added without this dater, or by an older version of it."""
        return self.store.behind(self._dater.version) if self._dater else []

    def catch_up(self, article_ids: Iterable[str]) -> Iterator[str]:
        """Find the dates in articles that are `behind`, each in its own transaction; yield the ids one by one.

        What was yielded is on the disk: stopped at any moment, the rest is done the next time.

        :raises StorageError: if the disk refuses.
        """
        for article_id in article_ids:
            self._date(article_id)
            yield article_id

    def mentioning(self, topic: str, *, most: int, filters: Filters | None = None) -> list[Passage]:
        """Return the passages that hold each word of `topic`, or what a misspelt one is likely to mean, newest first.

        Stop words are left out where there is anything else. Of more than `most` passages some are left out.
        """
        words = [
            word for word in topic.split() if query_terms(word) and set(query_terms(word)) <= set(query_terms(topic))
        ]
        filters = filters or Filters()
        with self.store.reading():
            holding = [{id for id, _ in self.store.search_lexical(word, k=_ALL, filters=filters)} for word in words]
            common = sorted(set.intersection(*holding))[:most] if holding else []
            passages = self.store.passages([(chunk_id, 0.0, 0.0, 0.0) for chunk_id in common])
        return sorted(passages, key=lambda passage: passage.article.published or date.min, reverse=True)

    def article(self, reference: str) -> Article:
        """Return the article of that id, path as added, file name, or beginning of an id, if there is exactly one.

        :raises UnknownArticle: if there is none, or more than one; the message names them.
        """
        with self.store.reading():
            found = self._matching(reference)
            if len(found) == 1:
                return self.store.article(found[0])
        if not found:
            raise UnknownArticle(f"No article '{reference}' in the index. List what there is with: qa list")
        named = ", ".join(f"'{article_id}'" for article_id in found[:_MAX_CANDIDATES_NAMED])
        more = f" and {len(found) - _MAX_CANDIDATES_NAMED} more" if len(found) > _MAX_CANDIDATES_NAMED else ""
        raise UnknownArticle(f"'{reference}' may be any of {named}{more}. Give a whole id.")

    def articles(self, *, offset: int = 0) -> Iterator[Article]:
        """Yield all articles but the first `offset`: newest publication first, undated ones last, ties by id."""
        return self.store.articles(offset=offset)

    def last_published(self) -> date | None:
        """Return the newest date of publication, None where no article has one."""
        return self.store.last_published()

    def n_undated(self, *, source: str | None = None) -> int:
        """Return how many articles have no date, of one source or of all."""
        return self.store.n_undated(source=source)

    def stats(self) -> Stats:
        """Return what the index holds."""
        return self.store.stats()

    def check(self, *, repair: bool = False) -> list[Problem]:
        """Return what is wrong with the index, and mend what can be derived from what is sound.

        Reads everything once. Without an embedder, vectors and chunks are checked but not mended.

        :raises IndexDamaged: if the catalog can't be read at all.
        """
        problems = self.store.check(repair=repair)
        for article_id, fault in self.store.faulty_articles(chunker=self._chunker_version).items():
            repaired = repair and self._repaired(article_id)
            problems.append(Problem(f"article '{article_id}': {fault}", repaired=repaired))
        return problems

    def _model(self) -> Embedder:
        if self._embedder is None:
            raise ValueError("this library was opened without an embedder")
        return self._embedder

    def _added(self, article: Article) -> Addition:
        where = article.path or article.id
        holders = self.store.holding(article.content_hash)
        if article.id in holders:
            return Addition(Outcome.UNCHANGED, where, article.id)
        if holders and not self._is_stored(article.id):
            return Addition(Outcome.UNCHANGED, where, holders[0], f"the same article is there as '{holders[0]}'")
        self._require_dim()
        try:
            chunks = self._chunker(article)
            if not chunks:
                return self._skipped(where, "there is no sentence in it to be found", article.id)
            vectors = self._embedded(article, chunks)
            datings = self._datings(article, chunks)
        except Exception as exc:  # whatever a library raises for one text it chokes on: the others go on
            logger.warning("%s was skipped", where, exc_info=True)
            return self._skipped(where, f"it could not be processed ({type(exc).__name__}: {exc})", article.id)
        try:
            outcome = self.store.put(
                article, chunks, vectors, chunker=self._chunker_version, datings=datings, dater=self._dater_version
            )
        except (ArticleError, ValueError) as exc:
            return self._skipped(where, str(exc), article.id)
        if outcome is Outcome.UNCHANGED:  # another process was quicker
            return Addition(outcome, where, self.store.holding(article.content_hash)[0])
        return Addition(outcome, where, article.id, n_chunks=len(chunks))

    def _repaired(self, article_id: str) -> bool:
        """Cut and embed an article again, if its text is sound; say whether that was done."""
        if self._embedder is None:
            return False
        try:
            article = self.store.article(article_id)
            if article_id not in self.store.holding(article.content_hash):
                return False
            chunks = self._chunker(article)
            vectors = self._embedded(article, chunks)
            self.store.put(
                article,
                chunks,
                vectors,
                chunker=self._chunker_version,
                even_unchanged=True,
                datings=self._datings(article, chunks),
                dater=self._dater_version,
            )
        except (ArticleError, IndexDamaged, ModelError, UnknownArticle, ValueError) as exc:
            logger.warning("%s could not be mended: %s", article_id, exc)
            return False
        return True

    def _date(self, article_id: str) -> None:
        try:
            with self.store.reading():
                article, chunks = self.store.article(article_id), self.store.chunks(article_id)
        except (IndexDamaged, UnknownArticle) as exc:  # removed meanwhile, or a case for `check`
            logger.warning("no dates were read from %s: %s", article_id, exc)
            return
        self.store.put_datings(article, self._datings(article, chunks), dater=self._dater_version or "")

    def _datings(self, article: Article, chunks: Sequence[Chunk]) -> list[Dating]:
        return self._dater.datings(article, chunks) if self._dater else []

    @property
    def _dater_version(self) -> str | None:
        return self._dater.version if self._dater else None

    def _embedded(self, article: Article, chunks: Sequence[Chunk]) -> NDArray[np.float32]:
        return self._model().embed([embedded_text(article, chunk) for chunk in chunks])

    def _require_dim(self) -> None:
        """Load the model, here where a failure ends the run instead of skipping every article; once is enough."""
        if self._dim_is_known_to_fit:
            return
        stored, made = self.store.dim, self._model().dim
        if stored != made:
            raise IndexMismatch(
                f"The index holds vectors of {stored} dimensions; '{self._model().model_id}' makes {made}. "
                "Remove the folder and build it again: qa add FOLDER"
            )
        self._dim_is_known_to_fit = True

    def _is_stored(self, article_id: str) -> bool:
        try:
            self.store.article(article_id)
        except UnknownArticle:
            return False
        return True

    def _matching(self, reference: str) -> list[str]:
        matches = self.store.matching(reference)
        if reference in matches:
            return [reference]
        if matches:
            return matches
        # Named from another folder, or with ./ before it: paths are stored as they were given when added.
        others = {os.path.normpath(reference), os.path.abspath(reference)} - {reference}
        return sorted({article_id for other in others for article_id in self.store.matching(other)})

    @staticmethod
    def _skipped(where: str, reason: str, article_id: str | None = None) -> Addition:
        return Addition(Outcome.SKIPPED, where, article_id, reason)
