"""Question in, cited answer out: the pipeline."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from index.embedding import load_embedder
from index.errors import DatelineError
from index.library import LazyEmbedder, Library
from index.types import Passage
from qa.citing import cite
from qa.confidence import Calibration, Weighed
from qa.config import Settings, load_settings
from qa.constraints import constraints_of, narrowed, without_constraints
from qa.conversation import rewrite
from qa.dating import EventDater
from qa.events import EVENT_CONFIDENCE, Told, asked_events, position_of
from qa.forms.asked import form_of, topic_of
from qa.forms.overview import survey
from qa.forms.yes_no import settling, verdict_with_positions
from qa.keeping import keep, of_their_time
from qa.protocols import Reader, Retriever
from qa.ranking import each_once, fuse, worth_reading
from qa.reading import SHIPPED_READER, load_reader, shipped_reader_path
from qa.retrieving import retrieve
from qa.session import Conversation
from qa.standing import MOST_POSITIONS, items, may_change, standing, supersedes
from qa.types import Answer, Candidate, Constraint, Form, Position, Question, Reason, Turn, Underway

logger = logging.getLogger(__name__)

# A question is bent to the day of an event only where that day is beyond doubt.
_SURE_OF_EVENT = 0.7


class Assistant:
    """Answers questions from indexed articles, with citations, or abstains."""

    def __init__(
        self,
        retriever: Retriever,
        reader: Reader,
        *,
        calibration: Calibration,
        settings: Settings,
    ) -> None:
        self.retriever = retriever
        self.reader = reader
        self.calibration = calibration
        self.settings = settings

    @classmethod
    def open(cls, index: str | Path | None = None, **settings: Any) -> Assistant:
        """Open an index and load the reader; the embedder follows with the first question. Settings as in `qa.config`.

        :raises IndexMissing: if there is no index there.
        :raises IndexMismatch: if the index was built by another embedder.
        :raises ModelError: if a model can't be loaded.
        :raises ConfigError: if a setting has no legal value.
        """
        return cls.from_settings(load_settings(index=None if index is None else str(index), **settings))

    @classmethod
    def from_settings(cls, settings: Settings) -> Assistant:
        """Open what the settings name: the index first, since it is cheap and most often the one missing."""
        library = open_library(settings)
        try:
            reader = load_reader(settings.reader, n_threads=settings.n_threads)
            calibration = Calibration.load(shipped_reader_path())
            if settings.reader != SHIPPED_READER:
                logger.warning(
                    "The confidence was fitted for the shipped reader; with '%s' it is a guess.", settings.reader
                )
        except DatelineError:
            library.close()
            raise
        return cls(library, reader, calibration=calibration, settings=settings)

    def close(self) -> None:
        """Close the index; asking is over."""
        self.retriever.close()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        as_of: date | None = None,
        since: date | None = None,
        until: date | None = None,
        source: str | None = None,
    ) -> Answer:
        """Return the best-supported answer with its citations; abstain below `settings.min_confidence`.

        :raises ValueError: if the question is empty, or `since` lies after `until`.
        """
        return self.answer(Question(question, tuple(history), as_of, since, until, source))

    def conversation(
        self,
        *,
        as_of: date | None = None,
        since: date | None = None,
        until: date | None = None,
        source: str | None = None,
    ) -> Conversation:
        """Return a conversation, whose questions may go on about the ones before: "And when was it signed?"."""
        return Conversation(self, as_of=as_of, since=since, until=until, source=source)

    def answer(self, question: Question, *, on_the_way: Callable[[Underway], None] | None = None) -> Answer:
        """Understand the question, and answer it in the form that it asks for; cite what stands, or abstain.

        :param on_the_way: is told how the question was understood, and then which passages were found for it.
        """
        tell = on_the_way or (lambda _: None)
        clock = _Clock()
        with clock.timing("understand"):
            question = in_its_history(question)
            form = form_of(question.standalone)
            tell(Underway(question, form))
            told = asked_events(question, self.retriever)
        if told is not None:
            return self._told_by_date(question, told, clock)
        if form is Form.OVERVIEW:
            return self._surveyed(question, clock)
        with clock.timing("understand"):
            constraints = self._constraints(question)
        with clock.timing("retrieve"):
            passages = self._search(question, constraints)
            tell(Underway(question, form, tuple(passages)))
        if form is Form.YES_NO:
            return self._settled(question, passages, constraints, clock)
        return self._found(question, passages, constraints, form, clock)

    def _found(
        self,
        question: Question,
        passages: Sequence[Passage],
        constraints: tuple[Constraint, ...],
        form: Form,
        clock: _Clock,
    ) -> Answer:
        """Read the passages, merge equal answers, weigh them; cite the ones that stand, or abstain."""
        with clock.timing("read"):
            candidates = self._read(question.standalone, question, passages)
            rest = without_constraints(question.standalone, constraints)
            of_rest = self._read(rest, question, passages) if rest != question.standalone else []
        with clock.timing("decide"):
            candidates = keep(candidates, constraints, of_rest=of_rest)
            if form is Form.LIST:
                answers = self._items(question, candidates)
            else:
                answers = self._standing(question, passages, candidates, constraints)
            reason = self._reason_to_abstain(passages, answers)
        return Answer(
            question=question,
            confidence=answers[0].confidence_alone if answers else 0.0,
            positions=() if reason else _positions(answers, question, form),
            reason=reason,
            constraints=constraints,
            nearest=tuple(passages),
            n_undated_left_out=self._n_undated_left_out(question),
            timings_ms=clock.timings_ms(),
            form=form,
        )

    def _told_by_date(self, question: Question, told: Told, clock: _Clock) -> Answer:
        """Answer "What happened on 23 December 2020?" with what the articles say of that day, the most told first."""
        confidence = EVENT_CONFIDENCE if told.events else 0.0
        reason = None if told.events else Reason.NO_EVIDENCE
        named = [c for c in constraints_of(question.standalone, asked_on=self._asked_on(question)) if c.first or c.last]
        if told.events and confidence < self.settings.min_confidence:
            reason = Reason.LOW_CONFIDENCE
        return Answer(
            question=question,
            confidence=confidence,
            positions=() if reason else tuple(position_of(event) for event in told.events[:MOST_POSITIONS]),
            reason=reason,
            constraints=tuple(replace(constraint, first=told.first, last=told.last) for constraint in named[:1]),
            n_undated_left_out=self._n_undated_left_out(question),
            timings_ms=clock.timings_ms(),
            form=Form.EVENTS,
        )

    def _settled(
        self, question: Question, passages: Sequence[Passage], constraints: tuple[Constraint, ...], clock: _Clock
    ) -> Answer:
        """Answer a yes/no question by the sentences that settle it."""
        with clock.timing("read"):
            verdict, confidence, positions = verdict_with_positions(
                settling(without_constraints(question.standalone, constraints), of_their_time(passages, constraints)),
                min_confidence=self.settings.min_confidence,
            )
        return Answer(
            question=question,
            confidence=confidence,
            positions=positions,
            reason=None if positions else Reason.LOW_CONFIDENCE if passages else Reason.NO_PASSAGES,
            constraints=constraints,
            nearest=tuple(passages),
            n_undated_left_out=self._n_undated_left_out(question),
            timings_ms=clock.timings_ms(),
            form=Form.YES_NO,
            verdict=verdict,
        )

    def _surveyed(self, question: Question, clock: _Clock) -> Answer:
        """Answer what the articles have about a topic: how many there are, and their central sentences."""
        with clock.timing("survey"):
            overview, positions, passages = survey(
                topic_of(question.standalone), self.retriever, filters=question.filters
            )
        return Answer(
            question=question,
            confidence=1.0,  # counted, not inferred
            positions=positions,
            reason=None if positions else Reason.NO_EVIDENCE if passages else Reason.NO_PASSAGES,
            nearest=passages[: self.settings.k],
            n_undated_left_out=self._n_undated_left_out(question),
            timings_ms=clock.timings_ms(),
            form=Form.OVERVIEW,
            overview=overview,
        )

    def _constraints(self, question: Question) -> tuple[Constraint, ...]:
        asked_on = self._asked_on(question)
        return constraints_of(
            question.standalone, asked_on=asked_on, day_of=lambda event: self._day_of(event, question)
        )

    def _asked_on(self, question: Question) -> date:
        return question.as_of or self.retriever.last_published() or date.today()

    def _day_of(self, event: str, question: Question) -> str | None:
        """Return when something was or will be, as the articles have it; None where they don't say."""
        asked = replace(question, text=f"When was {event}?", standalone=f"When was {event}?", history=())
        passages = self._search(asked, ())
        answers = self._standing(asked, passages, self._read(asked.standalone, asked, passages), ())
        is_sure = answers and answers[0].confidence_alone >= _SURE_OF_EVENT
        return answers[0].support.value if is_sure else None

    def _search(self, question: Question, constraints: Sequence[Constraint]) -> list[Passage]:
        """Return the passages nearest to the question, and those of the time that it names, best first."""
        found = retrieve(question, self.retriever, k=self.settings.k)
        period = narrowed(question.filters, constraints)
        if period is None:
            return found
        rest = without_constraints(question.standalone, constraints)
        return each_once([*found, *self.retriever.search(rest, k=self.settings.k, filters=period)])

    def _read(self, text: str, question: Question, passages: Sequence[Passage]) -> list[Candidate]:
        read = self.reader.read(text, worth_reading(passages)) if passages else []
        return fuse(read, asked_on=question.as_of or date.today())

    def _standing(
        self,
        question: Question,
        passages: Sequence[Passage],
        candidates: Sequence[Candidate],
        constraints: Sequence[Constraint],
    ) -> list[Weighed]:
        return standing(question.standalone, passages, candidates, constraints, calibration=self.calibration)

    def _items(self, question: Question, candidates: Sequence[Candidate]) -> list[Weighed]:
        least = self.settings.min_confidence
        return items(question.standalone, candidates, calibration=self.calibration, min_confidence=least)

    def _reason_to_abstain(self, passages: Sequence[Passage], answers: Sequence[Weighed]) -> Reason | None:
        if not passages:
            return Reason.NO_PASSAGES
        if not answers:
            return Reason.NO_EVIDENCE
        return Reason.LOW_CONFIDENCE if answers[0].confidence_alone < self.settings.min_confidence else None

    def _n_undated_left_out(self, question: Question) -> int:
        dated = question.filters.since or question.filters.until
        return self.retriever.n_undated(source=question.source) if dated else 0


