"""What happens on a day or in a period, by the articles' own dates: found in the index, told once, cited.

The sentences were dated when their articles were added (`qa.dating`). Here those of one event are brought together:
the same date in sentences that share most of their words, as copies of a story do and reports of one agency's.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from index.errors import StorageError
from index.terms import query_terms
from index.types import DatedSentence, Filters
from qa.citing import cite_span
from qa.dates import asked_period, bounds
from qa.progress import with_progress
from qa.protocols import Retriever
from qa.types import Citation, Position, Question

logger = logging.getLogger(__name__)

# The share of right values among 115 dates drawn from real news: docs/dates.md.
EVENT_CONFIDENCE = 0.94

# Of the words of the shorter sentence: a copy that cuts a clause off keeps them all, two events of one day share few.
_LEAST_SHARED = 0.7
_LEAST_WORDS_COMPARED = 6
# Letters on either side of a sentence in which a topic may be named: the paragraph before, mostly.
_NEARBY = 300
_IN_SENTENCE, _IN_TITLE, _IN_CONTEXT = 3, 2, 1

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Event:
    """What articles say of one date in much the same words.

    Citations quote the date, the earliest published first; `n_sources` are the different stories among them.
    """

    value: str
    first: date
    last: date
    citations: tuple[Citation, ...]
    n_sources: int

    def __post_init__(self) -> None:
        if not self.citations or not 1 <= self.n_sources <= len(self.citations):
            raise ValueError(f"{self.n_sources} sources for {len(self.citations)} citations")

    @property
    def sentence(self) -> str:
        """What the first article says, verbatim."""
        return self.citations[0].sentence_text


def events(retriever: Retriever, period: str, *, filters: Filters, about: str = "") -> list[Event]:
    """Return what the articles say of a period, by first day, the most exact date and the most sources first.

    With `about`, only what has all of its words in the sentence, near it or in the title, the best match first.

    :param period: an EDTF date or interval.
    :raises ValueError: if `period` has no days on the calendar.
    """
    days = bounds(period)
    if days is None:
        raise ValueError(f"'{period}' is no period on the calendar")
    catch_up(retriever)
    found = retriever.dated(*days, filters=filters)
    told = [_event(same) for same in _merged(found)]
    told.sort(key=lambda event: (event.first, event.last, -event.n_sources))
    return _matching(told, about)


class Told(NamedTuple):
    """The days of which a question asks what happens, both included, and what does."""

    first: date
    last: date
    events: list[Event]


def asked_events(question: Question, retriever: Retriever) -> Told | None:
    """Return the events that a question asks for, None where it asks for something else.

    Those that fit its topic best come first, then those of most sources and the most exact date.

    Times without a year, and "last week", count from the question's `as_of`, else from the newest article.
    """
    asked = asked_period(question.standalone, today=lambda: question.as_of or retriever.last_published())
    days = bounds(asked.value) if asked else None
    if asked is None or days is None:
        return None
    told = events(retriever, asked.value, filters=question.filters)
    told.sort(key=lambda event: (-event.n_sources, event.last - event.first))
    return Told(*days, _matching(told, asked.about))


def position_of(event: Event) -> Position:
    """Return an event as an answer: the sentence is the quote, the date its value."""
    return Position(
        text=event.sentence,
        confidence=EVENT_CONFIDENCE,
        citations=tuple(cite_span(c.article, c.sentence, c.sentence) for c in event.citations),
        n_sources=event.n_sources,
        normalized=event.value,
    )


def catch_up(retriever: Retriever) -> None:
    """Find the dates in articles that were added before dates were kept, with a bar; what can't be done is logged."""
    behind = retriever.behind()
    if not behind:
        return
    try:
        for _ in with_progress(retriever.catch_up(behind), "Reading the dates in articles", total=len(behind)):
            pass
    except StorageError as error:
        logger.warning("The dates in %d articles are not known: %s", len(retriever.behind()), error)


def _event(same: Sequence[DatedSentence]) -> Event:
    each = {one.article.id: one for one in reversed(same)}  # a caption and its paragraph: the first stands for both
    told = sorted(each.values(), key=lambda one: (one.article.published or date.max, one.article.id))
    dating = told[0].dating
    return Event(
        value=dating.value,
        first=dating.first,
        last=dating.last,
        citations=tuple(cite_span(one.article, one.dating.span, one.dating.sentence) for one in told),
        n_sources=len({one.story for one in told}),
    )


def _merged(found: Iterable[DatedSentence]) -> list[list[DatedSentence]]:
    """Bring together what tells the same of the same date, in the order of the first of each."""
    groups: list[_Group] = []
    known: dict[tuple[str, ...], list[_Group]] = defaultdict(list)  # by date and run of words
    for one in found:
        words = _WORD.findall(one.dating.sentence.of(one.article.text).casefold())
        keys = {(one.dating.value, *run) for run in _runs(words)}
        rivals = (group for key in sorted(keys) for group in known.get(key, ()))
        same = next((group for group in rivals if _say_the_same(group.words, frozenset(words))), None)
        if same is None:
            same = _Group(frozenset(words), [])
            groups.append(same)
            for key in keys:
                known[key].append(same)
        same.sentences.append(one)
    return [group.sentences for group in groups]


class _Group(NamedTuple):
    """Sentences that tell the same; `words` are those of the first."""

    words: frozenset[str]
    sentences: list[DatedSentence]


def _runs(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the runs of three words: who tells the same has one in common, and few others need be compared."""
    yield from zip(words, words[1:], words[2:], strict=False)
    if len(words) < 3:
        yield tuple(words)


def _say_the_same(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller = min(len(one), len(other))
    if smaller < _LEAST_WORDS_COMPARED:
        return one == other
    return len(one & other) >= _LEAST_SHARED * smaller


def _matching(told: list[Event], about: str) -> list[Event]:
    """Return the events that fit a topic, the best match first, else in their order; all of them without a topic."""
    terms = query_terms(about)
    if not terms:
        return told
    matches = [(event, _match(event, terms)) for event in told]
    return [event for event, score in sorted(matches, key=lambda match: -match[1]) if score]


def _match(event: Event, terms: Sequence[str]) -> int:
    """Return how well an event fits a topic: 0 unless all its words are there, more the nearer to the sentence."""
    return max(_match_of(citation, terms) for citation in event.citations)


def _match_of(citation: Citation, terms: Sequence[str]) -> int:
    article, sentence = citation.article, citation.sentence
    context = article.text[max(0, sentence.start - _NEARBY) : sentence.end + _NEARBY]
    places = ((citation.sentence_text, _IN_SENTENCE), (article.title or "", _IN_TITLE), (context, _IN_CONTEXT))
    scores = [max((weight for text, weight in places if _names(text, term)), default=0) for term in terms]
    return sum(scores) if all(scores) else 0


def _names(text: str, term: str) -> bool:
    """Say whether a text has a word that begins like `term`: "Ukraine" is named by "Ukrainian", "votes" by "vote"."""
    stem = term[:-1] if len(term) > 5 else term
    return re.search(rf"\b{re.escape(stem)}", text, re.IGNORECASE) is not None
