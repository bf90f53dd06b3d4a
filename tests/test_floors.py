"""No change gets in with which the gold questions over the seeds fare worse than the committed floors."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.figures import ASK
from eval.floors import Floor, broken, read_floors
from eval.tasks import ask_task
from qa.config import load_settings
from tests.test_cli import SEEDS, qa

GOLD = SEEDS.parent / "eval" / "gold"
FLOORS = read_floors(GOLD / "floors.json")


@pytest.mark.model
def test_the_gold_questions_over_the_seeds_fare_no_worse_than_the_floors(tmp_path: Path) -> None:
    assert qa("add", str(SEEDS), cwd=tmp_path).returncode == 0
    settings = load_settings(environ={}, index=str(tmp_path / ".dateline"))
    assert broken(FLOORS, ask_task(GOLD / "seeds.jsonl", settings, limit=None, out=None)) == []


def test_floors_are_a_little_under_what_was_measured() -> None:
    assert [floor.figure for floor in FLOORS if floor.measured - floor.floor > 0.1] == []
    assert {floor.figure for floor in FLOORS} <= {figure.name for figure in ASK if figure.is_lower_better is False}


def test_a_figure_below_its_floor_or_missing_is_told() -> None:
    floors = [Floor("f1", 0.4, 0.45, "two questions"), Floor("mrr", 0.7, 0.8, "two questions")]
    assert broken(floors, {"f1": 0.4, "mrr": 0.9}) == []
    assert broken(floors, {"f1": 0.39, "mrr": None}) == [
        "f1 is 0.39, its floor 0.4 (0.45 was measured)",
        "mrr is None, its floor 0.7 (0.8 was measured)",
    ]


@pytest.mark.parametrize(("floor", "reason"), [(0.5, "why"), (0.4, " ")])
def test_a_floor_needs_a_gap_and_a_reason(floor: float, reason: str) -> None:
    with pytest.raises(ValueError, match="the floor of 'f1'"):
        Floor("f1", floor, 0.5, reason)
