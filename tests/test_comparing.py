"""Two runs, question by question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval.comparing import Flip, compare, figure_names, to_dict
from eval.recording import Recording
from eval.types import Ranks, Reading, Score, Shown
from qa.errors import DatasetError
from tests.test_eval_figures import scored


def run(folder: Path, results: Sequence[Score | Reading | Ranks], *, task: str = "ask", gold: str = "g") -> Path:
    recording = Recording(folder, {"task": task, "gold set": gold}, from_entry=Score.from_entry)
    for result in results:
        recording.add(result)  # type: ignore[arg-type]
    return folder


def scores(n: int, *, n_right: int, confidence: float = 0.7) -> list[Score]:
    return [scored(str(at), right=at < n_right, confidence=confidence) for at in range(n)]


def test_a_planted_fall_is_significant_and_named(tmp_path: Path) -> None:
    found = compare(run(tmp_path / "a", scores(60, n_right=45)), run(tmp_path / "b", scores(60, n_right=30)))
    assert [row.figure.name for row in found.worse(["f1", "auroc", "refused"])] == ["f1"]
    f1 = to_dict(found)["figures"]["f1"]
    assert (f1["before"], f1["after"], f1["difference"], f1["worse"]) == (0.75, 0.5, -0.25, True)
    assert f1["interval"][1] < 0


def test_a_rise_is_not_worse_but_one_of_an_error_is(tmp_path: Path) -> None:
    # More are right; and of those that say 99%, fewer than before are as sure as they should be.
    before = scores(60, n_right=30, confidence=0.5)
    after = [replace(score, confidence=0.99) for score in scores(60, n_right=45)]
    found = compare(run(tmp_path / "a", before), run(tmp_path / "b", after))
    assert [row.figure.name for row in found.worse(["f1", "ece"])] == ["ece"]


def test_a_run_compared_with_itself_differs_in_nothing(tmp_path: Path) -> None:
    a = run(tmp_path / "a", scores(20, n_right=9))
    found = compare(a, a)
    assert {row.difference for row in found.rows} == {(0.0, (0.0, 0.0), 1.0)}
    assert found.flips == ()
    assert found.worse(figure_names(a)) == []


def test_the_questions_that_came_out_otherwise_are_told(tmp_path: Path) -> None:
    right, wrong = scored("1", right=True, confidence=0.9), scored("1", right=False, confidence=0.4)
    shown = Shown("Who?")
    before = [replace(right, shown=shown, best_answer="Biden", answer="Biden"), replace(wrong, id="2")]
    after = [replace(wrong, best_answer="Putin", answer=None), replace(right, id="2")]
    found = compare(run(tmp_path / "a", before), run(tmp_path / "b", after))
    assert found.flips == (
        Flip("1", "Who?", False, "Biden", "withheld: Putin"),
        Flip("2", "", True, "answer", "answer"),
    )


def test_only_questions_of_both_runs_count(tmp_path: Path) -> None:
    a, b = run(tmp_path / "a", scores(3, n_right=3)), run(tmp_path / "b", scores(2, n_right=2), gold="another")
    found = compare(a, b)
    assert (found.n, found.n_left_out, found.is_same_gold) == (2, 1, False)


def test_readings_and_ranks_are_compared_too(tmp_path: Path) -> None:
    readings = [Reading("1", True, "Prague", 2.0, 1.0, 1.0), Reading("2", False, None, float("-inf"), 0.0, 0.0)]
    worse = [replace(readings[0], answer="in Rome", exact_match=0.0, f1=0.0), readings[1]]
    found = compare(run(tmp_path / "a", readings, task="read"), run(tmp_path / "b", worse, task="read"))
    assert [(f.id, f.before, f.after) for f in found.flips] == [("1", "Prague", "in Rome")]
    ranks = [Ranks("1", {"hybrid": 1, "dense": 1, "lexical": None})]
    lost = [Ranks("1", {"hybrid": None, "dense": 1, "lexical": None})]
    found = compare(run(tmp_path / "c", ranks, task="retrieve"), run(tmp_path / "d", lost, task="retrieve"))
    assert [(f.before, f.after) for f in found.flips] == [("rank 1", "rank beyond the list")]


@pytest.mark.parametrize(
    ("other", "task", "message"),
    [
        ([scored("x", right=True, confidence=0.5)], "ask", "no question in common"),
        ([Reading("0", True, "a", 1.0, 1.0, 1.0)], "read", "is a run of 'ask', .* one of 'read'"),
    ],
)
def test_runs_that_do_not_compare_are_a_clear_error(
    tmp_path: Path, other: list[Score], task: str, message: str
) -> None:
    a, b = run(tmp_path / "a", scores(1, n_right=1)), run(tmp_path / "b", other, task=task)
    with pytest.raises(DatasetError, match=message):
        compare(a, b)


def test_results_of_another_version_are_a_clear_error(tmp_path: Path) -> None:
    a = run(tmp_path / "a", scores(1, n_right=1))
    (a / "results.jsonl").write_text('{"id": "1"}\n')
    with pytest.raises(DatasetError, match="of another version"):
        compare(a, a)
