"""What kind of answer a question asks for, and whether a text is of that kind."""

from __future__ import annotations

import re
from enum import Enum


class AnswerType(Enum):
    """The kinds that can be told from the question's words and seen in the answer's shape."""

    DATE = "date"
    DURATION = "duration"
    NUMBER = "number"
    PERSON = "person"
    PLACE = "place"


_QUESTIONS = (
    (AnswerType.DURATION, r"how long|for how (?:long|many (?:years|months|weeks|days|hours))|how soon"),
    (
        AnswerType.DATE,
        r"when\b|(?:since|until) when|what (?:date|day|year|month|time)"
        r"|(?:on|in|by|since|until|from|at) (?:what|which) (?:\w+ )?(?:date|day|year|month|time)",
    ),
    (
        AnswerType.NUMBER,
        r"how (?:many|much|old|often|tall|far|big|large|high|fast)|what (?:number|percentage|share|age)\b",
    ),
    (AnswerType.PERSON, r"who\b|whom\b|whose\b|to whom|by whom|with whom"),
    (
        AnswerType.PLACE,
        r"where\b|(?:in|to|from|at) (?:what|which) (?:city|town|country|state|place|region|building)",
    ),
)
_QUESTION_PATTERNS = [
    (kind, re.compile(rf"(?:and |but |so |then )?(?:{pattern})", re.I)) for kind, pattern in _QUESTIONS
]

_NUMBER_WORDS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|dozen"
    "|half|several|once|twice|no|none"
)
_NUMBER = re.compile(rf"\d|\b(?:{_NUMBER_WORDS})s?\b", re.I)
_UNIT_OF_TIME = r"(?:second|minute|hour|day|night|week|month|quarter|year|decade|century|centurie|season|term)s?"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DATE = re.compile(
    rf"\b(?:1\d{{3}}|20\d{{2}})s?\b|\b{_MONTH}\b\.?|\b{_WEEKDAY}s?\b"
    r"|\b(?:today|yesterday|tomorrow|tonight|now|noon|midnight)\b"
    rf"|\b{_UNIT_OF_TIME}\b|\b(?:spring|summer|autumn|winter|morning|afternoon|evening|weekend)\b|\d(?:st|nd|rd|th)\b"
    r"|\b\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\b",
    re.I,
)
_DURATION = re.compile(rf"\b{_UNIT_OF_TIME}\b|\b(?:until|indefinitely|forever|permanently|soon|immediately)\b", re.I)
_CAPITAL = re.compile(r"\b[A-ZÀ-Þ]")


def expected_type(question: str) -> AnswerType | None:
    """Return the kind of answer that the question's opening words ask for, None where they don't say."""
    text = question.strip().strip("\"“”'¿ ")
    return next((kind for kind, pattern in _QUESTION_PATTERNS if pattern.match(text)), None)


def is_of_type(text: str, kind: AnswerType) -> bool:
    """Say whether `text` has the shape of that kind: a date has a month, a year, a weekday or a word for time."""
    match kind:
        case AnswerType.DATE:
            return bool(_DATE.search(text))
        case AnswerType.DURATION:
            return bool(_DURATION.search(text))
        case AnswerType.NUMBER:
            return bool(_NUMBER.search(text))
        case AnswerType.PERSON:
            return bool(_CAPITAL.search(text)) and not re.fullmatch(r"[\W\d]*", text) and not _is_only_date(text)
        case AnswerType.PLACE:
            return not _is_only_date(text) and not re.fullmatch(r"[\W\d]*", text)


def _is_only_date(text: str) -> bool:
    return not re.search(r"\w", _DATE.sub("", re.sub(r"\b(?:on|in|the|of|\d{1,2})\b", "", text)))
