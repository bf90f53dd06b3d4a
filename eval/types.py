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
    """What became of one gold question. Figures are in [0, 1]; None where they don't apply.

    `answer`, `exact_match`, `f1` and `is_citation_right` are as the threshold has it; `best_answer` and the figures
    "at 0" as if nothing were refused. `is_right`: the best answer shares enough words with an accepted one (F1 of at
    least 2/3) or equals its value; never for an impossible question. `is_in_passages`: a passage that was read holds
    an accepted answer.
    """

    id: str
    category: str
    is_impossible: bool
    answer: str | None
    best_answer: str | None
    confidence: float
    exact_match: float
    f1: float
    exact_match_at_0: float
    f1_at_0: float
    is_right: bool
    is_in_passages: float | None
    is_citation_right: float | None
    total_ms: float
