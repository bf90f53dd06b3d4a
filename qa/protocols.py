"""What answering expects of its parts; anything that has these methods fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from index.types import Article, DatedSentence, Filters, Passage, Stats
    from qa.types import Candidate


class Retriever(Protocol):
    """Finds passages; `index.library.Library` is one."""

    def search(self, query: str, *, k: int, filters: Filters) -> list[Passage]:
        """Return the `k` best passages for `query`, best first, ranked from 1."""

    def dated(self, first: date, last: date, *, filters: Filters) -> list[DatedSentence]:
        """Return the sentences that tell of days from `first` to `last`, by first day, the shorter time before."""

    def behind(self) -> list[str]:
        """Return the ids of the articles whose dates aren't known yet."""

    def catch_up(self, article_ids: Iterable[str]) -> Iterator[str]:
        """Find the dates in those articles, one by one; yield the ids as they are done."""

    def last_published(self) -> date | None:
        """Return the newest date of publication, None where no article has one."""

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


class GroupReader(Reader, Protocol):
    """A reader that reads for several questions as cheaply as for one after the other, or more so."""

    def read_many(self, asked: Sequence[tuple[str, Sequence[Passage]]]) -> list[list[Candidate]]:
        """Return what `read` does for each question with its passages, in their order."""
