"""Question in, cited answer out: the pipeline."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from index.embedding import load_embedder
from index.errors import DatelineError
from index.library import LazyEmbedder, Library
from index.types import Passage
from qa.citing import cite
from qa.confidence import Calibration, features_of
from qa.config import Settings, load_settings
from qa.conversation import rewrite
from qa.listing import items_among
from qa.overview import survey
from qa.positions import LEAST_LOG_ODDS, Support, merge
from qa.protocols import Reader, Retriever
from qa.question_forms import form_of, topic_of
from qa.ranking import fuse, worth_reading
from qa.reading import SHIPPED_READER, load_reader, shipped_reader_path
from qa.retrieving import retrieve
from qa.session import Conversation
from qa.types import Answer, Form, Position, Question, Reason, Turn
from qa.yes_no import settling, verdict_with_positions

logger = logging.getLogger(__name__)

_MOST_POSITIONS = 5
_MOST_ITEMS = 10
# Another answer is no rival of one that has e^4, over fifty, times its odds.
_GREATEST_LAG = 4.0


class Assistant:
    """Answers questions from indexed articles, with citations, or abstains."""

    def __init__(self, retriever: Retriever, reader: Reader, *, calibration: Calibration, settings: Settings) -> None:
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

    def answer(self, question: Question) -> Answer:
        """Understand, retrieve, read, merge equal answers, weigh them; cite the ones that stand, or abstain."""
        clock = _Clock()
        with clock.timing("understand"):
            question = in_its_history(question)
            form = form_of(question.standalone)
        if form is Form.OVERVIEW:
            return self._surveyed(question, clock)
        with clock.timing("retrieve"):
            passages = retrieve(question, self.retriever, k=self.settings.k)
        if form is Form.YES_NO:
            return self._settled(question, passages, clock)
        with clock.timing("read"):
            candidates = self.reader.read(question.standalone, worth_reading(passages)) if passages else []
        with clock.timing("decide"):
            if form is Form.LIST:
                candidates = items_among(candidates, question.standalone)
            weighed = self._weighed(merge(fuse(candidates), question=question.standalone), form)
            reason = self._reason_to_abstain(passages, weighed)
            positions = () if reason else self._positions(weighed, form)
        return Answer(
            question=question,
            confidence=weighed[0].confidence if weighed else 0.0,
            positions=positions,
            reason=reason,
            nearest=tuple(passages),
            n_undated_left_out=self._n_undated_left_out(question),
            timings_ms=clock.timings_ms(),
            form=form,
        )

    def _settled(self, question: Question, passages: Sequence[Passage], clock: _Clock) -> Answer:
        """Answer a yes/no question by the sentences that settle it."""
        with clock.timing("read"):
            verdict, confidence, positions = verdict_with_positions(
                settling(question.standalone, passages), min_confidence=self.settings.min_confidence
            )
        return Answer(
            question=question,
            confidence=confidence,
            positions=positions,
            reason=None if positions else Reason.LOW_CONFIDENCE if passages else Reason.NO_PASSAGES,
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

    def _weighed(self, supports: Sequence[Support], form: Form = Form.FACT) -> list[_Weighed]:
        """Return the answers of most evidence with their confidence, the most probable first.

        The items of a list are rivals by half: what is believed less than another may be of the list as well, or not.
        """
        weighed = [
            _Weighed(supports[at], self.calibration.probability(features_of(supports, at)))
            for at in range(min(len(supports), _MOST_ITEMS if form is Form.LIST else _MOST_POSITIONS))
        ]
        if form is Form.LIST:
            alone = [self.calibration.probability(features_of([support], 0)) for support, _ in weighed]
            weighed = [_Weighed(w.support, (w.confidence + own) / 2) for w, own in zip(weighed, alone, strict=True)]
        return sorted(weighed, key=lambda answer: (-answer.confidence, -answer.support.evidence))

    def _reason_to_abstain(self, passages: Sequence[Passage], weighed: Sequence[_Weighed]) -> Reason | None:
        if not passages:
            return Reason.NO_PASSAGES
        if not weighed:
            return Reason.NO_EVIDENCE
        return Reason.LOW_CONFIDENCE if weighed[0].confidence < self.settings.min_confidence else None

    def _positions(self, weighed: Sequence[_Weighed], form: Form = Form.FACT) -> tuple[Position, ...]:
        """Return the best answer, and the others that the articles support about as well, or the items of a list."""
        best, *others = weighed
        lag = math.inf if form is Form.LIST else _GREATEST_LAG
        floor = max(LEAST_LOG_ODDS, best.support.evidence - lag)
        rivals = [
            other
            for other in others
            if other.support.evidence > floor and other.confidence >= self.settings.min_confidence
        ]
        return tuple(_position(answer) for answer in (best, *rivals))

    def _n_undated_left_out(self, question: Question) -> int:
        dated = question.filters.since or question.filters.until
        return self.retriever.n_undated(source=question.source) if dated else 0


def in_its_history(question: Question) -> Question:
    """Return the question with its standalone form; unchanged where that is given, or there is no history."""
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


class _Weighed(NamedTuple):
    """An answer with the probability that it is right."""

    support: Support
    confidence: float


def _position(answer: _Weighed) -> Position:
    support = answer.support
    return Position(
        text=support.best.text,
        confidence=answer.confidence,
        citations=tuple(cite(candidate) for candidate in support.candidates),
        n_sources=support.n_stories,
        normalized=support.value,
    )


def open_library(settings: Settings, *, create: bool = False, bulk: bool = False) -> Library:
    """Open the index that the settings name; its embedder is loaded when it is first needed.

    :param bulk: choose the embedder for many articles rather than for a question.
    """
    embedder = LazyEmbedder(
        settings.embedder, lambda: load_embedder(settings.embedder, bulk=bulk, n_threads=settings.n_threads)
    )
    return Library.open(settings.index, embedder=embedder, create=create)


class _Clock:
    """Adds up the milliseconds of each stage."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._stages: dict[str, float] = {}

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self._stages[stage] = (time.perf_counter() - started) * 1000

    def timings_ms(self) -> dict[str, float]:
        total = (time.perf_counter() - self._started) * 1000
        return {stage: round(ms, 2) for stage, ms in {**self._stages, "total": total}.items()}
