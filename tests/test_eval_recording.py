"""A run's folder: results line by line, a run that goes on, a run of something else, and the reports."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from eval.recording import RESULTS, Recording, read_results
from eval.types import Excerpt, Ranks, Reading, Score, Shown
from qa.errors import DatasetError, OutputError
from tests.test_eval_figures import SCORES

RECIPE = {"task": "ask", "index": "abc", "k": 10}
EXCERPT = Excerpt("a.txt · 1 May 2021", "It expires on ", "Feb. 5", ", he said.")
SHOWN = Shown("When?", "Understood as: When is it?", "2021-01-21", ("Feb. 5", "February 5"), "2021-02-05", EXCERPT)


def recorded(folder: Path | None, recipe: dict[str, object] = RECIPE) -> Recording[Score]:
    return Recording(folder, recipe, from_entry=Score.from_entry)


def test_results_are_read_back_as_they_were(tmp_path: Path) -> None:
    scores = [replace(SCORES[0], shown=SHOWN), SCORES[3], replace(SCORES[1], failure="KeyError('x')")]
    first = recorded(tmp_path / "run")
    for score in scores:
        first.add(score)
    assert recorded(tmp_path / "run").so_far() == scores


@pytest.mark.parametrize(
    ("result", "from_entry"),
    [
        (Reading("1", True, None, float("-inf"), 0.0, 0.0), Reading.from_entry),
        (Reading("2", False, "in Prague", -3.5, 0.0, 0.0), Reading.from_entry),
        (Ranks("1", {"hybrid": 1, "dense": None}), Ranks.from_entry),
    ],
)
def test_readings_and_ranks_are_read_back_as_they_were(tmp_path: Path, result: Reading, from_entry: object) -> None:
    Recording(tmp_path, RECIPE, from_entry=from_entry).add(result)  # type: ignore[arg-type]
    line = (tmp_path / RESULTS).read_text()
    assert "Infinity" not in line
    assert Recording(tmp_path, RECIPE, from_entry=from_entry)[result.id] == result  # type: ignore[arg-type]


def test_a_run_that_was_killed_goes_on_without_the_line_that_was_cut_off(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    first = recorded(tmp_path)
    first.add(SCORES[0])
    first.add(SCORES[1])
    whole = (tmp_path / RESULTS).read_text()
    (tmp_path / RESULTS).write_text(whole[:-25])
    again = recorded(tmp_path)
    assert ("1" in again, "2" in again, len(again)) == (True, False, 1)
    again.add(SCORES[1])
    assert (tmp_path / RESULTS).read_text() == whole
    assert caplog.messages == [f"Going on: '{tmp_path}' holds the results of 1 questions already."]


def test_results_of_something_else_are_not_gone_on_with(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recorded(tmp_path).add(SCORES[0])
    again = recorded(tmp_path, {**RECIPE, "index": "other", "k": 5})
    assert len(again) == 0
    assert caplog.messages == [f"'{tmp_path}' holds results of another index and k: starting anew."]
    assert read_results(tmp_path) == ({**RECIPE, "index": "other", "k": 5}, [])


def test_without_a_folder_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recording = recorded(None)
    recording.add(SCORES[0])
    recording.write("figures.md", "figures")
    assert (len(recording), list(tmp_path.iterdir())) == (1, [])


def test_a_file_in_place_of_the_folder_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "scores.jsonl").write_text("")
    with pytest.raises(OutputError, match="is a file; --out takes a folder"):
        recorded(tmp_path / "scores.jsonl")


@pytest.mark.parametrize("content", [None, "{", '{"task": "ask"}'])
def test_a_folder_without_results_is_a_clear_error(tmp_path: Path, content: str | None) -> None:
    if content:
        (tmp_path / "recipe.json").write_text(content)
    with pytest.raises(DatasetError, match=r"holds no results that can be read .* qa eval GOLD --out"):
        read_results(tmp_path)


def test_lines_are_json_objects_with_the_question_s_figures(tmp_path: Path) -> None:
    recorded(tmp_path).add(SCORES[2])
    entry = json.loads((tmp_path / RESULTS).read_text())
    assert (entry["id"], entry["f1"], entry["fault"], entry["timings_ms"]["total"]) == ("3", 0.0, "wrong span", 300)
