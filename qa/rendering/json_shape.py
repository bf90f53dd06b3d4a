"""Answers, articles and events -> JSON shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any

from index.types import Article, Passage
from qa.rendering.words import N_NEAREST_SHOWN
from qa.types import Answer, Citation, Constraint, Overview, Position, Underway

if TYPE_CHECKING:
    from qa.events import Event


def to_dict(answer: Answer, *, id: str | None = None) -> dict[str, Any]:
    """Return the answer as JSON shape, the contract of `docs/answer.schema.json`; `id` is a batch line's."""
    numbered: dict[int, Citation] = {}
    positions = []
    for position in answer.positions:
        numbers = []
        for citation in position.citations:
            numbers.append(len(numbered) + 1)
            numbered[numbers[-1]] = citation
        positions.append(_position_dict(position, numbers))
    shape: dict[str, Any] = {} if id is None else {"id": id}
    return shape | {
        "question": answer.question.text,
        "standalone_question": answer.question.standalone,
        "added_terms": [asdict(added) for added in answer.question.added],
        "form": answer.form.value,
        "answer": answer.text,
        "verdict": answer.verdict.value if answer.verdict else None,
        "overview": _overview_dict(answer.overview) if answer.overview else None,
        "normalized": answer.positions[0].normalized if answer.positions else None,
        "confidence": round(answer.confidence, 4),
        "abstained": answer.abstained,
        "reason": answer.reason.value if answer.reason else None,
        "positions": positions,
        "citations": [citation_dict(n, citation) for n, citation in numbered.items()],
        "nearest": [_passage_dict(passage) for passage in answer.nearest[:N_NEAREST_SHOWN]],
        "as_of": _iso(answer.question.as_of),
        "constraints": [_constraint_dict(constraint) for constraint in answer.constraints],
        "n_undated_left_out": answer.n_undated_left_out,
        "timings_ms": dict(answer.timings_ms),
    }


def underway_dict(underway: Underway) -> dict[str, Any]:
    """Return what is known of an answer on the way to it as JSON shape; each article once, in order of its passages."""
    articles = {passage.article.id: passage.article for passage in underway.passages}
    return {
        "standalone_question": underway.question.standalone,
        "added_terms": [asdict(added) for added in underway.question.added],
        "form": underway.form.value,
        "n_passages": len(underway.passages),
        "articles": [
            {"id": article.id, "title": article.title, "source": article.source, "published": _iso(article.published)}
            for article in articles.values()
        ],
    }


def _position_dict(position: Position, numbers: list[int]) -> dict[str, Any]:
    return {
        "answer": position.text,
        "normalized": position.normalized,
        "confidence": round(position.confidence, 4),
        "n_sources": position.n_sources,
        "first_published": _iso(position.first_published),
        "last_published": _iso(position.last_published),
        "superseded": position.is_superseded,
        "citations": numbers,
    }


def _constraint_dict(constraint: Constraint) -> dict[str, Any]:
    return {
        "words": constraint.words,
        "demand": constraint.demand.value,
        "first": _iso(constraint.first),
        "last": _iso(constraint.last),
        "applied": constraint.is_applied,
    }


def _overview_dict(overview: Overview) -> dict[str, Any]:
    return {
        "topic": overview.topic,
        "n_articles": overview.n_articles,
        "at_least": overview.at_least,
        "first_published": _iso(overview.first_published),
        "last_published": _iso(overview.last_published),
        "sources": dict(overview.sources),
    }


def citation_dict(n: int, citation: Citation) -> dict[str, Any]:
    """Return a citation as JSON shape, with its number."""
    article = citation.article
    return {
        "n": n,
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "url": citation.url,
        "path": article.path,
        "published": _iso(article.published),
        "start": citation.span.start,
        "end": citation.span.end,
        "line": citation.line,
        "quote": citation.quote,
        "passage": {
            "start": citation.sentence.start,
            "end": citation.sentence.end,
            "text": citation.sentence_text,
        },
    }


def _passage_dict(passage: Passage) -> dict[str, Any]:
    article, span = passage.article, passage.chunk.span
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": _iso(article.published),
        "path": article.path,
        "start": span.start,
        "end": span.end,
        "text": passage.text,
        "score": round(passage.score, 4),
    }


def article_dict(article: Article, *, with_text: bool = False) -> dict[str, Any]:
    """Return an article as JSON shape."""
    shape = {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "path": article.path,
        "published": _iso(article.published),
        "origins": dict(article.origins),
    }
    return shape | ({"text": article.text} if with_text else {})


def events_dict(period: str, days: tuple[date, date], events: Sequence[Event], *, n_more: int) -> dict[str, Any]:
    """Return what happens in a period as JSON shape: what `qa when --json` prints."""
    numbers = count(1)
    return {
        "period": period,
        "first": _iso(days[0]),
        "last": _iso(days[1]),
        "events": [
            {
                "value": event.value,
                "first": _iso(event.first),
                "last": _iso(event.last),
                "sentence": event.sentence,
                "n_sources": event.n_sources,
                "citations": [citation_dict(next(numbers), citation) for citation in event.citations],
            }
            for event in events
        ],
        "n_more": n_more,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
