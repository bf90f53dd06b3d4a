"""Whether a date is the right one, by EDTF values: "Feb. 5" is right where its value is that of "2021-02-05"."""

from __future__ import annotations

from datetime import date

from qa.dates import bounds


def date_exact(value: str | None, gold: str) -> float:
    """Return 1.0 if both cover the same days, else 0.0; no value, or one that is no date, scores 0."""
    return float(date_overlap(value, gold) == 1.0)


def date_overlap(value: str | None, gold: str) -> float:
    """Return the days that both cover as a share of those that either covers (Jaccard 1912): "2021" of a day is 1/365.

    No value, or one that is no date, scores 0.

    :raises ValueError: if `gold` is no date on the calendar.
    """
    wanted, found = bounds(gold), bounds(value) if value else None
    if wanted is None:
        raise ValueError(f"'{gold}' is no date on the calendar")
    if found is None:
        return 0.0
    common = _n_days(max(wanted[0], found[0]), min(wanted[1], found[1]))
    return common / (_n_days(*wanted) + _n_days(*found) - common)


def _n_days(first: date, last: date) -> int:
    return max(0, (last - first).days + 1)
