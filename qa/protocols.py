"""What answering expects of its parts; anything that has these methods fits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from index.types import Article, Filters, Passage, Stats
    from qa.types import Candidate


class Retriever(Protocol):
    """Finds passages; `index.library.Library` is one."""

    def search(self, query: str, *, k: int, filters: Filters) -> list[Passage]:
        """Return the `k` best passages for `query`, best first, ranked from 1."""

    def mentioning(self, topic: str, *, most: int, filters: Filters) -> list[Passage]:
        """Return the passages, at most `most`, that hold each word of `topic`, newest first."""

    def articles(self) -> Iterator[Article]:
        """Yield all articles, newest publication first."""

    def n_undated(self, *, source: str | None = None) -> int:
        """Return how many articles have no date, of one source or of all."""

    def stats(self) -> Stats:
        """Return what the index holds."""

    def close(self) -> None:
        """Let go of files and connections."""


class Reader(Protocol):
    """Proposes spans of passages as answers."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Candidate]:
        """Return the candidates of all passages, highest score first; a passage may give none or several."""
