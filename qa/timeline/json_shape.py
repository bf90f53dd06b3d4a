"""Timeline -> JSON."""

from __future__ import annotations

from typing import Any

from qa.rendering import citation_dict
from qa.timeline.rows import Point, Row, Timeline


def to_dict(timeline: Timeline) -> dict[str, Any]:
    """Return the timeline as JSON shape, the contract of `docs/timeline.schema.json`."""
    answer = timeline.answer
    return {
        "question": answer.question.text,
        "standalone_question": answer.question.standalone,
        "abstained": answer.abstained,
        "reason": answer.reason.value if answer.reason else None,
        "first": timeline.first and timeline.first.isoformat(),
        "last": timeline.last and timeline.last.isoformat(),
        "positions": [_row_dict(row) for row in timeline.rows],
        "undated": [{"answer": row.position.text, **_point_dict(p)} for row in timeline.rows for p in row.undated],
        "as_of": answer.question.as_of and answer.question.as_of.isoformat(),
        "n_undated_left_out": answer.n_undated_left_out,
    }


def _row_dict(row: Row) -> dict[str, Any]:
    first, last = row.position.first_published, row.position.last_published
    return {
        "answer": row.position.text,
        "normalized": row.position.normalized,
        "confidence": round(row.position.confidence, 4),
        "n_sources": row.position.n_sources,
        "first_published": first and first.isoformat(),
        "last_published": last and last.isoformat(),
        "leads": row.leads,
        "superseded": row.position.is_superseded,
        "points": [_point_dict(point) for point in row.dated],
    }


def _point_dict(point: Point) -> dict[str, Any]:
    return citation_dict(point.n, point.citation)
