"""Two runs over the same questions: which figures differ by more than chance, and which questions flipped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eval.figures import FIGURES, Figure
from eval.metrics.intervals import Difference, Interval, paired_difference
from eval.recording import read_results
from eval.types import Ranks, Reading, Score
from qa.errors import DatasetError

SIGNIFICANT = 0.05

_FROM_ENTRY: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "ask": Score.from_entry,
    "read": Reading.from_entry,
    "retrieve": Ranks.from_entry,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of both runs over the questions that both have, and how they differ."""

    figure: Figure[Any]
    before: float
    after: float
    difference: Difference

    @property
    def is_significant(self) -> bool:
        """Whether chance alone would make so large a difference less than one time in twenty."""
        return self.difference.p < SIGNIFICANT

    @property
    def is_worse(self) -> bool:
        """Whether the second run is significantly worse."""
        return self.is_significant and (self.difference.value > 0) == self.figure.is_lower_better


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that is right in one of the runs only, and what was said in either."""

    id: str
    question: str
    is_right_now: bool
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, question by question. `n_left_out` were asked in one of them only."""

    n: int
    n_left_out: int
    is_same_gold: bool
    rows: tuple[Row, ...]
    flips: tuple[Flip, ...]

    def worse(self, names: Sequence[str]) -> list[Row]:
        """Return those of the named figures that fall significantly."""
        return [row for row in self.rows if row.figure.name in names and row.is_worse]


def compare(one: Path, other: Path) -> Comparison:
    """Compare the runs of two folders that `qa eval --out` wrote.

    :raises DatasetError: if one of them holds no run, they are of different tasks, or have no question in common.
    """
    (recipe, before), (other_recipe, after) = _run(one), _run(other)
    task = recipe["task"]
    if other_recipe["task"] != task:
        raise DatasetError(f"'{one}' is a run of '{task}', '{other}' one of '{other_recipe['task']}'.")
    common = [id for id in before if id in after]
    if not common:
        raise DatasetError(f"'{one}' and '{other}' have no question in common. Compare runs of one gold set.")
    pairs = [(before[id], after[id]) for id in common]
    return Comparison(
        n=len(common),
        n_left_out=len(before.keys() ^ after.keys()),
        is_same_gold=recipe["gold set"] == other_recipe["gold set"],
        rows=tuple(row for figure in FIGURES[task] if (row := _row(figure, pairs)) is not None),
        flips=tuple(flip for pair in pairs if (flip := _flip(*pair)) is not None),
    )


def figure_names(folder: Path) -> list[str]:
    """Return the names of the figures by which a run can be compared."""
    recipe, _ = _run(folder)
    return [figure.name for figure in FIGURES[recipe["task"]] if figure.is_lower_better is not None]


def _run(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    recipe, entries = read_results(folder)
    try:
        results = [_FROM_ENTRY[recipe["task"]](entry) for entry in entries]
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(f"The results in '{folder}' are of another version ({error!r}): run it again.") from error
    return recipe, {result.id: result for result in results}


def _row(figure: Figure[Any], pairs: Sequence[tuple[Any, Any]]) -> Row | None:
    if figure.is_lower_better is None:
        return None
    before, after = (figure.table([pair[side] for pair in pairs]) for side in (0, 1))
    first, second = figure.statistic(before), figure.statistic(after)
    if first is None or second is None:
        return None
    if np.array_equal(before, after, equal_nan=True):
        return Row(figure, first, second, Difference(0.0, Interval(0.0, 0.0), 1.0))
    difference = paired_difference(before, after, figure.statistic)
    return Row(figure, first, second, difference) if difference else None


def _flip(before: Any, after: Any) -> Flip | None:
    was_right, is_right = _is_right(before), _is_right(after)
    if was_right == is_right:
        return None
    question = before.shown.question if isinstance(before, Score) else before.id
    return Flip(before.id, question, is_right, _said(before), _said(after))


def _is_right(result: Score | Reading | Ranks) -> bool:
    """Say whether a question came out right: also one that is rightly refused; a paragraph that is ranked first."""
    if isinstance(result, Score):
        return result.fault is None
    return result.exact_match == 1.0 if isinstance(result, Reading) else result.by_method["hybrid"] == 1


def _said(result: Score | Reading | Ranks) -> str:
    if isinstance(result, Score):
        said = result.best_answer or "nothing"
        return said if result.answer is not None else f"withheld: {said}"
    if isinstance(result, Reading):
        return result.answer or "nothing"
    return f"rank {result.by_method['hybrid'] or 'beyond the list'}"


def to_dict(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as JSON shape."""
    return {
        "n": comparison.n,
        "n_left_out": comparison.n_left_out,
        "same_gold": comparison.is_same_gold,
        "figures": {
            row.figure.name: {
                "before": round(row.before, 4),
                "after": round(row.after, 4),
                "difference": round(row.difference.value, 4),
                "interval": [round(end, 4) for end in row.difference.interval] if row.difference.interval else None,
                "p": round(row.difference.p, 4),
                "significant": row.is_significant,
                "worse": row.is_worse,
            }
            for row in comparison.rows
        },
        "flipped": [
            {"id": f.id, "question": f.question, "right": f.is_right_now, "before": f.before, "after": f.after}
            for f in comparison.flips
        ],
    }
