"""What the faces share: one assistant with its library, and the desks at which its work is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from index.library import Library
from index.loading import load_records
from index.types import Addition, Article, Filters, Passage, Stats
from qa.assistant import Assistant
from qa.examples import example_questions
from qa.server.desk import Desk
from qa.server.measuring import Metrics
from qa.server.policy import Policy
from qa.types import Answer, Question, Underway

_N_READERS = 4  # threads that only look articles up
_SOMETHING = "What happened?"


@dataclass(frozen=True, slots=True)
class Examples:
    """Questions that these articles answer, and what the collection holds."""

    questions: tuple[str, ...]
    held: Stats


class Service:
    """Answers, finds, adds and removes; every method may be called from the event loop."""

    def __init__(self, assistant: Assistant, library: Library, *, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self.metrics = Metrics()
        self.is_closing = False
        self._assistant = assistant
        self._library = library
        policy = self.policy
        self._asking = Desk(
            "asking", n_workers=policy.n_workers, n_waiting=policy.n_waiting, limit_s=policy.answer_limit_s
        )
        self._reading = Desk("reading", n_workers=_N_READERS, n_waiting=policy.n_waiting, limit_s=policy.answer_limit_s)
        self._writing = Desk("writing", n_workers=1, n_waiting=policy.n_waiting, limit_s=policy.add_limit_s)
        self._examples: Examples | None = None

    @property
    def n_inside(self) -> int:
        """How many questions are being read or wait."""
        return self._asking.n_inside

    def warm_up(self) -> None:
        """Load what is loaded with the first question, so that it isn't the first one asking who waits."""
        self._assistant.ask(_SOMETHING)

    def close(self) -> None:
        """Finish what was begun; then nothing more is taken."""
        self.is_closing = True
        for desk in (self._asking, self._reading, self._writing):
            desk.close()

    async def answer(
        self,
        question: Question,
        *,
        k: int | None = None,
        min_confidence: float | None = None,
        on_the_way: Callable[[Underway], None] | None = None,
    ) -> Answer:
        """Answer a question, with settings of its own where they are given; `on_the_way` is called on a thread."""
        assistant = self._with_settings(k, min_confidence)
        answer = await self._asking.do(lambda: assistant.answer(question, on_the_way=on_the_way))
        self.metrics.count_answer(answer)
        return answer

    async def search(self, query: str, *, k: int, filters: Filters) -> list[Passage]:
        """Return the passages nearest to a query."""
        return await self._asking.do(lambda: self._library.search(query, k=k, filters=filters))

    async def article(self, article_id: str) -> Article:
        """Return the article of exactly that id.

        :raises UnknownArticle: if there is none.
        """
        return await self._reading.do(lambda: self._library.store.article(article_id))

    async def off_the_loop(self, work: Callable[[], str]) -> str:
        """Return what `work` returns, done where articles are looked up."""
        return await self._reading.do(work)

    async def articles(self, *, offset: int, limit: int) -> list[Article]:
        """Return a page of the articles, newest first."""
        return await self._reading.do(lambda: list(islice(self._library.articles(offset=offset), limit)))

    async def stats(self) -> Stats:
        """Return what the index holds now."""
        return await self._reading.do(self._library.stats)

    async def add(self, records: Sequence[object]) -> list[Addition]:
        """Add articles as JSON lines have them; each is on the disk when this returns."""
        return await self._writing.do(lambda: list(self._library.add(load_records(records))))

    async def remove(self, article_id: str) -> None:
        """Remove an article.

        :raises UnknownArticle: if there is none of that id.
        """
        await self._writing.do(lambda: self._library.remove(article_id))

    async def examples(self) -> Examples:
        """Return example questions; they are made anew when the collection has changed."""
        held = await self.stats()
        if self._examples is None or self._examples.held != held:
            self._examples = await self._asking.do(lambda: Examples(example_questions(self._assistant), held))
        return self._examples

    def _with_settings(self, k: int | None, min_confidence: float | None) -> Assistant:
        of = self._assistant
        settings = replace(
            of.settings,
            k=of.settings.k if k is None else k,
            min_confidence=of.settings.min_confidence if min_confidence is None else min_confidence,
        )
        return Assistant(of.retriever, of.reader, calibration=of.calibration, settings=settings)
