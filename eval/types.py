"""The nouns of evaluation: questions with known answers, and what a run made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from index.types import Span
from qa.types import Question


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """A stretch of an article: the file's name and the span in its text."""

    file: str
    span: Span


@dataclass(frozen=True, slots=True)
class GoldPosition:
    """One of the answers that should all be found where sources disagree."""

    accepted: tuple[str, ...]
    spans: tuple[GoldSpan, ...]
    normalized: str | None


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with the answers that count as right; none of them where `is_impossible`."""

    id: str
    question: Question
    category: str
    accepted: tuple[str, ...]
    spans: tuple[GoldSpan, ...]
    normalized: str | None
    is_impossible: bool
    positions: tuple[GoldPosition, ...] = ()

    def __post_init__(self) -> None:
        if self.is_impossible == bool(self.accepted):
            raise ValueError(f"question '{self.id}' must have answers or be impossible, one of the two")


class Fault(Enum):
    """What went wrong with a question, by the first step that went wrong."""

    FAILED = "failed"
    RETRIEVAL_MISS = "retrieval miss"  # no passage that was read holds an accepted answer
    WRONG_VALUE = "wrong value"  # a date or number, but another one
    WRONG_SPAN = "wrong span"
    SHOULD_HAVE_ABSTAINED = "should have abstained"
    SHOULD_HAVE_ANSWERED = "should have answered"  # the answer that was withheld is right


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A sentence with what is marked in it, and the article it stands in."""

    where: str
    before: str
    marked: str
    after: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a report shows of a question beside its figures, so that it needs neither the gold set nor the index."""

    question: str
    understood_as: str = ""
    as_of: str | None = None
    accepted: tuple[str, ...] = ()
    gold_value: str | None = None
    gold: Excerpt | None = None
    cited: Excerpt | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """What became of one gold question. Figures are in [0, 1]; None where they don't apply.

    `answer`, `exact_match`, `f1` and what is said of citations are as the threshold has it; `best_answer` and the
    figures "at 0" as if nothing were refused. `is_right`: the best answer shares enough words with an accepted one (F1
    of at least 2/3) or equals its value; never for an impossible question. `is_in_passages`: a passage that was read
    holds an accepted answer. `failure` is the error in place of an answer; then every figure is 0.
    """

    id: str
    category: str
    is_impossible: bool
    answer: str | None
    best_answer: str | None
    value: str | None
    confidence: float
    exact_match: float
    f1: float
    exact_match_at_0: float
    f1_at_0: float
    is_right: bool
    is_in_passages: float | None = None
    passage_recall: float | None = None
    reciprocal_rank: float | None = None
    ndcg: float | None = None
    is_citation_right: float | None = None
    citation_precision: float | None = None
    citation_recall: float | None = None
    is_attributed: float | None = None
    date_exact_at_0: float | None = None
    date_overlap_at_0: float | None = None
    positions_covered_at_0: float | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    fault: Fault | None = None
    failure: str | None = None
    shown: Shown = field(default_factory=lambda: Shown(""))

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Score:
        """Return the score that `dataclasses.asdict` made an entry of."""
        shown = dict(entry["shown"])
        excerpts = {name: Excerpt(**shown[name]) if shown[name] else None for name in ("gold", "cited")}
        fault = Fault(entry["fault"]) if entry["fault"] else None
        return cls(
            **{**entry, "fault": fault, "shown": Shown(**{**shown, **excerpts, "accepted": tuple(shown["accepted"])})}
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """The best span of a question's own paragraph, and its log-odds: -inf where there is no span at all."""

    id: str
    is_answerable: bool
    answer: str | None
    log_odds: float
    exact_match: float
    f1: float

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Reading:
        """Return the reading of an entry, in which None stands for -inf: JSON has no word for it."""
        log_odds = entry["log_odds"]
        return cls(**{**entry, "log_odds": float("-inf") if log_odds is None else log_odds})


@dataclass(frozen=True, slots=True)
class Ranks:
    """Where each search method ranks a question's own paragraph, from 1; None: not among the passages looked at."""

    id: str
    by_method: Mapping[str, int | None]

    @classmethod
    def from_entry(cls, entry: Mapping[str, Any]) -> Ranks:
        """Return the ranks that `dataclasses.asdict` made an entry of."""
        return cls(**entry)
