"""Replies and gold answers -> the figures of one system; no system is scored by anything that another can't have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from pathlib import PurePath
from statistics import mean, median, stdev
from typing import NamedTuple

import numpy as np

from eval.bench.peers.types import Place, Reply
from eval.metrics.answers import exact_match, f1, holds_answer
from eval.types import GoldQuestion
from index.types import Article

Figures = dict[str, float | int | None]


class Scored(NamedTuple):
    """What one reply is worth; None where a figure doesn't apply.

    `is_verbatim`: the article has the answer, character for character, at the place that the system names.
    `is_on_gold`: the place, named or searched for, overlaps an accepted one.
    """

    is_impossible: bool
    is_refused: bool
    exact_match: float | None
    f1: float | None
    is_answered: bool
    is_in_passages: bool | None
    n_passages: int
    is_verbatim: bool | None
    is_on_gold: bool | None


def scored(gold: GoldQuestion, reply: Reply | None, articles: Mapping[str, Article]) -> Scored:
    """Score a reply; a missing one counts as no answer at all."""
    reply = reply or Reply(None, True, None, False, ())
    has_answer = reply.answer is not None
    return Scored(
        is_impossible=gold.is_impossible,
        is_refused=reply.is_refused,
        exact_match=None if gold.is_impossible else exact_match(reply.answer, gold.accepted),
        f1=None if gold.is_impossible else f1(reply.answer, gold.accepted),
        is_answered=has_answer,
        is_in_passages=None if gold.is_impossible else _any_holds(reply.passages, gold, articles),
        n_passages=len(reply.passages),
        is_verbatim=_is_verbatim(reply, articles) if has_answer else None,
        is_on_gold=_is_on_gold(reply.place, gold, articles) if has_answer and gold.spans else None,
    )


def figures(of_questions: Sequence[Scored]) -> Figures:
    """Return the means of a system, as shares of 1; what each means is told in `docs/benchmarks.md`."""
    answerable = [s for s in of_questions if not s.is_impossible]
    impossible = [s for s in of_questions if s.is_impossible]
    return {
        "n": len(of_questions),
        "n_answerable": len(answerable),
        "n_impossible": len(impossible),
        "exact_match": _mean(s.exact_match for s in answerable),
        "f1": _mean(s.f1 for s in answerable),
        "has_an_answer": _mean(s.is_answered for s in answerable),
        "answered": _mean(not s.is_refused for s in answerable),
        "refused": _mean(s.is_refused for s in impossible),
        "answer_recall": _mean(s.is_in_passages for s in answerable),
        "n_passages": _mean(s.n_passages for s in of_questions),
        "verbatim_at_offsets": _mean(s.is_verbatim for s in of_questions),
        "on_gold": _mean(s.is_on_gold for s in of_questions),
    }


def f1_difference(ours: Sequence[Scored], theirs: Sequence[Scored]) -> tuple[float, float, float] | None:
    """Return how much higher our mean F1 is, and its 95% interval; None for fewer than two answerable questions.

    Of the mean of paired differences, by the normal approximation (mean and 1.96 standard errors).
    """
    both = zip(ours, theirs, strict=True)
    differences = [one.f1 - other.f1 for one, other in both if one.f1 is not None and other.f1 is not None]
    if len(differences) < 2:
        return None
    centre, reach = mean(differences), 1.96 * stdev(differences) / sqrt(len(differences))
    return round(centre, 4), round(centre - reach, 4), round(centre + reach, 4)


def timing_figures(lines: Iterable[Mapping[str, object]]) -> dict[str, float | int]:
    """Return medians over the runs that were timed, and percentiles over all their answers; {} where there is none."""
    runs = list(lines)
    answers = [run for run in runs if "answers_ms" in run]
    indexings = [run["index"] for run in runs if "index" in run]
    found: dict[str, float | int] = {}
    if answers:
        times = np.concatenate([np.asarray(run["answers_ms"], float) for run in answers])
        p50, p95 = np.percentile(times, (50, 95))
        found |= {
            "n_runs": len(answers),
            "n_timed": len(times),
            "first_answer_s": round(median(_numbers(answers, "first_s")), 2),
            "p50_ms": round(float(p50), 1),
            "p95_ms": round(float(p95), 1),
            "peak_mb": round(median(_numbers(answers, "peak_mb")), 0),
        }
    if indexings:
        found |= {
            "articles_per_s": round(median(_numbers(indexings, "articles_per_s")), 2),
            "passages_per_s": round(median(_numbers(indexings, "passages_per_s")), 1),
            "index_peak_mb": round(median(_numbers(indexings, "peak_mb")), 0),
            "n_indexed": int(_numbers(indexings, "n_articles")[0]),
        }
    return found


def _numbers(entries: Iterable[object], key: str) -> list[float]:
    return [float(entry[key]) for entry in entries if isinstance(entry, Mapping)]


def _any_holds(passages: Iterable[Place], gold: GoldQuestion, articles: Mapping[str, Article]) -> bool:
    return any(holds_answer(place.span.of(articles[place.article_id].text), gold.accepted) for place in passages)


def _is_verbatim(reply: Reply, articles: Mapping[str, Article]) -> bool:
    place = reply.place if reply.is_place_given else None
    return place is not None and place.span.of(articles[place.article_id].text) == reply.answer


def _is_on_gold(place: Place | None, gold: GoldQuestion, articles: Mapping[str, Article]) -> bool:
    if place is None:
        return False
    name = PurePath(articles[place.article_id].path or "").name
    return any(name == right.file and place.span.overlaps(right.span) for right in gold.spans)


def _mean(values: Iterable[float | bool | None]) -> float | None:
    numbers = [float(value) for value in values if value is not None]
    return round(mean(numbers), 4) if numbers else None
