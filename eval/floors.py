"""Figures below which a change doesn't get in, each with what was measured and why the floor is where it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Floor:
    """The least that a figure may be; `measured` when the floor was set, and the reason for the gap."""

    figure: str
    floor: float
    measured: float
    reason: str

    def __post_init__(self) -> None:
        if not self.floor < self.measured:
            raise ValueError(f"the floor of '{self.figure}', {self.floor}, is not under what was measured")
        if not self.reason.strip():
            raise ValueError(f"the floor of '{self.figure}' has no reason")


def read_floors(path: Path) -> list[Floor]:
    """Return the floors of a file of JSON, see `eval/gold/floors.json`."""
    return [Floor(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))["floors"]]


def broken(floors: list[Floor], figures: Mapping[str, Any]) -> list[str]:
    """Return what is below its floor, in words; a figure that is missing is below it."""
    return [
        f"{floor.figure} is {figures.get(floor.figure)}, its floor {floor.floor} ({floor.measured} was measured)"
        for floor in floors
        if (figures.get(floor.figure) or 0.0) < floor.floor
    ]
