"""What the index expects of its parts; anything that has these methods fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.types import Article, Chunk, Filters, Outcome, Passage, Stats


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


class Store(Protocol):
    """Keeps articles with their chunks and vectors, and finds chunks by vector or by words."""

    def put(self, article: Article, chunks: Sequence[Chunk], vectors: NDArray[np.float32], *, story: str) -> Outcome:
        """Add or replace an article in one transaction: all of it is there afterwards, or nothing changed.

        :raises ValueError: if `vectors` is not `(len(chunks), dim)`.
        :raises StorageError: if the disk refuses.
        """

    def remove(self, article_id: str) -> None:
        """Remove an article with all that belongs to it, in one transaction.

        :raises UnknownArticle: if there is none of that id.
        """

    def holding(self, content_hash: str) -> str | None:
        """Return the id of an article of that content hash, None where there is none."""

    def article(self, article_id: str) -> Article:
        """Return an article.

        :raises UnknownArticle: if there is none of that id.
        """

    def articles(self) -> Iterator[Article]:
        """Yield all articles, newest publication first, those without a date last, ties by id."""

    def search_dense(self, vector: NDArray[np.float32], *, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Return the `k` chunks of highest cosine with `vector`, shape `(dim,)`: (chunk id, cosine), best first."""

    def search_lexical(self, query: str, *, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Return the `k` chunks of highest BM25 for the words of `query`: (chunk id, score > 0), best first."""

    def cosines(self, vector: NDArray[np.float32], chunk_ids: Sequence[int]) -> list[float]:
        """Return the cosine of `vector` with each of those chunks, in their order."""

    def passages(self, scored: Sequence[tuple[int, float, float, float]]) -> list[Passage]:
        """Return passages ranked from 1 for (chunk id, score, cosine, BM25), in the order given."""

    def stats(self) -> Stats:
        """Return what the store holds."""
