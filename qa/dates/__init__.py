"""When: expressions of time in a text, their values, and what a question about time asks for."""

from qa.dates.anchoring import find_times

__all__ = ["find_times"]
