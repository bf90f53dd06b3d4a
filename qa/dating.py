"""Article -> the sentences that tell a date, which the index keeps so that they are found by it (`qa.events`)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from index.sentences import sentence_spans
from index.types import Article, Chunk, Dating, Span
from qa.dates import TimeMention, bounds, find_times, is_dateline

# "The 19th century" is no date of an event; a year, a season and the past twelve months are.
_LONGEST = timedelta(days=366)
# Fewer words beside the date make a date line, a credit or a table: "Published: 20 January 2021".
_LEAST_WORDS = 4
_LEAST_LOWER_CASE_WORDS = 2  # headlines have some, "Jane Roe, Chief Reporter, The Ledger, 5 May 2021" has none
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
# What the page says of itself, not of the world.
_STAMP = re.compile(
    r"[\W_]*(?:(?:first|last|originally|article|story|page|this\s\w+\s(?:was|has\sbeen))\s)*"
    r"(?:published|updated|posted|modified|created|accessed|retrieved|revised|filed|copyright|date|by\s[A-Z]\w+)\b"
    r"(?=[:\s]{1,3}(?:on|at|by|in|from|:|\W|\d|[A-Z]))",
    re.IGNORECASE,
)
_NEWSLETTER = re.compile(
    r"\W*(?:(?:I|We)(?:['’]ll|\swill)\s(?:be\sback|see\syou)|check\sback|stay\stuned|sign\sup|subscribe|click"
    r"|tune\sin|(?:read|follow|see|watch|listen\sto)\s(?:our|more|all|live|along|the\slatest)\b)",
    re.IGNORECASE,
)


class EventDater:
    """Finds what an article says of certain days; an `index.protocols.Dater`."""

    version = "1"

    def datings(self, article: Article, chunks: Sequence[Chunk]) -> list[Dating]:
        """Return one dating for each date in each sentence, in the order of the text.

        Left out are times without days on the calendar (durations, ages, times of day), those told roughly ("two weeks
        ago") or longer than a year, and what tells of the page rather than the world: datelines, stamps, furniture.
        """
        times = [time for time in find_times(article.text, published=article.published) if _is_of_days(time)]
        if not times:
            return []
        found: dict[tuple[Span, str], Dating] = {}
        for time, sentence in _in_sentences(article.text, times, [chunk.span for chunk in chunks]):
            days = bounds(time.value or "")
            if days and _tells(article.text, sentence, time.span):
                found.setdefault((sentence, str(time.value)), Dating(time.span, sentence, str(time.value), *days))
        return list(found.values())


def _is_of_days(time: TimeMention) -> bool:
    days = _days(time.value)
    return days is not None and days[1] - days[0] <= _LONGEST


def _days(value: str | None) -> tuple[date, date] | None:
    return bounds(value) if value and not value.endswith("~") else None


def _in_sentences(text: str, times: Sequence[TimeMention], kept: Sequence[Span]) -> Iterator[tuple[TimeMention, Span]]:
    """Yield each time with its sentence, as far as that lies in one of the spans `kept`; without one, not at all."""
    sentences = sentence_spans(text)
    starts = [sentence.start for sentence in sentences]
    for time in times:
        sentence = sentences[bisect_right(starts, time.span.start) - 1]
        home = next((span for span in kept if time.span in span), None)
        if home and time.span in sentence:
            yield time, Span(max(sentence.start, home.start), min(sentence.end, home.end))


def _tells(text: str, sentence: Span, time: Span) -> bool:
    """Say whether a sentence says something of a time, rather than bear it as a stamp."""
    if is_dateline(text, time) or any(p.match(text, sentence.start, sentence.end) for p in (_STAMP, _NEWSLETTER)):
        return False
    words = _WORD.findall(text[sentence.start : time.start]) + _WORD.findall(text[time.end : sentence.end])
    return len(words) >= _LEAST_WORDS and sum(word.islower() for word in words) >= _LEAST_LOWER_CASE_WORDS