def in_its_history(question: Question) -> Question:
    """Return a question that reads on its own, as far as its history tells; itself where there is no history."""
    if not question.history or question.standalone != question.text:
        return question
    rewritten = rewrite(question.text, question.history)
    return replace(
        question,
        standalone=rewritten.standalone,
        expanded=rewritten.expanded,
        added=rewritten.added,
        signals=rewritten.signals,
    )


def _positions(answers: Sequence[Weighed], question: Question, form: Form) -> tuple[Position, ...]:
    lead, *others = answers
    changes = form is not Form.LIST and may_change(question.standalone)
    return (
        _position(lead, confidence=lead.confidence_alone),
        *(
            _position(other, confidence=other.confidence, is_superseded=changes and supersedes(lead, other))
            for other in others
        ),
    )


def _position(answer: Weighed, *, confidence: float, is_superseded: bool = False) -> Position:
    support = answer.support
    return Position(
        text=support.best.text,
        confidence=confidence,
        citations=tuple(cite(candidate) for candidate in support.candidates),
        n_sources=support.n_stories,
        normalized=support.value,
        is_superseded=is_superseded,
    )


def open_library(settings: Settings, *, create: bool = False, bulk: bool = False) -> Library:
    """Open the index that the settings name; its embedder is loaded when it is first needed.

    :param bulk: choose the embedder for many articles rather than for a question.
    """
    embedder = LazyEmbedder(
        settings.embedder, lambda: load_embedder(settings.embedder, bulk=bulk, n_threads=settings.n_threads)
    )
    return Library.open(settings.index, embedder=embedder, create=create, dater=EventDater())


class _Clock:
    """Adds up the milliseconds of each stage."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._stages: dict[str, float] = {}

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self._stages[stage] = self._stages.get(stage, 0.0) + (time.perf_counter() - started) * 1000

    def timings_ms(self) -> dict[str, float]:
        total = (time.perf_counter() - self._started) * 1000
        return {stage: round(ms, 2) for stage, ms in {**self._stages, "total": total}.items()}
