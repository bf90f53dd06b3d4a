"""When: expressions of time in a text, their values, and what a question about time asks for (docs/dates.md)."""

from qa.dates.anchoring import find_times, is_dateline
from qa.dates.asking import Asked, expected_value, suits
from qa.dates.edtf import bounds
from qa.dates.expressions import find_expressions
from qa.dates.happening import AskedPeriod, asked_period, named_period
from qa.dates.showing import shown
from qa.dates.types import Kind, TimeExpression, TimeMention

__all__ = [
    "Asked",
    "AskedPeriod",
    "Kind",
    "TimeExpression",
    "TimeMention",
    "asked_period",
    "bounds",
    "expected_value",
    "find_expressions",
    "find_times",
    "is_dateline",
    "named_period",
    "shown",
    "suits",
]
