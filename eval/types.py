"""The nouns of evaluation: questions with known answers, and what a run made of them."""

from __future__ import annotations

from dataclasses import dataclass

from index.types import Span
from qa.types import Question


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Where an accepted answer stands: the file's name and the span in its text."""

    file: str
    span: Span


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

    def __post_init__(self) -> None:
        if self.is_impossible == bool(self.accepted):
            raise ValueError(f"question '{self.id}' must have answers or be impossible, one of the two")


@dataclass(frozen=True, slots=True)
class Score:
    """What became of one gold question. Figures are in [0, 1]; None where they don't apply."""

    id: str
    category: str
    is_impossible: bool
    answer: str | None
    confidence: float
    exact_match: float
    f1: float
    is_citation_right: float | None
    total_ms: float
