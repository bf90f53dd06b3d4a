"""What kind of time a question asks for, and which expressions are of that kind."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from qa.dates.types import Kind, TimeMention


class Asked(Enum):
    """What kind of time answers a question."""

    DATE = "date"  # "when", "since when", "what date": as exact as the text has it
    DAY = "day"  # "on what day"
    MONTH = "month"
    YEAR = "year"
    TIME = "time"  # "at what time"
    DURATION = "duration"  # "how long", "for how many years"
    AGE = "age"


# What stands further on in a long text is not what it asks.
_MOST_CHARACTERS = 1000
_UNIT = r"(?:seconds|minutes|hours|days|weeks|months|years|decades|centuries)"
_WHICH = r"\b(?:what|which)\s(?:\w+\s)?"
_OTHER = r"\b(?:who|what|which|where|why|how)\b"
_BE = r"\s(?:is|was|are|were)\s"
_VERB = r"(?:is|was|are|were|did|does|do|will|would|has|have|had|can|could|should|must)"
# What is long in space.
_THING = r"(?:bridge|river|tunnel|wall|border|pipeline|queue|line|road|route|ship|runway|coast|fence|list|letter|book)"
_FILLER = (
    r"(?:and|so|but|ok|okay|then|exactly|about|from|roughly|please|(?:(?:can|could)\syou\s)?tell\sme|do\syou\sknow)"
)
_PATTERNS = (
    (Asked.AGE, r"\bhow\s(?:old|young)\b|\b(?:what|which)\s(?:\w+\s){0,3}age\b|^\w+\sage\b"),
    (Asked.DURATION, rf"\bhow\s(?:much\s)?(?:long|time)\b(?!{_BE}(?:the|a|its)\s(?:\w+\s)?{_THING}\b)"),
    (Asked.DURATION, rf"\bhow\smany\s(?:more\s)?{_UNIT}\b"),
    (Asked.DURATION, rf"{_WHICH}(?:(?:length|amount|period)\sof\stime|duration)\b"),
    (Asked.YEAR, rf"{_WHICH}year\b"),
    # "crimea annexation year", as typed into a search box
    (Asked.YEAR, rf"^(?!.*{_OTHER})(?:[\w’'.-]+\s){{1,5}}(?<!last\s)(?<!this\s)(?<!next\s)year$"),
    (Asked.MONTH, rf"{_WHICH}month\b"),
    (Asked.DAY, rf"{_WHICH}(?:day|weekday)\b"),
    (Asked.TIME, rf"{_WHICH}(?:time|hour)\b"),
    (Asked.DATE, rf"{_WHICH}(?:date|decade|century|season|quarter)\b"),
    (Asked.DATE, r"\b(?:how\s(?:soon|recently)|(?:since|until|till|by)\swhen)\b"),
    # "when" asks at the head of its clause, or at the very end; elsewhere it joins: "What did he say when he left?"
    (Asked.DATE, rf"^(?:{_FILLER}[\s,]+)*when(?:['’]s)?\b|\bwhen$|[,;]\swhen\s{_VERB}\b"),
)
_ASKING = tuple((asked, re.compile(pattern)) for asked, pattern in _PATTERNS)
_FITTING = {
    Asked.DATE: r"[\dX]{4}.*",
    Asked.DAY: r"[\dX]{4}-[\dX]{2}-[\dX]{2}~?",
    Asked.MONTH: r"[\dX]{4}-[\dX]{2}.*",
    Asked.YEAR: r"\d{4}.*",
    Asked.TIME: r"T.*",
    Asked.DURATION: r"P.*",
    Asked.AGE: r"P.*",
}


@lru_cache(maxsize=256)
def expected_value(question: str) -> Asked | None:
    """Return the kind of time that `question` asks for, None where it asks for something else."""
    asks = " ".join(question[:_MOST_CHARACTERS].lower().split()).strip(" ?.!\"'“”")
    return next((asked for asked, pattern in _ASKING if pattern.search(asks)), None)


def suits(time: TimeMention, asked: Asked) -> bool:
    """Say whether an expression can answer a question that asks for this kind of time.

    One without a value suits a question for its kind of expression: "Wednesday" a question for a day, even where nobody
    knows which Wednesday.
    """
    if asked is Asked.AGE or time.kind is Kind.AGE:
        return asked is Asked.AGE and time.kind is Kind.AGE
    if asked is Asked.DURATION:
        return time.kind is Kind.DURATION or time.length is not None
    if time.value is None:
        return asked is Asked.DATE or (asked is Asked.DAY and time.kind is Kind.WEEKDAY)
    return bool(re.fullmatch(_FITTING[asked], time.value))
