"""The default store: one folder with the catalog and a cache of its vectors, used in this process."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import IndexDamaged, IndexMissing, StorageError
from index.store.catalog import Catalog, Meta
from index.store.vectors import VectorCache, require_unit_rows
from index.types import Article, Chunk, DatedSentence, Dating, Filters, Outcome, Passage, Problem, Stats

if TYPE_CHECKING:
    from numpy.typing import NDArray

CATALOG_NAME = "catalog.sqlite"
VECTORS_NAME = "vectors.faiss"
_OUR_NAMES = (CATALOG_NAME, VECTORS_NAME)  # what lies in the folder begins with one of these

_ARTICLES_AT_ONCE = 64


class EmbeddedStore:
    """Articles, chunks and vectors in one folder; satisfies `index.protocols.Store`."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self.folder = folder
        self._catalog = catalog
        self._vectors = VectorCache(folder / VECTORS_NAME, catalog)
        self._has_written = False
        self._is_closed = False

    @classmethod
    def open(cls, folder: Path) -> EmbeddedStore:
        """Open the index in `folder`; cheap, no vector is read before the first search.

        :raises IndexMissing: if there is none.
        :raises IndexMismatch: if it is of another version of the format.
        :raises IndexDamaged: if it can't be read.
        :raises StorageError: if the disk refuses.
        """
        _require_folder(folder)
        return cls(folder, Catalog(folder / CATALOG_NAME))

    @classmethod
    def create(cls, folder: Path, *, model_id: str, dim: int) -> EmbeddedStore:
        """Make an index in `folder`, or open the one that is there.

        :raises IndexDamaged: if `folder` is a file, or holds other things.
        :raises StorageError: if the disk refuses.
        """
        _require_folder(folder)
        if folder.is_dir() and not (folder / CATALOG_NAME).exists():
            strangers = sorted(name for name in _names_in(folder) if not name.startswith(_OUR_NAMES))
            if strangers:
                raise IndexDamaged(
                    f"'{folder}' is not an index: it holds other things ('{strangers[0]}'). "
                    "Name a new or empty folder for the index with --index."
                )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise StorageError(f"Can't make the folder '{folder}' for the index: {exc.strerror}.") from exc
        return cls(folder, Catalog.create(folder / CATALOG_NAME, model_id=model_id, dim=dim))

    @property
    def meta(self) -> Meta:
        """What the catalog says of itself: model, dimension, generation."""
        return self._catalog.meta()

    @property
    def model_id(self) -> str:
        """Name of the model that made the vectors."""
        return self.meta.model_id

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self.meta.dim

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
        """Add or replace an article in one transaction; see `Store.put`."""
        if not chunks:
            raise ValueError(f"article '{article.id}' has no chunks")
        require_unit_rows(vectors, n_rows=len(chunks), dim=self.meta.dim)
        outcome = self._catalog.put(
            article, chunks, vectors, chunker=chunker, even_unchanged=even_unchanged, datings=datings, dater=dater
        )
        self._has_written = self._has_written or outcome is not Outcome.UNCHANGED
        return outcome

    def remove(self, article_id: str) -> None:
        """Remove an article with all that belongs to it; see `Store.remove`."""
        self._catalog.remove(article_id)
        self._has_written = True

    def reading(self) -> AbstractContextManager[object]:
        """Give what this thread reads inside the `with` as of one moment."""
        return self._catalog.reading()

    def holding(self, content_hash: str) -> list[str]:
        """Return the ids of the articles of that content hash, earliest stored first."""
        return self._catalog.holding(content_hash)

    def matching(self, reference: str) -> list[str]:
        """Return the ids of articles whose id begins, or whose path is or ends, with `reference`, in order of id."""
        return self._catalog.matching(reference)

    def article(self, article_id: str) -> Article:
        """Return an article; see `Store.article`."""
        return self._catalog.article(article_id)

    def articles(self, *, offset: int = 0) -> Iterator[Article]:
        """Yield the articles from `offset` on, newest first; what others remove meanwhile is left out."""
        article_ids = self._catalog.article_ids(offset=offset)
        for start in range(0, len(article_ids), _ARTICLES_AT_ONCE):
            yield from self._catalog.articles_by_id(article_ids[start : start + _ARTICLES_AT_ONCE])

    def chunks(self, article_id: str) -> list[Chunk]:
        """Return the chunks of an article in the order of its text; none for an unknown article."""
        return self._catalog.chunks(article_id)

    def search_dense(self, vector: NDArray[np.float32], *, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Return the `k` chunks of highest cosine with `vector`; see `Store.search_dense`."""
        with self._catalog.reading():
            return self._vectors.search(vector, k=k, allowed=self._catalog.allowed_chunk_ids(filters))

    def search_lexical(self, query: str, *, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Return the `k` chunks of highest BM25 for the words of `query`; see `Store.search_lexical`."""
        return self._catalog.search_lexical(query, k=k, filters=filters)

    def cosines(self, vector: NDArray[np.float32], chunk_ids: Sequence[int]) -> list[float]:
        """Return the cosine of `vector` with each of those chunks, in their order."""
        # einsum, not a matrix product: a row's sum must not depend on how many rows there are (equal texts tie).
        cosines: list[float] = np.einsum("nd,d->n", self._catalog.vectors(chunk_ids), vector).tolist()
        return cosines

    def passages(self, scored: Sequence[tuple[int, float, float, float]]) -> list[Passage]:
        """Return passages ranked from 1 for (chunk id, score, cosine, BM25); see `Store.passages`."""
        return self._catalog.passages(scored)

    def behind(self, dater: str) -> list[str]:
        """Return the ids of the articles without datings by that version of the dater, earliest stored first."""
        return self._catalog.behind(dater)

    def put_datings(self, article: Article, datings: Sequence[Dating], *, dater: str) -> bool:
        """Replace an article's datings in one transaction; see `Store.put_datings`."""
        return self._catalog.put_datings(article, datings, dater=dater)

    def dated(self, first: date, last: date, *, filters: Filters) -> list[DatedSentence]:
        """Return the datings whose days all lie from `first` to `last`; see `Store.dated`."""
        return self._catalog.dated(first, last, filters=filters)

    def last_published(self) -> date | None:
        """Return the newest date of publication, None where no article has one."""
        return self._catalog.last_published()

    def n_undated(self, *, source: str | None = None) -> int:
        """Return how many articles have no date, of one source or of all."""
        return self._catalog.n_undated(source)

    def stats(self) -> Stats:
        """Return what the store holds; bytes are those of the folder."""
        with self._catalog.reading():
            meta, totals = self.meta, self._catalog.totals()
        n_bytes = sum(_n_bytes(self.folder / name) for name in _names_in(self.folder))
        return Stats(**totals, model_id=meta.model_id, dim=meta.dim, n_bytes=n_bytes)

    def check(self, *, repair: bool = False) -> list[Problem]:
        """Return what is wrong with database, lexical index and vector cache, and mend the two that can be derived."""
        return self._catalog.check(repair=repair) + self._vectors.check(repair=repair)

    def faulty_articles(self, *, chunker: str | None = None) -> dict[str, str]:
        """Return what is wrong with articles, by id; see `Store.faulty_articles`."""
        return self._catalog.faulty_articles(chunker=chunker)

    def refresh_cache(self) -> bool:
        """Write the vector cache to disk if it is behind; say whether it is up to date there now."""
        return self._vectors.save()

    def close(self) -> None:
        """Write the vector cache if this store was written to, and close the database; again does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            if self._has_written:
                self._vectors.save()
        finally:
            self._catalog.close()


def _require_folder(folder: Path) -> None:
    try:
        mode = folder.stat().st_mode
    except FileNotFoundError:
        return
    except OSError as exc:
        raise StorageError(f"Can't look into '{folder}': {exc.strerror}. Name another index with --index.") from exc
    if not stat.S_ISDIR(mode):
        raise IndexMissing(f"'{folder}' is a file; an index is a folder. Name another with --index.")


def _names_in(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError as exc:
        raise StorageError(f"Can't look into '{folder}': {exc.strerror}. Name another index with --index.") from exc


def _n_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # a log or temporary file of another process, gone since the folder was listed
        return 0
