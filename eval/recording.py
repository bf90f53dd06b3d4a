"""Results as they come: one line a question, so that a run that is stopped can go on.

A run's folder holds `recipe.json` (what the results depend on), `results.jsonl` (one line a question), and when it is
done `figures.json`, `figures.md` and `report.html`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from enum import Enum
from math import isfinite
from pathlib import Path
from typing import Any, Generic, TypeVar

from eval.recipe import Recipe
from eval.types import Ranks, Reading, Score
from qa.errors import DatasetError, OutputError
from qa.saving import write_whole

R = TypeVar("R", Score, Reading, Ranks)

RECIPE, RESULTS = "recipe.json", "results.jsonl"

logger = logging.getLogger(__name__)


class Recording(Generic[R]):
    """The results of a run by question; kept in a folder too, where there is one."""

    def __init__(self, folder: Path | None, recipe: Recipe, *, from_entry: Callable[[Mapping[str, Any]], R]) -> None:
        """Take up what the folder holds of a run of the same recipe, or begin anew.

        :raises OutputError: if the folder can't be made or written.
        """
        self._folder = folder
        self._results: dict[str, R] = {}
        if folder is None:
            return
        if folder.is_file():
            raise OutputError(f"'{folder}' is a file; --out takes a folder, which gets results, figures and report.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"The folder '{folder}' can't be made: {error.strerror}.") from error
        if _is_of(folder, recipe):
            self._results = {result.id: result for result in _whole_lines(folder / RESULTS, from_entry)}
            if self._results:
                logger.info("Going on: '%s' holds the results of %d questions already.", folder, len(self._results))
        # Lines that were cut off when a run was killed are gone then.
        write_whole(folder / RESULTS, "".join(line_of(result) for result in self._results.values()))
        write_whole(folder / RECIPE, json.dumps(recipe, indent=1) + "\n")

    def __contains__(self, id: str) -> bool:
        return id in self._results

    def __getitem__(self, id: str) -> R:
        return self._results[id]

    def __len__(self) -> int:
        return len(self._results)

    def so_far(self) -> Sequence[R]:
        """Return the results there are, in the order in which they came."""
        return list(self._results.values())

    def add(self, result: R) -> None:
        """Keep a result; it is in the file when this returns."""
        self._results[result.id] = result
        if self._folder:
            with (self._folder / RESULTS).open("a", encoding="utf-8", newline="\n") as file:
                file.write(line_of(result))

    def write(self, name: str, content: str) -> None:
        """Write a file of the folder, where there is one."""
        if self._folder:
            write_whole(self._folder / name, content)


def read_results(folder: Path) -> tuple[Recipe, list[dict[str, Any]]]:
    """Return the recipe of a run and its results as they were written.

    :raises DatasetError: if the folder isn't that of a run.
    """
    try:
        recipe = json.loads((folder / RECIPE).read_text(encoding="utf-8"))
        lines = (folder / RESULTS).read_text(encoding="utf-8").splitlines()
        return recipe, [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"'{folder}' holds no results that can be read ({error}). Make them with: qa eval GOLD --out {folder}"
        ) from error


def line_of(result: Score | Reading | Ranks) -> str:
    """Return a result as a line of JSON; -inf becomes null."""
    entry = {name: None if _is_no_number(value) else value for name, value in asdict(result).items()}
    return json.dumps(entry, ensure_ascii=False, default=_plain) + "\n"


def _is_no_number(value: Any) -> bool:
    return isinstance(value, float) and not isfinite(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{value!r} can't be written as JSON")


def _is_of(folder: Path, recipe: Recipe) -> bool:
    """Say whether the folder's results are those of the recipe; tell what differs where they aren't."""
    if not (folder / RECIPE).exists():
        return False
    try:
        held = json.loads((folder / RECIPE).read_text(encoding="utf-8"))
        differing = [name for name in recipe if held.get(name) != recipe[name]]
    except (OSError, ValueError, AttributeError):
        differing = ["recipe"]
    if differing:
        logger.warning("'%s' holds results of another %s: starting anew.", folder, " and ".join(differing))
    return not differing


def _whole_lines(path: Path, from_entry: Callable[[Mapping[str, Any]], R]) -> list[R]:
    results = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else ():
        try:
            results.append(from_entry(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            continue  # cut off: the question is asked again
    return results
