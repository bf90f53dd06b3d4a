"""Dateline, through its own Python interface and with its default settings."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from eval.bench.peers.types import Asked, Models, Place, Reply
from index.types import Article
from qa.assistant import Assistant, open_library
from qa.config import default_of, load_settings
from qa.ranking import worth_reading


class Dateline:
    """Hybrid search, its reader's log-odds fused with the search's score, a calibrated confidence."""

    def __init__(self, models: Models, *, n_threads: int) -> None:
        # The models are the shipped ones, which it finds by itself; never refusing, and the default applied below.
        self._settings = load_settings(environ={}, min_confidence=0.0, n_threads=n_threads)
        self._assistant: Assistant | None = None

    def versions(self) -> dict[str, str]:
        """Return the versions of the packages that do the work."""
        return {name: version(name) for name in ("dateline-qa", "onnxruntime", "faiss-cpu", "torch")}

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Add the articles as `qa add` does."""
        settings = load_settings(environ={}, index=str(folder / "index"), n_threads=self._settings.n_threads)
        with open_library(settings, create=True, bulk=True) as library:
            for _ in library.add(articles):
                pass
            return library.stats().n_chunks

    def open(self, folder: Path) -> None:
        """Open the index, and load the reader."""
        settings = load_settings(
            environ={}, index=str(folder / "index"), min_confidence=0.0, n_threads=self._settings.n_threads
        )
        self._assistant = Assistant.from_settings(settings)

    def ask(self, question: Asked) -> Reply:
        """Ask; the first citation of the first position is the place."""
        if self._assistant is None:
            raise ValueError("no index is open")
        answer = self._assistant.ask(question.text, as_of=question.as_of)
        cited = answer.citations[0] if answer.citations else None
        return Reply(
            answer=answer.text,
            is_refused=answer.abstained or answer.confidence < default_of("min_confidence"),
            place=Place(cited.article.id, cited.span) if cited else None,
            is_place_given=cited is not None,
            passages=tuple(Place(p.article.id, p.chunk.span) for p in worth_reading(answer.nearest)),
        )
