"""What the index expects of its parts; anything that has these methods fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from index.types import Article, Chunk, DatedSentence, Dating, Filters, Outcome, Passage, Problem, Stats


class Embedder(Protocol):
    """Turns texts into vectors."""

    @property
    def model_id(self) -> str:
        """Name of the model, written into the index: equal names give comparable vectors."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return `(len(texts), dim)` float32, rows of unit length, in the order of `texts`."""


class Dater(Protocol):
    """Finds the sentences of an article that tell a date."""

    @property
    def version(self) -> str:
        """Written into the index: raise it whenever the same article may yield other datings."""

    def datings(self, article: Article, chunks: Sequence[Chunk]) -> list[Dating]:
        """Return the datings of `article` in the order of its text; what no chunk holds is not the article's."""


class Store(Protocol):
    """Keeps articles with their chunks, vectors and datings, and finds chunks by vector or by words.

    Every method may be called from any thread. Chunk ids are positive and never given twice.
    """

    @property
    def model_id(self) -> str:
        """Name of the model that made the vectors."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

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
        """Add or replace an article in one transaction: all of it is there afterwards, or nothing changed.

        `UNCHANGED`, and nothing is written, where this id already has this content, or where the id is new and
        another article has this content. The store also finds the article's story (see `index.duplicates`).

        :param chunker: version of the chunker that made `chunks`.
        :param even_unchanged: write even so: a repair of what hangs on the article.
        :param dater: version of what made `datings`; None where nothing did, so that the article is still `behind`.
        :raises ValueError: if `vectors` is not `(len(chunks), dim)` with rows of unit length, or there are no chunks.
        :raises ArticleError: if the text is not valid Unicode.
        :raises StorageError: if the disk refuses.
        """

    def remove(self, article_id: str) -> None:
        """Remove an article with all that belongs to it, in one transaction.

        :raises UnknownArticle: if there is none of that id.
        """

    def reading(self) -> AbstractContextManager[object]:
        """Give what this thread reads inside the `with` as of one moment, whatever others write meanwhile."""

    def holding(self, content_hash: str) -> list[str]:
        """Return the ids of the articles of that content hash, earliest stored first."""

    def matching(self, reference: str) -> list[str]:
        """Return the ids of articles whose id begins, or whose path is or ends, with `reference`, in order of id."""

    def article(self, article_id: str) -> Article:
        """Return an article.

        :raises UnknownArticle: if there is none of that id.
        """

    def articles(self, *, offset: int = 0) -> Iterator[Article]:
        """Yield all articles, newest publication first, those without a date last, ties by id.

        :param offset: leave out so many of the first; it costs next to nothing.
        """

    def chunks(self, article_id: str) -> list[Chunk]:
        """Return the chunks of an article in the order of its text; none for an unknown article."""

    def search_dense(self, vector: NDArray[np.float32], *, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Return the `k` chunks of highest cosine with `vector`, shape `(dim,)`: (chunk id, cosine), best first.

        Equal cosines are ordered by chunk id, also at the cut.
        """

    def search_lexical(self, query: str, *, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Return the `k` chunks of highest BM25 for the words of `query`: (chunk id, score > 0), best first.

        Any string will do; ties are ordered by chunk id, also at the cut.
        """

    def cosines(self, vector: NDArray[np.float32], chunk_ids: Sequence[int]) -> list[float]:
        """Return the cosine of `vector` with each of those chunks, which are distinct, in their order.

        :raises ValueError: if there is no such chunk; search and ask within one `reading()`.
        """

    def passages(self, scored: Sequence[tuple[int, float, float, float]]) -> list[Passage]:
        """Return passages ranked from 1 for (chunk id, score, cosine, BM25), in the order given.

        A chunk that is gone is left out, and the ranks close up.
        """

    def behind(self, dater: str) -> list[str]:
        """Return the ids of the articles without datings by that version of the dater, earliest stored first."""

    def put_datings(self, article: Article, datings: Sequence[Dating], *, dater: str) -> bool:
        """Replace an article's datings in one transaction; say whether it was still there, with that content.

        :raises StorageError: if the disk refuses.
        """

    def dated(self, first: date, last: date, *, filters: Filters) -> list[DatedSentence]:
        """Return the datings whose days all lie from `first` to `last`, by first day, the shorter time before.

        Ties are ordered by date of publication, then by article and place in its text.
        """

    def last_published(self) -> date | None:
        """Return the newest date of publication, None where no article has one."""

    def n_undated(self, *, source: str | None = None) -> int:
        """Return how many articles have no date, of one source or of all."""

    def stats(self) -> Stats:
        """Return what the store holds."""

    def check(self, *, repair: bool = False) -> list[Problem]:
        """Return what is wrong with what the store can derive or verify by itself, and mend what it can."""

    def faulty_articles(self, *, chunker: str | None = None) -> dict[str, str]:
        """Return what is wrong with articles, by id: altered text, a chunk that is not verbatim, a bad vector.

        :param chunker: the version in use; an article cut by another counts as faulty.
        """

    def refresh_cache(self) -> bool:
        """Bring to disk what searches would else derive again; say whether it is up to date there now."""

    def close(self) -> None:
        """Bring caches to disk and let go of files; a second call does nothing."""
