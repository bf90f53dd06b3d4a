"""What is asked of every system, and what it replies. Standard library only: any system's interpreter can import it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from index.types import Article, Span


@dataclass(frozen=True, slots=True)
class Asked:
    """A question; with `as_of` it may be answered from articles published until that day only."""

    id: str
    text: str
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an article's text."""

    article_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system says: its best answer, even one that it would by its own defaults withhold (`is_refused`).

    `answer` is None where it has none at all. `place` is where the answer stands; `is_place_given` is False where the
    system doesn't say, and the answer's text was searched for in the passage that it names. `passages` are the ones
    that its reader was given.
    """

    answer: str | None
    is_refused: bool
    place: Place | None
    is_place_given: bool
    passages: tuple[Place, ...]

    def __post_init__(self) -> None:
        if self.answer == "" or (self.answer is None and self.place is not None):
            raise ValueError(f"answer {self.answer!r} at {self.place}")


@dataclass(frozen=True, slots=True)
class Models:
    """The folders of the weights that all systems use."""

    embedder: Path
    reader: Path


class Peer(Protocol):
    """A question-answering system, as its documentation says to use it. Loads its models when they are first needed."""

    def __init__(self, models: Models, *, n_threads: int) -> None: ...

    def versions(self) -> Mapping[str, str]:
        """Return the versions of the packages that do the work."""

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Index the articles and leave the index in `folder`, which is empty; return the number of passages."""

    def open(self, folder: Path) -> None:
        """Open an index that `index` left."""

    def ask(self, question: Asked) -> Reply:
        """Answer a question from the open index."""
