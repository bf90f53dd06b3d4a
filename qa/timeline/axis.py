"""Days -> places on an axis, and the days that it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

_STEPS_DAYS = (1, 2, 3, 5, 7, 14)
_STEPS_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)


class Tick(NamedTuple):
    """A day that the axis names, and its name there: "20 Jan", "Mar 2021", "2021"."""

    day: date
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The days from the first to the last publication."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"the axis starts on {self.first}, after its end on {self.last}")

    @property
    def n_days(self) -> int:
        """From the first day to the last; 0 where they are one day."""
        return (self.last - self.first).days

    def share(self, day: date) -> float:
        """Return how far along the axis a day lies: 0 for its first day, 1 for its last."""
        return (day - self.first).days / self.n_days if self.n_days else 0.0

    def ticks(self, *, most: int) -> tuple[Tick, ...]:
        """Return two to `most` days at even steps, as close as that allows; the two ends where no step fits.

        One, the first day, where there is one day only or no room for two.
        """
        if most < 2 or not self.n_days:
            return _named_days([self.first])
        for step in _STEPS_DAYS:
            if self.n_days // step < most:
                return _named_days([self.first + timedelta(days) for days in range(0, self.n_days + 1, step)])
        for step in _STEPS_MONTHS:
            days = self._firsts_of_months(step)
            if 2 <= len(days) <= most:
                return _named_years(days) if step % 12 == 0 else _named_months(days)
        return _named_days([self.first, self.last])

    def _firsts_of_months(self, step: int) -> list[date]:
        """Return the first days of each `step`th month that lie on the axis, counted from the year 0."""
        start = _n_months(self.first) + (self.first.day > 1)
        months = range(start + -start % step, _n_months(self.last) + 1, step)
        return [date(month // 12, month % 12 + 1, 1) for month in months]


def _n_months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _named_days(days: list[date]) -> tuple[Tick, ...]:
    return tuple(Tick(day, f"{day.day} {day:%b}") for day in days)


def _named_months(days: list[date]) -> tuple[Tick, ...]:
    """Name months; a year is said where it begins to hold."""
    years_before = [None, *(day.year for day in days)]
    return tuple(
        Tick(day, f"{day:%b}" if day.year == year_before else f"{day:%b} {day.year}")
        for day, year_before in zip(days, years_before, strict=False)
    )


def _named_years(days: list[date]) -> tuple[Tick, ...]:
    return tuple(Tick(day, str(day.year)) for day in days)
